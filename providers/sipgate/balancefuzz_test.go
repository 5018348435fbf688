package sipgate

import (
	"encoding/json"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file holds the balance against arbitrary answers.

// What is decoded is what is written: the text, read as a fraction, is the amount again.
func FuzzBalance(f *testing.F) {
	for _, name := range []string{"balance_response.json", "balance_zero_response.json", "balance_negative_response.json"} {
		f.Add(seed(f, name))
	}
	for _, text := range []string{
		`null`, `{}`, `[]`, `{"amount":0}`, `{"currency":"EUR"}`, `{"amount":1e3,"currency":"EUR"}`,
		`{"amount":-9223372036854775808,"currency":"EUR"}`, `{"amount":9223372036854775807,"currency":"€"}`,
		`{"amount":1010,"currency":" EUR "}`, `{"amount":-0,"currency":"E U R"}`,
	} {
		f.Add([]byte(text))
	}
	// At least two decimals, at most four, no zero too many.
	written := regexp.MustCompile(`^-?(0|[1-9]\d*)\.\d{2}(\d?[1-9])?$`)
	f.Fuzz(func(t *testing.T, body []byte) {
		var balance Balance
		if json.Unmarshal(body, (*balanceAnswer)(&balance)) != nil {
			require.Zero(t, balance, "half an answer is none")
			return
		}
		number, currency, _ := strings.Cut(balance.String(), " ")
		require.NotEmpty(t, currency)
		require.Equal(t, balance.Currency, currency)
		require.Regexp(t, written, number)
		fraction, ok := new(big.Rat).SetString(number)
		require.True(t, ok)
		require.Zero(t, fraction.Cmp(big.NewRat(balance.Amount, 10000)), number)
		require.Equal(t, balance.Amount < 0, strings.HasPrefix(number, "-"))
	})
}
