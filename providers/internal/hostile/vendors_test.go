package hostile

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds the vendors, each over one wire, with what they answer when all is well. Every
// secret in it starts with "s3cret", so that one look finds any of them.

const (
	host = "https://vendor.example"
	id   = "6c7cf17b-1bd3-47d5-94c6-be2d3570e168"
	// otherID is a client that nobody asks for.
	otherID = "00000000-0000-4000-8000-00000000beef"
)

// vendor is one provider over one wire.
type vendor struct {
	name     string
	provider oauthclients.Provider
	auth     oauthclients.Auth
	// clients is the path of the list, token the path of what every call needs first, "" if that
	// is nothing.
	clients, token string
	asked          func() *oauthclients.OAuthClient
	// client is the right answer about the client, page stands around the clients of a list.
	client, page   string
	tokenAnswer    string
	secretAnswer   string // of RegenerateSecret; "" where there is none
	secretMember   string
	writeAnswers   bool // a PUT is answered with the client
	readsAfterPost bool // a Create without a secret reads it
	nextLinks      bool // a page may lead to a next one
}

func vendors() []vendor {
	return []vendor{sipgateVendor(), docspaceVendor(), guideVendor(), genesysVendor()}
}

func sipgateVendor() vendor {
	return vendor{
		name: "sipgate", provider: sipgate.Provider{APIURL: host, LoginURL: host},
		auth: oauthclients.PasswordGrant{
			ClientID: "sipgate-app-web", Username: "someone", Password: oauthclients.NewSecret("s3cret-password"),
		},
		clients: "/v2/authorization/oauth2/clients", token: "/login/sipgate-apps/protocol/openid-connect/token",
		asked: func() *oauthclients.OAuthClient {
			return &oauthclients.OAuthClient{Name: "desk", RedirectURIs: []string{"https://app.example.com/cb"}}
		},
		client: `{"clientId":"` + id + `","clientSecret":"s3cret-of-the-client","name":"desk","description":"",` +
			`"redirectUris":["https://app.example.com/cb"],"webOrigins":[],"privacyUrl":"","termsUrl":""}`,
		page:         `{"data":[CLIENTS]}`,
		tokenAnswer:  `{"access_token":"s3cret-token","token_type":"bearer","expires_in":300,"refresh_token":"s3cret-refresh"}`,
		secretMember: "clientSecret", writeAnswers: true, readsAfterPost: true,
	}
}

func docspaceVendor() vendor {
	const logo = "data:image/png;base64,iVBORw0KGgo="
	return vendor{
		name: "docspace", provider: docspace.Provider{Portal: host}, auth: oauthclients.BearerToken("s3cret-api-key"),
		clients: "/api/2.0/clients", token: "/api/2.0/security/oauth2/token",
		asked: func() *oauthclients.OAuthClient {
			return &oauthclients.OAuthClient{
				Name: "desk", LogoURI: logo, ClientURI: "https://app.example.com", TermsURI: "https://app.example.com/t",
				PolicyURI: "https://app.example.com/p", PostLogoutRedirectURIs: []string{"https://app.example.com/bye"},
				RedirectURIs: []string{"https://app.example.com/cb"}, AllowedOrigins: []string{"https://app.example.com"},
				Scopes: []string{"files:read"},
			}
		},
		client: `{"client_id":"` + id + `","client_secret":"s3cret-of-the-client","name":"desk","description":"","logo":"` + logo + `",` +
			`"website_url":"https://app.example.com","terms_url":"https://app.example.com/t","policy_url":"https://app.example.com/p",` +
			`"authentication_methods":["client_secret_post"],"tenant":1,"redirect_uris":["https://app.example.com/cb"],` +
			`"allowed_origins":["https://app.example.com"],"logout_redirect_uris":["https://app.example.com/bye"],"scopes":["files:read"],` +
			`"created_on":"2026-06-30T10:13:11.482913Z","created_by":"a","modified_on":"2026-06-30T10:13:11.482913Z",` +
			`"modified_by":"a","is_public":true,"enabled":true}`,
		page:        `{"data":[CLIENTS],"limit":30,"last_client_id":null,"last_created_on":null}`,
		tokenAnswer: `{"response":"s3cret.signature.jwt","count":1}`, secretAnswer: `{"client_secret":"s3cret-new"}`,
		secretMember: "client_secret", readsAfterPost: true, nextLinks: true,
	}
}

func guideVendor() vendor {
	v := docspaceVendor()
	v.name, v.provider = "docspace guide", docspace.Provider{Portal: host, Wire: docspace.WireGuide}
	v.asked = func() *oauthclients.OAuthClient {
		return &oauthclients.OAuthClient{
			Name: "desk", RedirectURIs: []string{"https://app.example.com/cb"},
			GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
		}
	}
	v.client = `{"id":"` + id + `","clientSecret":"s3cret-of-the-client","name":"desk",` +
		`"redirectUris":["https://app.example.com/cb"],"grantTypes":["authorization_code"]}`
	v.page, v.token, v.tokenAnswer, v.secretAnswer = `{"response":[CLIENTS]}`, "", "", ""
	v.secretMember, v.readsAfterPost, v.nextLinks = "clientSecret", false, false
	return v
}

func genesysVendor() vendor {
	client := `{"id":"` + id + `","name":"desk","accessTokenValiditySeconds":3600,"description":"",` +
		`"registeredRedirectUri":["https://app.example.com/cb"],"secret":"s3cret-of-the-client","roleIds":[],` +
		`"dateCreated":"2026-03-02T09:15:04.123Z","dateModified":"2026-03-02T09:15:04.123Z","dateToDelete":null,` +
		`"createdBy":{"id":"u"},"modifiedBy":{"id":"u"},"authorizedGrantType":"CODE","scope":["users:readonly"],` +
		`"roleDivisions":[{"roleId":"r","divisionId":"*"}],"state":"active"}`
	return vendor{
		name: "genesys", provider: genesys.Provider{APIURL: host, LoginURL: host},
		auth:    oauthclients.ClientCredentials{ClientID: "c", ClientSecret: oauthclients.NewSecret("s3cret-of-ours")},
		clients: "/api/v2/oauth/clients", token: "/oauth/token",
		asked: func() *oauthclients.OAuthClient {
			return &oauthclients.OAuthClient{
				Name: "desk", GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
				RedirectURIs: []string{"https://app.example.com/cb"}, Scopes: []string{"users:readonly"},
			}
		},
		client: client, page: `{"entities":[CLIENTS],"pageSize":1,"nextUri":null}`,
		tokenAnswer:  `{"access_token":"s3cret-token","token_type":"bearer","expires_in":86399}`,
		secretAnswer: client, secretMember: "secret", writeAnswers: true, nextLinks: true,
	}
}

// connect makes a client of the vendor that speaks to w, with waits that nobody feels.
func (v *vendor) connect(t *testing.T, w *wire) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(v.provider, v.auth, oauthclients.WithHTTPClient(w.client()),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Microsecond, MaxWait: time.Millisecond}))
	require.NoError(t, err)
	return client
}

func (v *vendor) list(clients ...string) string {
	return strings.Replace(v.page, "CLIENTS", strings.Join(clients, ","), 1)
}
