// Package lifecycle is the life of an OAuth2 client at any provider: nothing in it knows which one.
package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/oauthclients/oauthclients"
)

// Run registers app, looks for it, renames it, renews its secret where the provider can, and
// deletes it, also when something went wrong on the way. It tells out what it does.
func Run(ctx context.Context, client *oauthclients.Client, app *oauthclients.OAuthClient, out io.Writer) (err error) {
	created, err := client.Clients.Create(ctx, app)
	if created == nil {
		return err
	}
	defer func() { err = errors.Join(err, remove(ctx, client, created.ID, out)) }()
	if err != nil {
		return err
	}
	say(out, "created %s, secret %s", created.Name, created.Secret)
	if err := find(ctx, client, created, out); err != nil {
		return err
	}
	renamed, err := client.Clients.Update(ctx, created.ID, func(c *oauthclients.OAuthClient) { c.Name += " 2" })
	if err != nil {
		return err
	}
	say(out, "renamed to %s", renamed.Name)
	return renew(ctx, client, created.ID, out)
}

func find(ctx context.Context, client *oauthclients.Client, created *oauthclients.OAuthClient, out io.Writer) error {
	found, err := client.Clients.FindByName(ctx, created.Name)
	if err != nil {
		return err
	}
	for _, c := range found { // names are not unique
		if c.ID == created.ID {
			say(out, "found it by its name")
			return nil
		}
	}
	return fmt.Errorf("client %s is not in the list", created.ID)
}

func renew(ctx context.Context, client *oauthclients.Client, id string, out io.Writer) error {
	secret, err := client.Clients.RegenerateSecret(ctx, id)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		say(out, "this provider issues no new secrets")
	case err != nil:
		return err
	default:
		say(out, "new secret %s", secret)
	}
	return nil
}

// remove leaves nothing behind, also when the program is being interrupted.
func remove(ctx context.Context, client *oauthclients.Client, id string, out io.Writer) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	if err := client.Clients.Delete(ctx, id); err != nil {
		return fmt.Errorf("client %s was left behind: %w", id, err)
	}
	say(out, "deleted")
	return nil
}

// say writes a line. What cannot be told must not stop the work.
func say(out io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(out, "  "+format+"\n", args...)
}
