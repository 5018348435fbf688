package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// This file speaks as much of the Model Context Protocol as a first call needs.

const hello = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},` +
	`"clientInfo":{"name":"order-desk-agent","version":"1"}}}`

// maxAnswer is more than any server has to say of itself.
const maxAnswer = 1 << 20

// initialize begins a session and returns what the server calls itself.
func initialize(ctx context.Context, address string, token *oauth2.Token) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(hello))
	if err != nil {
		return "", err
	}
	token.SetAuthHeader(request)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	answer, err := (&http.Client{Timeout: time.Minute}).Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the server answers the first call with %s", answer.Status)
	}
	message, err := messageOf(answer)
	if err != nil {
		return "", err
	}
	var got struct {
		Result struct {
			ServerInfo struct {
				Name    string `json:"name"`
				Version string `json:"version"`
			} `json:"serverInfo"`
		} `json:"result"`
	}
	if err := json.Unmarshal(message, &got); err != nil {
		return "", fmt.Errorf("the server's answer cannot be read: %w", err)
	}
	return strings.TrimSpace(got.Result.ServerInfo.Name + " " + got.Result.ServerInfo.Version), nil
}

// messageOf is the one message of an answer: the body, or the data of its first event.
func messageOf(answer *http.Response) ([]byte, error) {
	body := io.LimitReader(answer.Body, maxAnswer)
	if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
		return io.ReadAll(body)
	}
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, maxAnswer)
	for lines.Scan() {
		if data, found := bytes.CutPrefix(lines.Bytes(), []byte("data:")); found && len(bytes.TrimSpace(data)) > 0 {
			return bytes.Clone(data), nil
		}
	}
	return nil, errors.Join(errors.New("the server sent no message"), lines.Err())
}
