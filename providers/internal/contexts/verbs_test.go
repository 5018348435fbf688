package contexts_test

import (
	"context"

	"github.com/oauthclients/oauthclients"
)

// This file holds the calls whose context ends.

type verb func(ctx context.Context, w *world) error

func get(ctx context.Context, w *world) error {
	_, err := w.client.Clients.Get(ctx, w.id)
	return err
}

func create(ctx context.Context, w *world) error {
	_, err := w.client.Clients.Create(ctx, w.app)
	return err
}

func update(ctx context.Context, w *world) error {
	_, err := w.client.Clients.Update(ctx, w.id, func(c *oauthclients.OAuthClient) { c.Name = "another" })
	return err
}

func remove(ctx context.Context, w *world) error { return w.client.Clients.Delete(ctx, w.id) }

func regenerate(ctx context.Context, w *world) error {
	_, err := w.client.Clients.RegenerateSecret(ctx, w.id)
	return err
}

func findByName(ctx context.Context, w *world) error {
	_, err := w.client.Clients.FindByName(ctx, "app")
	return err
}

// all ranges over the clients page by page.
func all(ctx context.Context, w *world) error {
	for _, err := range w.client.Clients.All(ctx, oauthclients.ListOptions{PageSize: 1}) {
		if err != nil {
			return err
		}
	}
	return nil
}

// allSlowly works on each client until its context ends.
func allSlowly(ctx context.Context, w *world) error {
	for _, err := range w.client.Clients.All(ctx, oauthclients.ListOptions{PageSize: 1}) {
		if err != nil {
			return err
		}
		<-ctx.Done()
	}
	return nil
}
