// Package transport tests the way of a call, from outside: addresses, redirects, proxies, TLS, waits and
// limits. What package internal/transport does by itself is tested there.
package transport
