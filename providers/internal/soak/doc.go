// Package soak has no code but a test: 64 goroutines use every verb on one client per provider,
// over HTTP/1.1 and over HTTP/2, through a proxy that breaks one request in ten, and every answer
// is held against a model of what may be at the server. No client may be made twice or come back,
// no update or secret may get lost, nothing that was told to have failed may have happened, and
// neither goroutines, connections nor memory may grow. go test runs 1,000 operations of each; make
// soak runs 10,000 with each of three seeds under the race detector, and prints the numbers.
// SOAK_OPERATIONS and SOAK_SEEDS choose others.
package soak
