package docspace

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/oauthclients/oauthclients"
)

// This file switches clients on and off.

const opSetEnabled = "SetEnabled"

// activationWire is the body of PATCH /clients/{id}/activation. status is always sent: a portal
// reads a missing one as false.
type activationWire struct {
	Status bool `json:"status"`
}

// SetEnabled switches a client on or off, "PATCH /clients/{id}/activation" of the portal. A client
// that is off has the status oauthclients.StatusDisabled: nobody can sign in with it, and it gets
// no tokens. The tokens that it has are of no use while it is off, and of use again when it is
// switched on again before they expire. Switching a client to what it is already is no error.
//
// The portal answers nothing, so that the client is read afterwards. If it does not have the
// wanted status, the error is of kind ErrNotApplied, around an [*oauthclients.NotAppliedError]
// with the field "Status". A node of the portal may answer from a cache for a moment after a
// write: a read that disagrees is repeated, for about a second, before it is believed. If the
// client cannot be read, or the answer has no status, the error is ErrOutcomeUnknown.
//
// A client of somebody else's is ErrNotFound, unless the account is an administrator; a guest
// gets ErrPermission. The call is repeated like an update, since it has the same effect twice.
func (a *API) SetEnabled(ctx context.Context, id string, enabled bool) error {
	path, err := clientPath(a.driver.clients, opSetEnabled, id)
	if err != nil {
		return err
	}
	_, err = a.driver.caller.Call(ctx, &oauthclients.Call{
		Operation: opSetEnabled, Method: http.MethodPatch, Path: path + "/activation",
		Body: activationWire{Status: enabled}, Repeatable: true, // it stays as it was set
	})
	if err != nil {
		return err
	}
	return a.confirmStatus(ctx, id, statusOf(&enabled))
}

// settling are the pauses between reads that disagree with a write: the portal's nodes tell each
// other by message what to drop from their caches.
func settling() []time.Duration {
	return []time.Duration{250 * time.Millisecond, 750 * time.Millisecond}
}

// confirmStatus reads a client until it has the wanted status, or until no cache is to blame any
// more.
func (a *API) confirmStatus(ctx context.Context, id string, want oauthclients.Status) error {
	pauses := settling()
	for {
		status, err := a.status(ctx, id)
		if err != nil {
			return unconfirmed(err)
		}
		if status == want {
			return nil
		}
		if len(pauses) == 0 {
			return notApplied(id)
		}
		pause(ctx, pauses[0]) // the next read tells if the context has ended
		pauses = pauses[1:]
	}
}

func (a *API) status(ctx context.Context, id string) (oauthclients.Status, error) {
	record, err := a.driver.get(ctx, opSetEnabled, id)
	if err != nil {
		return "", err
	}
	if record.Client.Status == "" {
		return "", errors.New("the answer lacks enabled")
	}
	return record.Client.Status, nil
}

// pause waits, unless the context ends first.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func notApplied(id string) error {
	return &oauthclients.Error{
		Kind: oauthclients.ErrNotApplied, Provider: providerName, Operation: opSetEnabled,
		Err: &oauthclients.NotAppliedError{ID: id, Fields: []string{"Status"}},
	}
}

// unconfirmed keeps a read that failed after the write from looking like a write that failed.
func unconfirmed(err error) error {
	return &oauthclients.Error{
		Kind: oauthclients.ErrOutcomeUnknown, Provider: providerName, Operation: opSetEnabled,
		Message: "the portal accepted it, but what came of it could not be read", Err: err,
	}
}
