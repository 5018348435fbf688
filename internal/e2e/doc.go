// Package e2e has only tests: of the library against an OAuth2 server that is not ours (npm
// oidc-provider, in the folder oidc), through the server's own pages in a headless Chromium,
// and of the example web application in the same browser. Everything listens on 127.0.0.1.
//
// Run them with .ci/e2e, which installs the browser and the server if they are missing.
//
// During the whole run a collector keeps everything that was printed or logged, every error
// and every address in the browser; at the end it is searched for every token, code, verifier,
// password and secret that was in use, and one that shows fails the run.
package e2e
