package docspace

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file makes logos: a portal wants the image itself as a data URI, and no client without one.

const opLogoFromFile = "LogoFromFile"

// DefaultLogo is a neutral logo, a grey window, for programs that have none of their own. It is
// used only where a program asks for it:
//
//	client.LogoURI = docspace.DefaultLogo
const DefaultLogo = "data:image/svg+xml;base64," +
	"PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSI2NCIgaGVpZ2h0PSI2NCIgdmlld0JveD0i" +
	"MCAwIDY0IDY0Ij48cmVjdCB3aWR0aD0iNjQiIGhlaWdodD0iNjQiIHJ4PSIxNCIgZmlsbD0iIzY0NzQ4YiIvPjxwYXRoIGQ9" +
	"Ik0xOSAyMWgyNnYyMkgxOXptMCA3aDI2IiBmaWxsPSJub25lIiBzdHJva2U9IiNmZmYiIHN0cm9rZS13aWR0aD0iNCIgc3Ry" +
	"b2tlLWxpbmVqb2luPSJyb3VuZCIvPjwvc3ZnPg=="

const svgNamespace = "http://www.w3.org/2000/svg"

// LogoFromFile reads an image and returns it as the data URI that LogoURI takes. A portal takes
// PNG, JPEG and SVG, which is told by the content and not by the file's name, of at most 256,000
// bytes; no more is read. A data URI of that size is far below the portal's limit of 2,000,000
// characters. Source: CreateClientRequest of ONLYOFFICE/DocSpace-server.
//
// Every error is an [*oauthclients.Error] of kind ErrInvalid that names the file and what is wrong
// with it. One of a file that cannot be read is also what package os said, such as
// [os.ErrNotExist].
func LogoFromFile(path string) (string, error) {
	image, err := readImage(path)
	if err != nil {
		return "", &oauthclients.Error{
			Kind: oauthclients.ErrInvalid, Provider: providerName, Operation: opLogoFromFile, Err: err,
		}
	}
	kind := imageType(image)
	switch {
	case len(image) == 0:
		return "", wrongLogo("required", path, "must not be empty")
	case len(image) > maxLogoImage:
		return "", wrongLogo("length", path, fmt.Sprintf("must have at most %d bytes", maxLogoImage))
	case kind == "":
		return "", wrongLogo("invalid", path, "must have a PNG, JPEG or SVG image in it, whatever its name is (SVG with the namespace "+svgNamespace+")")
	}
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(image), nil
}

// readImage reads one byte more than an image may have, so that a larger one is noticed.
func readImage(path string) ([]byte, error) {
	// Looked at before it is opened: opening a pipe would wait for its other end.
	about, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !about.Mode().IsRegular() {
		return nil, &os.PathError{Op: "read", Path: path, Err: errNoFile}
	}
	file, err := os.Open(path) //nolint:gosec // the caller's own file
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxLogoImage+1))
}

var errNoFile = errors.New("is not a regular file")

func wrongLogo(code, path, message string) error {
	return providerkit.InvalidFields(providerName, opLogoFromFile, []oauthclients.FieldError{{
		Field: "LogoURI", Code: code, Message: fmt.Sprintf("the file %q %s", path, message),
	}})
}

// imageType is the media type of an image that a portal takes, "" for anything else.
func imageType(image []byte) string {
	if kind := http.DetectContentType(image); kind == "image/png" || kind == "image/jpeg" {
		return kind
	}
	if isSVG(image) {
		return "image/svg+xml"
	}
	return ""
}

// isSVG looks for the first element of an XML document. Browsers show an SVG of a data URI only
// if it has its namespace.
func isSVG(text []byte) bool {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.CharsetReader = func(_ string, text io.Reader) (io.Reader, error) {
		return text, nil // the one name that counts is ASCII in every encoding that gets this far
	}
	for {
		token, err := decoder.Token()
		switch token := token.(type) {
		case xml.StartElement:
			return token.Name == xml.Name{Space: svgNamespace, Local: "svg"}
		case xml.CharData:
			if strings.Trim(string(token), " \t\r\n\ufeff") != "" {
				return false
			}
		}
		if err != nil {
			return false
		}
	}
}
