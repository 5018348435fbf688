package genesys

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the vendor's JSON and the mapping to and from the portable model.

// wireRequest is the body of POST /api/v2/oauth/clients (OAuthClientRequest). It has no state:
// the server's default is "active", and no other state makes sense for a new client.
type wireRequest struct {
	Name                       string             `json:"name"`
	Description                string             `json:"description,omitempty"`
	AuthorizedGrantType        string             `json:"authorizedGrantType"`
	AccessTokenValiditySeconds wireSeconds        `json:"accessTokenValiditySeconds,omitzero"`
	RegisteredRedirectURI      []string           `json:"registeredRedirectUri,omitempty"`
	Scope                      []string           `json:"scope,omitempty"`
	RoleDivisions              []wireRoleDivision `json:"roleDivisions,omitempty"`
	DateToDelete               wireTime           `json:"dateToDelete,omitzero"`
}

// wireClient is a client as the server answers it (OAuthClient).
type wireClient struct {
	ID                         string              `json:"id"`
	Name                       string              `json:"name"`
	Description                string              `json:"description"`
	AuthorizedGrantType        string              `json:"authorizedGrantType"`
	AccessTokenValiditySeconds wireSeconds         `json:"accessTokenValiditySeconds"`
	RegisteredRedirectURI      []string            `json:"registeredRedirectUri"`
	Scope                      []string            `json:"scope"`
	RoleDivisions              []wireRoleDivision  `json:"roleDivisions"`
	RoleIDs                    []string            `json:"roleIds"`
	State                      string              `json:"state"`
	Secret                     oauthclients.Secret `json:"secret"`
	DateCreated                wireDate            `json:"dateCreated"`
	DateModified               wireDate            `json:"dateModified"`
	DateToDelete               wireDate            `json:"dateToDelete"`
	CreatedBy                  wireRef             `json:"createdBy"`
	ModifiedBy                 wireRef             `json:"modifiedBy"`
	SelfURI                    string              `json:"selfUri"`
}

type wireRoleDivision struct {
	RoleID     string `json:"roleId"`
	DivisionID string `json:"divisionId"`
}

type wireRef struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	SelfURI string `json:"selfUri"`
}

// toWire maps a client for its creation; it was validated before.
func toWire(c *oauthclients.OAuthClient) wireRequest {
	extra := settings(c)
	return wireRequest{
		Name:                       c.Name,
		Description:                c.Description,
		AuthorizedGrantType:        grantToWire(c.GrantTypes),
		AccessTokenValiditySeconds: wireSeconds(extra.AccessTokenValidity),
		RegisteredRedirectURI:      c.RedirectURIs,
		Scope:                      c.Scopes,
		RoleDivisions:              roleDivisionsToWire(extra.RoleDivisions),
		DateToDelete:               wireTime(extra.DateToDelete),
	}
}

// client is a client and its settings in one piece of memory, since lists have many.
type client struct {
	oauthclients.OAuthClient
	extra Extra
}

func fromWire(w *wireClient) *oauthclients.OAuthClient {
	c := &client{extra: Extra{
		AccessTokenValidity: time.Duration(w.AccessTokenValiditySeconds),
		RoleDivisions:       roleDivisionsFromWire(w.RoleDivisions),
		DateToDelete:        time.Time(w.DateToDelete),
		RoleIDs:             w.RoleIDs,
		CreatedBy:           EntityRef(w.CreatedBy),
		ModifiedBy:          EntityRef(w.ModifiedBy),
		SelfURI:             w.SelfURI,
	}}
	c.OAuthClient = oauthclients.OAuthClient{
		ID:           w.ID,
		Secret:       w.Secret,
		Name:         w.Name,
		Description:  w.Description,
		RedirectURIs: w.RegisteredRedirectURI,
		GrantTypes:   grantFromWire(w.AuthorizedGrantType),
		Scopes:       w.Scope,
		Status:       statusFromWire(w.State),
		CreatedAt:    time.Time(w.DateCreated),
		UpdatedAt:    time.Time(w.DateModified),
		Extra:        &c.extra,
	}
	return &c.OAuthClient
}

