// Package world is what the tests of the root package stand on: a provider with its server in memory, a
// realm at which one person is signed in, stores, strategies, processes with a role, and a search for
// secrets. What one package of tests alone needs is in that package.
package world
