package gallery

import (
	"context"
	"errors"
	"fmt"

	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about what better-auth alone does.

func betterAuthCases() []testCase {
	return []testCase{{"the next start", nextStart}, {"more scopes than asked for", moreScopes}, {"a second revocation", secondRevocation}}
}

// secondRevocation: the access token ends with the refresh token, and the server takes it for a mistake.
func secondRevocation(ctx context.Context, v *visit) error {
	auth, err := v.signedIn(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	if auth.Token.RefreshToken == "" {
		return errors.New("no refresh token came")
	}
	return v.revokedAs(ctx, auth, "200", "400")
}

// moreScopes: the server registers two scopes that nobody asked for, and gives no handle. Both are told, and
// the client is there.
func moreScopes(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	want := v.want(v.manners().Methods[0])
	want.Scopes = []string{"openid", "profile"}
	got, err := client.Clients.Create(ctx, want)
	if got == nil {
		return err
	}
	const all = 4
	if len(got.Scopes) != all || got.Secret.IsZero() || dcr.ExtraOf(got).Manageable {
		return fmt.Errorf("it has the scopes %q, and can be managed: %t: %w", got.Scopes, dcr.ExtraOf(got).Manageable, err)
	}
	return requireMore(err, "Scopes")
}
