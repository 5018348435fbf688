package main

import (
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// This file holds the sign-ins of one browser that has several tabs.

func TestTwoTabsBothFinish(t *testing.T) {
	for name, order := range map[string][]int{"as begun": {0, 1}, "the other way round": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			w := open(t)
			b := w.browser()
			pages := []string{b.login(), b.login()}
			for i, tab := range order {
				query := b.allow(pages[tab])
				back := b.callback(query)
				require.Equal(t, http.StatusSeeOther, back.status, back.body)
				require.Equal(t, "/", back.location)
				requireBalance(t, b.get("/"), "123.45 EUR")
				require.Equal(t, i+1, w.fake.Count(http.MethodPost, tokenPath))

				require.Equal(t, http.StatusBadRequest, b.callback(query).status, "each works once")
				require.Equal(t, i+1, w.fake.Count(http.MethodPost, tokenPath))
			}
		})
	}
}

// Anybody can put a link to the callback on a page.
func TestStrayCallbacksEndNoSignIn(t *testing.T) {
	w := open(t)
	b, other := w.browser(), w.browser()
	foreign := other.allow(other.login())
	query := b.allow(b.login())
	for _, stray := range []url.Values{
		nil, {"state": {"x"}}, {"state": {""}}, {"error": {"access_denied"}}, {"error": {"access_denied"}, "state": {"x"}},
		{"code": query["code"]}, {"code": query["code"], "state": {"x", query.Get("state")}}, foreign,
	} {
		p := b.callback(stray)
		require.Equal(t, http.StatusBadRequest, p.status)
		require.Contains(t, p.body, "This sign-in cannot be finished")
		require.Empty(t, p.cookies)
	}
	require.Zero(t, w.fake.Count(http.MethodPost, tokenPath))
	require.Equal(t, http.StatusSeeOther, b.callback(query).status)
	requireBalance(t, b.get("/"), "123.45 EUR")
	require.Equal(t, http.StatusSeeOther, other.callback(foreign).status, "nor that of the other browser")
}

// The no of one tab is not that of the other.
func TestATabThatFailsLeavesTheOtherOne(t *testing.T) {
	b := open(t).browser()
	refused, allowed := b.refuse(b.login()), b.allow(b.login())
	require.Equal(t, http.StatusForbidden, b.callback(refused).status)
	require.Equal(t, http.StatusSeeOther, b.callback(allowed).status)
	requireBalance(t, b.get("/"), "123.45 EUR")
}

func TestTheNewestSignInsAreKept(t *testing.T) {
	w := open(t)
	b := w.browser()
	pages := make([]string, maxLogins+2)
	for i := range pages {
		pages[i] = b.login()
	}
	for i, page := range pages {
		if i < 2 {
			require.Equal(t, http.StatusBadRequest, b.callback(b.allow(page)).status, "the oldest had to go: %d", i)
			continue
		}
		require.Equal(t, http.StatusSeeOther, b.callback(b.allow(page)).status, i)
	}
	require.Equal(t, maxLogins, w.fake.Count(http.MethodPost, tokenPath))
}

func TestEveryTabHasItsOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t)
		b := w.browser()
		first := b.login()
		<-time.After(signInTime - time.Minute) // the bubble's clock
		second := b.login()
		<-time.After(signInTime - time.Minute)
		require.Equal(t, http.StatusBadRequest, b.callback(b.allow(first)).status)
		require.Zero(t, w.fake.Count(http.MethodPost, tokenPath))
		require.Equal(t, http.StatusSeeOther, b.callback(b.allow(second)).status)
	})
}
