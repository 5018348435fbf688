package genesys

import (
	"context"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file takes a client out of use and puts it back, without deleting it.

const (
	opDeactivate = "Deactivate"
	opActivate   = "Activate"
)

// Deactivate makes a client inactive: it gets no new tokens, and the vendor will delete it. It
// is the first of the two steps of Delete. A client that is inactive already is returned as it
// is, and nothing is written.
//
// The whole client is written back (PUT /api/v2/oauth/clients/{clientId}), since the vendor's
// PUT replaces it, also the members that this library does not know; only a date of deletion is
// left out, because the one of an inactive client is the vendor's own. The caller needs the
// permissions oauth:client:view and oauth:client:edit.
//
// Every error is an [*oauthclients.Error]: ErrNotFound if there is no such client, or only one
// in the state deleted. If the vendor took the write and the client is not inactive then, the
// client as it now is comes beside an [*oauthclients.NotAppliedError] for "Status". Raw of the
// result is nil; Get has it.
func (a *API) Deactivate(ctx context.Context, id string) (*oauthclients.OAuthClient, error) {
	return a.changeStatus(ctx, opDeactivate, id, oauthclients.StatusInactive)
}

// Activate makes a client active again, and takes back its deletion: the write has no date of
// deletion. A client that is active already is returned as it is, and nothing is written, so
// that a date which a person has set for it stays. Whether the vendor lets a program enable
// what it has disabled itself is not documented.
//
// It works and fails like [API.Deactivate]. An active client that still has a date of deletion
// after the write is a NotAppliedError too, for "Extra.DateToDelete".
func (a *API) Activate(ctx context.Context, id string) (*oauthclients.OAuthClient, error) {
	return a.changeStatus(ctx, opActivate, id, oauthclients.StatusActive)
}

func (a *API) changeStatus(ctx context.Context, operation, id string, status oauthclients.Status) (*oauthclients.OAuthClient, error) {
	if err := providerkit.CheckID(providerName, operation, id); err != nil {
		return nil, err
	}
	found, err := a.driver.get(ctx, operation, id)
	if err != nil {
		return nil, err
	}
	if found.Client.Status == status {
		return found.Client, nil
	}
	if found.Client.Status == oauthclients.StatusDeleted {
		return nil, &oauthclients.Error{
			Kind: oauthclients.ErrNotFound, Provider: providerName, Operation: operation, Message: "the client is deleted",
		}
	}
	body, err := statusBody(found, status)
	if err != nil {
		return nil, err
	}
	written, err := a.driver.put(ctx, operation, id, body.JSON(), nil)
	if err != nil {
		return nil, err
	}
	return written.Client, checkStatus(operation, written.Client, status)
}

// checkStatus compares what the vendor answered with what was asked.
func checkStatus(operation string, got *oauthclients.OAuthClient, status oauthclients.Status) error {
	var missing []string
	if got.Status != status {
		missing = append(missing, "Status")
	}
	if status == oauthclients.StatusActive && !settings(got).DateToDelete.IsZero() {
		missing = append(missing, fieldDateToDelete)
	}
	if len(missing) == 0 {
		return nil
	}
	return &oauthclients.Error{
		Kind: oauthclients.ErrNotApplied, Provider: providerName, Operation: operation,
		Err: &oauthclients.NotAppliedError{ID: got.ID, Fields: missing},
	}
}
