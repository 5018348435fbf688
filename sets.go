package oauthclients

import "slices"

// This file compares lists whose order means nothing.

func sameSet[T ~string](a, b []T) bool {
	return slices.Equal(a, b) || slices.Equal(sortedSet(a), sortedSet(b))
}

// hasAll: every entry of few is among many, which has others too.
func hasAll[T ~string](many, few []T) bool {
	for _, entry := range few {
		if !slices.Contains(many, entry) {
			return false
		}
	}
	return len(few) > 0
}

// sameURLs compares sets of addresses.
func sameURLs(a, b []string) bool {
	return sameSet(a, b) || sameSet(normalURLs(a), normalURLs(b))
}

func normalURLs(list []string) []string {
	normal := make([]string, len(list))
	for i, address := range list {
		normal[i] = normalURL(address)
	}
	return normal
}

func sortedSet[T ~string](list []T) []T {
	set := slices.Clone(list)
	slices.Sort(set)
	return slices.Compact(set)
}
