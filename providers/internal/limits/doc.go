// Package limits has no code. Its tests send many calls at once to the fakes of the vendors that
// limit their callers, with the limits switched on and in virtual time, and count what comes
// back: how many calls were refused, what was done and how long it took, and what those were told who
// gave up.
package limits
