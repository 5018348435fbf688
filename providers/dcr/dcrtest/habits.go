package dcrtest

import (
	"net/http"
	"time"
)

// This file holds what a server does in its own way. The tables of the manners are made of it.

// habits are one server's ways. Their zero is RFC 7591 alone, with no defaults.
type habits struct {
	name string
	places

	management
	answers
	requests
	service
}

// places are where things are.
type places struct {
	issuerPath, registerPath string
	// issuerSlash: the issuer ends in a slash.
	issuerSlash bool
	// wellKnown lists the kinds of places at which the metadata are.
	wellKnown []place
	// unnamed: the metadata do not name the registration endpoint.
	unnamed bool
	// otherDoor is the registration endpoint without management that the metadata of RFC 8414 name.
	otherDoor string
}

// place is a kind of place for metadata.
type place int

const (
	atOIDC  place = iota // below the issuer (OpenID Connect Discovery 1.0 section 4)
	atOAuth              // before the issuer's path (RFC 8414 section 3)
	below                // RFC 8414's name below the issuer
	atRoot               // RFC 8414's name at the host, whatever the path
)

// management is RFC 7592.
type management struct {
	// verbs are those of a client's address; nil for none.
	verbs []string
	// queryURI: the id is in the query of a client's address. plainURI: the address is http. relativeURI:
	// it is a path, at a server without verbs.
	queryURI, plainURI, relativeURI bool
	rotateOnUpdate, rotateOnRead    bool
	newSecrets                      bool
	// secretRefused: an update must not have a secret.
	secretRefused bool
	// merges: an update keeps what it leaves out.
	merges bool
	// oneKind: jwks and jwks_uri replace each other.
	oneKind   bool
	tokenLife time.Duration
	newToken  func(ends time.Time) string
	// otherVerb is where a verb that there is not is sent to; "" for 405.
	otherVerb string
	// noToken refuses who registers without a token, badToken every token that is not good, and noHandle
	// who manages without one; zero for badToken.
	noToken, badToken, noHandle fault
	// stranger refuses who may not register; zero for noToken and badToken. otherToken refuses the token
	// of another client; zero for badToken.
	stranger, otherToken fault
	// noTokenAsks and badTokenAsks are the challenges of these refusals: the scheme, and the names of the
	// parameters; "" for none.
	noTokenAsks, badTokenAsks string
}

func (m management) reads() bool { return m.verbs != nil }

// answers are what is in them.
type answers struct {
	created, deleted int
	// deletedAs is the content type of no content.
	deletedAs string

	newID, newSecret func() string
	// secret says whether a client gets one, by what it asked for.
	secret     func(members map[string]any) bool
	secretLife time.Duration
	// shownIn lists the only members that are answered; nil for all.
	shownIn []string
	// hidden lists the members that are left out, by method; "" for all.
	hidden map[string][]string
	// added are members that are answered where the client has none, by method; "" for all.
	added map[string]map[string]any
	// shownDefaults are answered while nothing was asked, and bind once they are written back.
	shownDefaults map[string]any
	// odd are members of another JSON type than they should have, oddRead those that are so in reads.
	odd, oddRead map[string]func(any) any
	// hash is how the secret of a read looks; nil for as it is.
	hash func(secret string) string
	// dated: created_at and updated_at are there.
	dated bool
}

// requests are what is taken.
type requests struct {
	// knows lists the members that are kept; nil for all.
	knows []string
	// unknown refuses other members; nil drops them.
	unknown func(name string) *fault
	// defaults are filled in.
	defaults map[string]any
	// grants lists the grant types; nil for all.
	grants []string
	// fillsResponses: response types that are left out follow from the grant types.
	fillsResponses bool
	// badRedirect is the code that refuses redirect URIs; "" for invalid_redirect_uri.
	badRedirect string
	// takesFragments: redirect URIs may have one.
	takesFragments bool
	// normalizes: URLs are written as browsers write them.
	normalizes bool
	checks     []func(members map[string]any) *fault
	// replaced are the server's own values; nil leaves a member out.
	replaced map[string]any
}

// service is what registered clients get.
type service struct {
	// methods are what the token endpoint takes, as the metadata list them.
	methods []string
	// strict: a client proves itself as it is registered.
	strict bool
	// needsFormID: client_id has to be in the form.
	needsFormID bool
	// badClient refuses a client that does not prove itself, unknownClient one that there is not, and
	// noClient nobody.
	badClient, unknownClient, noClient fault
	// badUse refuses a grant type that the client does not have.
	badUse     fault
	needsProof bool
	// needsResponses: without the response type code nobody can sign in.
	needsResponses bool
	// iss is in callbacks: in none, in those with a code, in all.
	iss     issuing
	revokes *revocation
	forgets bool
	tokenAnswers
}

// tokenAnswers are those of the token endpoint.
type tokenAnswers struct {
	tokenType string
	// badCode refuses a code and badRefresh a refresh token that is not good; zero for invalid_grant with the
	// reason. unknownGrant refuses a grant type that there is not.
	badCode, badRefresh, unknownGrant fault
	// badClientAsks is the challenge of who does not prove itself, as badTokenAsks is.
	badClientAsks string
	// scope is what a sign-in gets that asks for none. scoped: it is answered also if it is empty.
	scope  string
	scoped bool
	// idTokens: a sign-in with openid gets one.
	idTokens bool
	// further are members of the answer to a sign-in.
	further map[string]any
	// refreshes: who may redeem codes may refresh.
	refreshes bool
	// errorURI stands in every error with a description.
	errorURI string
}

type issuing int

const (
	never issuing = iota
	withCode
	always
)

// revocation is RFC 7009.
type revocation struct {
	// atToken: the endpoint is the one for tokens.
	atToken bool
	// methods are the only ones, as the metadata list them; nil for those of the token endpoint. anyway:
	// how the client is registered does not matter.
	methods []string
	anyway  bool
	// needsSecret: client_secret has to be in the form.
	needsSecret bool
	noPublic    bool
	// endsAll: an access token takes its refresh token along.
	endsAll bool
	// unknown refuses what is no token any more; nil forgives.
	unknown *fault
	body    string
}

func everyVerb() []string { return []string{http.MethodGet, http.MethodPut, http.MethodDelete} }
