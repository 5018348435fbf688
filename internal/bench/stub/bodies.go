package stub

import (
	"bytes"
	"fmt"
	"strconv"
)

// This file holds what the vendors' servers answer, in the forms of ../../../providers/*/testdata.

// The client that the stub has at every vendor, and its two names: each PUT turns one into the
// other, so that every update changes something.
const (
	ID        = "7de3af06-c0b3-4f9b-af45-72f4a1403797"
	FirstName = "Order desk, blue"
	OtherName = "Order desk, gray"
)

// bodies are the answers of one vendor, made once: the stub must cost next to nothing.
type bodies struct {
	named map[string][]byte // one client, by its name
	entry []byte            // one client in a list
}

func bodiesOf(client string) bodies {
	b := bodies{named: map[string][]byte{}, entry: fmt.Appendf(nil, client, ID, FirstName)}
	for _, name := range []string{FirstName, OtherName} {
		b.named[name] = fmt.Appendf(nil, client, ID, name)
	}
	return b
}

// list has clients first to first+count-1, whose ids end in their numbers.
func (b *bodies) list(first, count int) []byte {
	var list bytes.Buffer
	list.WriteByte('[')
	for number := first; number < first+count; number++ {
		if number > first {
			list.WriteByte(',')
		}
		list.Write(bytes.ReplaceAll(b.entry, []byte(ID), []byte(numbered(number))))
	}
	list.WriteByte(']')
	return list.Bytes()
}

// numbered is an id like any other, but for its last twelve digits.
func numbered(number int) string {
	digits := strconv.Itoa(number)
	return ID[:len(ID)-12] + "000000000000"[len(digits):] + digits
}

const genesysClient = `{"id":"%s","name":"%s","accessTokenValiditySeconds":3600,` +
	`"description":"Click to dial for the order desk",` +
	`"registeredRedirectUri":["https://orders.example.com/oauth/callback","https://orders.example.net/oauth/callback"],` +
	`"roleIds":["4a0a5b1e-6d0e-4c4b-9d3c-0b4f6a3d2c11"],` +
	`"dateCreated":"2026-03-02T09:15:04.123Z","dateModified":"2026-03-02T09:15:04.123Z",` +
	`"createdBy":{"id":"1f6a0d0c-51b7-4f0f-8d0a-3a4f0c0f7b22","selfUri":"/api/v2/users/1f6a0d0c-51b7-4f0f-8d0a-3a4f0c0f7b22"},` +
	`"modifiedBy":{"id":"1f6a0d0c-51b7-4f0f-8d0a-3a4f0c0f7b22","selfUri":"/api/v2/users/1f6a0d0c-51b7-4f0f-8d0a-3a4f0c0f7b22"},` +
	`"authorizedGrantType":"CODE","scope":["analytics","users:readonly","routing"],` +
	`"roleDivisions":[{"roleId":"4a0a5b1e-6d0e-4c4b-9d3c-0b4f6a3d2c11","divisionId":"*"}],` +
	`"state":"active","secret":"q8ZrT1vYc0LkN5eWm2HsXa7PdJ4uGb9RfKoV",` +
	`"selfUri":"/api/v2/oauth/clients/7de3af06-c0b3-4f9b-af45-72f4a1403797"}`

const sipgateClient = `{"clientId":"%s","clientSecret":"6f1d0c52-9f4e-4f0e-8a57-0d2f6a3c1b90","name":"%s",` +
	`"description":"Click to dial for the order desk",` +
	`"redirectUris":["https://orders.example.com/oauth/callback","https://orders.example.net/oauth/callback"],` +
	`"webOrigins":["https://orders.example.com"],` +
	`"privacyUrl":"https://orders.example.com/privacy","termsUrl":"https://orders.example.com/terms"}`

const docspaceClient = `{"client_id":"%s","client_secret":"q8ZrT1vYc0LkN5eWm2HsXa7PdJ4uGb9RfKoV","name":"%s",` +
	`"description":"Click to dial for the order desk",` +
	`"logo":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",` +
	`"website_url":"https://orders.example.com","terms_url":"https://orders.example.com/terms",` +
	`"policy_url":"https://orders.example.com/privacy","authentication_methods":["client_secret_post","none"],"tenant":1,` +
	`"redirect_uris":["https://orders.example.com/oauth/callback"],"allowed_origins":["https://orders.example.com"],` +
	`"logout_redirect_uris":["https://orders.example.com/logout"],"scopes":["files:read","openid"],` +
	`"created_on":"2026-06-30T10:13:11.482913Z","created_by":"66faa6e4-f133-11ea-b126-00ffeec8b4ea",` +
	`"modified_on":"2026-06-30T10:13:11.482913Z","modified_by":"66faa6e4-f133-11ea-b126-00ffeec8b4ea",` +
	`"is_public":true,"enabled":true}`

// standardClient is the metadata of RFC 7591, with what Hydra adds to it.
const standardClient = `{"client_id":"%s","client_name":"%s","client_secret":"q8ZrT1vYc0LkN5eWm2HsXa7PdJ4uGb9RfKoV",` +
	`"redirect_uris":["https://orders.example.com/oauth/callback","https://orders.example.net/oauth/callback"],` +
	`"grant_types":["authorization_code","refresh_token"],"response_types":["code"],"scope":"openid offline_access",` +
	`"policy_uri":"https://orders.example.com/privacy","tos_uri":"https://orders.example.com/terms",` +
	`"client_uri":"https://orders.example.com","logo_uri":"https://orders.example.com/logo.png",` +
	`"contacts":["orders@example.com"],"client_secret_expires_at":0,"subject_type":"public",` +
	`"token_endpoint_auth_method":"client_secret_basic","userinfo_signed_response_alg":"none",` +
	`"created_at":"2026-07-14T09:21:33Z","updated_at":"2026-07-14T09:21:33Z","client_id_issued_at":1784020893}`
