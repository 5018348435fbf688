package verbs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tests the error model: which kind a failure has, what its text says, and when the
// outcome of a write is unknown.

func TestKindsByStatus(t *testing.T) {
	kinds := map[error][]int{
		oauthclients.ErrUnauthenticated: {401},
		oauthclients.ErrPermission:      {403},
		oauthclients.ErrNotFound:        {404, 410},
		oauthclients.ErrConflict:        {409},
		oauthclients.ErrRateLimited:     {429},
		oauthclients.ErrInvalid:         {400, 402, 405, 406, 411, 412, 413, 415, 418, 422, 423, 428, 431, 451, 499},
		oauthclients.ErrUnavailable:     {300, 301, 302, 303, 304, 307, 308, 399, 408, 500, 501, 502, 503, 504, 505, 511, 599},
	}
	for kind, statuses := range kinds {
		for _, status := range statuses {
			t.Run(fmt.Sprint(status), func(t *testing.T) {
				client, _ := world.Answering(t, status, `{"error":"the_code","error_description":"The message."}`)
				_, err := client.Clients.Get(t.Context(), "id-1")
				failed := world.Failure(t, err)
				require.Equal(t, kind, failed.Kind)
				require.ErrorIs(t, err, kind)
				require.Equal(t, status, failed.StatusCode)
				require.Equal(t, "the_code", failed.Code)
				require.Equal(t, "The message.", failed.Message)
				require.False(t, failed.OutcomeUnknown(), "a read changes nothing")
				matching := 0
				for other := range kinds {
					if errors.Is(err, other) {
						matching++
					}
				}
				require.Equal(t, 1, matching, "one kind and no other")
			})
		}
	}
}

func TestAnswersThatDoNotDecode(t *testing.T) {
	for name, body := range map[string]string{
		"nothing": "", "blank": " \n", "HTML": "<html>maintenance</html>", "half": `{"id":"id-1","na`, "list": `["id-1"]`,
		"other type": `{"id":17}`, "two": `{"id":"id-1"}{"id":"id-2"}`,
	} {
		t.Run(name, func(t *testing.T) {
			client, server := world.Answering(t, http.StatusOK, body)
			_, err := client.Clients.Get(t.Context(), "id-1")
			require.Equal(t, oauthclients.ErrUnavailable, world.Failure(t, err).Kind)
			require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
			require.Equal(t, http.StatusOK, world.Failure(t, err).StatusCode)
			require.Error(t, errors.Unwrap(err))

			_, err = client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "a"})
			require.Equal(t, oauthclients.ErrOutcomeUnknown, world.Failure(t, err).Kind, "a client may exist, and nobody knows its id")
			_, err = client.Clients.RegenerateSecret(t.Context(), "id-1")
			require.Equal(t, oauthclients.ErrOutcomeUnknown, world.Failure(t, err).Kind, "the old secret may be dead")
			require.Len(t, server.Requests(), 3, "what was answered is not asked again")
		})
	}
}

// write calls the verb that sends a request with this method.
func write(t *testing.T, client *oauthclients.Client, method string) error {
	t.Helper()
	var err error
	switch method {
	case http.MethodPost:
		_, err = client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "a"})
	case http.MethodPut:
		_, err = client.Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) { c.Name = "b" })
	case http.MethodDelete:
		err = client.Clients.Delete(t.Context(), "id-1")
	}
	return err
}

