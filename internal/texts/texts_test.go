package texts_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/texts"
)

func TestALineIsOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "",
		"as it is":                  "as it is",
		" two\r\nlines\x1b[2J here": "two lines [2J here",
		"no \xff text":              "no text",
		"\u202etxet":                "txet",
	} {
		require.Equal(t, want, texts.Line(text))
	}
}

func TestALineIsShort(t *testing.T) {
	require.Equal(t, "ab…", texts.Short("abc", 2))
	require.Equal(t, "…", texts.Short("é and more", 1), "no half of a character")
	require.Equal(t, strings.Repeat("x", texts.MaxLine)+"…", texts.Line(strings.Repeat("x", 10<<20)))
	require.Equal(t, "…", texts.Line(strings.Repeat(" ", 10<<20)), "there was more")
	require.Equal(t, strings.Repeat("x", texts.MaxLine), texts.Line(strings.Repeat("x", texts.MaxLine)))
}
