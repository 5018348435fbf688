package raw

import (
	"context"
	"net/http"
)

// This file is sipgate.

const sipgatePath = "/v2/authorization/oauth2/clients"

// SipgateClient is a client in an answer, and without id and secret in a request.
type SipgateClient struct {
	ClientID     string   `json:"clientId,omitempty"`
	ClientSecret string   `json:"clientSecret,omitempty"`
	Name         string   `json:"name"`
	Description  string   `json:"description"`
	RedirectURIs []string `json:"redirectUris"`
	WebOrigins   []string `json:"webOrigins"`
	PrivacyURL   string   `json:"privacyUrl"`
	TermsURL     string   `json:"termsUrl"`
}

// SipgateList is the list of all clients.
type SipgateList struct {
	Data []*SipgateClient `json:"data"`
}

// SipgateGet reads a client.
func SipgateGet(ctx context.Context, a *API, id string) (*SipgateClient, error) {
	return Do[SipgateClient](ctx, a, http.MethodGet, sipgatePath+"/"+id, nil)
}

// SipgateCreate registers a client.
func SipgateCreate(ctx context.Context, a *API, c *SipgateClient) (*SipgateClient, error) {
	return Do[SipgateClient](ctx, a, http.MethodPost, sipgatePath, c)
}

// SipgateUpdate reads a client, changes it, and writes it back.
func SipgateUpdate(ctx context.Context, a *API, id string, change func(*SipgateClient)) (*SipgateClient, error) {
	c, err := SipgateGet(ctx, a, id)
	if err != nil {
		return nil, err
	}
	change(c)
	c.ClientID, c.ClientSecret = "", ""
	return Do[SipgateClient](ctx, a, http.MethodPut, sipgatePath+"/"+id, c)
}

// SipgateAll reads the list.
func SipgateAll(ctx context.Context, a *API, each func(*SipgateClient)) error {
	list, err := Do[SipgateList](ctx, a, http.MethodGet, sipgatePath, nil)
	if err != nil {
		return err
	}
	for _, client := range list.Data {
		each(client)
	}
	return nil
}
