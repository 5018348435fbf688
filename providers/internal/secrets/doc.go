// Package secrets tests what SECURITY.md promises of secrets, at every provider: nothing that the
// library hands out, returns as an error or logs shows one, whatever a server answers. It has
// tests only.
package secrets
