package tokens

import (
	"cmp"
	"context"
	"time"

	"golang.org/x/oauth2"
)

// This file forgets a token, after its session has been ended.

// End ends the session of a token at the provider.
type End struct {
	// Renewed: it needs an access token that is good.
	Renewed bool
	Do      func(ctx context.Context, token *oauth2.Token) error
}

// SignOut ends what is there to be ended, and forgets it in any case.
func (k *Keeper) SignOut(ctx context.Context, end End) error {
	unlock, err := k.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	ctx = context.WithoutCancel(ctx) // begun now; one that still waited could end a later sign-in
	held, err := k.load(ctx)
	if k.late { // the store has not got it, which is no hindrance here
		held, err = k.current, nil
	}
	if err != nil {
		return err // a store that cannot be read is not emptied either
	}
	err = k.endOne(ctx, held, end)
	return both(err, k.forget(ctx))
}

// endOne ends the session of a token. One that is over is renewed first, as a call would do it:
// a provider may want a valid one.
func (k *Keeper) endOne(ctx context.Context, token *oauth2.Token, end End) error {
	switch {
	case IsEmpty(token):
		return nil
	case k.isLive(token):
		return end.Do(ctx, token)
	case token.RefreshToken == "" || !k.strategy.Refreshes:
		return nil // it is over, and no session stands behind it
	case !end.Renewed:
		return end.Do(ctx, token)
	}
	renewed, err := k.renew(ctx, token)
	if k.late {
		renewed, err = k.current, nil
	}
	if k.strategy.IsDead(err) {
		return nil // the session is over already
	}
	if err != nil { // the refresh token may be enough, but a hook's nil is no proof of it
		return both(err, end.Do(ctx, cmp.Or(k.current, token)))
	}
	return end.Do(ctx, renewed)
}

// isLive: an access token that is over, or that the API refuses, may not be able to end a session.
func (k *Keeper) isLive(t *oauth2.Token) bool {
	return t.AccessToken != "" && !k.isRejected(t) && (t.Expiry.IsZero() || time.Now().Before(t.Expiry))
}

// forget empties memory and store.
func (k *Keeper) forget(ctx context.Context) error {
	k.current, k.late = nil, false
	if k.store == nil {
		return nil
	}
	k.kept, k.seen = true, nil
	if err := k.put(ctx, func(ctx context.Context) error { return k.store.Save(ctx, &oauth2.Token{}) }); err != nil {
		return k.storeError("the token could not be removed from the TokenStore", err)
	}
	return nil
}
