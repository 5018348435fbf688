package sipgate

import (
	"context"
	"strings"

	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds who the credential belongs to.

const (
	userInfoPath = "/authorization/userinfo"
	opUserInfo   = "UserInfo"
)

// UserInfo is the user of a sipgate account to whom the credential belongs.
type UserInfo struct {
	// Sub is the user's id, such as "w0", as it stands in sipgate's paths: "/v2/w0/devices". It
	// is not the sub of a token or of the login server's own userinfo.
	Sub string
	// Domain is the sipgate product, such as "sipgate.de"; empty where sipgate does not tell.
	Domain string
	// MasterSIPID is the number of the account, such as "0000000", with its leading zeros; empty
	// where sipgate does not tell.
	MasterSIPID string
	// Locale is the user's language and country with an underscore between them, such as
	// "de_DE"; empty where sipgate does not tell.
	Locale string
}

// UserInfo reads whose credential this is, "GET /v2/authorization/userinfo" in sipgate's REST
// API. It needs no scope, so that it also tells whether a credential is good. It is not the
// userinfo of the login server (OpenID Connect), which knows other members.
//
// Every error is an [*oauthclients.Error]: ErrUnauthenticated for a credential that sipgate does
// not take, and ErrUnavailable, with the name of what is missing, for an answer without a sub.
func (a *API) UserInfo(ctx context.Context) (*UserInfo, error) {
	var info UserInfo
	if err := a.read(ctx, opUserInfo, userInfoPath, (*userInfoAnswer)(&info)); err != nil {
		return nil, err
	}
	return &info, nil
}

// userInfoAnswer is the answer as sipgate documents it. Its description demands none of the
// members, but an answer without the user is of no use.
type userInfoAnswer UserInfo

// UnmarshalJSON implements [json.Unmarshaler].
func (a *userInfoAnswer) UnmarshalJSON(body []byte) error {
	var wire struct {
		Sub         string `json:"sub"`
		Domain      string `json:"domain"`
		MasterSIPID string `json:"masterSipId"`
		Locale      string `json:"locale"`
	}
	if _, err := providerkit.Decode(body, &wire); err != nil {
		return err
	}
	if strings.TrimSpace(wire.Sub) == "" {
		return lacks("sub")
	}
	*a = userInfoAnswer(wire)
	return nil
}
