package docs

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/providerkit"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds the provider of docs/writing-a-provider.md, with a fake of its invented vendor.

// Acme is an account at Acme.
type Acme struct {
	URL string // "https://api.acme.example"
}

// Name returns "acme".
func (Acme) Name() string { return "acme" }

// Capabilities says what a client of Acme is made of.
func (Acme) Capabilities() oauthclients.Capabilities {
	fields := []string{"Name", "RedirectURIs"}
	return oauthclients.Capabilities{
		Auth:            []oauthclients.AuthKind{oauthclients.AuthKindBearer},
		GrantTypes:      []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
		FixedGrantTypes: true,
		Create:          fields, Update: fields,
		Members: []string{"id", "secret", "name", "redirects"}, // all others go through AdditionalMembers
	}
}

// Connect returns how to talk to Acme. It does no I/O.
func (a Acme) Connect() (*oauthclients.Connection, error) {
	if faults := providerkit.CheckURL("URL", a.URL); faults != nil {
		return nil, providerkit.InvalidFields(a.Name(), "New", faults)
	}
	return &oauthclients.Connection{
		Endpoints: oauthclients.Endpoints{BaseURL: a.URL},
		Driver:    func(c *oauthclients.Caller) oauthclients.Driver { return &acmeDriver{c} },
	}, nil
}

// acmeClient is the vendor's JSON of a client.
type acmeClient struct {
	ID        string   `json:"id,omitempty"`
	Secret    string   `json:"secret,omitempty"`
	Name      string   `json:"name"`
	Redirects []string `json:"redirects"`
}

func toWire(c *oauthclients.OAuthClient) *acmeClient {
	return &acmeClient{Name: c.Name, Redirects: c.RedirectURIs}
}

func fromWire(w *acmeClient) *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		ID: w.ID, Secret: oauthclients.NewSecret(w.Secret), Name: w.Name, RedirectURIs: w.Redirects,
	}
}

type acmeDriver struct{ caller *oauthclients.Caller }

// one makes a call that is answered with one client.
func (d *acmeDriver) one(ctx context.Context, call *oauthclients.Call) (*oauthclients.Record, error) {
	var answer acmeClient
	call.Result = &answer
	response, err := d.caller.Call(ctx, call)
	if err != nil {
		return nil, err
	}
	return &oauthclients.Record{Client: fromWire(&answer), Raw: response.Body}, nil
}

func (d *acmeDriver) Create(ctx context.Context, want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	return d.one(ctx, &oauthclients.Call{
		Operation: "Create", Method: http.MethodPost, Path: "/clients", Body: toWire(want), Members: want.AdditionalMembers,
	})
}

func (d *acmeDriver) Get(ctx context.Context, id string) (*oauthclients.Record, error) {
	return d.one(ctx, &oauthclients.Call{Operation: "Get", Method: http.MethodGet, Path: acmePath(id)})
}

func (d *acmeDriver) Update(
	ctx context.Context, old *oauthclients.Record, want *oauthclients.OAuthClient, _ []string,
) (*oauthclients.Record, error) {
	members := map[string]json.RawMessage{} // what is there, so that members which nobody knows stay
	if err := json.Unmarshal(old.Raw, &members); err != nil {
		return nil, err
	}
	for _, member := range []string{"id", "secret", "name", "redirects"} {
		delete(members, member) // only Acme sets the first two, and Body has the others
	}
	maps.Copy(members, want.AdditionalMembers)
	return d.one(ctx, &oauthclients.Call{
		Operation: "Update", Method: http.MethodPut, Path: acmePath(old.Client.ID), Body: toWire(want), Members: members,
	})
}

func (d *acmeDriver) Delete(ctx context.Context, id string) error {
	_, err := d.caller.Call(ctx, &oauthclients.Call{Operation: "Delete", Method: http.MethodDelete, Path: acmePath(id)})
	return err
}

