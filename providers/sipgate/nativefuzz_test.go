package sipgate

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file holds the user info and the pages of a client against arbitrary answers. The balance
// has a file of its own.

// A user info has a user, or there is none; what was read, written again, is read as the same.
func FuzzUserInfo(f *testing.F) {
	f.Add(seed(f, "userinfo_response.json"))
	for _, text := range []string{
		`null`, `{}`, `[]`, `{"sub":"w0"}`, `{"sub":" "}`, `{"sub":0}`, `{"SUB":"w0","locale":null}`, `{"sub":"w0","domain":1}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var info UserInfo
		if json.Unmarshal(body, (*userInfoAnswer)(&info)) != nil {
			require.Zero(t, info, "half an answer is none")
			return
		}
		require.NotEmpty(t, strings.TrimSpace(info.Sub))
		written, err := json.Marshal(map[string]string{
			"sub": info.Sub, "domain": info.Domain, "masterSipId": info.MasterSIPID, "locale": info.Locale,
		})
		require.NoError(t, err)
		var again UserInfo
		require.NoError(t, json.Unmarshal(written, (*userInfoAnswer)(&again)))
		require.Equal(t, info, again)
	})
}

// Pages are taken from an answer that has at least one of the members, and changed in nothing.
func FuzzGDPR(f *testing.F) {
	f.Add(seed(f, "gdpr_response.json"))
	for _, text := range []string{
		`null`, `{}`, `[]`, `{"privacyUrl":null}`, `{"termsUrl":"t"}`, `{"privacyUrl":"p","termsUrl":1}`, `{"PRIVACYURL":"p"}`,
		`{"privacyUrl":"p","privacyUrl":null}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var pages GDPR
		if json.Unmarshal(body, (*gdprAnswer)(&pages)) != nil {
			require.Zero(t, pages, "half an answer is none")
			return
		}
		written, err := json.Marshal(map[string]string{"privacyUrl": pages.PolicyURI, "termsUrl": pages.TermsURI})
		require.NoError(t, err)
		var again GDPR
		require.NoError(t, json.Unmarshal(written, (*gdprAnswer)(&again)))
		require.Equal(t, pages, again)
	})
}
