// Package servers lists the servers of the gallery.
package servers

import (
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
	"github.com/oauthclients/oauthclients/internal/gallery/servers/oidcprovider"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/spring"
)

// All returns every server, in the order of the table.
func All() []*kit.Server {
	return []*kit.Server{
		mcptypescript.Server(), mcppython.Server(), fastmcp.Server(),
		oidcprovider.Server(), authlib.Server(), django.Server(),
		betterauth.Server(), cloudflare.Server(), glewlwyd.Server(),
		hydra.Server(), keycloak.Server(), spring.Server(),
	}
}
