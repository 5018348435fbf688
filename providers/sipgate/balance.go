package sipgate

import (
	"context"
	"fmt"
	"strings"

	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the balance of the account.

const (
	balancePath = "/balance"
	opBalance   = "Balance"
)

// unit is how many of Balance.Amount are one of its currency.
const unit = 10000

// Balance is what is left on a sipgate account.
type Balance struct {
	// Amount is in 1/10000 of the currency's unit, so that 1234500 is 123.45 euros. It may be 0,
	// and it is negative when the account owes money.
	Amount int64
	// Currency is the code that sipgate gives, such as "EUR".
	Currency string
}

// Balance reads the balance of the account, "GET /v2/balance" in sipgate's REST API. The token
// needs the scope [ScopeBalanceRead].
//
// Every error is an [*oauthclients.Error]: ErrPermission if the scope is missing, and
// ErrUnavailable, with the name of what is missing, for an answer without an amount or a currency.
func (a *API) Balance(ctx context.Context) (*Balance, error) {
	var balance Balance
	if err := a.read(ctx, opBalance, balancePath, (*balanceAnswer)(&balance)); err != nil {
		return nil, err
	}
	return &balance, nil
}

// String is the exact amount with the currency: "123.45 EUR", "-0.005 EUR". It has two decimals,
// or as many more as the amount needs.
func (b Balance) String() string {
	whole, part, sign := b.Amount/unit, b.Amount%unit, ""
	if b.Amount < 0 {
		// Both parts have a positive counterpart, which the smallest int64 itself has not.
		whole, part, sign = -whole, -part, "-"
	}
	decimals := strings.TrimSuffix(strings.TrimSuffix(fmt.Sprintf("%04d", part), "0"), "0")
	return strings.TrimSpace(fmt.Sprintf("%s%d.%s %s", sign, whole, decimals, b.Currency))
}

// balanceAnswer is the answer as sipgate documents it. What it lacks is found while it is
// decoded: 0 is an amount, so that a missing one must not be read as 0.
type balanceAnswer Balance

// UnmarshalJSON implements [json.Unmarshaler].
func (a *balanceAnswer) UnmarshalJSON(body []byte) error {
	var wire struct {
		Amount   *int64 `json:"amount"`
		Currency string `json:"currency"`
	}
	if err := providerkit.DecodeWhole(body, &wire); err != nil {
		return err
	}
	currency := strings.TrimSpace(wire.Currency)
	var lacking []string
	if wire.Amount == nil {
		lacking = append(lacking, "amount")
	}
	if currency == "" {
		lacking = append(lacking, "currency")
	}
	if len(lacking) > 0 {
		return lacks(lacking...)
	}
	a.Amount, a.Currency = *wire.Amount, currency
	return nil
}
