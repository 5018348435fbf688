package docspace

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-querystring/query"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file reads what a portal tells about a client to those who only want to show it.

const (
	opInfo       = "Info"
	opPublicInfo = "PublicInfo"
	opInfos      = "Infos"
)

// Info is what people see of a client, for instance on the consent page. It has no secret, no
// redirect URIs and no status.
type Info struct {
	// ID is the client_id.
	ID string
	// Name and Description are what the client is called and what it is for.
	Name, Description string
	// ClientURI is the home page of the client, PolicyURI its privacy policy, TermsURI its terms
	// of service.
	ClientURI, PolicyURI, TermsURI string
	// LogoURI is its logo, the image itself as a data URI.
	LogoURI string
	// Scopes are the scopes that the client may ask for.
	Scopes []string
	// AuthenticationMethods are those of [Extra]: "none" among them allows PKCE without a secret.
	AuthenticationMethods []string
	// Public says that accounts of other portals may use the client.
	Public bool
	// CreatedAt and UpdatedAt are when it was registered and last changed, zero when unknown.
	CreatedAt, UpdatedAt time.Time
	// CreatedBy and ModifiedBy are the ids (UUIDs) of the accounts that did so.
	CreatedBy, ModifiedBy string
}

// Info reads what people see of a client of the portal: "GET /clients/{id}/info".
//
// Every error is an [*oauthclients.Error]: ErrNotFound for an unknown id and, unless the account
// is an administrator, for a client of somebody else's; ErrPermission for guests; ErrUnavailable
// for an answer without the client's id or with another one.
func (a *API) Info(ctx context.Context, id string) (*Info, error) {
	return a.info(ctx, id, oauthclients.Call{Operation: opInfo, Path: "/info"})
}

// PublicInfo reads the same without signing in: "GET /clients/{id}/public/info". No credential is
// sent, and none is fetched for it; the cookies of a jar in the caller's own http.Client are the
// caller's business. It knows the clients of every portal of the installation.
//
// The portal limits these calls per address instead of per account. Errors are those of
// [API.Info], without ErrPermission.
func (a *API) PublicInfo(ctx context.Context, id string) (*Info, error) {
	return a.info(ctx, id, oauthclients.Call{
		Operation: opPublicInfo, Path: "/public/info", Credential: oauthclients.NoCredential(),
	})
}

// info makes a call whose path is still only what follows the client's.
func (a *API) info(ctx context.Context, id string, call oauthclients.Call) (*Info, error) {
	path, err := clientPath(a.driver.clients, call.Operation, id)
	if err != nil {
		return nil, err
	}
	answer := infoAnswer{asked: id}
	call.Method, call.Path, call.Result = http.MethodGet, path+call.Path, &answer
	if _, err := a.driver.caller.Call(ctx, &call); err != nil {
		return nil, err
	}
	return answer.info, nil
}

// infoAnswer is the answer about one client, the one that was asked for.
type infoAnswer struct {
	asked string
	info  *Info
}

// UnmarshalJSON implements [json.Unmarshaler].
func (a *infoAnswer) UnmarshalJSON(body []byte) error {
	var wire clientWire
	if err := wire.read(body); err != nil {
		return err
	}
	record, err := toRecord(&wire, body)
	if err != nil {
		return err
	}
	if !strings.EqualFold(record.Client.ID, a.asked) { // UUIDs may be written in both cases
		return errors.New("the answer is about another client")
	}
	a.info = infoOf(record.Client)
	return nil
}

// Infos ranges over what people see of the clients that [oauthclients.ClientsService.All] has,
// newest first: "GET /clients/info". Pages are fetched as they are needed; it ends after the
// first error, which comes with a nil Info.
//
// opts.PageSize is the number of clients per request, 1 to 50, and 30 for 0; opts.Cursor is the
// NextCursor of a page of the clients' List, which has the same cursors. Errors are those of
// [API.Info] without ErrNotFound.
func (a *API) Infos(ctx context.Context, opts oauthclients.ListOptions) iter.Seq2[*Info, error] {
	id := func(i *Info) string { return i.ID }
	return providerkit.Pages(opts.Cursor, id, func(cursor string) (*providerkit.PageOf[Info], error) {
		return a.infosFrom(ctx, cursor, pageSize(opts.PageSize))
	})
}

func (a *API) infosFrom(ctx context.Context, cursor string, limit int) (*providerkit.PageOf[Info], error) {
	lastID, lastCreated, ok := splitCursor(cursor)
	if cursor != "" && !ok {
		return nil, wrongCursor(opInfos, "must be the NextCursor of a page of this provider's clients")
	}
	values, err := query.Values(listQuery{Limit: limit, LastClientID: lastID, LastCreatedOn: lastCreated})
	if err != nil {
		return nil, err
	}
	page := infoPage{first: cursor == ""}
	_, err = a.driver.caller.Call(ctx, &oauthclients.Call{
		Operation: opInfos, Method: http.MethodGet, Path: a.driver.clients + "/info", Query: values, Result: &page,
	})
	return &page.PageOf, err
}

// infoPage is a page of the list, which was asked for from its beginning or not.
type infoPage struct {
	providerkit.PageOf[Info]

	first bool
}

// UnmarshalJSON implements [json.Unmarshaler]. The page is that of the clients' list, with less
// in its entries.
func (p *infoPage) UnmarshalJSON(body []byte) error {
	page, err := toPage(body, p.first)
	if err != nil {
		return err
	}
	p.Next = page.NextCursor
	p.Entries = make([]*Info, len(page.Records))
	for i, record := range page.Records {
		p.Entries[i] = infoOf(record.Client)
	}
	return nil
}

func infoOf(c *oauthclients.OAuthClient) *Info {
	extra := ExtraOf(c)
	return &Info{
		ID: c.ID, Name: c.Name, Description: c.Description,
		ClientURI: c.ClientURI, PolicyURI: c.PolicyURI, TermsURI: c.TermsURI, LogoURI: c.LogoURI,
		Scopes: c.Scopes, AuthenticationMethods: extra.AuthenticationMethods, Public: extra.Public,
		CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, CreatedBy: extra.CreatedBy, ModifiedBy: extra.ModifiedBy,
	}
}
