package verbs

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests ids, Get, Delete and RegenerateSecret, and drivers that give nothing.

// verbsWithID are all verbs that take an id.
func verbsWithID(t *testing.T, client *oauthclients.Client) map[string]func(id string) error {
	t.Helper()
	return map[string]func(id string) error{
		"Get": func(id string) error {
			_, err := client.Clients.Get(t.Context(), id)
			return err
		},
		"Update": func(id string) error {
			_, err := client.Clients.Update(t.Context(), id, func(c *oauthclients.OAuthClient) { c.Name = "new" })
			return err
		},
		"Delete": func(id string) error { return client.Clients.Delete(t.Context(), id) },
		"RegenerateSecret": func(id string) error {
			_, err := client.Clients.RegenerateSecret(t.Context(), id)
			return err
		},
	}
}

// An empty id would turn "delete this one" into a request about all of them.
func TestIDsThatNeverLeaveTheProcess(t *testing.T) {
	server := world.NewMemServer()
	for verb, call := range verbsWithID(t, server.Client(t, oauthclients.NoAuth{})) {
		for _, id := range []string{"", " ", "\t", "\n", "\u00a0", "  \r\n", ".", ".."} {
			err := call(id)
			require.ErrorIs(t, err, oauthclients.ErrInvalid, "%s(%q)", verb, id)
			require.Equal(t, verb, world.Failure(t, err).Operation)
			require.Equal(t, "ID", world.Failure(t, err).Fields[0].Field)
		}
	}
	require.Empty(t, server.Requests())
}

func TestIDsAreOneEscapedSegment(t *testing.T) {
	for id, path := range map[string]string{
		"plain-1":      "/v1/clients/plain-1",
		"a/b":          "/v1/clients/a%2Fb",
		"../../secret": "/v1/clients/..%2F..%2Fsecret",
		"a?b=c&d#e":    "/v1/clients/a%3Fb=c&d%23e",
		"100%":         "/v1/clients/100%25",
		"%2e%2e":       "/v1/clients/%252e%252e",
		"two words":    "/v1/clients/two%20words",
		"ü:@;=+":       "/v1/clients/%C3%BC:@%3B=+",
		"...":          "/v1/clients/...",
	} {
		t.Run(id, func(t *testing.T) {
			server := world.NewMemServer()
			server.Clients = []map[string]any{{"id": id, "name": "app"}}
			client := server.Client(t, oauthclients.NoAuth{})
			got, err := client.Clients.Get(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, id, got.ID)
			_, err = client.Clients.Update(t.Context(), id, func(c *oauthclients.OAuthClient) { c.Name = "new" })
			require.NoError(t, err)
			_, err = client.Clients.RegenerateSecret(t.Context(), id)
			require.NoError(t, err)
			require.NoError(t, client.Clients.Delete(t.Context(), id))
			for _, r := range server.Requests() {
				require.Contains(t, []string{path, path + "/secret"}, r.Path)
				require.Empty(t, r.Query)
			}
		})
	}
}

func TestGetOfAnUnknownClient(t *testing.T) {
	server := world.NewMemServer()
	_, err := server.Client(t, oauthclients.NoAuth{}).Clients.Get(t.Context(), "id-9")
	require.ErrorIs(t, err, oauthclients.ErrNotFound)
	require.Len(t, server.Requests(), 1)
}

// A 404 is a success only if an attempt of this call may have been the one that removed it.
func TestDeleteOfWhatIsMissing(t *testing.T) {
	for name, test := range map[string]struct {
		before  fakeserver.Fault // shown by the first attempt
		removed bool
		sent    int
	}{
		"at once":            {fakeserver.Fault{}, false, 1},
		"after 429":          {fakeserver.Fault{Status: 429}, false, 2},
		"after no connect":   {fakeserver.Fault{Refuse: true}, false, 1}, // the refused one did not arrive
		"after 500":          {fakeserver.Fault{Status: 500}, true, 2},
		"after 502":          {fakeserver.Fault{Status: 502}, true, 2},
		"after 503":          {fakeserver.Fault{Status: 503}, true, 2},
		"after 504":          {fakeserver.Fault{Status: 504}, true, 2},
		"after 408":          {fakeserver.Fault{Status: 408}, true, 2},
		"after a lost reply": {fakeserver.Fault{Drop: true}, true, 2},
	} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			if test.before.Status != 0 || test.before.Drop || test.before.Refuse {
				test.before.Times = 1
				server.Inject(test.before)
			}
			err := server.Client(t, oauthclients.NoAuth{}).Clients.Delete(t.Context(), "id-1")
			if test.removed {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, oauthclients.ErrNotFound)
				require.Equal(t, "Delete", world.Failure(t, err).Operation)
			}
			require.Len(t, server.Requests(), test.sent)
		})
	}
}

func TestDeleteOfWhatIsMissingAfterARejectedToken(t *testing.T) {
	server := world.NewMemServer()
	client := server.Client(t, world.PasswordGrant())
	require.NoError(t, world.List(t, client))
	server.Revoke()
	require.ErrorIs(t, client.Clients.Delete(t.Context(), "id-1"), oauthclients.ErrNotFound)
	require.Equal(t, 2, server.Count(http.MethodDelete, "/v1/clients/id-1"))
}

