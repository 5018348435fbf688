//go:build race

package hostile

// Under the race detector everything takes ten times as long: the tables are sampled there.
const sampled = true
