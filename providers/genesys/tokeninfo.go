package genesys

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/go-querystring/query"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file describes the token in use.

const (
	tokenInfoPath = apiPrefix + "/tokens/me"
	opMe          = "Me"
)

// TokenInfo is what the vendor knows about an access token.
type TokenInfo struct {
	// Client is the OAuth client that the token was issued to; never nil. The vendor does not
	// tell its secret here, nor its redirect URIs, and its Raw is nil.
	Client *oauthclients.OAuthClient
	// ClientOrganization is the organization of that client, empty where the vendor does not tell it.
	ClientOrganization EntityRef
	// Organization is where the token acts, HomeOrganization where it comes from.
	Organization, HomeOrganization EntityRef
	// AuthorizedScopes are the scopes of the token; none for a client with roles.
	AuthorizedScopes []string
	// ClonedUser is the person behind a user who acts in an organization that trusts another one;
	// empty for any other token.
	ClonedUser ClonedUser
	// IdlesAt is when the token ends unless it is used, zero without such a limit.
	IdlesAt time.Time
}

// ClonedUser is the original of a user who was cloned into another organization.
type ClonedUser struct {
	ID           string
	Organization EntityRef
}

// meQuery: a program that only looks must not keep a person signed in who has left.
type meQuery struct {
	PreserveIdleTTL bool `url:"preserveIdleTTL"`
}

// Me describes the token that the client uses, and the OAuth client and the organization that it
// belongs to: GET /api/v2/tokens/me. It asks the vendor not to count this call as activity
// (preserveIdleTTL), so that looking does not keep a session from ending. It needs no permission.
//
// Every error is an [*oauthclients.Error]; an answer without an OAuth client is ErrUnavailable.
//
// Source: the vendor's SDKs (TokenInfo).
func (a *API) Me(ctx context.Context) (*TokenInfo, error) {
	values, err := query.Values(meQuery{PreserveIdleTTL: true})
	if err != nil {
		return nil, err // out of reach: it is a bool
	}
	var answer tokenInfoAnswer
	_, err = a.driver.caller.Call(ctx, &oauthclients.Call{
		Operation: opMe, Method: http.MethodGet, Path: tokenInfoPath, Query: values, Result: &answer,
	})
	if err != nil {
		return nil, err
	}
	return (*TokenInfo)(&answer), nil
}

// wireTokenInfo is the answer (TokenInfo). The key of its client has capitals, other than all
// the others.
type wireTokenInfo struct {
	OAuthClient      *wireTokenClient `json:"OAuthClient"`
	Organization     wireRef          `json:"organization"`
	HomeOrganization wireRef          `json:"homeOrganization"`
	AuthorizedScope  []string         `json:"authorizedScope"`
	ClonedUser       struct {
		ID           string  `json:"id"`
		Organization wireRef `json:"organization"`
	} `json:"clonedUser"`
	DateTokenIdles wireDate `json:"dateTokenIdles"`
}

// wireTokenClient is a client with its organization (OrgOAuthClient).
type wireTokenClient struct {
	wireClient

	Organization wireRef `json:"organization"`
}

type tokenInfoAnswer TokenInfo

// UnmarshalJSON implements [json.Unmarshaler].
func (a *tokenInfoAnswer) UnmarshalJSON(body []byte) error {
	var wire wireTokenInfo
	if _, err := providerkit.Decode(body, &wire); err != nil {
		return err
	}
	switch {
	case wire.OAuthClient == nil:
		return errors.New("the answer has no OAuthClient")
	case blank(wire.OAuthClient.ID):
		return errNoID
	}
	*a = tokenInfoAnswer(tokenInfoFromWire(&wire))
	return nil
}

func tokenInfoFromWire(w *wireTokenInfo) TokenInfo {
	return TokenInfo{
		Client: fromRead(&w.OAuthClient.wireClient), ClientOrganization: EntityRef(w.OAuthClient.Organization),
		Organization: EntityRef(w.Organization), HomeOrganization: EntityRef(w.HomeOrganization),
		AuthorizedScopes: w.AuthorizedScope,
		ClonedUser:       ClonedUser{ID: w.ClonedUser.ID, Organization: EntityRef(w.ClonedUser.Organization)},
		IdlesAt:          time.Time(w.DateTokenIdles),
	}
}
