// Package peerbench measures what a generated client costs, beside the same work by hand: Ory's
// hydra-client-go, which manages clients of the same kind. The library is measured beside its own
// work by hand in the same run, so that the two ratios can be compared. It is a module of its own,
// because nothing else here needs that client.
//
//	go test -run '^$' -bench .
package peerbench
