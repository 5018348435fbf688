package loopback

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// This file reads a way back that a server has written wrongly.

// Mended is the callback of a server that put a second question mark behind a redirect URI with a query:
// /callback?tenant=7?code=… has the code in the last parameter of that query.
func Mended(redirect string, callback url.Values) url.Values {
	_, query, found := strings.Cut(redirect, "?")
	if !found {
		return callback
	}
	last := query[strings.LastIndex(query, "&")+1:]
	for key, values := range callback {
		if len(values) == 0 {
			continue
		}
		pair := key + "=" + values[len(values)-1]
		rest, glued := strings.CutPrefix(pair, unescaped(last)+"?")
		name, value, whole := strings.Cut(rest, "=")
		if !glued || !whole {
			continue
		}
		right := maps.Clone(callback)
		delete(right, key)
		own, _ := url.ParseQuery(last)
		for name, first := range own { // an earlier one of the same name is not in the way
			right[name] = slices.Concat(values[:len(values)-1], first)
		}
		right[name] = append(slices.Clone(right[name]), value)
		return right
	}
	return callback
}

// unescaped is a part of a query as url.Values have it.
func unescaped(part string) string {
	if text, err := url.QueryUnescape(part); err == nil {
		return text
	}
	return part
}
