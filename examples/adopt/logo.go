package main

import (
	"strings"

	"github.com/oauthclients/oauthclients/providers/docspace"
)

// This file turns what the user gives for a logo into a data URI (RFC 2397), which is the form in
// which DocSpace takes one.

// dataURI takes a data URI as it is, "default" for the neutral logo that comes with the library,
// and anything else for the name of a file.
func dataURI(place string) (string, error) {
	switch {
	case place == "default":
		return docspace.DefaultLogo, nil
	case strings.HasPrefix(place, "data:"):
		return place, nil
	}
	return docspace.LogoFromFile(place)
}
