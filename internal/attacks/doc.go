// Package attacks is a suite of programs that attack the library from outside: hostile servers,
// stores that hang, files that are something else, serializers that read whatever they can reach.
// Each attack is written against what the library promises, in its documentation and in
// SECURITY.md, and asks for it at every provider that it can be asked for at.
//
// Every attack is bounded in time: a call that hangs fails its test and does not stop the run. All
// servers listen on 127.0.0.1 alone. It is a module of its own, because nothing else here needs
// the serializers that it tries.
//
//	go test -race ./...
//
// Package target has the providers and the servers in front of their fakes. Each other folder is
// one kind of attack: printing, answers, resets, stores, files, contexts, silence, schemes.
package attacks
