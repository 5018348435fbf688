package docspace_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds the error bodies of the contract's section 8, and what becomes of them.

func TestErrors(t *testing.T) {
	for name, test := range map[string]struct {
		status  int
		body    string
		kind    error
		message string
		fields  []oauthclients.FieldError
	}{
		"validation": {http.StatusBadRequest, fixture(t, "problem_validation.json"), oauthclients.ErrInvalid, "Validation failed", []oauthclients.FieldError{
			{Field: "name", Code: "ErrorName", Message: "client name length is expected to be between 3 and 256 characters"},
			{Field: "redirect_uris", Code: "ErrorWrongURL", Message: "url collection has invalid entries"},
		}},
		"validation under properties": {http.StatusBadRequest, fixture(t, "problem_properties.json"), oauthclients.ErrInvalid, "Validation failed", []oauthclients.FieldError{
			{Field: "scopes", Code: "ErrorInvalidScope", Message: "Invalid scopes: a, b"},
		}},
		"second check": {http.StatusBadRequest, `{"detail":"websiteUrl: website url is expected to be passed as a valid url"}`, oauthclients.ErrInvalid, "websiteUrl: website url is expected to be passed as a valid url", []oauthclients.FieldError{
			{Field: "website_url", Code: "ErrorWrongURL", Message: "website url is expected to be passed as a valid url"},
		}},
		"concurrent access":      {http.StatusBadRequest, fixture(t, "problem_conflict.json"), oauthclients.ErrConflict, "Client could not be updated due to concurrent access", nil},
		"nothing removed":        {http.StatusBadRequest, "", oauthclients.ErrInvalid, "", nil},
		"no valid signature":     {http.StatusForbidden, " \n", oauthclients.ErrUnauthenticated, "the signature is missing, malformed or expired", nil},
		"denied":                 {http.StatusForbidden, fixture(t, "problem_denied.json"), oauthclients.ErrPermission, "Access denied", nil},
		"unknown client":         {http.StatusNotFound, fixture(t, "problem_not_found.json"), oauthclients.ErrNotFound, "Client with ID 00000000-0000-4000-8000-000000000000 for tenant 1 was not found", nil},
		"media type":             {http.StatusUnsupportedMediaType, `{"title":"Unsupported Media Type","status":415}`, oauthclients.ErrInvalid, "Unsupported Media Type", nil},
		"unhandled":              {http.StatusInternalServerError, fixture(t, "problem_unhandled.json"), oauthclients.ErrUnavailable, "Something went wrong", nil},
		"a proxy's page":         {http.StatusBadGateway, "<html><title>502</title></html>", oauthclients.ErrUnavailable, "the answer is an HTML page, not the API's", nil},
		"empty 503":              {http.StatusServiceUnavailable, "", oauthclients.ErrUnavailable, "", nil},
		"401 of the main API":    {http.StatusUnauthorized, fixture(t, "signature_unauthorized.json"), oauthclients.ErrUnauthenticated, "Unauthorized", nil},
		"the framework's":        {http.StatusNotFound, `{"timestamp":"x","status":404,"error":"Not Found","path":"/x"}`, oauthclients.ErrNotFound, "Not Found", nil},
		"members of other types": {http.StatusBadRequest, `{"title":5,"detail":"readable","errors":"none","properties":[]}`, oauthclients.ErrInvalid, "readable", nil},
		"plain text":             {http.StatusBadRequest, `nope`, oauthclients.ErrInvalid, "nope", nil},
		"a gateway's":            {http.StatusBadRequest, `{"message":"no"}`, oauthclients.ErrInvalid, "no", nil},
		"the service's limit":    {http.StatusTooManyRequests, `{"detail":"Too many requests. Please try again later."}`, oauthclients.ErrRateLimited, "Too many requests. Please try again later.", nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := answered(t, docspace.Provider{}, test.status, test.body).Clients.Get(t.Context(), clientID)
			var failed *oauthclients.Error
			require.ErrorAs(t, err, &failed)
			require.Equal(t, test.kind, failed.Kind)
			require.Equal(t, test.status, failed.StatusCode)
			require.Equal(t, test.message, failed.Message)
			require.Equal(t, test.fields, failed.Fields)
			require.Equal(t, "docspace", failed.Provider)
			require.Equal(t, "Get", failed.Operation)
		})
	}
}

func fixture(t *testing.T, name string) string {
	t.Helper()
	return string(providertest.Fixture(t, name))
}