// fromRead is fromWire for an answer to anything but a create and a new secret, which alone issue one.
func fromRead(w *wireClient) *oauthclients.OAuthClient {
	c := fromWire(w)
	c.Secret = providerkit.ShownSecret(c.Secret)
	return c
}

func roleDivisionsToWire(list []RoleDivision) []wireRoleDivision {
	wire := make([]wireRoleDivision, len(list))
	for i, entry := range list {
		wire[i] = wireRoleDivision(entry)
	}
	return wire
}

func roleDivisionsFromWire(wire []wireRoleDivision) []RoleDivision {
	if len(wire) == 0 {
		return nil
	}
	list := make([]RoleDivision, len(wire))
	for i, entry := range wire {
		list[i] = RoleDivision(entry)
	}
	return list
}

// statusFromWire keeps a word it does not know, as it came.
func statusFromWire(state string) oauthclients.Status {
	switch known := oauthclients.Status(strings.ToLower(state)); known {
	case oauthclients.StatusActive, oauthclients.StatusDisabled,
		oauthclients.StatusInactive, oauthclients.StatusDeleted:
		return known
	case oauthclients.StatusUnreadable: // the library's own word
	}
	return oauthclients.Status(state)
}

// wireSeconds is a duration that travels as a whole number of seconds.
type wireSeconds time.Duration

func (s wireSeconds) MarshalJSON() ([]byte, error) {
	return strconv.AppendInt(nil, int64(time.Duration(s)/time.Second), 10), nil
}

// UnmarshalJSON refuses what a duration cannot hold: a wrong number would be worse.
func (s *wireSeconds) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	seconds, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return providerkit.Unfit[int64](text)
	}
	const limit = math.MaxInt64 / int64(time.Second)
	if seconds > limit || seconds < -limit {
		return providerkit.Unfit[int64](text)
	}
	*s = wireSeconds(time.Duration(seconds) * time.Second)
	return nil
}

// wireDate is a point in time as the vendor answers it; null is none.
type wireDate time.Time

// UnmarshalJSON implements [json.Unmarshaler]. The error gets the member's name from the decoder.
func (d *wireDate) UnmarshalJSON(text []byte) error {
	var read time.Time
	if read.UnmarshalJSON(text) != nil {
		return providerkit.Unfit[time.Time](text)
	}
	if read.UTC().Year() > 1 { // or it is the zero of other languages, in some time zone
		*d = wireDate(read)
	}
	return nil
}

// wireTime is a date as the vendor writes it: UTC, with milliseconds.
type wireTime time.Time

func (t wireTime) IsZero() bool { return time.Time(t).IsZero() }

func (t wireTime) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(t).UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

var (
	// errNoID: whatever such an answer is, it cannot be used.
	errNoID = errors.New("the client has no id")
	// errOtherClient: what is said of another client must not be taken for the one in question.
	errOtherClient = errors.New("the answer is about another client than the one that was asked for")
)

// wireAnswer is a single client in an answer. That it is of no use is found while it is decoded,
// because the core then says as well whether a write may have been executed.
type wireAnswer struct {
	wireClient

	asked     string   // the id that was asked for, "" for a new client
	forSecret bool     // without a secret it is of no use
	unread    []string // the members that could not be read
}

func (a *wireAnswer) UnmarshalJSON(text []byte) (err error) {
	a.unread, err = providerkit.Decode(text, &a.wireClient)
	switch {
	case err != nil:
		return err
	case blank(a.ID):
		return errNoID
	case a.asked != "" && !providerkit.SameID(a.ID, a.asked):
		return errOtherClient
	case a.forSecret && a.Secret.IsZero():
		return fmt.Errorf("the answer for client %q has no secret", a.asked)
	}
	return nil
}
