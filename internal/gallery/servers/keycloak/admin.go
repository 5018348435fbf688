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

// This file asks the administration for what registers clients.

// initialToken is an initial access token for the clients of all cases.
func initialToken(ctx context.Context, base string) (string, error) {
	var access struct {
		Token string `json:"access_token"`
	}
	form := url.Values{"grant_type": {"password"}, "client_id": {"admin-cli"}, "username": {admin}, "password": {password}}
	if err := post(ctx, base+"/realms/master/protocol/openid-connect/token", "application/x-www-form-urlencoded", "", form.Encode(), &access); err != nil {
		return "", err
	}
	var initial struct {
		Token string `json:"token"`
	}
	err := post(ctx, base+"/admin/realms/gallery/clients-initial-access", "application/json", access.Token, `{"expiration":3600,"count":1000}`, &initial)
	return initial.Token, err
}

func post(ctx context.Context, address, media, token, body string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", media)
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
