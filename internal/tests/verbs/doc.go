// Package verbs tests the verbs of a client, from outside: what Create, Update, Get, List and their
// like promise, whatever a driver does, and what New and the errors of all of them say.
package verbs
