// Package tokens tests the credentials of a client, from outside: what each strategy sends, when a
// token is fetched, renewed, traded, saved and given up, and what several programs do that share one.
package tokens
