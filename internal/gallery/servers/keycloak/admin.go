package keycloak

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// This file asks the administration for what registers clients, and for those that there are.

// initialToken is an initial access token for the clients of all cases.
func initialToken(ctx context.Context, base string) (string, error) {
	access, err := accessToken(ctx, base)
	if err != nil {
		return "", err
	}
	var initial struct {
		Token string `json:"token"`
	}
	err = ask(ctx, http.MethodPost, base+"/admin/realms/gallery/clients-initial-access", "application/json", access, `{"expiration":3600,"count":1000}`, &initial)
	return initial.Token, err
}

// Named counts the clients of a realm that have a name.
func (b *Begun) Named(ctx context.Context, realm, name string) (int, error) {
	access, err := accessToken(ctx, b.Base)
	if err != nil {
		return 0, err
	}
	var clients []struct{ Name string }
	if err := ask(ctx, http.MethodGet, b.Base+"/admin/realms/"+realm+"/clients", "", access, "", &clients); err != nil {
		return 0, err
	}
	count := 0
	for _, client := range clients {
		if client.Name == name {
			count++
		}
	}
	return count, nil
}

func accessToken(ctx context.Context, base string) (string, error) {
	var access struct {
		Token string `json:"access_token"`
	}
	form := url.Values{"grant_type": {"password"}, "client_id": {"admin-cli"}, "username": {admin}, "password": {password}}
	err := ask(ctx, http.MethodPost, base+"/realms/master/protocol/openid-connect/token", "application/x-www-form-urlencoded", "", form.Encode(), &access)
	return access.Token, err
}

func ask(ctx context.Context, method, address, media, token, body string, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return err
	}
	if media != "" {
		request.Header.Set("Content-Type", media)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := (&http.Client{Timeout: time.Minute}).Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s: %.500s", request.URL.Path, answer.Status, text)
	}
	return json.Unmarshal(text, into)
}
