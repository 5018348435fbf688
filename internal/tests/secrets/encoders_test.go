package secrets

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-querystring/query"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file gives what holds a secret to encoders, those that ask a method of the value and those that
// look at its exported fields.

// holders are the exported types that hold secrets, each with topSecret or "h1dden" in it.
func holders() []any {
	secret := oauthclients.NewSecret(topSecret)
	session := world.SessionUntil(world.InAnHour())
	session.Token = &oauth2.Token{AccessToken: "h1dden-access", RefreshToken: "h1dden-refresh"}
	record := oauthclients.Record{Raw: json.RawMessage(`{"key":"h1dden"}`)}
	return append(handedToDrivers(),
		session, oauthclients.PasswordGrant{ClientID: "c", Username: "u", Password: secret, ClientSecret: secret},
		oauthclients.ClientCredentials{ClientID: "c", ClientSecret: secret}, oauthclients.BasicAuth{Username: "u", Password: secret},
		oauthclients.OAuthClient{ID: "id-1", Secret: secret},
		record, oauthclients.RecordPage{Records: []oauthclients.Record{record}, Body: json.RawMessage(`[{"key":"h1dden"}]`)},
		oauthclients.Endpoints{BaseURL: "https://u:h1dden@api.example.com?key=h1dden"},
		exportedSecret{secret}, pointerSecret{Exported: &secret},
	)
}

func TestNoEncoderShowsASecret(t *testing.T) {
	hidden := []string{topSecret, "h1dden", "r4w-secret", "t0ken-of-a-path", "qu3ry-secret", "h3ader-secret", "own-t0ken"}
	for name, encode := range map[string]func(any) (string, error){
		"JSON": func(v any) (string, error) { text, err := json.Marshal(v); return string(text), err },
		"XML":  func(v any) (string, error) { text, err := xml.Marshal(v); return string(text), err },
		"gob": func(v any) (string, error) {
			var stream bytes.Buffer
			err := gob.NewEncoder(&stream).Encode(v)
			return stream.String(), err
		},
		"query": func(v any) (string, error) {
			values, err := query.Values(v)
			return fmt.Sprint(values) + values.Encode(), err
		},
	} {
		for _, value := range holders() {
			t.Run(fmt.Sprintf("%s/%T", name, value), func(t *testing.T) {
				text, err := encode(value)
				if err != nil {
					text += err.Error()
				}
				for _, secret := range hidden {
					world.RequireNoLeak(t, text, secret)
				}
				require.NotContains(t, text, "114 52 119", "the bytes of r4w, one by one")
				require.NotContains(t, text, "104 49 100", "the bytes of h1d, one by one")
			})
		}
	}
}

// Encoders of other modules know the fields by tags of their own.
func TestFieldsWithSecretsAreLeftOutByEveryTag(t *testing.T) {
	for _, c := range []struct {
		value  any
		fields []string
	}{
		{oauthclients.AuthCode{}, []string{"Token"}}, {oauthclients.Record{}, []string{"Raw"}},
		{oauthclients.RecordPage{}, []string{"Records", "Body"}}, {oauthclients.Response{}, []string{"Header", "Body"}},
		{oauthclients.Call{}, []string{"BaseURL", "Path", "Query", "Header", "Body", "Members", "Result"}},
		{oauthclients.Endpoints{}, []string{"BaseURL", "Grants", "Others"}},
	} {
		for _, name := range c.fields {
			field, ok := reflect.TypeOf(c.value).FieldByName(name)
			require.True(t, ok)
			for _, encoder := range []string{"json", "xml", "yaml", "toml", "msgpack", "cbor", "bson", "url", "mapstructure"} {
				require.Equal(t, "-", field.Tag.Get(encoder), "%T.%s %s", c.value, name, encoder)
			}
		}
	}
}

func TestASecretAsAnAttributeShowsItsMark(t *testing.T) {
	text, err := xml.Marshal(struct {
		XMLName  xml.Name            `xml:"config"`
		Password oauthclients.Secret `xml:"password,attr"`
	}{Password: oauthclients.NewSecret(topSecret)})
	require.NoError(t, err)
	require.Equal(t, `<config password="[REDACTED]"></config>`, string(text))
}

func TestPagesAndEndpointsPrintWithoutTheirSecrets(t *testing.T) {
	page := oauthclients.RecordPage{Records: make([]oauthclients.Record, 2), Body: json.RawMessage(`[{"key":"h1dden"}]`)}
	addresses := oauthclients.Endpoints{BaseURL: "https://u:h1dden@api.example.com", Others: map[string]string{"a": "https://h1dden@x"}}
	for _, value := range []any{page, &page, addresses, &addresses} {
		providertest.RequireHidden(t, value, "h1dden")
	}
	require.Contains(t, fmt.Sprint(page), "Records: 2")
	require.Contains(t, fmt.Sprint(addresses), "api.example.com")
}
