package secrets

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file lets programs end with a panic: the runtime prints the value by itself, past package
// fmt, and goes on with a stack that has arguments in it.

// panics are values with topSecret in them.
func panics(t *testing.T) map[string]any {
	t.Helper()
	secret := oauthclients.NewSecret(topSecret)
	client, _ := world.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "bad", "error_description": "see", "client_secret": topSecret})
	})
	session := world.SessionUntil(world.InAnHour())
	session.ClientSecret, session.Token.AccessToken = secret, topSecret
	return map[string]any{
		"secret": secret, "struct": unexportedSecret{secret}, "pointer": &exportedSecret{secret}, "list": []oauthclients.Secret{secret},
		"strategy": oauthclients.BasicAuth{Username: "u", Password: secret}, "session": session, "client": client, "error": world.Get(t, client),
		"OAuth2 client": oauthclients.OAuthClient{ID: "id-1", Secret: secret},
		"record":        oauthclients.Record{Raw: json.RawMessage(`{"secret":"` + topSecret + `"}`)},
	}
}

func TestSecretIsNotPrintedByAPanic(t *testing.T) {
	t.Parallel()
	const variable = "OAUTHCLIENTS_TEST_PANIC"
	values := panics(t)
	if value, ok := values[os.Getenv(variable)]; ok {
		panic(value) //nolint:forbidigo // what a panic prints is what is tested
	}
	for name := range values {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			crash := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSecretIsNotPrintedByAPanic$")
			crash.Env = append(os.Environ(), variable+"="+name)
			output, err := crash.CombinedOutput()
			require.Error(t, err)
			require.Contains(t, string(output), "panic:")
			world.RequireNoLeak(t, string(output), topSecret)
			world.RequireNoLeak(t, strings.ToLower(string(output)), topSecret)
		})
	}
}
