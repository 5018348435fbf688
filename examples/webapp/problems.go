package main

import (
	"errors"
	"net/http"
	"slices"

	"github.com/oauthclients/oauthclients"
)

// This file says in plain words what went wrong. Of the provider's answer only the error code is
// told, for whoever helps; the rest of it is in the log, where the library has left nothing
// secret.

// problem is what a person is told.
type problem struct {
	Status      int
	Title, Text string
	Code        string // the provider's own, such as "access_denied"; "" for none
	SignIn      bool   // the page offers to sign in again
}

// signInProblem explains why a sign-in failed.
func signInProblem(err error) problem {
	p := reason(err)
	p.Code, p.SignIn = codeOf(err), true
	return p
}

// reason goes by the error's code. The status or the kind alone may come from anything between
// here and sipgate, and says nothing about what the person did.
func reason(err error) problem {
	code := codeOf(err)
	switch {
	case code == "access_denied":
		return problem{
			Status: http.StatusForbidden, Title: "You did not give access",
			Text: "Without your permission the app cannot see your balance. Nothing was shared.",
		}
	case isOurFault(code), failure(err).StatusCode == http.StatusNotFound: // no such realm
		return notSetUp()
	case isOver(code):
		return problem{
			Status: http.StatusBadRequest, Title: "The sign-in has expired",
			Text: "It took too long, or it was used already.",
		}
	case isForeign(err):
		return unknownSignIn()
	case code == "", errors.Is(err, oauthclients.ErrUnavailable), errors.Is(err, oauthclients.ErrRateLimited):
		return problem{
			Status: http.StatusServiceUnavailable, Title: "sipgate could not finish the sign-in",
			Text: "You are not signed in. This usually passes; please try again in a moment.",
		}
	}
	return problem{
		Status: http.StatusBadGateway, Title: "sipgate refused the sign-in", Text: "You are not signed in.",
	}
}

// isOver knows the codes that say that a code or a session at sipgate has ended (RFC 6749 section
// 5.2, OpenID Connect Core 1.0 section 3.1.2.6).
func isOver(code string) bool {
	switch code {
	case "invalid_grant", "login_required", "interaction_required", "account_selection_required", "consent_required":
		return true
	}
	return false
}

// isForeign says that the callback has the state of another sign-in. Nothing was sent then.
func isForeign(err error) bool {
	failed := failure(err)
	return failed.StatusCode == 0 && slices.ContainsFunc(failed.Fields, func(f oauthclients.FieldError) bool { return f.Field == "state" })
}

// isOurFault knows the codes that say that the app is not registered as it thinks it is (RFC 6749
// sections 4.1.2.1 and 5.2).
func isOurFault(code string) bool {
	switch code {
	case "invalid_client", "unauthorized_client", "invalid_scope", "invalid_request", "unsupported_response_type":
		return true
	}
	return false
}

func notSetUp() problem {
	return problem{
		Status: http.StatusInternalServerError, Title: "This app is not set up correctly",
		Text: "sipgate does not accept how the app introduces itself. Please tell whoever runs the app.",
	}
}

// unknownSignIn is for a callback that belongs to no sign-in of this browser.
func unknownSignIn() problem {
	return problem{
		Status: http.StatusBadRequest, Title: "This sign-in cannot be finished", SignIn: true,
		Text: "It was begun in another browser or tab, it took too long, or it was used already.",
	}
}

// isSignedOut says that only a new sign-in can help: the refresh token is dead, or the API refuses
// even a new token. A token endpoint that refuses without saying why may do so for a moment.
func isSignedOut(err error) bool {
	return errors.Is(err, oauthclients.ErrLoginRequired) ||
		errors.Is(err, oauthclients.ErrUnauthenticated) && isOfAPI(err)
}

// isOfAPI is not so for a call that was never sent, because no token could be had for it.
func isOfAPI(err error) bool { return failure(err).Operation != "Token" }

// noBalance explains to somebody who is signed in why there is no balance to see.
func noBalance(err error) problem {
	code := codeOf(err)
	switch {
	case errors.Is(err, oauthclients.ErrPermission) && isOfAPI(err):
		return problem{
			Status: http.StatusForbidden, Title: "You may not see the balance", Code: code,
			Text: "Your sign-in does not include the permission to read it. Sign out and in again to grant it. " +
				"If that does not help, ask whoever manages your sipgate account.",
		}
	case isOurFault(code):
		p := notSetUp()
		p.Code = code
		return p
	}
	return problem{
		Status: http.StatusServiceUnavailable, Title: "The balance is not available", Code: code,
		Text: "sipgate did not tell it just now. You are still signed in; please try again in a moment.",
	}
}

// halfSignedOut is for a sign-out of which sipgate does not know.
func halfSignedOut() problem {
	return problem{
		Status: http.StatusBadGateway, Title: "You are signed out here",
		Text: "sipgate could not be told, so your session there may still be open. On a shared computer, " +
			"sign out at sipgate as well, or close all windows of the browser.",
	}
}

// foreignForm is for a form that was sent from another site (cross-site request forgery).
func foreignForm() problem {
	return problem{
		Status: http.StatusForbidden, Title: "This request did not come from here", Text: "Nothing was changed.",
	}
}

func unknownPage() problem {
	return problem{Status: http.StatusNotFound, Title: "There is no such page", Text: "The address may be mistyped."}
}

// maxCode is longer than every code of OAuth2 and OpenID Connect. What is longer is none.
const maxCode = 64

func codeOf(err error) string {
	if code := failure(err).Code; len(code) <= maxCode {
		return code
	}
	return ""
}

// failure is the library's error in err, an empty one if there is none.
func failure(err error) *oauthclients.Error {
	var failed *oauthclients.Error
	if !errors.As(err, &failed) {
		return &oauthclients.Error{}
	}
	return failed
}