func TestOutcomesOfWrites(t *testing.T) {
	faults := map[string][]fakeserver.Fault{
		"400":            {{Status: 400}},
		"429":            {{Status: 429}},
		"never opened":   {{Refuse: true}},
		"500":            {{Status: 500}},
		"408":            {{Status: 408}},
		"lost":           {{Drop: true}},
		"lost, then 400": {{Drop: true, Times: 1}, {Status: 400}},
		"503, then 409":  {{Status: 503, Times: 1}, {Status: 409}},
		"429, then 400":  {{Status: 429, Times: 1}, {Status: 400}},
	}
	type end struct {
		kind    error
		unknown bool
		sent    int
	}
	limited, invalid, gone := oauthclients.ErrRateLimited, oauthclients.ErrInvalid, oauthclients.ErrUnavailable
	unknown, conflict := oauthclients.ErrOutcomeUnknown, oauthclients.ErrConflict
	for method, ends := range map[string]map[string]end{
		http.MethodPost: {
			"400": {invalid, false, 1}, "429": {limited, false, 4}, "never opened": {gone, false, 0}, "500": {gone, true, 1},
			"408": {gone, true, 1}, "lost": {unknown, true, 1}, "lost, then 400": {unknown, true, 1},
			"503, then 409": {gone, true, 1}, "429, then 400": {invalid, false, 2},
		},
		http.MethodPut: {
			"400": {invalid, false, 1}, "429": {limited, false, 4}, "never opened": {gone, false, 0}, "500": {gone, true, 4},
			"408": {gone, true, 4}, "lost": {gone, true, 4}, "lost, then 400": {invalid, true, 2},
			"503, then 409": {conflict, true, 2}, "429, then 400": {invalid, false, 2},
		},
		http.MethodDelete: {
			"400": {invalid, false, 1}, "429": {limited, false, 4}, "never opened": {gone, false, 0}, "500": {gone, true, 4},
			"408": {gone, true, 4}, "lost": {gone, true, 4}, "lost, then 400": {invalid, true, 2},
			"503, then 409": {conflict, true, 2}, "429, then 400": {invalid, false, 2},
		},
	} {
		for name, want := range ends {
			t.Run(method+" "+name, func(t *testing.T) {
				server := world.NewMemServer()
				server.Clients = []map[string]any{{"id": "id-1", "name": "a"}}
				for _, fault := range faults[name] {
					fault.Method = method
					server.Inject(fault)
				}
				err := write(t, server.Client(t, oauthclients.NoAuth{}), method)
				failed := world.Failure(t, err)
				require.Equal(t, want.kind, failed.Kind)
				require.ErrorIs(t, err, want.kind)
				require.Equal(t, want.unknown, errors.Is(err, oauthclients.ErrOutcomeUnknown))
				require.Equal(t, want.unknown, failed.OutcomeUnknown())
				require.Equal(t, want.sent, len(server.Requests())-server.Count(http.MethodGet, ""))
			})
		}
	}
}

func TestErrorTextStartsWithProviderAndOperationAndIsOneLine(t *testing.T) {
	client, server := world.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", "req-7")
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = io.WriteString(w, `{"error":"bad","error_description":"line one\nlevel=ERROR msg=\"line two\"\r\n\tend"}`)
	})
	_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{Cursor: "page-cursor-in-the-query"})
	require.Equal(t, `mem: List: invalid request (status 422 Unprocessable Entity): bad: line one level=ERROR msg="line two" end [GET `+server.URL()+`/v1/clients]`,
		err.Error())
}

func TestErrorTextHoldsNoURLWithAQuery(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"status": {Status: 500}, "refused": {Refuse: true}, "lost": {Drop: true}, "redirect": {Status: 302, Header: http.Header{"Location": {"/login?next=x"}}},
		"odd redirect": {Status: 302, Header: http.Header{"Location": {"https://%zz?next=x"}}},
	} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			server.Inject(fault)
			_, err := server.Client(t, oauthclients.NoAuth{}).Clients.List(t.Context(), oauthclients.ListOptions{Cursor: "secret-cursor"})
			require.ErrorContains(t, err, "mem: List: ")
			require.NotContains(t, err.Error(), "secret-cursor")
			require.NotContains(t, err.Error(), "?")
		})
	}
}

func TestErrorText(t *testing.T) {
	for want, err := range map[string]error{
		"oauthclients: not found":                   &oauthclients.Error{Kind: oauthclients.ErrNotFound},
		"x: Get: ":                                  &oauthclients.Error{Provider: "x", Operation: "Get"},
		"x: Get: unavailable (status 599): gone":    &oauthclients.Error{Kind: oauthclients.ErrUnavailable, Provider: "x", Operation: "Get", StatusCode: 599, Err: errors.New("gone")},
		"x: New: invalid request: Name: required":   providerkit.InvalidFields("x", "New", []oauthclients.FieldError{{Field: "Name", Code: "required"}}),
		"x: New: invalid request: too long; A: bad": providerkit.InvalidFields("x", "New", []oauthclients.FieldError{{Message: "too long"}, {Field: "A", Code: "c", Message: "bad"}}),
		"x: Create: rate limited [retry after 1m30s, 4 attempts, request r-1]": &oauthclients.Error{
			Kind: oauthclients.ErrRateLimited, Provider: "x", Operation: "Create", RetryAfter: 90 * time.Second, Attempts: 4, RequestID: "r-1",
		},
		"x: Create: outcome unknown":                                     &oauthclients.Error{Kind: oauthclients.ErrOutcomeUnknown, Provider: "x", Operation: "Create", Attempts: 1},
		"x: Update: not supported by this provider: Scopes, Extra.Usage": &oauthclients.UnsupportedError{Provider: "x", Operation: "Update", Fields: []string{"Scopes", "Extra.Usage"}},
		"x: RegenerateSecret: not supported by this provider":            &oauthclients.UnsupportedError{Provider: "x", Operation: "RegenerateSecret"},
		`client "i\n1" was written without Name`: &oauthclients.NotAppliedError{
			ID: "i\n1", Fields: []string{"Name"},
		},
	} {
		require.Equal(t, want, err.Error())
	}
	require.NoError(t, providerkit.InvalidFields("x", "New", nil))
}

