//go:build race

package answers

// slower is by how much the race detector slows down what walks through bytes.
const slower = 4
