package genesys

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file tests what is read out of error bodies and headers.

func TestExplain(t *testing.T) {
	header := http.Header{"Inin-Correlation-Id": {"trace-1"}}
	cases := map[string]struct {
		body string
		want oauthclients.Error
	}{
		"context id wins": {
			`{"message":"m","code":"c","status":409,"contextId":"context-1"}`,
			oauthclients.Error{Code: "c", Message: "m", RequestID: "context-1"},
		},
		"header without context id": {
			`{"message":"m","code":"c"}`, oauthclients.Error{Code: "c", Message: "m", RequestID: "trace-1"},
		},
		"details and nested errors": {
			`{"code":"bad.request","details":[{"errorCode":"required","fieldName":"name"},{}],
			  "errors":[{"code":"invalid.value","message":"too long","details":[{"errorCode":"max","fieldName":"description"}],
			  "errors":[{"messageWithParams":"deep {x}"}]},{}]}`,
			oauthclients.Error{Code: "bad.request", RequestID: "trace-1", Fields: []oauthclients.FieldError{
				{Field: "name", Code: "required"},
				{Code: "invalid.value", Message: "too long"},
				{Field: "description", Code: "max"},
				{Message: "deep {x}"},
			}},
		},
		"wrong types do not hide the rest": {
			`{"message":7,"code":"c","details":"none","errors":[{"code":"inner"}]}`,
			oauthclients.Error{Code: "c", RequestID: "trace-1", Fields: []oauthclients.FieldError{{Code: "inner"}}},
		},
		"HTML of a proxy": {`<html>Bad Gateway</html>`, oauthclients.Error{RequestID: "trace-1"}},
		"nothing":         {``, oauthclients.Error{RequestID: "trace-1"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var got oauthclients.Error
			explain(&oauthclients.Response{Status: http.StatusBadRequest, Header: header, Body: []byte(c.body)}, &got)
			require.Equal(t, c.want, got)
		})
	}
}

func TestExplainToken(t *testing.T) {
	cases := map[string]struct {
		status        int
		body          string
		code, message string
		kind          error
	}{
		"error_description first": {
			400, `{"error":"invalid_client","description":"d","error_description":"ed"}`, "invalid_client", "ed", oauthclients.ErrInvalid,
		},
		"then description": {
			401, `{"error":"invalid_client","description":"d"}`, "invalid_client", "d", oauthclients.ErrInvalid,
		},
		"rate limit": {
			400, `{"error":"invalid_request","error_description":"Rate limit exceeded; wait"}`,
			"invalid_request", "Rate limit exceeded; wait", oauthclients.ErrRateLimited,
		},
		"rate limit in description": {
			400, `{"error":"invalid_request","description":"rate limit exceeded; wait"}`,
			"invalid_request", "rate limit exceeded; wait", oauthclients.ErrRateLimited,
		},
		"the same text under another status": {
			403, `{"error":"access_denied","description":"rate limit exceeded"}`,
			"access_denied", "rate limit exceeded", oauthclients.ErrInvalid,
		},
		"error in the form of the API": {
			400, `{"code":"bad.request","message":"m"}`, "bad.request", "m", oauthclients.ErrInvalid,
		},
		"no JSON": {400, `<html>`, "", "", oauthclients.ErrInvalid},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := oauthclients.Error{Kind: oauthclients.ErrInvalid}
			explainToken(&oauthclients.Response{
				Status: c.status, Body: []byte(c.body), Header: http.Header{"Inin-Correlation-Id": {"trace-1"}},
			}, &got)
			require.Equal(t, oauthclients.Error{Kind: c.kind, Code: c.code, Message: c.message, RequestID: "trace-1"}, got)
		})
	}
}

func TestRetryAfter(t *testing.T) {
	cases := []struct {
		status int
		value  string
		wait   time.Duration
	}{
		{429, "61", 61 * time.Second},
		{429, " 5 ", 5 * time.Second},
		{429, "0", 0},
		{429, "-3", 0},
		{429, "", 0},
		{429, "soon", 0},
		{429, " ", 0},
		{429, "1.5", 0},
		{429, "61.0", 0},
		{429, "61s", 0},
		{429, "61, 61", 0},
		{429, "6e1", 0},
		{429, "0x3d", 0},
		{429, "Fri, 31 Dec 9999 23:59:59 GMT", 0}, // it is no clock time
		{429, "9223372036", 9223372036 * time.Second},
		{429, "9223372037", 9223372036 * time.Second}, // one more would overflow
		{429, "9223372036854775807", 9223372036 * time.Second},
		{429, "99999999999999999999999", 9223372036 * time.Second},
		{429, "-99999999999999999999999", 0},
		{200, "61", 0},
		{400, "61", 0},
		{408, "61", 0},
		{503, "61", 0},
	}
	for _, c := range cases {
		header := http.Header{}
		header.Set("inin-ratelimit-reset", c.value)
		wait, asked := retryAfter(http.MethodGet, &oauthclients.Response{Status: c.status, Header: header})
		require.Equal(t, c.wait, wait, "%d %q", c.status, c.value)
		require.Equal(t, c.wait > 0, asked, "%d %q", c.status, c.value)
	}
}
