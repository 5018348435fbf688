//go:build goexperiment.jsonv2

package printing

import "encoding/json/v2"

// This file has the second JSON package of the standard library, where Go is built with it.

func experimental() []tool {
	return []tool{{name: "encoding/json/v2", encodes: true, write: func(v any) (string, error) {
		out, err := json.Marshal(v)
		return string(out), err
	}}}
}
