package main

import (
	"context"
	"errors"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds what only one provider has: calls beyond the verbs, with the same client. The Of
// of a provider's package gives them.

// own is such a step of the tour; id is the client that the tour has made.
type own func(ctx context.Context, p *printer, client *oauthclients.Client, id string) error

// ownSteps has one function per provider, by its name.
func ownSteps() map[string]own {
	return map[string]own{
		"sipgate":  ownSipgate,
		"docspace": ownDocspace,
		"genesys":  ownGenesys,
		"dcr":      ownServer,
	}
}

func ownStep(ctx context.Context, p *printer, client *oauthclients.Client, id string) error {
	step, ok := ownSteps()[client.Provider().Name()]
	if !ok {
		return nil
	}
	err := step(ctx, p, client, id)
	if errors.Is(err, oauthclients.ErrPermission) { // the tour asks for no more than its verbs need
		p.line("own", "%v", err)
		return nil
	}
	return err
}

// ownSipgate shows who the account belongs to and what is left on it. The balance needs the scope
// balance:read.
func ownSipgate(ctx context.Context, p *printer, client *oauthclients.Client, _ string) error {
	api, err := sipgate.Of(client)
	if err != nil {
		return err
	}
	info, err := api.UserInfo(ctx)
	if err != nil {
		return err
	}
	p.line("user", "%s of account %s at %s", info.Sub, info.MasterSIPID, info.Domain)
	balance, err := api.Balance(ctx)
	if err != nil {
		return err
	}
	p.line("balance", "%s", balance)
	return nil
}

// ownDocspace shows which scopes the portal has, and what its account has consented to.
func ownDocspace(ctx context.Context, p *printer, client *oauthclients.Client, _ string) error {
	api, err := docspace.Of(client)
	if err != nil {
		return err
	}
	scopes, err := api.Scopes(ctx)
	if err != nil {
		return err
	}
	p.line("scopes", "%d at this portal", len(scopes))
	count := 0
	for _, err := range api.Consents(ctx, oauthclients.ListOptions{PageSize: 50}) { // page by page
		if err != nil {
			return err
		}
		count++
	}
	p.line("consents", "%d of this account", count)
	return nil
}

// ownGenesys asks for what the client was used for in the last week: a job of the vendor's, which
// is looked at until it is done.
func ownGenesys(ctx context.Context, p *printer, client *oauthclients.Client, id string) error {
	api, err := genesys.Of(client)
	if err != nil {
		return err
	}
	now := time.Now()
	query := genesys.UsageQuery{
		Interval: genesys.Interval{Start: now.AddDate(0, 0, -7), End: now},
		Progress: func(u genesys.UsageProgress) { p.line("usage", "%s at look %d", u.Status, u.Polls) },
	}
	requests := int64(0)
	for row, err := range api.UsageQuery(ctx, id, query) {
		if err != nil {
			return err
		}
		requests += row.Requests
	}
	p.line("", "%d requests in the last week", requests)
	return nil
}

// ownServer shows what manages the client: without it nobody can change or delete the client later.
func ownServer(ctx context.Context, p *printer, client *oauthclients.Client, id string) error {
	api, err := dcr.Of(client)
	if err != nil {
		return err
	}
	handle, err := api.Handle(ctx, id)
	if err != nil {
		return err
	}
	if handle.URI == "" {
		p.line("handle", "none: this server only registers")
		return nil
	}
	p.line("handle", "token %s, kept in the store", handle.Token)
	return nil
}
