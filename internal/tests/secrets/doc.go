// Package secrets tests that no secret shows, from outside: in prints, panics, encoders, logs and
// errors, whatever holds it and whoever sends it back.
package secrets
