package docspace

// This file names the scopes that portals come with.

// Scopes of a portal as it is installed. A portal can have others: its own list counts, and it
// refuses a scope that is not on it with the code "ErrorInvalidScope".
const (
	ScopeAccountsRead      = "accounts:read"
	ScopeAccountsWrite     = "accounts:write"
	ScopeAccountsSelfRead  = "accounts.self:read"
	ScopeAccountsSelfWrite = "accounts.self:write"
	ScopeFilesRead         = "files:read"
	ScopeFilesWrite        = "files:write"
	ScopeRoomsRead         = "rooms:read"
	ScopeRoomsWrite        = "rooms:write"
	ScopeOpenID            = "openid"
)
