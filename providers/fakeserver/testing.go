package fakeserver

// TB is the part of testing.TB that a fake's NewServer needs. It is spelled out here so that
// a program which runs a fake does not link package testing.
type TB interface {
	Helper()
	Cleanup(f func())
	Fatalf(format string, args ...any)
}
