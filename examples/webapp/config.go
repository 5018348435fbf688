package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file chooses between the fake sipgate and the real one.
//
//	SIPGATE_CLIENT_ID      the OAuth2 client that people sign in to; it must have the redirect
//	SIPGATE_CLIENT_SECRET  URI WEBAPP_URL + "/callback"
//	SIPGATE_REALM          the realm of that client, as sipgate's web console shows it; not
//	                       needed for third-party, nor if the id ends in ":sipgate-apps"
//	WEBAPP_URL             where browsers reach this server, such as https://app.example.com;
//	                       not needed on your own machine
//
// Without the first three the fake is used.

// setup is what the app is made of.
type setup struct {
	provider sipgate.Provider
	auth     oauthclients.AuthCode
	welcome  string
	close    func()
}

func configure(getenv func(string) string, address net.Addr) (*setup, error) {
	origin, err := publicOrigin(getenv("WEBAPP_URL"), address)
	if err != nil {
		return nil, err
	}
	id, secret, realm := getenv("SIPGATE_CLIENT_ID"), getenv("SIPGATE_CLIENT_SECRET"), getenv("SIPGATE_REALM")
	if id == "" && secret == "" && realm == "" {
		return fakeSipgate(origin)
	}
	var missing []string
	if id == "" {
		missing = append(missing, "SIPGATE_CLIENT_ID")
	}
	if secret == "" {
		missing = append(missing, "SIPGATE_CLIENT_SECRET")
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("not set: %s (set none of SIPGATE_... for the fake sipgate)", strings.Join(missing, ", "))
	}
	return realSipgate(origin, id, oauthclients.NewSecret(secret), realm), nil
}

func realSipgate(origin, id string, secret oauthclients.Secret, realm string) *setup {
	redirect := origin + callbackPath
	return &setup{
		provider: sipgate.Provider{Realm: realm},
		auth: oauthclients.AuthCode{
			ClientID: id, ClientSecret: secret, RedirectURL: redirect, Scopes: scopes(),
		},
		welcome: fmt.Sprintf("Open %s/\nThe OAuth2 client at sipgate must have the redirect URI %s\n", origin, redirect),
		close:   func() {},
	}
}

func fakeSipgate(origin string) (*setup, error) {
	fake, err := sipgatetest.Start()
	if err != nil {
		return nil, err
	}
	auth := fake.AuthCode(origin + callbackPath)
	auth.Scopes = scopes()
	return &setup{
		provider: fake.Provider(), auth: auth, close: fake.Close,
		welcome: fmt.Sprintf("Open %s/\nSign in as %s with the password %q: this is a fake sipgate, at %s.\n",
			origin, sipgatetest.Username, sipgatetest.Password, fake.URL()),
	}, nil
}

// scopes asks for no more than the app uses: people are shown the list.
func scopes() []string { return []string{sipgate.ScopeBalanceRead} }

var errPublicURL = errors.New("WEBAPP_URL must be the app's address without a path, such as https://app.example.com; " +
	"http is for your own machine only, http://127.0.0.1:8080")

// publicOrigin is the scheme, host and port at which browsers reach the app. The code and the
// session's cookie travel there, so that it needs TLS everywhere but on the loopback interface.
func publicOrigin(configured string, address net.Addr) (string, error) {
	if configured == "" {
		return "http://" + loopbackFor(address), nil
	}
	u, err := url.Parse(strings.TrimSuffix(configured, "/"))
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != u.String() {
		return "", errPublicURL
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return "", errPublicURL
	}
	return u.String(), nil
}

// loopbackFor gives a server that listens on every interface an address for this machine.
func loopbackFor(address net.Addr) string {
	host, port, err := net.SplitHostPort(address.String())
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsUnspecified() {
		return address.String()
	}
	return net.JoinHostPort("127.0.0.1", port)
}

// isLoopback knows the names of RFC 6761 section 6.3 as well.
func isLoopback(host string) bool {
	ip, name := net.ParseIP(host), strings.ToLower(host)
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || ip != nil && ip.IsLoopback()
}
