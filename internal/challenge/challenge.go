// Package challenge reads the challenges of a server that wants to know who asks (RFC 9110 section 11.6.1).
package challenge

import "strings"

// Challenge is one way that a server offers to prove who asks: a scheme with its parameters.
type Challenge struct {
	// Scheme is as the server wrote it, "" for parameters before any.
	Scheme string
	// Parameters are by their names in lower case; the first of a name counts.
	Parameters map[string]string
}

// Parse reads every WWW-Authenticate field. A field may have several challenges, and a text in quotes anything
// at all, so that nothing is looked for by its name alone.
func Parse(fields []string) (all []Challenge) {
	for _, field := range fields {
		s := scanner(field)
		isNew := true // no challenge goes on in the next field
		for s.skip(" \t,"); s != ""; s.skip(" \t,") {
			word := s.word()
			if word == "" { // no sign of the grammar
				s = s[1:]
				continue
			}
			name, value, isParameter := s.parameter(word)
			if !isParameter {
				all = append(all, Challenge{Scheme: word, Parameters: map[string]string{}})
			} else if isNew {
				all = append(all, Challenge{Parameters: map[string]string{}})
			}
			isNew = false
			if last := all[len(all)-1].Parameters; isParameter && name != "" {
				if _, again := last[name]; !again {
					last[name] = value
				}
			}
		}
	}
	return all
}

// scanner is the rest of a field.
type scanner string

func (s *scanner) skip(signs string) { *s = scanner(strings.TrimLeft(string(*s), signs)) }

// word reads a token (RFC 9110 section 5.6.2), or one of the token68 that some schemes have instead of
// parameters.
func (s *scanner) word() string {
	end := strings.IndexAny(string(*s), " \t,=\"")
	if end < 0 {
		end = len(*s)
	}
	return s.cut(end)
}

// cut takes the first signs off.
func (s *scanner) cut(end int) string {
	begin := string((*s)[:end])
	*s = (*s)[end:]
	return begin
}

// plain reads a value without quotes, which is a token. Servers write addresses so as well, and sentences: as
// far as the next comma what has no sign of a parameter in it belongs to the value.
func (s *scanner) plain() string {
	end := strings.IndexAny(string(*s), `,="`)
	switch {
	case end < 0:
		end = len(*s)
	case (*s)[end] != ',':
		end = strings.IndexAny(string(*s), " \t,")
	}
	if end < 0 {
		end = len(*s)
	}
	return strings.TrimRight(s.cut(end), " \t")
}

// parameter reads the value behind a name. A word without one is a scheme.
func (s *scanner) parameter(name string) (lower, value string, isParameter bool) {
	rest := *s
	rest.skip(" \t")
	if !strings.HasPrefix(string(rest), "=") {
		return "", "", false
	}
	rest = rest[1:]
	rest.skip(" \t")
	if strings.HasPrefix(string(rest), `"`) {
		value = rest.quoted()
		*s = rest
		return strings.ToLower(name), value, true
	}
	if rest.skip("="); rest == "" || rest[0] == ',' { // the padding of a token68
		*s = rest
		return "", "", true
	}
	value = rest.plain()
	*s = rest
	return strings.ToLower(name), value, true
}

// quoted reads a text in quotes, in which a backslash stands before what it stands for (RFC 9110 section
// 5.6.4). One that does not end is read to the end of the field.
func (s *scanner) quoted() string {
	var plain strings.Builder
	text := s.cut(len(*s))
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '"':
			*s = scanner(text[i+1:])
			return plain.String()
		case text[i] == '\\' && i+1 < len(text):
			i++
		}
		plain.WriteByte(text[i])
	}
	return plain.String()
}
