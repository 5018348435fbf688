package kit

import (
	"context"
	"errors"
)

// Tell asks the program of a server for something of its own, in a line of JSON, and waits until that is done.
func (r *Running) Tell(ctx context.Context, message any) error {
	var done struct{ Done bool }
	if err := r.process.Ask(ctx, message, &done); err != nil {
		return err
	}
	if !done.Done {
		return errors.New("the server does not do that; it printed: " + r.Printed())
	}
	return nil
}
