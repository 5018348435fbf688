package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients"
)

// This file sets and clears the fields of a client by their Go names, which is how the library
// names them in its errors.

// fieldNames are the fields that can differ between two vendors.
func fieldNames() []string {
	return []string{
		"Description", "RedirectURIs", "PostLogoutRedirectURIs", "AllowedOrigins", "GrantTypes", "Scopes",
		"ClientURI", "LogoURI", "PolicyURI", "TermsURI",
	}
}

// fieldOf points at a field, nil if it is not one of fieldNames.
func fieldOf(c *oauthclients.OAuthClient, name string) any {
	switch name {
	case "Description":
		return &c.Description
	case "RedirectURIs":
		return &c.RedirectURIs
	case "PostLogoutRedirectURIs":
		return &c.PostLogoutRedirectURIs
	case "AllowedOrigins":
		return &c.AllowedOrigins
	case "GrantTypes":
		return &c.GrantTypes
	case "Scopes":
		return &c.Scopes
	case "ClientURI":
		return &c.ClientURI
	case "LogoURI":
		return &c.LogoURI
	case "PolicyURI":
		return &c.PolicyURI
	case "TermsURI":
		return &c.TermsURI
	}
	return nil
}

func unknownField(name string) error {
	if slices.Contains(fieldNames(), name) {
		return nil
	}
	return fmt.Errorf("there is no field %q to set; there are %s", name, strings.Join(fieldNames(), ", "))
}

// add appends to a list, and replaces a text.
func add(c *oauthclients.OAuthClient, name, value string) {
	switch field := fieldOf(c, name).(type) {
	case *string:
		*field = value
	case *[]string:
		*field = append(*field, value)
	case *[]oauthclients.GrantType:
		*field = append(*field, oauthclients.GrantType(value))
	}
}

// clearFields empties exactly these fields.
func clearFields(c *oauthclients.OAuthClient, names []string) error {
	for _, name := range names {
		switch field := fieldOf(c, name).(type) {
		case *string:
			*field = ""
		case *[]string:
			*field = nil
		case *[]oauthclients.GrantType:
			*field = nil
		default:
			return unknownField(name)
		}
	}
	return nil
}
