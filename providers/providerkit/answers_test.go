package providerkit_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tests what is read of answers that are no success.

type offered struct {
	scheme     string
	parameters map[string]string
}

func TestChallenges(t *testing.T) {
	for field, want := range map[string][]offered{
		`Bearer realm="a, error=\"b\"", Error=invalid_token`:  {{"Bearer", map[string]string{"realm": `a, error="b"`, "error": "invalid_token"}}},
		`Negotiate YWJj==, Basic realm="x" , DPoP algs=ES256`: {{"Negotiate", map[string]string{}}, {"Basic", map[string]string{"realm": "x"}}, {"DPoP", map[string]string{"algs": "ES256"}}},
		`Bearer error_description=it has ended, error=e`:      {{"Bearer", map[string]string{"error_description": "it has ended", "error": "e"}}},
		`Bearer realm="open`: {{"Bearer", map[string]string{"realm": "open"}}},
		`Bearer resource_metadata=https://a.example/r?x=1 ,a=b`: {{"Bearer", map[string]string{"resource_metadata": "https://a.example/r?x=1", "a": "b"}}},
		`error="e"`:           {{"", map[string]string{"error": "e"}}},
		`Bearer a="1", a="2"`: {{"Bearer", map[string]string{"a": "1"}}},
		`,"" = `:              nil, "": nil,
	} {
		var got []offered
		for _, challenge := range providerkit.Challenges(http.Header{"Www-Authenticate": {field}}) {
			got = append(got, offered{challenge.Scheme, challenge.Parameters})
		}
		require.Equal(t, want, got, field)
	}
	two := providerkit.Challenges(http.Header{"Www-Authenticate": {"Basic", `error="e"`}})
	require.Len(t, two, 2, "no challenge goes on in the next field")
}

// A field as long as a server can send costs no more than its length.
func TestALongFieldOfChallenges(t *testing.T) {
	for _, piece := range []string{"a=b ", "a ", `"`, `a="\`, "a=,", "=", "a=b c "} {
		_ = providerkit.Challenges(http.Header{"Www-Authenticate": {strings.Repeat(piece, 1<<20/len(piece))}})
	}
}

func FuzzChallenges(f *testing.F) {
	f.Add(`Bearer realm="a, error=\"b\"", Error=invalid_token`)
	f.Add(`Negotiate YWJj==, x`)
	f.Fuzz(func(t *testing.T, field string) {
		for _, challenge := range providerkit.Challenges(http.Header{"Www-Authenticate": {field}}) {
			require.NotContains(t, challenge.Parameters, "")
			for name := range challenge.Parameters {
				require.Equal(t, strings.ToLower(name), name)
			}
		}
	})
}

func TestReasons(t *testing.T) {
	for body, want := range map[string][2]string{
		`{"error":"code","detail":"no"}`: {"code", "no"}, `{"error":{"code":"c","message":"no"}}`: {"c", "no"}, `{"errorSummary":"no"}`: {"", "no"},
		"no backend\n": {"", "no backend"}, "<html>": {"bearer", "why"}, "": {"bearer", "why"}, `{"message":7}`: {"bearer", "why"}, `7`: {"bearer", "why"},
		strings.Repeat("x", 201): {"bearer", "why"},
	} {
		code, message := providerkit.Reason(&oauthclients.Response{
			Header: http.Header{"Www-Authenticate": {"Basic", `Bearer error="bearer", error_description="why"`}}, Body: []byte(body),
		})
		require.Equal(t, want, [2]string{code, message}, body)
	}
}

func TestWhoseAnswerItIs(t *testing.T) {
	for body, own := range map[string]bool{"": true, " \n": true, "{}": true, " [1] ": true, `{"a`: false, "7": false, "null": false, "<html>": false, "no backend": false} {
		require.Equal(t, own, providerkit.IsAPI(&oauthclients.Response{Body: []byte(body)}), body)
	}
}

func TestSecretsThatAreNone(t *testing.T) {
	for text, usable := range map[string]bool{
		"s3cret": true, "": true, "**": true, "***": false, "••••": false, "{bcrypt}$2a$10$x": false, "$2b$x": false, "pbkdf2_sha256$1$x": false, "[REDACTED]": false,
		"{not a scheme}": true, "{}": true, "aab": true, "$argon2id$v": false,
	} {
		require.Equal(t, usable && text != "", !providerkit.ShownSecret(oauthclients.NewSecret(text)).IsZero(), text)
	}
}

// plain is a provider with no rules of its own.
type plain struct{ base string }

func (plain) Name() string { return "plain" }

func (plain) Capabilities() oauthclients.Capabilities {
	return oauthclients.Capabilities{Auth: []oauthclients.AuthKind{oauthclients.AuthKindBearer}}
}

func (p plain) Connect() (*oauthclients.Connection, error) {
	return &oauthclients.Connection{
		Driver:    func(c *oauthclients.Caller) oauthclients.Driver { return &reader{caller: c} },
		Endpoints: oauthclients.Endpoints{BaseURL: p.base},
	}, nil
}

type reader struct {
	oauthclients.Driver

	caller *oauthclients.Caller
}

func (r *reader) Get(ctx context.Context, id string) (*oauthclients.Record, error) {
	_, err := r.caller.Call(ctx, &oauthclients.Call{Operation: "Get", Method: http.MethodGet, Path: "/" + id})
	return nil, err
}

func plainClient(t *testing.T, handler http.HandlerFunc) *oauthclients.Client {
	t.Helper()
	server := fakeserver.New(handler)
	client, err := oauthclients.New(plain{server.URL()}, oauthclients.BearerToken("token"), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	return client
}

// The core reads challenges as the kit does: a text in quotes goes on behind a quote that is escaped.
func TestTheCoreReadsChallengesWhole(t *testing.T) {
	client := plainClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="\"error=no\", error=\"no\"", error="invalid_token", error_description="\"x\", it says, has ended"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	_, err := client.Clients.Get(t.Context(), "a")
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "invalid_token", failed.Code)
	require.Equal(t, `"x", it says, has ended`, failed.Message)
}

func TestTheDriverBehindAClient(t *testing.T) {
	client := plainClient(t, func(http.ResponseWriter, *http.Request) {})
	own, err := providerkit.DriverOf[*reader]("plain", client)
	require.NoError(t, err)
	require.NotNil(t, own.caller)
	type other struct{ oauthclients.Driver }
	_, err = providerkit.DriverOf[*other]("other", client)
	require.EqualError(t, err, "other: Of: invalid request: the client speaks to the provider plain")
	for _, none := range []*oauthclients.Client{nil, {}} {
		_, err = providerkit.DriverOf[*reader]("plain", none)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
	}
}

func TestApartLeavesWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	late := make(chan int, 1)
	open := make(chan struct{})
	cancel(gone)
	_, err := providerkit.Apart(ctx, func() (int, error) { <-open; return 7, nil }, func(n int) { late <- n })
	require.ErrorIs(t, err, gone)
	close(open)
	require.Equal(t, 7, <-late)
}
