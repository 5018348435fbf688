package genesystest

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"
)

// This file holds what the server refuses in a request body.

// managed lists the members that a response has and a request must not have.
func managed() []string {
	return []string{"id", "secret", "dateCreated", "dateModified", "createdBy", "modifiedBy", "selfUri"}
}

// content is the part of a request body that has rules.
type content struct {
	Name                       string   `json:"name"`
	Description                string   `json:"description"`
	AuthorizedGrantType        string   `json:"authorizedGrantType"`
	AccessTokenValiditySeconds *int64   `json:"accessTokenValiditySeconds"`
	RegisteredRedirectURI      []string `json:"registeredRedirectUri"`
	Scope                      []string `json:"scope"`
	RoleDivisions              []struct {
		RoleID     string `json:"roleId"`
		DivisionID string `json:"divisionId"`
	} `json:"roleDivisions"`
	State        string  `json:"state"`
	DateToDelete *string `json:"dateToDelete"`
}

// request reads and checks a body. The values that old has already are taken again, whatever
// they are.
func request(r *http.Request, old *client) (map[string]json.RawMessage, *failure) {
	if failed := mustBeJSON(r); failed != nil {
		return nil, failed
	}
	var text json.RawMessage
	var members map[string]json.RawMessage
	var body content
	if json.NewDecoder(r.Body).Decode(&text) != nil || json.Unmarshal(text, &members) != nil ||
		members == nil || json.Unmarshal(text, &body) != nil {
		return nil, malformed()
	}
	if details := body.faults(members, old); len(details) > 0 {
		return nil, fail(http.StatusBadRequest, "bad.request", "The request is not valid.", details...)
	}
	return members, nil
}

func mustBeJSON(r *http.Request) *failure {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return fail(http.StatusUnsupportedMediaType, "unsupported.media.type", "The request must be application/json.")
	}
	return nil
}

func malformed() *failure {
	return fail(http.StatusBadRequest, "bad.request", "The request could not be understood by the server due to malformed syntax.")
}

func (c *content) faults(members map[string]json.RawMessage, old *client) []detail {
	var details []detail
	check := func(ok bool, code, name string) {
		if !ok {
			details = append(details, detail{code, name})
		}
	}
	for _, name := range managed() {
		_, sent := members[name]
		check(!sent, "invalid.value", name)
	}
	check(strings.TrimSpace(c.Name) != "", "required", "name")
	check(c.grantKnown(old), "invalid.value", "authorizedGrantType")
	check(c.stateKnown(old), "invalid.value", "state")
	check(c.validityInRange(), "invalid.value", "accessTokenValiditySeconds")
	check(c.dateReadable(), "invalid.date", "dateToDelete")
	check(c.rolesComplete(), "required", "roleDivisions")
	isCredentials := c.AuthorizedGrantType == "CLIENT-CREDENTIALS"
	check(!isCredentials || len(c.RoleDivisions) > 0, "required", "roleDivisions")
	check(isCredentials || !c.needsScope() || len(c.Scope) > 0, "required", "scope")
	return details
}

func grants() []string {
	return []string{"CODE", "TOKEN", "SAML2-BEARER", "PASSWORD", "CLIENT-CREDENTIALS"}
}

func (c *content) grantKnown(old *client) bool {
	return slices.Contains(grants(), c.AuthorizedGrantType) ||
		old != nil && c.AuthorizedGrantType != "" && c.AuthorizedGrantType == old.text("authorizedGrantType")
}

// needsScope: nothing is known of the rules for a grant type that is not known.
func (c *content) needsScope() bool { return slices.Contains(grants(), c.AuthorizedGrantType) }

func (c *content) stateKnown(old *client) bool {
	return slices.Contains([]string{"", "active", "disabled", "inactive"}, c.State) ||
		old != nil && c.State == old.text("state")
}

// validityInRange has the limit of SCIM clients, since the server cannot tell them here.
func (c *content) validityInRange() bool {
	seconds := c.AccessTokenValiditySeconds
	return seconds == nil || *seconds >= 300 && *seconds <= 38_880_000
}

func (c *content) dateReadable() bool {
	if c.DateToDelete == nil {
		return true
	}
	_, err := time.Parse(time.RFC3339, *c.DateToDelete)
	return err == nil
}

func (c *content) rolesComplete() bool {
	for _, entry := range c.RoleDivisions {
		if entry.RoleID == "" || entry.DivisionID == "" {
			return false
		}
	}
	return true
}
