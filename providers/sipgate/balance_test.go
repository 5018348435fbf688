package sipgate_test

import (
	"fmt"
	"math"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/providertest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the balance: what is asked, what is made of the answer, how it is written.

const balancePath = "/v2/balance"

func TestBalance(t *testing.T) {
	cases := map[string]struct {
		balance sipgate.Balance
		text    string
	}{
		"balance_response.json":          {sipgate.Balance{Amount: 1234500, Currency: "EUR"}, "123.45 EUR"},
		"balance_zero_response.json":     {sipgate.Balance{Amount: 0, Currency: "EUR"}, "0.00 EUR"},
		"balance_negative_response.json": {sipgate.Balance{Amount: -50, Currency: "EUR"}, "-0.005 EUR"},
	}
	for file, c := range cases {
		t.Run(file, func(t *testing.T) {
			client := play(t, answering(exchange(http.MethodGet, balancePath), http.StatusOK, file))
			balance, err := native(t, client).Balance(t.Context())
			require.NoError(t, err)
			require.Equal(t, &c.balance, balance)
			require.Equal(t, c.text, balance.String())
		})
	}
}

func TestAnUnusableBalanceIsAnError(t *testing.T) {
	requireUnusable(t, "Balance", map[string]string{
		`{"currency":"EUR"}`:               "lacks amount",
		`{"amount":null,"currency":"EUR"}`: "lacks amount",
		`{"amount":1}`:                     "lacks currency",
		`{"amount":0,"currency":""}`:       "lacks currency",
		`{"amount":0,"currency":" "}`:      "lacks currency",
		`{"amount":0,"currency":null}`:     "lacks currency",
		`{}`:                               "lacks amount and currency",
		`null`:                             "lacks amount and currency",
		`{"amount":1.5,"currency":"EUR"}`:  "amount",
		`{"amount":"a","currency":"EUR"}`:  "amount",
		`{"amount":9223372036854775808,"currency":"EUR"}`: "amount",
		`{"amount":1,"currency":{"code":"EUR"}}`:          "currency",
	})
}

func TestBalanceString(t *testing.T) {
	cases := map[int64]string{
		0:             "0.00 EUR",
		1:             "0.0001 EUR",
		10:            "0.001 EUR",
		50:            "0.005 EUR",
		100:           "0.01 EUR",
		101:           "0.0101 EUR",
		1000:          "0.10 EUR",
		1010:          "0.101 EUR",
		9999:          "0.9999 EUR",
		10000:         "1.00 EUR",
		15000:         "1.50 EUR",
		1234500:       "123.45 EUR",
		1234567:       "123.4567 EUR",
		100000000:     "10000.00 EUR",
		-1:            "-0.0001 EUR",
		-50:           "-0.005 EUR",
		-9999:         "-0.9999 EUR",
		-10000:        "-1.00 EUR",
		-1234500:      "-123.45 EUR",
		math.MaxInt32: "214748.3647 EUR",
		math.MinInt32: "-214748.3648 EUR",
		math.MaxInt64: "922337203685477.5807 EUR",
		math.MinInt64: "-922337203685477.5808 EUR",
	}
	for amount, text := range cases {
		balance := sipgate.Balance{Amount: amount, Currency: "EUR"}
		require.Equal(t, text, balance.String())
		require.Equal(t, text+" "+text, fmt.Sprintf("%v %s", balance, &balance), "printed by value or by pointer")
	}
	require.Equal(t, "0.00", sipgate.Balance{}.String(), "no blank at the end")
}

// The fake and the fixture are the same account, so that a test against one holds for the other.
func TestBalanceOfTheFake(t *testing.T) {
	server := sipgatetest.New()
	balance, err := native(t, inside(t, server)).Balance(t.Context())
	require.NoError(t, err)
	require.JSONEq(t, string(providertest.Fixture(t, "balance_response.json")),
		fmt.Sprintf(`{"amount":%d,"currency":%q}`, balance.Amount, balance.Currency))
	require.Equal(t, 1, server.Count(http.MethodGet, balancePath))
}
