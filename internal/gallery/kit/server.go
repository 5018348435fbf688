// Package kit is what the servers of the gallery are made of: how one is got, how it runs, and what is
// known of its manners.
package kit

import (
	"context"
	"net/url"
	"os"

	"github.com/oauthclients/oauthclients"
)

// This file says what a server of the gallery is.

// Server is a real server, in one version.
type Server struct {
	Name, Version string
	// Why is why it is here, in a few words.
	Why string
	// Files are what belongs to it in this repository: its lock file, and the program around it.
	Files map[string][]byte
	// Get downloads into a folder that has its Files. A folder is filled once.
	Get func(ctx context.Context, folder string) error
	// Start starts it at an address of this machine; what it was told before is gone.
	Start func(ctx context.Context, folder string) (*Running, error)

	Manners Manners
}

// Running is a server that runs.
type Running struct {
	// Issuer is what it calls itself.
	Issuer string
	// RegistrationEndpoint is where it registers clients, if its metadata do not say.
	RegistrationEndpoint string
	// Resource is the address of something that wants its tokens, "" for none.
	Resource string
	// Whoami answers 200 to a live access token of a person, and 401 to a dead one; "" for none.
	Whoami string
	// Auth registers clients.
	Auth oauthclients.Auth
	// SignIn is a person who goes from the address of the login page to the query of the callback.
	SignIn func(ctx context.Context, loginURL string) (callback url.Values, err error)
	// SignInAs is SignIn of one of several people, who are counted from 0, where a person has OneSignIn.
	SignInAs func(ctx context.Context, person int, loginURL string) (callback url.Values, err error)
	// Deny is SignIn of a person who does not agree; nil where nobody is asked.
	Deny func(ctx context.Context, loginURL string) (callback url.Values, err error)
	// EndAccess ends every access token issued so far, and EndAll every refresh token as well. nil: they are
	// revoked at the server's revocation endpoint (RFC 7009), one after the other.
	EndAccess, EndAll func(ctx context.Context) error

	process *Process
}

// Stop ends the server, and waits for its end.
func (r *Running) Stop() error { return r.process.Stop() }

// Printed is what the server has printed.
func (r *Running) Printed() string { return r.process.Printed() }

// Manners are what is known of a server. Each of them is asserted: a server that changes is noticed.
type Manners struct {
	// Methods are how clients prove themselves that are registered so.
	Methods []oauthclients.ClientAuthMethod
	// Ask sets what every client needs here.
	Ask func(c *oauthclients.OAuthClient)
	// Scopes are what a sign-in asks for, where one without scopes is refused.
	Scopes []string
	// Native is the application type of a program on a person's machine, where the server wants to know.
	Native string
	// Drops are the fields that it takes and does not keep, or does not answer.
	Drops []string
	// Manages: a client can be read, changed and deleted (RFC 7592).
	Manages bool
	// Keeps is how it keeps what it is told of a client, where it Manages clients.
	Keeps *Keeping
	// RevokesAll: where an access token is revoked, its refresh token ends as well.
	RevokesAll bool
	// RotatesSecret: with every update a client gets another secret.
	RotatesSecret bool
	// UnpromisedIssuer: its callbacks name the issuer, and its metadata do not promise it (RFC 9207 section 3).
	UnpromisedIssuer bool
	// BadCode and BadRefresh are the kinds of the errors with which it refuses a code, and any refresh, if it has
	// not the words of RFC 6749 section 5.2 for them.
	BadCode, BadRefresh error
	// OneAtATime: requests that come at the same time spoil each other.
	OneAtATime bool
	// OneSignIn: a second sign-in of a person at a client ends the first.
	OneSignIn bool
	// Forgets: it knows nobody after a restart.
	Forgets bool
	// Ends are the cases that do not end well there, by the names of the cases.
	Ends map[string]End
}

// End is how a case ends at a server, and why.
type End struct {
	Verdict Verdict
	// Why is the reason, for a person.
	Why string
	// Kind is the error that the case ends with; Says is in its text.
	Kind error
	Says string
}

// Names of cases that say something about others.
const (
	UpdateAndDelete  = "update and delete"
	SecretInUpdate   = "the secret in an update"
	DeadRegistration = "a dead registration"
	LaterSecret      = "a secret for a public client"
	ConformanceSuite = "conformance suite"
	SignOut          = "sign-out"
	AccessRevoked    = "an access token revoked"
	IssuerOfCallback = "the issuer of a callback"
)

// End is how a case ends, if it does not end well. What needs RFC 7592 ends as updates do where there is none,
// the secret stays at home where nothing can be changed, and nothing can be revoked where nobody can sign out.
func (m *Manners) End(name string) (end End, other bool) {
	if end, other = m.Ends[name]; other {
		return end, true
	}
	switch name {
	case DeadRegistration, LaterSecret, ConformanceSuite:
		if !m.Manages {
			return OnlyRegisters(), true
		}
	case SecretInUpdate:
		end, other = m.Ends[UpdateAndDelete]
	case AccessRevoked:
		end, other = m.Ends[SignOut]
	}
	return end, other
}

// OnlyRegisters is how that case ends at a server without RFC 7592.
func OnlyRegisters() End {
	return End{Verdict: Lacks, Why: "it only registers (RFC 7591)", Says: "it only registers"}
}

// Verdict is a cell of the table.
type Verdict string

// The verdicts. There is one more, "ours", for a case that ends as nobody expects: it fails the run.
const (
	Works Verdict = "works"
	Lacks Verdict = "has no such thing"
	Fault Verdict = "the server's fault"
)

// folderMode is for what is downloaded.
const folderMode os.FileMode = 0o755
