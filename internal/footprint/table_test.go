package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMedian(t *testing.T) {
	times := []time.Duration{9, 1, 4}
	require.Equal(t, time.Duration(4), median(times))
	require.Equal(t, []time.Duration{9, 1, 4}, times, "the order of the rounds stays")
	require.Equal(t, time.Duration(5), median([]time.Duration{9, 1, 4, 6}))
	require.Equal(t, time.Duration(7), median([]time.Duration{7}))
}

func TestTable(t *testing.T) {
	var out strings.Builder
	require.NoError(t, table(&out, []measurement{
		{"raw", 5_700_000, []time.Duration{time.Second, 3 * time.Second, 2 * time.Second}, []time.Duration{1, time.Second, 1 << 40}},
		{"library", 6_350_000, []time.Duration{3 * time.Second, 2500 * time.Millisecond, time.Second}, []time.Duration{1, 1250 * time.Millisecond, 1 << 40}},
	}))
	heading, rows, found := strings.Cut(out.String(), "\n\n")
	require.True(t, found)
	require.Contains(t, heading, "medians of 3")
	require.Equal(t, `| Program | Stripped size | Above raw | First build | Ratio to raw | Next build | Ratio to raw |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
| raw | 5.70 MB | 0.00 MB | 2.00 s | 1.00 | 1.00 s | 1.00 |
| library | 6.35 MB | 0.65 MB | 2.50 s | 1.25 | 1.25 s | 1.25 |
`, rows)
}
