// Package e2e has only tests: of the library against OAuth2 servers that are not ours, and of the
// example web application. People sign in at npm oidc-provider (a server of internal/gallery) through
// its own pages in a headless Chromium, and at the example in the same browser. The auth strategies
// are used at that server and at two in Go that are otherwise, on github.com/ory/fosite and on
// github.com/go-oauth2/oauth2. Everything listens on 127.0.0.1.
//
// Run them with .ci/e2e, which installs the browser and the server if they are missing.
//
// During the whole run a collector keeps everything that was printed or logged, every error
// and every address in the browser; at the end it is searched for every token, code, verifier,
// password and secret that was in use, and one that shows fails the run.
package e2e
