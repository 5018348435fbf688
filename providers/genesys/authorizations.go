package genesys

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the authorizations: which OAuth clients may act for the person of the token.

const (
	authorizationsPath = apiPrefix + "/oauth/authorizations"
	opAuthorizations   = "Authorizations"
	opAuthorization    = "Authorization"
)

// AuthorizationState is what a person has decided about an OAuth client. A word of the vendor
// that means none of the constants is kept as it came.
type AuthorizationState string

// The states of an authorization.
const (
	StateUnauthorized AuthorizationState = "Unauthorized"
	StateRequested    AuthorizationState = "Requested"
	StateAuthorized   AuthorizationState = "Authorized"
	StateRevoked      AuthorizationState = "Revoked"
)

// Authorization is what an OAuth client may do in the name of its resource owner.
type Authorization struct {
	// Client is never nil. Its secret is zero unless the vendor tells it, and its Raw is nil.
	Client *oauthclients.OAuthClient
	// Scopes and Roles (ids) are what was authorized.
	Scopes, Roles []string
	// ResourceOwner is in whose name the client acts.
	ResourceOwner EntityRef
	// CreatedAt and UpdatedAt are zero when unknown.
	CreatedAt, UpdatedAt time.Time
	// CreatedBy and ModifiedBy are empty when unknown.
	CreatedBy, ModifiedBy EntityRef
	// Pending: nobody has decided yet.
	Pending bool
	// State is "" where the vendor does not tell it.
	State AuthorizationState
	// SelfURI is the authorization's own address, without a host.
	SelfURI string
}

// Authorizations lists the OAuth clients that the resource owner has authorized or revoked, or
// that have asked for it: GET /api/v2/oauth/authorizations. The vendor has no pages for it. The
// caller needs the permission oauth:client:authorize.
//
// Every error is an [*oauthclients.Error]; an answer with an authorization that has no client,
// or a client without an id, is ErrUnavailable.
func (a *API) Authorizations(ctx context.Context) ([]Authorization, error) {
	var answer listAnswer[authorizationAnswer]
	if err := a.read(ctx, opAuthorizations, authorizationsPath, nil, &answer); err != nil {
		return nil, err
	}
	list := make([]Authorization, len(answer.entities))
	for i := range answer.entities {
		list[i] = answer.entities[i].Authorization
	}
	return list, nil
}

// Authorization reads the authorization of one OAuth client by the client's id, GET
// /api/v2/oauth/authorizations/{clientId}. ErrNotFound if there is none. It needs the same
// permission as [API.Authorizations].
func (a *API) Authorization(ctx context.Context, clientID string) (*Authorization, error) {
	answer := authorizationAnswer{asked: clientID}
	path := authorizationsPath + "/" + url.PathEscape(clientID)
	if err := a.read(ctx, opAuthorization, path, providerkit.FaultsOfID(clientID), &answer); err != nil {
		return nil, err
	}
	return &answer.Authorization, nil
}

// wireAuthorization is an authorization in an answer (OAuthAuthorization).
type wireAuthorization struct {
	Client        *wireClient `json:"client"`
	Scope         []string    `json:"scope"`
	Roles         []string    `json:"roles"`
	ResourceOwner wireRef     `json:"resourceOwner"`
	DateCreated   wireDate    `json:"dateCreated"`
	DateModified  wireDate    `json:"dateModified"`
	CreatedBy     wireRef     `json:"createdBy"`
	ModifiedBy    wireRef     `json:"modifiedBy"`
	Pending       bool        `json:"pending"`
	State         string      `json:"state"`
	SelfURI       string      `json:"selfUri"`
}

type authorizationAnswer struct {
	Authorization

	asked string // the client that was asked for, "" in a list
}

// UnmarshalJSON implements [json.Unmarshaler].
func (a *authorizationAnswer) UnmarshalJSON(body []byte) error {
	var wire wireAuthorization
	if _, err := providerkit.Decode(body, &wire); err != nil {
		return err
	}
	switch {
	case wire.Client == nil:
		return errors.New("the authorization has no client")
	case blank(wire.Client.ID):
		return errNoID
	case another(a.asked, wire.Client.ID):
		return fmt.Errorf("the answer is about another client than %q", a.asked)
	}
	a.Authorization = authorizationFromWire(&wire)
	return nil
}

func authorizationFromWire(w *wireAuthorization) Authorization {
	return Authorization{
		Client: fromRead(w.Client), Scopes: w.Scope, Roles: w.Roles,
		ResourceOwner: EntityRef(w.ResourceOwner),
		CreatedAt:     time.Time(w.DateCreated), UpdatedAt: time.Time(w.DateModified),
		CreatedBy: EntityRef(w.CreatedBy), ModifiedBy: EntityRef(w.ModifiedBy),
		Pending: w.Pending, SelfURI: w.SelfURI,
		State: folded(w.State, StateUnauthorized, StateRequested, StateAuthorized, StateRevoked),
	}
}
