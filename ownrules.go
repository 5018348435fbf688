package oauthclients

// This file asks a provider about what only it has rules for.

// ownRules lists what the provider cannot take, though anybody else would.
func (c *config) ownRules(connection *Connection, auth Auth) (faults []FieldError) {
	if check := connection.CheckUserAgent; check != nil {
		faults = asFault(faults, "WithUserAgent", check(c.agent()))
	}
	code, signsIn := auth.(AuthCode)
	if check := connection.CheckRedirectURL; check != nil && signsIn && code.RedirectURL != "" && (c.operation == opBegin || c.operation == opInteractive) {
		faults = asFault(faults, "AuthCode.RedirectURL", check(code.RedirectURL))
	}
	return faults
}

func asFault(faults []FieldError, field, reason string) []FieldError {
	if reason == "" {
		return faults
	}
	return append(faults, FieldError{Field: field, Code: "invalid", Message: reason})
}
