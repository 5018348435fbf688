//go:build !race

package hostile

const sampled = false