func (d *acmeDriver) List(ctx context.Context, _ oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
	var list struct {
		Clients []acmeClient `json:"clients"`
	}
	response, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: "List", Method: http.MethodGet, Path: "/clients", Result: &list,
	})
	if err != nil {
		return nil, err
	}
	page := &oauthclients.RecordPage{Body: response.Body, Member: "clients"}
	for i := range list.Clients {
		page.Records = append(page.Records, oauthclients.Record{Client: fromWire(&list.Clients[i])})
	}
	return page, nil
}

// RegenerateSecret is never called: the Capabilities do not have it.
func (d *acmeDriver) RegenerateSecret(context.Context, string) (oauthclients.Secret, error) {
	return oauthclients.Secret{}, nil
}

func acmePath(id string) string { return "/clients/" + url.PathEscape(id) }

// API is what Acme has beyond the verbs.
type API struct{ driver *acmeDriver }

// Of returns that API behind client.
func Of(client *oauthclients.Client) (*API, error) {
	driver, ok := oauthclients.DriverOf[*acmeDriver](client)
	if !ok {
		return nil, providerkit.InvalidFields("acme", "Of", []oauthclients.FieldError{
			{Field: "Client", Code: "invalid", Message: "speaks to another provider"},
		})
	}
	return &API{driver}, nil
}

func TestConformance(t *testing.T) {
	providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
		t.Helper()
		server := newAcmeServer()
		client, err := oauthclients.New(Acme{URL: server.URL()}, oauthclients.BearerToken("key"),
			oauthclients.WithHTTPClient(server.HTTPClient()))
		require.NoError(t, err)
		return providertest.Target{
			Client: client,
			Sample: func(n int) *oauthclients.OAuthClient {
				return &oauthclients.OAuthClient{Name: "App " + strconv.Itoa(n), RedirectURIs: []string{"https://app.example.com/cb"}}
			},
			Requests:  func() int { return len(server.Requests()) },
			UnknownID: "none",
			Inject:    server.Inject,
		}
	}})
}

func TestOfAcme(t *testing.T) {
	server := newAcmeServer()
	client, err := oauthclients.New(Acme{URL: server.URL()}, oauthclients.BearerToken("key"))
	require.NoError(t, err)
	api, err := Of(client)
	require.NoError(t, err)
	require.NotNil(t, api.driver)
	_, err = oauthclients.New(Acme{URL: "http://api.acme.example"}, oauthclients.BearerToken("key"))
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
}

// acmeServer keeps clients as their members.
type acmeServer struct {
	*fakeserver.Server

	mutex   sync.Mutex
	made    int
	clients map[string]map[string]any
}

func newAcmeServer() *acmeServer {
	s := &acmeServer{clients: map[string]map[string]any{}}
	s.Server = fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		id, isOne := strings.CutPrefix(r.URL.Path, "/clients/")
		switch {
		case r.Header.Get("Authorization") != "Bearer key":
			w.WriteHeader(http.StatusUnauthorized)
		case isOne:
			s.one(w, r, id)
		case r.Method == http.MethodPost:
			s.made++
			s.put(w, r, "c"+strconv.Itoa(s.made))
		default:
			answer(w, map[string]any{"clients": slices.Collect(maps.Values(s.clients))})
		}
	}))
	return s
}

func (s *acmeServer) one(w http.ResponseWriter, r *http.Request, id string) {
	switch known := s.clients[id]; {
	case known == nil:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodPut:
		s.put(w, r, id)
	case r.Method == http.MethodDelete:
		delete(s.clients, id)
		w.WriteHeader(http.StatusNoContent)
	default:
		answer(w, known)
	}
}

func (s *acmeServer) put(w http.ResponseWriter, r *http.Request, id string) {
	members := map[string]any{}
	if json.NewDecoder(r.Body).Decode(&members) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	maps.DeleteFunc(members, func(_ string, value any) bool { return value == nil })
	members["id"], members["secret"] = id, "secret-of-"+id
	s.clients[id] = members
	answer(w, members)
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}
