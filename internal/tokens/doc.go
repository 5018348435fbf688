// Package tokens keeps the token of one strategy: it is fetched once, however many goroutines ask, renewed
// a little before it ends, and saved before it is used.
//
// Cache has the token that goes on calls. Keeper stands behind it: it loads, renews and saves, in one step
// that nobody interrupts, in this process or, with a Locker, in any. FileStore is the store that comes with
// the library. How a token is asked for, and what an error of that means, is told by a Strategy; the package
// knows no provider and no request.
package tokens
