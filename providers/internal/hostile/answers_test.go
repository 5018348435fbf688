package hostile

import (
	"fmt"
	"iter"
	"maps"
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// This file is the table: one list of answers that are of no use and one of answers that are
// odd and right, before every verb of every vendor.

// deep is one level more than encoding/json reads.
const deep = 10_001

// useless are bodies that no verb can use, made from the right one.
func useless() map[string]func(right string) string {
	constant := func(body string) func(string) string { return func(string) string { return body } }
	return map[string]func(right string) string{
		"nothing":                 constant(""),
		"blanks":                  constant(" \r\n\t "),
		"HTML":                    constant("<!DOCTYPE html><html><body>maintenance s0on</body></html>"),
		"XML":                     constant(`<?xml version="1.0"?><client id="` + id + `"/>`),
		"null":                    constant("null"),
		"a number":                constant("17"),
		"a number that overflows": constant("1e400"),
		"a text":                  constant(`"` + id + `"`),
		"a list of texts":         constant(`["` + id + `"]`),
		"a list of null":          constant("[null]"),
		"a word":                  constant("OK"),
		"half of it":              func(right string) string { return right[:len(right)/2] },
		"all but the end":         func(right string) string { return right[:len(right)-1] },
		"twice":                   func(right string) string { return right + right },
		"something behind":        func(right string) string { return right + "x" },
		"NUL behind":              func(right string) string { return right + "\x00" },
		"BOM":                     func(right string) string { return "\ufeff" + right },
		"UTF-16":                  inUTF16,
		"JSON in a string":        func(right string) string { return fmt.Sprintf("%q", right) },
		"a comment":               func(right string) string { return "/* " + "*/" + right },
		"lists without end":       constant(strings.Repeat("[", deep)),
		"too deep an unknown member": func(right string) string {
			return with(right, `"unknown":`+nested("[", "]", deep))
		},
		"control characters": func(right string) string { return with(right, "\"unknown\":\"\x01\x1b[2J\"") },
	}
}

// deeper are more bodies that are too deep, which take their time.
func deeper(v *vendor) map[string]func(right string) string {
	made := map[string]func(right string) string{}
	for _, levels := range []int{10_000, 100_000} {
		if levels > 10_000 && v.name != "sipgate" {
			continue // one vendor is enough
		}
		for name, part := range map[string][2]string{"lists": {"[", "]"}, "objects": {`{"a":`, "}"}} {
			name = fmt.Sprintf("%d levels of %s", levels, name)
			made[name] = func(string) string { return nested(part[0], part[1], levels+1) }
			made[name+" without end"] = func(string) string { return strings.Repeat(part[0], levels+1) }
			made[name+" in an unknown member"] = func(right string) string {
				return with(right, `"unknown":`+nested(part[0], part[1], levels))
			}
			made[name+" in a known member"] = func(right string) string {
				return strings.ReplaceAll(right, `"desk"`, nested(part[0], part[1], levels))
			}
		}
	}
	return made
}

// usable are bodies that are odd and say what is needed all the same.
func usable() map[string]func(right string) string {
	return map[string]func(right string) string{
		"blanks around":   func(right string) string { return "\r\n\t " + right + "\n " },
		"unknown members": func(right string) string { return with(right, `"unknown":{"a":[null,1e400,-0,"x",true]},"":[]`) },
		"9,000 levels in an unknown member": func(right string) string {
			return with(right, `"unknown":`+nested("[", "]", 9_000)+`,"other":`+nested(`{"a":`, "}", 9_000))
		},
		"a lone surrogate": func(right string) string { return with(right, `"unknown":"\ud800 \udc00 \ud83d\ude00"`) },
		"invalid UTF-8":    func(right string) string { return with(right, "\"unknown\":\"\xff\xc0\x80\",\"\xfe\":1") },
		"NUL characters":   func(right string) string { return with(right, `"unknown":"\u0000","\u0000":0`) },
		"unknown doubles": func(right string) string {
			return with(right, `"unknown":1,"unknown":{"secret":"s3cret"},"unknown":[]`)
		},
		"hidden secrets": func(right string) string {
			return with(right, `"CLIENT_SECRET2":0,"old\u0053ecret":"s3cret","id_token":["s3cret"],"a":{"b":[{"Secret":{"x":"s3cret"}}]}`)
		},
	}
}

func nested(open, shut string, levels int) string {
	return strings.Repeat(open, levels) + "1" + strings.Repeat(shut, levels)
}

// with puts members before those of an object.
func with(object, members string) string { return "{" + members + "," + object[1:] }

func inUTF16(right string) string {
	var encoded strings.Builder
	for _, unit := range utf16.Encode([]rune("\ufeff" + right)) {
		encoded.WriteByte(byte(unit >> 8))
		encoded.WriteByte(byte(unit))
	}
	return encoded.String()
}

// successes are statuses that no vendor documents, and that say "done".
func successes() []int { return []int{200, 201, 202, 203, 204, 205, 206, 226, 299} }

func TestAnswersOfNoUse(t *testing.T) {
	for v, verb := range everyVerb() {
		t.Run(v.name+"/"+verb.name, func(t *testing.T) {
			bodies := useless()
			if verb.name == "Get" && (!sampled || v.name == "sipgate") {
				maps.Copy(bodies, deeper(v))
			}
			for name, made := range bodies {
				status := anySuccess(name)
				w := play(v, verb, func(right string) *answer { return text(status, made(right)) })
				o := verb.call(t.Context(), v.connect(t, w), v)
				o.what = name
				requireSound(t, verb, &o, status)
				want := verb.useless(v)
				if strings.HasPrefix(made(v.client), "<") { // a page is no answer to anything
					want = cutShort(v, verb)
				}
				requireEnd(t, v, verb, want, &o, w)
			}
		})
	}
}

func TestOddAnswersThatCanBeUsed(t *testing.T) {
	for v, verb := range everyVerb() {
		t.Run(v.name+"/"+verb.name, func(t *testing.T) {
			for name, made := range usable() {
				status := anySuccess(name)
				w := play(v, verb, func(right string) *answer { return text(status, made(right)) })
				o := verb.call(t.Context(), v.connect(t, w), v)
				o.what = name
				require.NoError(t, o.err, name)
				requireSound(t, verb, &o, status)
				requireEnd(t, v, verb, end{}, &o, w)
			}
		})
	}
}

// Every status that says "done" is one, also where the vendor documents another.
func TestSuccessesThatNobodyDocuments(t *testing.T) {
	for v, verb := range everyVerb() {
		t.Run(v.name+"/"+verb.name, func(t *testing.T) {
			for _, status := range successes() {
				w := play(v, verb, func(right string) *answer { return text(status, right) })
				o := verb.call(t.Context(), v.connect(t, w), v)
				requireEnd(t, v, verb, end{}, &o, w)
				w = play(v, verb, func(string) *answer { return text(status, "") })
				o = verb.call(t.Context(), v.connect(t, w), v)
				requireSound(t, verb, &o, status)
				requireEnd(t, v, verb, verb.useless(v), &o, w)
			}
		})
	}
}

// anySuccess gives each name its own status.
func anySuccess(name string) int { return successes()[len(name)%len(successes())] }

// Statuses that are no success and that nobody documents. What stands in their body does not count.
func TestStatusesThatDoNotExist(t *testing.T) {
	for v, verb := range everyVerb() {
		t.Run(v.name+"/"+verb.name, func(t *testing.T) {
			for _, status := range []int{199, 300, 304, 306, 399, 600, 999} {
				w := play(v, verb, func(string) *answer { return text(status, v.client) })
				o := verb.call(t.Context(), v.connect(t, w), v)
				requireSound(t, verb, &o, status)
				want := refused(verb, status)
				requireEnd(t, v, verb, want, &o, w)
			}
		})
	}
}

// refused: an answer that is neither a success nor a fault of the caller. None of them says that
// nothing was done.
func refused(verb *verb, status int) end {
	want := verb.useless(&vendor{writeAnswers: true})
	if want.kind == nil || verb.step == stepCreate || verb.step == stepWrite || verb.step == stepRegenerate {
		return end{kind: unavailable(nil).kind, unknown: status/100 != 4}
	}
	return want
}

// everyVerb goes through the verbs of every vendor.
func everyVerb() iter.Seq2[*vendor, *verb] {
	return func(yield func(*vendor, *verb) bool) {
		for _, v := range vendors() {
			for _, verb := range verbs() {
				if verb.has(&v) && !yield(&v, &verb) {
					return
				}
			}
		}
	}
}

// play answers one request of the verb in another way than the right one.
func play(v *vendor, verb *verb, made func(right string) *answer) *wire {
	w := &wire{vendor: v}
	w.instead = func(s step, n int, _ *http.Request) *answer {
		switch {
		case s == verb.step && (n == verb.skip || n > verb.skip && w.again):
			return made(w.rightBody(s))
		case s == stepCreate && verb.step == stepRead: // so that it has to be read
			return text(http.StatusCreated, strings.ReplaceAll(v.client, "s3cret-of-the-client", ""))
		case s == stepWrite && verb.skip == 1:
			return text(http.StatusOK, "")
		}
		return nil
	}
	return w
}
