package redact_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file finds pieces and forms of known values.

const long = "0123456789-abcdefghij-KLMNOPQRST-zyxwvutsrq"

func requireText(t *testing.T, want, text string, values ...string) {
	t.Helper()
	require.Equal(t, strings.ReplaceAll(want, "M", redact.Mark), string(redact.Text([]byte(text), values)))
}

// A server may leave out both ends of what it repeats.
func TestEveryPieceOfALongValueGoes(t *testing.T) {
	for from := range len(long) {
		for to := from + 12; to <= len(long); to++ {
			requireText(t, "sent M (refused)", "sent "+long[from:to]+" (refused)", long)
		}
	}
	requireText(t, "sent 0123456789a", "sent 0123456789a", long)
}

func TestAValueGoesInEitherCase(t *testing.T) {
	for _, value := range []string{long, "pa55w0Rd", "3F2504e0-4f89-41d3-9a0c-0305e82c3301", "Straße-nach-Nirgendwo"} {
		for _, form := range []string{upper(value), lower(value), lower(value[:5]) + upper(value[5:])} {
			requireText(t, "sent M (refused)", "sent "+form+" (refused)", value)
		}
	}
	requireText(t, "sent M (refused)", "sent "+strings.ToUpper(long[3:20])+" (refused)", long)
}

// upper and lower leave alone what is no ASCII.
func upper(text string) string { return string(changed([]byte(text), 'a', 'z')) }
func lower(text string) string { return string(changed([]byte(text), 'A', 'Z')) }

func changed(text []byte, first, last byte) []byte {
	for i, c := range text {
		if c >= first && c <= last {
			text[i] = c ^ ' '
		}
	}
	return text
}

func TestAWrappedValueGoes(t *testing.T) {
	for _, separator := range []string{" ", "\n", "\r\n", "\r\n\t", "-", " - "} {
		for every := 1; every < len(long); every++ {
			requireText(t, "sent M (refused)", "sent "+wrap(long, every, separator)+" (refused)", long)
			requireText(t, "sent M (refused)", "sent "+wrap(upper(long[5:30]), every, separator)+" (refused)", long)
		}
	}
	requireText(t, `{"m":"M"}`, `{"m":"`+wrap(long, 10, `\r\n`)+`"}`, long)
	requireText(t, "a=M&b=c", "a="+wrap(long, 10, "%0A")+"&b=c", long)
}

func wrap(text string, every int, separator string) string {
	var out strings.Builder
	for len(text) > every {
		out.WriteString(text[:every] + separator)
		text = text[every:]
	}
	return out.String() + text
}

func TestAnUUIDGoesWithAndWithoutDashes(t *testing.T) {
	const dashed, bare = "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e04f8941d39a0c0305e82c3301"
	for _, value := range []string{dashed, bare} {
		for _, form := range []string{dashed, bare, upper(dashed), upper(bare), dashed[:20], bare[10:]} {
			requireText(t, "sent {M} (refused)", "sent {"+form+"} (refused)", value)
		}
	}
}

// A text that broke off within a value that was wrapped.
func TestCutLeavesNoWrappedBeginning(t *testing.T) {
	for _, wrapped := range []string{wrap(long, 4, "\n"), wrap(upper(long), 3, " ")} {
		for end := 1; end < len(wrapped); end++ {
			got := string(redact.Cut([]byte("sent: "+wrapped[:end]), []string{long}))
			require.Equal(t, "sent:", strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(got), redact.Mark)), wrapped[:end])
		}
	}
}

// Words are no secrets because a secret is such a word.
func TestAShortValueStaysUnlessItsPlaceTells(t *testing.T) {
	requireText(t, "access_denied", "access_denied", "s", "access", "_denied")
	requireText(t, "the limit is 1234567", "the limit is 1234567", "limit", "1234567")
	requireText(t, "M", "12345678", "12345678")
	require.Equal(t, "access_d", string(redact.Cut([]byte("access_d"), []string{"d", "denied"})))
	for text, want := range map[string]string{
		`{"client_secret":"s"}`: `{"client_secret":"M"}`, "a=1&client_secret=s&b=2": "a=1&client_secret=M&b=2",
		"Authorization: Basic YTpz": "Authorization: M", "Basic YTpz is wrong": "Basic M is wrong", "http://a:s@b": "http://M@b",
	} {
		if strings.HasPrefix(text, "Authorization") { // its value has no digit
			text, want = text+"=\n", want+"\n"
		}
		requireText(t, want, text, "s")
	}
}

// What a value has in common with every text is none of its pieces.
func TestBlanksInAValueAreNotFoundEverywhere(t *testing.T) {
	text := "{\n" + strings.Repeat(" ", 40) + "\"a\": 1 --------------------\n}"
	requireText(t, text, text, "secret"+strings.Repeat(" ", 20)+"value-----------------1")
	requireText(t, "sent Mxx", "sent "+strings.Repeat(" -", 20)+"xx", strings.Repeat(" -", 20))
}

func TestManyValuesThatOverlapGo(t *testing.T) {
	var values []string
	for i := range 500 {
		values = append(values, strings.Repeat("a", 8+i%30)+strings.Repeat("b", i%17))
	}
	requireText(t, "sent M.", "sent "+strings.Repeat("a", 100)+"bbbbb.", values...)
	requireText(t, "x M y", "x abcdefghijklmnopqrstuvw y", "abcdefghijklmnopqr", "ghijklmnopqrst", "lmnopqrstuvw")
}
