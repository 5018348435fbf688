package genesys

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file waits for the end of a deletion, and holds what waits have in common.

// The waits between two looks, and their lower bound: five a second would use up the limit that
// the vendor has for all calls of a token.
const (
	defaultPoll = 5 * time.Second
	minPoll     = time.Second
)

// defaultDeletionWait is as long as the vendor's Terraform provider waits: 30 s, three times.
const defaultDeletionWait = 90 * time.Second

const opWaitDeleted = "WaitDeleted"

// WaitOptions bound a wait. The zero value takes the defaults.
type WaitOptions struct {
	// MaxWait is how long to wait at most; 0 stands for 90 s. It must not be negative.
	MaxWait time.Duration
	// PollInterval is the time between two looks; 0 stands for 5 s. Any other must be 1 s or more.
	PollInterval time.Duration
}

// Deletion is how far the deletion of a client has come when a wait for it has ended. It is a
// struct and not a bool because a deletion that goes on has a date, which the program needs to
// know when to look again.
type Deletion struct {
	// Gone: the server does not know the client any more, or calls it deleted. If it is false the
	// deletion is scheduled: the client is inactive, can be restored with [API.Activate], and
	// will be removed by the vendor, which keeps a client older than 30 days for seven days.
	Gone bool
	// DateToDelete is when the vendor will remove it, as far as it tells; zero once it is gone.
	DateToDelete time.Time
}

// WaitDeleted waits until a client that was deleted is gone: it reads the client (GET
// /api/v2/oauth/clients/{clientId}) at once and then at intervals, until the server answers 404
// or the state deleted.
//
// That the wait ends, by opts or with ctx, while the client is still inactive is no error: the
// deletion is scheduled then, which [Deletion] tells. The vendor removes a client of the last 30
// days at once, and any other a week later.
//
// Every error is an [*oauthclients.Error]: ErrConflict, with the state in its message, if the
// client is not inactive, so that nobody is deleting it; ErrUnavailable if the wait ends before
// the first answer; and whatever a look fails with. ErrInvalid names what is wrong with id or opts.
//
// Sources: the help page "View, edit, delete, or restore OAuth clients", and the vendor's
// Terraform provider for what ends a wait.
func (a *API) WaitDeleted(ctx context.Context, id string, opts WaitOptions) (Deletion, error) {
	faults := append(providerkit.FaultsOfID(id), faultsOfWait(opts)...)
	if err := providerkit.InvalidFields(providerName, opWaitDeleted, faults); err != nil {
		return Deletion{}, err
	}
	wait := cmp.Or(opts.MaxWait, defaultDeletionWait)
	ctx, cancel := context.WithTimeoutCause(ctx, wait, fmt.Errorf("no answer within %v", wait))
	defer cancel()
	return a.untilGone(ctx, id, cmp.Or(opts.PollInterval, defaultPoll))
}

// untilGone ends with what was seen last.
func (a *API) untilGone(ctx context.Context, id string, interval time.Duration) (Deletion, error) {
	var last Deletion
	for seen := false; ; seen = true {
		now, err := a.deletion(ctx, id)
		switch {
		case err != nil && seen && ctx.Err() != nil:
			return last, nil //nolint:nilerr // the wait has ended; the look has not failed by itself
		case err != nil || now.Gone || pause(ctx, interval) != nil:
			return now, err
		}
		last = now
	}
}

// deletion looks once.
func (a *API) deletion(ctx context.Context, id string) (Deletion, error) {
	found, err := a.driver.get(ctx, opWaitDeleted, id)
	switch {
	case errors.Is(err, oauthclients.ErrNotFound):
		return Deletion{Gone: true}, nil
	case err != nil:
		return Deletion{}, err
	}
	if found.Client.Status == oauthclients.StatusDeleted {
		return Deletion{Gone: true}, nil
	}
	if found.Client.Status == oauthclients.StatusInactive {
		return Deletion{DateToDelete: settings(found.Client).DateToDelete}, nil
	}
	return Deletion{}, &oauthclients.Error{
		Kind: oauthclients.ErrConflict, Provider: providerName, Operation: opWaitDeleted,
		Message: fmt.Sprintf("the client is %s: it is not being deleted", word(found.Client.Status)),
	}
}

func faultsOfWait(opts WaitOptions) []oauthclients.FieldError {
	var faults []oauthclients.FieldError
	if opts.MaxWait < 0 {
		faults = append(faults, oauthclients.FieldError{Field: "MaxWait", Code: "range", Message: "must not be negative"})
	}
	if opts.PollInterval != 0 && opts.PollInterval < minPoll {
		faults = append(faults, oauthclients.FieldError{
			Field: "PollInterval", Code: "range", Message: fmt.Sprintf("must be %v or more", minPoll),
		})
	}
	return faults
}

// pause waits, or tells why ctx has ended before.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
