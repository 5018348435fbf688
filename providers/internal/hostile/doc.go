// Package hostile has no code of its own. Its tests put every provider of this module before a
// server that answers anything: bodies that are no JSON, too deep, too large or endless, members
// of the wrong type, clients that nobody asked for, statuses that do not exist. They go through
// the public API alone, and one list of answers meets one list of verbs. What may be configured
// and what may be written are tried in the same way. Nobody imports this package.
package hostile
