package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients"
)

// This file is the tour itself. It is the same for every provider: only the client differs. What a
// provider has beyond that is in own.go.

const newRedirectURI = "https://app.example.com/after-login"

func walk(ctx context.Context, p *printer, client *oauthclients.Client, sample *oauthclients.OAuthClient) (err error) {
	created, err := client.Clients.Create(ctx, sample)
	if created == nil {
		return err
	}
	defer func() { err = errors.Join(err, remove(ctx, p, client, created.ID)) }()
	if err != nil {
		return err
	}
	p.line("create", "%s, id %s", created.Name, created.ID)
	p.line("", "secret %s (Secret.Reveal gives it to your program)", created.Secret)

	if err := list(ctx, p, client, created.ID); err != nil {
		return err
	}
	if err := update(ctx, p, client, created.ID); err != nil {
		return err
	}
	if err := regenerate(ctx, p, client, created.ID); err != nil {
		return err
	}
	return ownStep(ctx, p, client, created.ID)
}

func list(ctx context.Context, p *printer, client *oauthclients.Client, id string) error {
	count, found := 0, false
	for c, err := range client.Clients.All(ctx, oauthclients.ListOptions{}) {
		if err != nil {
			return err
		}
		count++
		found = found || c.ID == id
	}
	if !found {
		return fmt.Errorf("the new client %s is not among the %d of the account", id, count)
	}
	p.line("list", "%d of the account, the new one among them", count)
	return nil
}

// update shows the error that replaces a silent "200, ignored": some providers accept new
// redirect URIs and keep the old ones.
func update(ctx context.Context, p *printer, client *oauthclients.Client, id string) error {
	updated, err := client.Clients.Update(ctx, id, func(c *oauthclients.OAuthClient) {
		c.RedirectURIs = append(c.RedirectURIs, newRedirectURI)
	})
	var ignored *oauthclients.NotAppliedError
	switch {
	case errors.Is(err, errors.ErrUnsupported): // a server that only registers
		p.line("update", "this provider cannot; nothing was sent")
		return nil
	case errors.As(err, &ignored):
		p.line("update", "accepted, but not applied by this provider: %s", strings.Join(ignored.Fields, ", "))
	case err != nil:
		return err
	}
	p.line("update", "redirect URIs now %s", strings.Join(updated.RedirectURIs, ", "))
	return nil
}

func regenerate(ctx context.Context, p *printer, client *oauthclients.Client, id string) error {
	secret, err := client.Clients.RegenerateSecret(ctx, id)
	if errors.Is(err, errors.ErrUnsupported) {
		p.line("regenerate", "this provider cannot; nothing was sent")
		return nil
	}
	if err != nil {
		return err
	}
	p.line("regenerate", "new secret %s", secret)
	return nil
}

// remove leaves nothing behind at a real account, also when the tour was interrupted.
func remove(ctx context.Context, p *printer, client *oauthclients.Client, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	err := client.Clients.Delete(ctx, id)
	if errors.Is(err, errors.ErrUnsupported) {
		p.line("delete", "this provider cannot; the client stays there")
		return nil
	}
	if err != nil {
		return fmt.Errorf("client %s was left behind: %w", id, err)
	}
	_, err = client.Clients.Get(ctx, id)
	if errors.Is(err, oauthclients.ErrNotFound) {
		p.line("delete", "done, and reading it again says: %s", oauthclients.ErrNotFound)
		return nil
	}
	p.line("delete", "accepted")
	return err
}
