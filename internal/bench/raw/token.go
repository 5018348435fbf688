package raw

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"golang.org/x/oauth2"
)

// Token asks a token endpoint with a form.
func Token(ctx context.Context, client *http.Client, address string, form io.Reader) (*oauth2.Token, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, form)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode/100 != 2 {
		return nil, fmt.Errorf("token: %s", response.Status)
	}
	token := &oauth2.Token{}
	err = json.NewDecoder(response.Body).Decode(token)
	return token, err
}
