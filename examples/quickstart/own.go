package main

import (
	"context"
	"errors"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds what only one vendor has: calls beyond the verbs, with the same client. The Of
// of a vendor's package gives them.

// own is such a step of the tour; id is the client that the tour has made.
type own func(ctx context.Context, p *printer, client *oauthclients.Client, id string) error

// ownSteps has one function per vendor, by the name of its provider.
func ownSteps() map[string]own {
	return map[string]own{
		"sipgate": ownSipgate,
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