// What was known before the token was replaced is known afterwards too.
func TestALostAnswerBeforeARejectedTokenCounts(t *testing.T) {
	for method, unknown := range map[string]bool{http.MethodDelete: false, http.MethodPut: true} {
		server := world.NewMemServer()
		server.Clients = []map[string]any{{"id": "id-1", "name": "a"}}
		client := server.Client(t, world.PasswordGrant())
		require.NoError(t, world.List(t, client))
		server.Inject(fakeserver.Fault{Method: method, Times: 1, Drop: true})
		server.Inject(fakeserver.Fault{Method: method, Times: 1, Status: 401})
		server.Inject(fakeserver.Fault{Method: method, Times: 1, Status: 404})
		err := write(t, client, method)
		require.Equal(t, 3, server.Count(method, "/v1/clients/id-1"))
		require.Equal(t, unknown, errors.Is(err, oauthclients.ErrNotFound))
		require.Equal(t, unknown, errors.Is(err, oauthclients.ErrOutcomeUnknown))
		if !unknown {
			require.NoError(t, err, "the first attempt may have removed it")
		}
	}
}

// The first attempt was executed, its answer was lost: the client is gone, as was asked.
func TestDeleteWhoseAnswerWasLostIsDone(t *testing.T) {
	server := world.NewMemServer()
	server.Clients = []map[string]any{{"id": "id-1"}}
	server.Inject(fakeserver.Fault{Method: http.MethodDelete, Times: 1, Execute: true, Drop: true})
	require.NoError(t, server.Client(t, oauthclients.NoAuth{}).Clients.Delete(t.Context(), "id-1"))
	require.Empty(t, server.Clients)
	require.Equal(t, 2, server.Count(http.MethodDelete, "/v1/clients/id-1"))
}

func TestRegenerateSecret(t *testing.T) {
	server := world.NewMemServer()
	server.Clients = []map[string]any{{"id": "id-1"}}
	secret, err := server.Client(t, oauthclients.NoAuth{}).Clients.RegenerateSecret(t.Context(), "id-1")
	require.NoError(t, err)
	require.Equal(t, "fresh-secret", secret.Reveal())
	require.Equal(t, 1, server.Count(http.MethodPost, "/v1/clients/id-1/secret"))
}

func TestRegenerateSecretWhereThereIsNone(t *testing.T) {
	driver := &world.StubDriver{}
	client := driver.Client(t, func(c *oauthclients.Capabilities) { c.RegenerateSecret = false })
	_, err := client.Clients.RegenerateSecret(t.Context(), "id-1")
	require.ErrorIs(t, err, errors.ErrUnsupported)
	requireUnsupported(t, err, "RegenerateSecret")
	require.Empty(t, driver.Calls)
}

// The old secret may be dead already, so that this is no plain failure.
func TestRegenerateSecretWithoutASecretIsAnUnknownOutcome(t *testing.T) {
	driver := &world.StubDriver{OnRegenerate: func(string) (oauthclients.Secret, error) { return oauthclients.Secret{}, nil }}
	_, err := driver.Client(t, nil).Clients.RegenerateSecret(t.Context(), "id-1")
	require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	require.Equal(t, "RegenerateSecret", world.Failure(t, err).Operation)
}

func TestRegenerateSecretThatMayHaveHappenedIsNotRepeated(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"lost answer": {Execute: true, Drop: true}, "500": {Status: 500}, "empty answer": {Execute: true, Status: 200},
		"half an answer": {Execute: true, Status: 200, Body: `{"client_secret":"fre`},
	} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			server.Clients = []map[string]any{{"id": "id-1"}}
			server.Inject(fault)
			_, err := server.Client(t, oauthclients.NoAuth{}).Clients.RegenerateSecret(t.Context(), "id-1")
			require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
			require.Len(t, server.Requests(), 1)
		})
	}
}

// A driver that gives nothing and no error is at fault; its user must get an error, not a panic.
func TestDriversThatGiveNothing(t *testing.T) {
	driver := &world.StubDriver{
		OnGet:    func(string) (*oauthclients.Record, error) { return nil, nil },                       //nolint:nilnil // a faulty driver
		OnList:   func(oauthclients.ListOptions) (*oauthclients.RecordPage, error) { return nil, nil }, //nolint:nilnil // a faulty driver
		OnDelete: func(string) error { return nil },
	}
	client := driver.Client(t, nil)
	calls := map[string]func() error{
		"Get":    func() error { _, err := client.Clients.Get(t.Context(), "id-1"); return err },
		"Update": func() error { return verbsWithID(t, client)["Update"]("id-1") },
		"List":   func() error { return world.List(t, client) },
		"FindByName": func() error {
			_, err := client.Clients.FindByName(t.Context(), "app")
			return err
		},
	}
	for verb, call := range calls {
		t.Run(verb, func(t *testing.T) {
			require.NotPanics(t, func() {
				err := call()
				require.ErrorIs(t, err, oauthclients.ErrUnavailable)
				require.Equal(t, verb, world.Failure(t, err).Operation)
			})
		})
	}
	driver.OnGet = func(string) (*oauthclients.Record, error) { return &oauthclients.Record{}, nil }
	require.ErrorIs(t, calls["Get"](), oauthclients.ErrUnavailable)
	driver.OnList = func(oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
		return &oauthclients.RecordPage{Records: make([]oauthclients.Record, 1)}, nil
	}
	require.NotPanics(t, func() { require.ErrorIs(t, calls["List"](), oauthclients.ErrUnavailable) })
}
