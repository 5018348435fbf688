package sipgate

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds what the hooks decide before anything is cleaned of secrets.

// A secret may have a registered word in it, which is then cleaned out of the error. What the word
// means was decided before that.
func TestASessionThatIsOverIsKnownByTheRawAnswer(t *testing.T) {
	for body, over := range map[string]bool{`{"error":"invalid_grant"}`: true, `{"error":"invalid_client"}`: false, `{}`: false, ``: false} {
		e := &oauthclients.Error{Kind: oauthclients.ErrUnauthenticated, Operation: opSignOut, StatusCode: http.StatusBadRequest}
		explainToken(&oauthclients.Response{Status: http.StatusBadRequest, Body: []byte(body)}, e)
		e.Code, e.Message = "[REDACTED]", ""
		require.Equal(t, over, isOver(e), body)
	}
	require.False(t, isOver(&oauthclients.Error{Kind: oauthclients.ErrNotFound, StatusCode: http.StatusNotFound}), "a wrong address")
	require.False(t, isOver(nil))

	e := &oauthclients.Error{Kind: oauthclients.ErrUnauthenticated, Operation: "Token", Code: codeInvalidGrant}
	explainToken(&oauthclients.Response{Status: http.StatusBadRequest, Body: []byte(`{"error":"invalid_grant"}`)}, e)
	require.Equal(t, oauthclients.ErrUnauthenticated, e.Kind, "no other call ends a session")
}
