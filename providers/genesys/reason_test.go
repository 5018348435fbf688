package genesys

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds errors in other forms than the vendor's own.

func TestReasonsInOtherForms(t *testing.T) {
	for body, want := range map[string][2]string{
		`{"message":"no"}`: {"", "no"}, `{"errorSummary":"no"}`: {"", "no"}, `{"detail":"no"}`: {"", "no"}, `{"title":"no"}`: {"", "no"},
		`{"error":{"message":"no"}}`: {"", "no"}, "no backend": {"", "no backend"}, `<html>no`: {"", ""}, `{"unknown":"no"}`: {"", ""}, "": {"", ""},
	} {
		e := &oauthclients.Error{Kind: oauthclients.ErrInvalid, Operation: "Get"}
		explain(&oauthclients.Response{Status: http.StatusBadRequest, Header: http.Header{}, Body: []byte(body)}, e)
		require.Equal(t, want[0], e.Code, body)
		if want[1] != "" {
			require.Equal(t, want[1], e.Message, body)
		}
	}
	e := &oauthclients.Error{Kind: oauthclients.ErrUnauthenticated, Operation: "Get"}
	explain(&oauthclients.Response{
		Status: http.StatusUnauthorized,
		Header: http.Header{"Www-Authenticate": {`Bearer realm="r", error="invalid_token", error_description="The token has expired"`}},
	}, e)
	require.Equal(t, []string{"invalid_token", "The token has expired"}, []string{e.Code, e.Message})
}
