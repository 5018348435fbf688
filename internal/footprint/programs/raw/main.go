// Raw creates one client at Genesys Cloud with net/http and encoding/json alone, and prints its
// id. It is there to be built: ../.. measures what that costs.
//
// FOOTPRINT_URL is what stands before "/api/v2", FOOTPRINT_TOKEN an access token.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"
)

// client is what a client consists of, as far as the program knows.
type client struct {
	ID           string   `json:"id,omitempty"`
	Name         string   `json:"name"`
	RedirectURIs []string `json:"registeredRedirectUri"`
	GrantType    string   `json:"authorizedGrantType"`
	Scopes       []string `json:"scope"`
}

func main() {
	id, err := create(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "raw:", err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stdout, id)
}

func create(ctx context.Context) (string, error) {
	body, err := json.Marshal(client{
		Name:         "Order desk",
		RedirectURIs: []string{"https://orders.example.com/oauth/callback"},
		GrantType:    "CODE",
		Scopes:       []string{"users:readonly"},
	})
	if err != nil {
		return "", err
	}
	address := os.Getenv("FOOTPRINT_URL") + "/api/v2/oauth/clients"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("FOOTPRINT_TOKEN"))
	request.Header.Set("Content-Type", "application/json")
	response, err := (&http.Client{Timeout: 30 * time.Second}).Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode/100 != 2 {
		return "", fmt.Errorf("create: %s", response.Status)
	}
	var created client
	err = json.NewDecoder(response.Body).Decode(&created)
	return created.ID, err
}
