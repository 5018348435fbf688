package signin_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the way back to the program.

// sendingTo is a login server that sends everybody straight back.
func sendingTo(back string) *fakeserver.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /start", func(w http.ResponseWriter, _ *http.Request) { signin.Redirect(w, back) })
	return fakeserver.New(mux)
}

// visit signs in at a login server that sends the browser to back.
func visit(back string) error {
	login := sendingTo(back)
	return person(login, "right", "go").Visit(login.URL() + "/start?state=s-1")
}

// program is what a browser comes back to.
func program(t *testing.T, answer http.HandlerFunc) *fakeserver.Server {
	t.Helper()
	server := fakeserver.New(answer)
	server.StartFor(t)
	return server
}

func TestAVisitEndsAtTheProgram(t *testing.T) {
	read := make(chan error, 1)
	server := program(t, func(w http.ResponseWriter, _ *http.Request) {
		_, err := w.Write(bytes.Repeat([]byte("page"), 1<<17)) // more than a connection takes unread
		read <- err
	})
	require.NoError(t, visit(server.URL()+"/a%2Fb?tenant=7&code=c-1&state=s-1"))
	require.NoError(t, <-read)
	require.Len(t, server.Requests(), 1)
	got := server.Requests()[0]
	require.Equal(t, http.MethodGet, got.Method)
	require.Equal(t, "/a%2Fb", got.Path)
	require.Equal(t, url.Values{"tenant": {"7"}, "code": {"c-1"}, "state": {"s-1"}}, got.Query)
	require.Empty(t, got.Header.Get("Cookie"))
	require.Empty(t, got.Header.Get("Referer"))
}

func TestAVisitFollowsNoRedirectOfTheProgram(t *testing.T) {
	server := program(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/home", http.StatusSeeOther)
	})
	require.NoError(t, visit(server.URL()+"/callback?code=c-1"))
	require.Equal(t, 1, server.Count("", ""))
}

func TestAProgramThatRefusesAVisit(t *testing.T) {
	for _, status := range []int{http.StatusBadRequest, http.StatusInternalServerError} {
		server := program(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		err := visit(server.URL() + "/callback?code=c-1")
		require.ErrorContains(t, err, "signin: the program answered at /callback with status ")
		require.NotContains(t, err.Error(), "c-1")
		require.Equal(t, 1, server.Count(http.MethodGet, "/callback"))
	}
}

func TestAVisitStaysOnTheMachine(t *testing.T) {
	for back, origin := range map[string]string{
		"https://app.example.com/callback?code=c-1": "https://app.example.com",
		"http://127.0.0.1.example.com/?code=c-1":    "http://127.0.0.1.example.com",
		"http://192.0.2.1/?code=c-1":                "http://192.0.2.1",
		"com.example.app:/callback?code=c-1":        "com.example.app://",
	} {
		require.EqualError(t, visit(back), "signin: the way back leads to "+origin+", which is no loopback address")
	}
}

func TestAVisitByEveryNameOfTheMachine(t *testing.T) {
	server := program(t, func(http.ResponseWriter, *http.Request) {})
	for _, host := range []string{"127.0.0.1", "localhost", "LocalHost"} {
		require.NoError(t, visit(strings.Replace(server.URL(), "127.0.0.1", host, 1)+"/callback"))
	}
	require.Equal(t, 3, server.Count(http.MethodGet, "/callback"))
}

func TestAVisitToNobody(t *testing.T) {
	server := program(t, func(http.ResponseWriter, *http.Request) {})
	server.Close()
	port := strings.TrimPrefix(server.URL(), "http://127.0.0.1:")
	for _, host := range []string{"127.0.0.1", "[::1]"} {
		err := visit("http://" + host + ":" + port + "/callback?code=c-1")
		require.ErrorContains(t, err, "signin: http://"+host+":"+port+"/callback: dial tcp ")
		require.NotContains(t, err.Error(), "c-1")
	}
}

func TestAVisitOfAPersonWhoCannotGoOn(t *testing.T) {
	server := loginServer()
	err := person(server, "wrong", "go").Visit(server.URL() + "/start?state=s-1")
	require.EqualError(t, err, `signin: the page "Form" (status 403) says: Wrong.`)
}
