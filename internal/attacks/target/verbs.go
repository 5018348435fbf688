package target

import (
	"context"

	"github.com/oauthclients/oauthclients"
)

// This file has the verbs as an attack calls them.

// Verb is one call of a program.
type Verb struct {
	Name string
	// Method is that of the request which does the work.
	Method string
	// Writes: the request changes something at the server.
	Writes bool
	// Call calls it for the client with that id and gives the error alone.
	Call func(ctx context.Context, t *Target, c *oauthclients.Client, id string) error
}

// Verbs lists those that the provider has.
func (t *Target) Verbs() []Verb {
	verbs := []Verb{
		{Name: "Create", Method: "POST", Writes: true, Call: Create}, {Name: "Get", Method: "GET", Call: get}, {Name: "List", Method: "GET", Call: list},
		{Name: "All", Method: "GET", Call: all}, {Name: "FindByName", Method: "GET", Call: findByName},
		{Name: "Update", Method: "PUT", Writes: true, Call: update}, {Name: "Delete", Method: "DELETE", Writes: true, Call: remove},
	}
	if t.Regenerates {
		verbs = append(verbs, Verb{Name: "RegenerateSecret", Method: t.RegenerateMethod(), Writes: true, Call: Regenerate})
	}
	return verbs
}

// Create registers the sample.
func Create(ctx context.Context, t *Target, c *oauthclients.Client, _ string) error {
	_, err := c.Clients.Create(ctx, t.Sample)
	return err
}

// Regenerate asks for a new secret.
func Regenerate(ctx context.Context, _ *Target, c *oauthclients.Client, id string) error {
	_, err := c.Clients.RegenerateSecret(ctx, id)
	return err
}

func get(ctx context.Context, _ *Target, c *oauthclients.Client, id string) error {
	_, err := c.Clients.Get(ctx, id)
	return err
}

func list(ctx context.Context, _ *Target, c *oauthclients.Client, _ string) error {
	_, err := c.Clients.List(ctx, oauthclients.ListOptions{})
	return err
}

func all(ctx context.Context, _ *Target, c *oauthclients.Client, _ string) error {
	for _, err := range c.Clients.All(ctx, oauthclients.ListOptions{}) {
		if err != nil {
			return err
		}
	}
	return nil
}

func findByName(ctx context.Context, t *Target, c *oauthclients.Client, _ string) error {
	_, err := c.Clients.FindByName(ctx, t.Sample.Name)
	return err
}

func update(ctx context.Context, _ *Target, c *oauthclients.Client, id string) error {
	_, err := c.Clients.Update(ctx, id, func(c *oauthclients.OAuthClient) { c.Name = "another name" })
	return err
}

func remove(ctx context.Context, _ *Target, c *oauthclients.Client, id string) error {
	return c.Clients.Delete(ctx, id)
}
