package main

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds the sessions and their cookie.

func TestTheCookie(t *testing.T) {
	for origin, c := range map[string]struct {
		name   string
		secure bool
	}{
		localOrigin:               {"webapp_session", false},
		"https://app.example.com": {"__Host-webapp_session", true},
	} {
		t.Run(origin, func(t *testing.T) {
			b := openAt(t, origin).browser()
			require.Empty(t, b.get("/").cookies, "who only looks gets no cookie")
			begun := b.post("/login")
			signedIn := b.callback(b.allow(begun.location))
			requireBalance(t, b.get("/"), "123.45 EUR")
			for i, p := range []page{begun, signedIn, b.post("/logout")} {
				require.Len(t, p.cookies, 1)
				got := p.cookies[0]
				require.Equal(t, c.name, got.Name)
				require.Equal(t, "/", got.Path)
				require.Empty(t, got.Domain)
				require.True(t, got.HttpOnly)
				require.Equal(t, http.SameSiteLaxMode, got.SameSite)
				require.Equal(t, c.secure, got.Secure)
				if i < 2 {
					require.Regexp(t, `^[A-Z2-7]{26,}$`, got.Value, "nothing but an id of at least 128 bits")
					require.Zero(t, got.MaxAge, "it ends with the browser")
				} else {
					require.Empty(t, got.Value)
					require.Negative(t, got.MaxAge)
				}
			}
		})
	}
}

// Session fixation: who knew the id before the sign-in must not be signed in after it.
func TestTheSessionHasANewIDAfterTheSignIn(t *testing.T) {
	w := open(t)
	b := w.browser()
	query := b.allow(b.login())
	before := b.session()
	b.callback(query)
	require.NotEmpty(t, before)
	require.NotEmpty(t, b.session())
	require.NotEqual(t, before, b.session())
	requireSignedOut(t, w.withSession(before).get("/"))

	before = b.session() // and again for somebody who is signed in already
	b.signIn()
	require.NotEqual(t, before, b.session())
	requireSignedOut(t, w.withSession(before).get("/"))
	requireBalance(t, b.get("/"), "123.45 EUR")
}

func TestAnIDThatSomebodyMadeUpIsNotTaken(t *testing.T) {
	planted := open(t).withSession("PLANTED")
	requireSignedOut(t, planted.get("/"))
	planted.login()
	require.NotEqual(t, "PLANTED", planted.session())
}

func TestAnIdleSessionEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t).browser()
		b.signIn()
		for range 3 {
			<-time.After(idleTime - time.Second) // the bubble's clock
			requireBalance(t, b.get("/"), "123.45 EUR")
		}
		<-time.After(idleTime + time.Second)
		requireSignedOut(t, b.get("/"))
	})
}

func TestASignInThatTakesTooLongEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t)
		b := w.browser()
		page := b.login()
		<-time.After(signInTime + time.Second) // the bubble's clock
		p := b.callback(b.allow(page))
		require.Equal(t, http.StatusBadRequest, p.status)
		require.Zero(t, w.fake.Count(http.MethodPost, tokenPath))
	})
}

func TestSessionsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const most = 5
		s := newSessions(most)
		client := &oauthclients.Client{}
		signedIn := s.signIn("", client)
		<-time.After(time.Second) // the bubble's clock
		ids := make([]string, 2*most)
		for i := range ids {
			<-time.After(time.Second)
			ids[i] = s.begin("", &oauthclients.Login{})
			require.LessOrEqual(t, len(s.byID), most)
		}
		require.Same(t, client, s.client(signedIn), "sign-ins that lead nowhere sign nobody out")
		for i, id := range ids {
			require.Equal(t, i > most, s.takeLogin(id, "") != nil, "the oldest had to go: %d", i)
		}

		<-time.After(idleTime + time.Second)
		s.begin("", &oauthclients.Login{})
		require.Len(t, s.byID, 1, "what has ended is dropped")
	})
}

func TestTheLongestIdleGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSessions(3)
		var ids []string
		for range 3 {
			ids = append(ids, s.signIn("", &oauthclients.Client{}))
			<-time.After(time.Second) // the bubble's clock
		}
		require.NotNil(t, s.client(ids[0]), "used just now")
		s.signIn("", &oauthclients.Client{})
		require.NotNil(t, s.client(ids[0]))
		require.Nil(t, s.client(ids[1]))
		require.NotNil(t, s.client(ids[2]))
	})
}
