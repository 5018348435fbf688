package dcr

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// This file holds what the sign-in gets to know of a server.

func TestEndpointsOfAServer(t *testing.T) {
	var server description
	require.NoError(t, server.UnmarshalJSON([]byte(`{"issuer":"https://a.example","token_endpoint":"https://a.example/token","authorization_endpoint":"https://a.example/auth",
		"revocation_endpoint":"https://a.example/revoke","token_endpoint_auth_methods_supported":["client_secret_post","none"],
		"revocation_endpoint_auth_methods_supported":"client_secret_basic","authorization_response_iss_parameter_supported":true}`)))
	found := Provider{Issuer: "https://a.example"}.endpoints(server.wireServer)
	require.Equal(t, map[string]string{
		"issuer": "https://a.example", "revocation_endpoint": "https://a.example/revoke", "token_endpoint_auth_methods_supported": "client_secret_post none",
		"revocation_endpoint_auth_methods_supported": "client_secret_basic", "authorization_response_iss_parameter_supported": "true",
	}, found.Others)
	require.Equal(t, "https://a.example", found.BaseURL)
	require.Len(t, found.Grants, 4)
}
