package genesys

import (
	"fmt"
	"slices"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file checks the rules that the vendor states, before anything is sent. Rules that are
// only known from practice, such as redirect URIs for authorization codes, are left to the
// server: it may take more than anybody has written down.

// The fields of Extra that can be written, by the names that errors and Capabilities have.
const (
	fieldValidity      = "Extra.AccessTokenValidity"
	fieldRoleDivisions = "Extra.RoleDivisions"
	fieldDateToDelete  = "Extra.DateToDelete"
)

const (
	minValidity = 300 * time.Second
	maxValidity = 38_880_000 * time.Second // 450 days, for SCIM clients
)

func validateCreate(want *oauthclients.OAuthClient) error {
	if err := checkExtra("Create", want); err != nil {
		return err
	}
	check := checker{want: want, extra: settings(want), touched: func(string) bool { return true }}
	return providerkit.InvalidFields(providerName, "Create", check.run())
}

// validateUpdate leaves alone what was not edited: it was the server's own.
func validateUpdate(want *oauthclients.OAuthClient, changed []string) error {
	if err := checkExtra("Update", want); err != nil {
		return err
	}
	check := checker{want: want, extra: settings(want), update: true, touched: func(field string) bool {
		return slices.Contains(changed, field)
	}}
	return providerkit.InvalidFields(providerName, "Update", check.run())
}

type checker struct {
	want    *oauthclients.OAuthClient
	extra   Extra
	update  bool
	touched func(field string) bool
	faults  []oauthclients.FieldError
}

func (c *checker) run() []oauthclients.FieldError {
	c.name()
	c.grantTypes()
	c.scopes()
	c.validity()
	c.roleDivisions()
	c.dateToDelete()
	return c.faults
}

func (c *checker) fault(field, code, message string) {
	c.faults = append(c.faults, oauthclients.FieldError{Field: field, Code: code, Message: message})
}

func (c *checker) name() {
	if c.touched("Name") && blank(c.want.Name) {
		c.fault("Name", "required", "must not be blank")
	}
}

func (c *checker) grantTypes() {
	switch {
	case !c.touched("GrantTypes"):
	case len(c.want.GrantTypes) == 0:
		c.fault("GrantTypes", "required", "must have exactly one entry")
	case len(c.want.GrantTypes) > 1:
		c.fault("GrantTypes", "count", "must have exactly one entry: a client has a single grant type here")
	case c.grant() == "":
		c.fault("GrantTypes", "unsupported", fmt.Sprintf("has no %q here", c.want.GrantTypes[0]))
	}
}

// grant is the vendor's name of the grant type, "" for one that it does not have.
func (c *checker) grant() string { return grantToWire(c.want.GrantTypes) }

func (c *checker) scopes() {
	grant := c.grant()
	if (c.touched("Scopes") || c.touched("GrantTypes")) && len(c.want.Scopes) == 0 &&
		grant != "" && grant != wireClientCredentials {
		c.fault("Scopes", "required", "must have at least one entry, except for client_credentials")
	}
}

// validity 0 leaves the choice to the server in Create. In Update it would come back as the
// server's default, which is not what "cleared" means.
func (c *checker) validity() {
	validity := c.extra.AccessTokenValidity
	switch {
	case !c.touched(fieldValidity), validity == 0 && !c.update:
	case validity == 0:
		c.fault(fieldValidity, "required", "cannot be cleared; the server's default is 24 h")
	case validity%time.Second != 0:
		c.fault(fieldValidity, "invalid", "must be whole seconds")
	case validity < minValidity || validity > maxValidity:
		c.fault(fieldValidity, "range", "must be from 300 s to 38880000 s")
	}
}

func (c *checker) roleDivisions() {
	if !c.touched(fieldRoleDivisions) && !c.touched("GrantTypes") {
		return
	}
	if len(c.extra.RoleDivisions) == 0 && c.grant() == wireClientCredentials {
		c.fault(fieldRoleDivisions, "required", "must have at least one entry for client_credentials")
	}
	for i, entry := range c.extra.RoleDivisions {
		if blank(entry.RoleID) || blank(entry.DivisionID) {
			c.fault(fieldRoleDivisions, "required",
				fmt.Sprintf("entry %d must have RoleID and DivisionID (\"*\" for all divisions)", i+1))
		}
	}
}

// dateToDelete: the vendor keeps milliseconds, so that a finer date would not come back.
func (c *checker) dateToDelete() {
	date := c.extra.DateToDelete
	if c.touched(fieldDateToDelete) && !date.Truncate(time.Millisecond).Equal(date) {
		c.fault(fieldDateToDelete, "invalid", "must be whole milliseconds; see time.Time.Truncate")
	}
}
