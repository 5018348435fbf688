package docspace

import (
	"fmt"
	"regexp"
	"strings"
)

// This file knows the User-Agents at which a portal fails: it takes each one apart for its log of
// writes, and expects the words of browsers in the forms of browsers.

// browserWords are those words, and how the browsers that have them look.
func browserWords() []browserWord {
	version := regexp.MustCompile(`Version/[^/ ]`)
	return []browserWord{
		{[]string{"msie"}, []*regexp.Regexp{regexp.MustCompile(`MSIE [^; ]`)}},
		{[]string{"safari", "version"}, []*regexp.Regexp{regexp.MustCompile("Safari"), version}},
		{[]string{"opera"}, []*regexp.Regexp{regexp.MustCompile("Opera"), version}},
		{[]string{"opr"}, []*regexp.Regexp{regexp.MustCompile("OPR")}},
		{[]string{"chrome"}, []*regexp.Regexp{regexp.MustCompile("Chrome")}},
		{[]string{"firefox"}, []*regexp.Regexp{regexp.MustCompile("Firefox")}},
	}
}

type browserWord struct {
	words []string // all of them, in any case
	forms []*regexp.Regexp
}

// checkUserAgent says why a portal would answer every write with a status 500.
func checkUserAgent(agent string) (reason string) {
	lower := strings.ToLower(agent)
	for _, browser := range browserWords() {
		if browser.isIn(lower) && !browser.looksRight(agent) {
			return fmt.Sprintf("has %q in it, which a portal takes for a browser's and fails at each write with a status 500", strings.Join(browser.words, " and "))
		}
	}
	return ""
}

func (b browserWord) isIn(lower string) bool {
	for _, word := range b.words {
		if !strings.Contains(lower, word) {
			return false
		}
	}
	return true
}

func (b browserWord) looksRight(agent string) bool {
	for _, form := range b.forms {
		if !form.MatchString(agent) {
			return false
		}
	}
	return true
}
