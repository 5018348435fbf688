package dcr

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// This file gives the files of a FileStore their names. Some file systems do not tell upper from
// lower case, and none takes every character, while client ids have all of them.

const (
	// unfinished is the folder of files that are being written. It is apart, so that looking for
	// those that a crash has left does not take longer the more handles there are.
	unfinished = ".new"
	hashed     = "~"
	// longest is below what file systems take, 255 bytes.
	longest = 200
)

// fileName is the client's id with everything but a-z, 0-9, - and _ as "%" and two hexadecimal
// digits; of a very long one it is a hash.
func fileName(clientID string) string {
	var name strings.Builder
	for _, b := range []byte(clientID) {
		if b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '-' || b == '_' {
			name.WriteByte(b)
		} else {
			fmt.Fprintf(&name, "%%%02x", b)
		}
	}
	if name.Len() > longest {
		sum := sha256.Sum256([]byte(clientID))
		return hashed + hex.EncodeToString(sum[:])
	}
	return name.String()
}

func isHashed(name string) bool { return strings.HasPrefix(name, hashed) }

// idFrom is the way back.
func idFrom(name string) (string, error) {
	var id []byte
	for rest := name; rest != ""; {
		if rest[0] != '%' {
			id, rest = append(id, rest[0]), rest[1:]
			continue
		}
		if len(rest) < 3 {
			return "", fmt.Errorf("the file %q is not one of this store", name)
		}
		b, err := hex.DecodeString(rest[1:3])
		if err != nil {
			return "", fmt.Errorf("the file %q is not one of this store", name)
		}
		id, rest = append(id, b...), rest[3:]
	}
	if fileName(string(id)) != name {
		return "", fmt.Errorf("the file %q is not one of this store", name)
	}
	return string(id), nil
}
