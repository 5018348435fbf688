// Package faults has no code of its own. Its test is the fault matrix: every fault that
// internal/faultproxy knows, at every request of every verb, at every provider. Each cell says how
// many requests the server saw, what they did there, and what the caller was told.
//
// The rows and what they must give stand in rows_test.go. The matrix as a page for readers,
// docs/faults.md, is written from it:
//
//	go test ./providers/internal/faults -update
package faults
