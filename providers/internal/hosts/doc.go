// Package hosts tests, at every provider, that a credential goes to the origin it is for and to no
// other, whatever a server answers, and that no address is taken at which it could be read on its
// way. It has tests only.
package hosts
