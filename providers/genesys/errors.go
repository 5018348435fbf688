package genesys

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file explains the vendor's error bodies and reads its rate limit headers.

// wireError is an error body (ErrorBody). Its status is not read: HTTP's own counts.
type wireError struct {
	Message           string       `json:"message"`
	Code              string       `json:"code"`
	MessageWithParams string       `json:"messageWithParams"`
	ContextID         string       `json:"contextId"`
	Details           []wireDetail `json:"details"`
	Errors            []wireError  `json:"errors"`
}

type wireDetail struct {
	ErrorCode string `json:"errorCode"`
	FieldName string `json:"fieldName"`
}

// explain fills e from an error body of the API. What is no such body leaves e with status and
// body alone; a member of the wrong type is left out, and the others are still read.
func explain(r *oauthclients.Response, e *oauthclients.Error) {
	body := decodeError(r.Body)
	e.Code, e.Message = body.Code, body.text()
	e.Fields = body.fields(e.Fields)
	e.RequestID = requestID(r.Header, body.ContextID)
	if e.Code == "" && e.Message == "" && len(e.Fields) == 0 {
		e.Code, e.Message = providerkit.Reason(r)
	}
}

func decodeError(text []byte) wireError {
	var body wireError
	var wrongType *json.UnmarshalTypeError
	if err := json.Unmarshal(text, &body); err != nil && !errors.As(err, &wrongType) {
		return wireError{}
	}
	return body
}

func (w *wireError) text() string {
	if w.Message != "" {
		return w.Message
	}
	return w.MessageWithParams
}

// fields lists the details of w, and every error inside it with its own details.
func (w *wireError) fields(list []oauthclients.FieldError) []oauthclients.FieldError {
	for _, detail := range w.Details {
		if detail != (wireDetail{}) {
			list = append(list, oauthclients.FieldError{Field: detail.FieldName, Code: detail.ErrorCode})
		}
	}
	for i := range w.Errors {
		inner := &w.Errors[i]
		if inner.Code != "" || inner.text() != "" {
			list = append(list, oauthclients.FieldError{Code: inner.Code, Message: inner.text()})
		}
		list = inner.fields(list)
	}
	return list
}

func requestID(header http.Header, contextID string) string {
	if contextID != "" {
		return contextID
	}
	return header.Get("ININ-Correlation-Id")
}

// explainToken reads what the login server adds to RFC 6749 section 5.2: a description of its
// own, and its rate limit under status 400.
func explainToken(r *oauthclients.Response, e *oauthclients.Error) {
	var body struct {
		Error            string `json:"error"`
		ErrorDescription string `json:"error_description"`
		Description      string `json:"description"`
	}
	// The members are read one by one as far as they go; what is no JSON leaves them empty.
	_ = json.Unmarshal(r.Body, &body)
	if body.Error == "" {
		explain(r, e) // the gateway in front answers in the API's form
	} else {
		e.Code, e.Message = body.Error, body.ErrorDescription
		if e.Message == "" {
			e.Message = body.Description
		}
		e.RequestID = requestID(r.Header, "")
	}
	if r.Status == http.StatusBadRequest && strings.Contains(strings.ToLower(string(r.Body)), "rate limit exceeded") {
		e.Kind = oauthclients.ErrRateLimited
	}
}

// retryAfter reads inin-ratelimit-reset: the seconds left in the window, not a time of day.
// The header is on every answer, but asks for a wait only beside a 429.
func retryAfter(_ string, r *oauthclients.Response) (wait time.Duration, asked bool) {
	if r.Status != http.StatusTooManyRequests {
		return 0, false
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(r.Header.Get("inin-ratelimit-reset")), 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || seconds <= 0 {
		return 0, false
	}
	return time.Duration(min(seconds, math.MaxInt64/int64(time.Second))) * time.Second, true
}
