package secrets

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests that a Secret shows nowhere, whatever holds it, and comes out by Reveal alone.

const topSecret = "s3cr&t/+\"ü<value>"

// The structs of a caller that holds secrets.
type (
	exportedSecret   struct{ Password oauthclients.Secret }
	unexportedSecret struct{ password oauthclients.Secret }
	pointerSecret    struct {
		Exported   *oauthclients.Secret
		unexported *oauthclients.Secret
		deep       **oauthclients.Secret
	}
	embeddedSecret struct {
		oauthclients.Secret
		Name string
	}
	nestedSecret struct {
		inner *unexportedSecret
		list  []unexportedSecret
		byKey map[string]*unexportedSecret
		iface any
	}
)

func secretHolders() map[string]any {
	s := oauthclients.NewSecret(topSecret)
	p := &s
	return map[string]any{
		"secret":              s,
		"pointer":             p,
		"pointer to pointer":  &p,
		"exported field":      exportedSecret{s},
		"unexported field":    unexportedSecret{s},
		"pointer to struct":   &unexportedSecret{s},
		"pointer fields":      pointerSecret{p, p, &p},
		"pointer to pointers": &pointerSecret{p, p, &p},
		"embedded":            embeddedSecret{s, "name"},
		"nested":              nestedSecret{&unexportedSecret{s}, []unexportedSecret{{s}}, map[string]*unexportedSecret{"a": {s}}, s},
		"slice":               []oauthclients.Secret{s, s},
		"slice of pointers":   []*oauthclients.Secret{p},
		"array":               [2]oauthclients.Secret{s, s},
		"map value":           map[string]oauthclients.Secret{"a": s},
		"map of pointers":     map[string]*oauthclients.Secret{"a": p},
		"map key":             map[oauthclients.Secret]int{s: 1},
		"anonymous unexported": struct {
			held []map[string]oauthclients.Secret
		}{[]map[string]oauthclients.Secret{{"a": s}}},
		"function": struct{ made func() oauthclients.Secret }{func() oauthclients.Secret { return s }},
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	for name, holder := range secretHolders() {
		t.Run(name, func(t *testing.T) { world.RequireHidden(t, holder, topSecret) })
	}
}

func TestSecretPrintsItsMark(t *testing.T) {
	s := oauthclients.NewSecret(topSecret)
	for _, verb := range []string{"%v", "%+v", "%s", "%d", "%x", "%X", "% x"} {
		require.Equal(t, "[REDACTED]", fmt.Sprintf(verb, s), verb)
		require.Equal(t, "[REDACTED]", fmt.Sprintf(verb, &s), verb)
	}
	require.Equal(t, `"[REDACTED]"`, fmt.Sprintf("%q", s))
	require.Contains(t, fmt.Sprintf("%#v", s), "[REDACTED]")
	require.Equal(t, "{[REDACTED]}", fmt.Sprint(exportedSecret{s}))
	require.Equal(t, "[REDACTED]", s.String())
	for _, line := range world.Logged(s) {
		require.Contains(t, line, "[REDACTED]")
	}
}

func TestSecretIsNotEncoded(t *testing.T) {
	for name, holder := range secretHolders() {
		t.Run(name, func(t *testing.T) {
			encoded, err := json.Marshal(holder)
			if err == nil {
				world.RequireNoLeak(t, string(encoded), topSecret)
			}
			text, err := xml.Marshal(holder)
			if err == nil {
				world.RequireNoLeak(t, string(text), topSecret)
			}
		})
	}
	encoded, err := json.Marshal(exportedSecret{oauthclients.NewSecret(topSecret)})
	require.NoError(t, err)
	require.JSONEq(t, `{"Password":"[REDACTED]"}`, string(encoded))
}

func TestSecretIsRefusedByGob(t *testing.T) {
	for name, holder := range map[string]any{
		"secret": oauthclients.NewSecret(topSecret), "field": exportedSecret{oauthclients.NewSecret(topSecret)},
		"list": []oauthclients.Secret{oauthclients.NewSecret(topSecret)},
	} {
		t.Run(name, func(t *testing.T) {
			var stream bytes.Buffer
			require.Error(t, gob.NewEncoder(&stream).Encode(holder))
			require.NotContains(t, stream.String(), topSecret)
		})
	}
}

func TestSecretIsReadFromText(t *testing.T) {
	var s oauthclients.Secret
	require.NoError(t, s.UnmarshalText([]byte(topSecret)))
	require.Equal(t, topSecret, s.Reveal())

	var config exportedSecret
	require.NoError(t, json.Unmarshal([]byte(`{"Password":"from a file"}`), &config))
	require.Equal(t, "from a file", config.Password.Reveal())
	require.NoError(t, json.Unmarshal([]byte(`{"Password":""}`), &config))
	require.True(t, config.Password.IsZero())
}

// A configuration that was printed and is read again must not lose its secret in silence.
func TestSecretRefusesItsPrintedForm(t *testing.T) {
	original := exportedSecret{oauthclients.NewSecret(topSecret)}
	printedForm, err := json.Marshal(original)
	require.NoError(t, err)

	config := exportedSecret{oauthclients.NewSecret("kept")}
	require.Error(t, json.Unmarshal(printedForm, &config))
	require.Equal(t, "kept", config.Password.Reveal())

	var s oauthclients.Secret
	require.Error(t, s.UnmarshalText([]byte("[REDACTED]")))
	require.True(t, s.IsZero())
}

func TestZeroSecret(t *testing.T) {
	var zero oauthclients.Secret
	for name, s := range map[string]oauthclients.Secret{"declared": zero, "of nothing": oauthclients.NewSecret("")} {
		t.Run(name, func(t *testing.T) {
			require.True(t, s.IsZero())
			require.Empty(t, s.Reveal())
			require.Empty(t, s.String())
			require.Empty(t, fmt.Sprintf("%v%s%x%+v", s, s, s, s))
			require.NotContains(t, fmt.Sprintf("%#v %q", s, s), "REDACTED", "there is nothing to redact")
			encoded, err := json.Marshal(s)
			require.NoError(t, err)
			require.Equal(t, `""`, string(encoded))
			require.Equal(t, zero, s, "two zero secrets are the same value")
		})
	}
	require.False(t, oauthclients.NewSecret("x").IsZero())
}

func TestNilSecretPointerPrints(t *testing.T) {
	var none *oauthclients.Secret
	require.NotPanics(t, func() { world.RequireHidden(t, none, topSecret) })
}
