package gallery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/authlib"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/betterauth"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/cloudflare"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/django"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/fastmcp"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/glewlwyd"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/hydra"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/keycloak"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/mcppython"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/mcptypescript"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/spring"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about what a few servers alone do. The cases stand in a file for each of them.

// casesAt are the cases of one server: those of the table, and before it goes away the record and its own.
func casesAt(server *kit.Server) []testCase {
	all := cases()
	return slices.Insert(all, len(all)-1, append(further(server), testCase{"recorded answers", recordedAnswers})...)
}

// further are the cases of one server alone.
func further(server *kit.Server) []testCase {
	switch server.Name {
	case glewlwyd.Name:
		return glewlwydCases()
	case mcptypescript.Name:
		return []testCase{{"the next start", nextStart}, {"the other spelling of its name", otherSpelling}, {"below a path", belowPath(mcptypescript.Below)}}
	case mcppython.Name:
		return append(pythonCases(), testCase{"below a path", belowPath(mcppython.Below)})
	case fastmcp.Name:
		return append(pythonCases(), testCase{"below a path", belowPath(fastmcp.Below)})
	case betterauth.Name:
		return betterAuthCases()
	case cloudflare.Name:
		return []testCase{{"the next start", nextStart}}
	case authlib.Name:
		return authlibCases()
	case django.Name:
		return djangoCases()
	case hydra.Name:
		return []testCase{{"another order", anotherOrder}, {"keys that are none", noKeys}}
	case keycloak.Name:
		return append(sipgateCases(), keycloakCases()...)
	case spring.Name:
		return springCases()
	}
	return nil
}

// again starts the server once more. At one that answers while it starts, somebody is there meanwhile.
func (v *visit) again(ctx context.Context) (*kit.Running, error) {
	if v.server.Name == keycloak.Name {
		return v.duringStart(ctx)
	}
	return v.server.Start(ctx, v.folder)
}

// forgotten: a client that the server does not know any more is taken out of the list, and another takes its
// place.
func (v *visit) forgotten(ctx context.Context, id string) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	known, err := dcr.Of(client)
	if err != nil {
		return err
	}
	if err := known.Forget(ctx, id); err != nil {
		return err
	}
	if _, err := client.Clients.Get(ctx, id); !errors.Is(err, oauthclients.ErrNotFound) {
		return fmt.Errorf("a client that was forgotten: %w", err)
	}
	_, err = v.registered(ctx, v.manners().Methods[0])
	return err
}

// requireMore: the server has all that was asked for in one field, and more.
func requireMore(err error, field string) error {
	var notApplied *oauthclients.NotAppliedError
	if !errors.As(err, &notApplied) || !slices.Equal(notApplied.Fields, []string{field}) || !slices.Equal(notApplied.More, notApplied.Fields) ||
		!strings.Contains(err.Error(), "more than was asked for") {
		return fmt.Errorf("it should have more %s than it was asked for: %w", field, err)
	}
	return nil
}
