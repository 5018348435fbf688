package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// This file turns an image into a data URI (RFC 2397), which is the form in which DocSpace takes
// a logo.

// dataURI takes a data URI as it is, and anything else for the name of a file.
func dataURI(place string) (string, error) {
	if strings.HasPrefix(place, "data:") {
		return place, nil
	}
	image, err := os.ReadFile(place) //nolint:gosec // the file that the user names
	if err != nil {
		return "", err
	}
	media := http.DetectContentType(image)
	if strings.EqualFold(filepath.Ext(place), ".svg") { // it is XML, which says nothing by itself
		media = "image/svg+xml"
	}
	if !slices.Contains([]string{"image/png", "image/jpeg", "image/svg+xml"}, media) {
		return "", fmt.Errorf("%s is no PNG, JPEG or SVG image", place)
	}
	return "data:" + media + ";base64," + base64.StdEncoding.EncodeToString(image), nil
}
