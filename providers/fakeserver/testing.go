package fakeserver

// TB is the part of testing.TB that a fake's NewServer needs. It is spelled out here so that
// a program which runs a fake does not link package testing.
type TB interface {
	Helper()
	Cleanup(f func())
	Fatalf(format string, args ...any)
}

// StartFor is Start for a test: it fails the test if there is no port, and closes the server at
// the test's end.
func (s *Server) StartFor(t TB) {
	t.Helper()
	if err := s.Start(); err != nil {
		t.Fatalf("fakeserver: %v", err)
		return
	}
	t.Cleanup(s.Close)
}