func TestAnUnknownOutcomeIsSaidInTheText(t *testing.T) {
	server := world.NewMemServer()
	server.Inject(fakeserver.Fault{Status: 500})
	require.ErrorContains(t, write(t, server.Client(t, oauthclients.NoAuth{}), http.MethodPost), "it may have been executed")
}

func TestErrorsAreLoggedAsAGroup(t *testing.T) {
	var out bytes.Buffer
	client, _ := world.Answering(t, http.StatusBadRequest, `{"error":"bad","error_description":"why","detail":"only-in-the-body"}`)
	_, err := client.Clients.Get(t.Context(), "id-1")
	failed := world.Failure(t, err)
	failed.RequestID = "req-7"
	slog.New(slog.NewTextHandler(&out, nil)).Info("failed", "err", failed)
	for _, want := range []string{
		`err.message="mem: Get: invalid request (status 400 Bad Request): bad: why [client \"id-1\", GET https://use-httpclient-of-the-fake.invalid/v1/clients/id-1, request req-7]"`, "err.provider=mem",
		"err.client_id=id-1", "err.method=GET", "err.url=https://use-httpclient-of-the-fake.invalid/v1/clients/id-1",
		"err.operation=Get", "err.code=bad", "err.request_id=req-7", "err.status=400",
	} {
		require.Contains(t, out.String(), want)
	}
	require.NotContains(t, out.String(), "only-in-the-body")

	out.Reset()
	slog.New(slog.NewJSONHandler(&out, nil)).Info("failed", "err", &oauthclients.Error{Kind: oauthclients.ErrNotFound})
	require.Contains(t, out.String(), `"err":{"message":"oauthclients: not found","kind":"not found"}`)
}

func TestRetryAfterIsGivenWhenTheWaitIsTooLong(t *testing.T) {
	server := world.NewMemServer()
	server.Inject(fakeserver.Fault{Status: 429, Header: http.Header{"Retry-After": {"120"}}})
	failed := world.Failure(t, world.List(t, server.Client(t, oauthclients.NoAuth{})))
	require.ErrorIs(t, failed, oauthclients.ErrRateLimited)
	require.Equal(t, 2*time.Minute, failed.RetryAfter)
	require.Equal(t, 1, failed.Attempts)
	require.True(t, strings.HasSuffix(failed.Error(), ", retry after 2m0s]"), failed.Error())
}

// A page that says when to come back may come with 200: it is no answer all the same.
func TestRetryAfterOfAnAnswerThatIsNone(t *testing.T) {
	server := world.NewMemServer()
	server.Inject(fakeserver.Fault{
		Status: 200, Header: http.Header{"Retry-After": {"120"}, "Content-Type": {"text/html"}}, Body: "<p>Back in two minutes</p>",
	})
	failed := world.Failure(t, world.List(t, server.Client(t, oauthclients.NoAuth{})))
	require.ErrorIs(t, failed, oauthclients.ErrUnavailable)
	require.Equal(t, 2*time.Minute, failed.RetryAfter)
}

func TestExplainMayChangeTheKind(t *testing.T) {
	server := world.NewMemServer()
	client := server.Client(t, oauthclients.NoAuth{}, func(c *oauthclients.Connection) {
		c.Explain = func(r *oauthclients.Response, e *oauthclients.Error) {
			e.Kind, e.RequestID = oauthclients.ErrConflict, r.Header.Get("X-Request-Id")
			e.Fields = []oauthclients.FieldError{{Field: "redirect_uris", Message: string(r.Body)}}
		}
	})
	server.Inject(fakeserver.Fault{Status: 400, Header: http.Header{"X-Request-Id": {"req-7"}}, Body: "two\nlines"})
	failed := world.Failure(t, world.List(t, client))
	require.ErrorIs(t, failed, oauthclients.ErrConflict)
	require.NotErrorIs(t, failed, oauthclients.ErrInvalid)
	require.Equal(t, "req-7", failed.RequestID)
	require.Equal(t, []oauthclients.FieldError{{Field: "redirect_uris", Message: "two lines"}}, failed.Fields)
}
