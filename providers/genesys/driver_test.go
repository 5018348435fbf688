package genesys

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file tests what the driver refuses whatever the core has checked.

type disguised struct{ *Extra }

func (e *disguised) Clone() oauthclients.Extra { clone := *e; return &clone }

// They have no Caller here: a request would be a nil pointer.
func TestDriverRefusesAnExtraOfAnotherType(t *testing.T) {
	want := &oauthclients.OAuthClient{Name: "n", Extra: &disguised{&Extra{}}}
	for _, d := range []oauthclients.Driver{&driver{}} {
		_, created := d.Create(t.Context(), want)
		_, updated := d.Update(t.Context(), nil, want, []string{"Name"})
		for operation, err := range map[string]error{"Create": created, "Update": updated} {
			var unsupported *oauthclients.UnsupportedError
			require.ErrorAs(t, err, &unsupported, operation)
			require.Equal(t, "genesys", unsupported.Provider)
			require.Equal(t, operation, unsupported.Operation)
			require.Equal(t, []string{"Extra"}, unsupported.Fields)
			require.NotEmpty(t, unsupported.Reason)
		}
	}
}
