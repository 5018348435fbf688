package docs

import "slices"

// This file is the list of endpoints itself, vendor by vendor, in the order of their documents.

func endpoints() []endpoint {
	return slices.Concat(sipgateEndpoints(), docspaceEndpoints(), genesysEndpoints(), dcrEndpoints())
}

// of gives rows the name of their provider's package.
func of(vendor string, rows ...endpoint) []endpoint {
	for i := range rows {
		rows[i].vendor = vendor
	}
	return rows
}

func sipgateEndpoints() []endpoint {
	const clients = "/v2/authorization/oauth2/clients"
	return of("sipgate",
		endpoint{method: "POST", path: "/login/sipgate-apps/protocol/openid-connect/token", call: "PasswordGrant",
			fixtures: []string{"token_response.json", "token_response_renewed.json", "token_error.json"},
			tests:    []string{"TestPasswordGrant", "TestDocumentedTokenError"}},
		endpoint{method: "GET", path: "/auth/realms/{realm}/protocol/openid-connect/auth", call: "AuthCode.Begin, Interactive", tests: []string{"TestSignInOnTheWire"}},
		endpoint{method: "POST", path: "/auth/realms/{realm}/protocol/openid-connect/token", call: "AuthCode.Finish", tests: []string{"TestSignInOnTheWire", "TestRefreshOnTheWire"}},
		endpoint{method: "POST", path: "/auth/realms/{realm}/protocol/openid-connect/logout", call: "Client.SignOut", tests: []string{"TestSignOutOnTheWire"}},
		endpoint{method: "GET", path: clients, call: "Clients.List, All, FindByName",
			fixtures: []string{"list_response.json", "list_response_empty.json"},
			tests:    []string{"TestList", "TestListWithoutClients"}},
		endpoint{method: "POST", path: clients, call: "Clients.Create",
			fixtures: []string{"create_request.json", "create_response.json", "create_minimal_request.json", "create_minimal_response.json", "create_patterns_request.json", "create_patterns_response.json", "create_response_without_secret.json"},
			tests:    []string{"TestCreate", "TestCreateSendsEmptyMembersForUnsetFields", "TestCreateSendsURIsAsTheyAre", "TestCreateReadsTheSecretThatTheAnswerLacks"}},
		endpoint{method: "GET", path: clients + "/{clientId}", call: "Clients.Get",
			fixtures: []string{"get_response.json"},
			tests:    []string{"TestGet"}},
		endpoint{method: "PUT", path: clients + "/{clientId}", call: "Clients.Update",
			fixtures: []string{"update_read_response.json", "update_request.json", "update_response.json"},
			tests:    []string{"TestUpdateLaysTheChangeOverWhatIsThere"}},
		endpoint{method: "DELETE", path: clients + "/{clientId}", call: "Clients.Delete", tests: []string{"TestDeleteTakesAnySuccessAndReadsNoBody"}},
		endpoint{method: "GET", path: clients + "/{clientId}/gdpr", call: "sipgate.Of(c).GDPR",
			fixtures: []string{"gdpr_response.json"},
			tests:    []string{"TestGDPR"}},
		endpoint{method: "GET", path: "/v2/balance", call: "sipgate.Of(c).Balance",
			fixtures: []string{"balance_response.json", "balance_zero_response.json", "balance_negative_response.json"},
			tests:    []string{"TestBalance"}},
		endpoint{method: "GET", path: "/v2/authorization/userinfo", call: "sipgate.Of(c).UserInfo",
			fixtures: []string{"userinfo_response.json"},
			tests:    []string{"TestUserInfo"}},
	)
}

func docspaceEndpoints() []endpoint {
	const clients = "/api/2.0/clients"
	return of("docspace",
		endpoint{method: "GET", path: "/api/2.0/security/oauth2/token", call: "BearerToken, AuthCode (the trade)",
			fixtures: []string{"signature_response.json", "signature_unauthorized.json"},
			tests:    []string{"TestCreate", "TestWrongKey"}},
		endpoint{method: "GET", path: "/oauth2/authorize", call: "AuthCode.Begin, Interactive", tests: []string{"TestTheScopeIsTheLastParameter"}},
		endpoint{method: "POST", path: "/oauth2/token", call: "AuthCode.Finish", tests: []string{"TestTheExchangeWithAPortal", "TestTheRefreshAtAPortal"}},
		endpoint{method: "POST", path: "/oauth2/revoke", call: "Client.SignOut", tests: []string{"TestRevocationOnTheWire"}},
		endpoint{method: "POST", path: "/oauth2/introspect", why: "for the servers that take tokens"},
		endpoint{method: "GET", path: "/oauth2/jwks", why: "for the servers that take tokens"},
		endpoint{method: "GET", path: "/oauth2/userinfo", why: "for applications that people sign in to"},
		endpoint{method: "GET", path: "/.well-known/openid-configuration", why: "the addresses are known"},
		endpoint{method: "POST", path: clients, call: "Clients.Create",
			fixtures: []string{"create_request.json", "create_response.json", "create_without_secret_response.json"},
			tests:    []string{"TestCreate", "TestCreateReadsASecretThatWasNotAnswered"}},
		endpoint{method: "GET", path: clients + "/{client_id}", call: "Clients.Get",
			fixtures: []string{"get_response.json", "get_camel_response.json"},
			tests:    []string{"TestGet", "TestGetTolerates"}},
		endpoint{method: "GET", path: clients, call: "Clients.List, All, FindByName",
			fixtures: []string{"list_response.json", "list_last_response.json", "list_offset_response.json"},
			tests:    []string{"TestList", "TestListSendsTheCursorVerbatim"}},
		endpoint{method: "PUT", path: clients + "/{client_id}", call: "Clients.Update",
			fixtures: []string{"update_request.json", "update_read_response.json", "update_immutable_request.json", "update_immutable_read_response.json"},
			tests:    []string{"TestUpdate", "TestUpdateOfImmutableMembers"}},
		endpoint{method: "PATCH", path: clients + "/{client_id}/regenerate", call: "Clients.RegenerateSecret",
			fixtures: []string{"regenerate_response.json"},
			tests:    []string{"TestRegenerateSecret"}},
		endpoint{method: "PATCH", path: clients + "/{client_id}/activation", call: "docspace.Of(c).SetEnabled",
			fixtures: []string{"activation_request.json", "activation_enable_request.json", "get_disabled_response.json"},
			tests:    []string{"TestSetEnabled"}},
		endpoint{method: "DELETE", path: clients + "/{client_id}", call: "Clients.Delete", tests: []string{"TestDelete"}},
		endpoint{method: "DELETE", path: clients, call: "docspace.Of(c).DeleteAllMine", tests: []string{"TestDeleteAllMine"}},
		endpoint{method: "DELETE", path: clients + "/tenant", call: "docspace.Of(c).DeleteTenant", tests: []string{"TestDeleteTenant"}},
		endpoint{method: "GET", path: clients + "/{client_id}/info", call: "docspace.Of(c).Info",
			fixtures: []string{"info_response.json"},
			tests:    []string{"TestInfo"}},
		endpoint{method: "GET", path: clients + "/{client_id}/public/info", call: "docspace.Of(c).PublicInfo",
			fixtures: []string{"info_response.json"},
			tests:    []string{"TestPublicInfoNeedsNoCredential"}},
		endpoint{method: "GET", path: clients + "/info", call: "docspace.Of(c).Infos",
			fixtures: []string{"infos_response.json", "infos_last_response.json"},
			tests:    []string{"TestInfos"}},
		endpoint{method: "GET", path: clients + "/consents", call: "docspace.Of(c).Consents",
			fixtures: []string{"consents_more_response.json", "consents_response.json"},
			tests:    []string{"TestConsents"}},
		endpoint{method: "DELETE", path: clients + "/{client_id}/revoke", call: "docspace.Of(c).RevokeConsent", tests: []string{"TestRevokeConsent"}},
		endpoint{method: "GET", path: "/api/2.0/scopes", call: "docspace.Of(c).Scopes",
			fixtures: []string{"scopes_response.json"},
			tests:    []string{"TestScopes"}},
	)
}

func genesysEndpoints() []endpoint {
	const clients = "/api/v2/oauth/clients"
	return of("genesys",
		endpoint{method: "POST", path: "/oauth/token", call: "ClientCredentials, AuthCode.Finish",
			fixtures: []string{"token_response.json", "token_error_response.json", "token_limited_response.json"},
			tests:    []string{"TestWrongCredentials", "TestTheExchangeWithTheLoginHost", "TestTheRefreshAtTheLoginHost"}},
		endpoint{method: "GET", path: "/oauth/authorize", call: "AuthCode.Begin, Interactive", tests: []string{"TestTheLoginPageOfEachRegion"}},
		endpoint{method: "GET", path: clients, call: "Clients.List, All, FindByName",
			fixtures: []string{"list_response.json"},
			tests:    []string{"TestList"}},
		endpoint{method: "POST", path: clients, call: "Clients.Create",
			fixtures: []string{"create_request.json", "create_response.json", "create_code_request.json", "create_code_response.json"},
			tests:    []string{"TestCreateClientCredentialsClient", "TestCreateCodeClient"}},
		endpoint{method: "GET", path: clients + "/{clientId}", call: "Clients.Get, genesys.Of(c).WaitDeleted",
			fixtures: []string{"get_response.json"},
			tests:    []string{"TestGet", "TestWaitDeletedOfAClientThatGoes"}},
		endpoint{method: "PUT", path: clients + "/{clientId}", call: "Clients.Update, genesys.Of(c).Deactivate, Activate",
			fixtures: []string{"update_request.json", "update_response.json", "deactivate_request.json", "deactivate_response.json", "activate_read_response.json", "activate_request.json", "activate_response.json"},
			tests:    []string{"TestUpdate", "TestDeactivate", "TestActivate"}},
		endpoint{method: "DELETE", path: clients + "/{clientId}", call: "Clients.Delete",
			fixtures: []string{"cannot_delete_response.json"},
			tests:    []string{"TestDelete", "TestDeleteThatStopsHalfwaySaysSo"}},
		endpoint{method: "POST", path: clients + "/{clientId}/secret", call: "Clients.RegenerateSecret",
			fixtures: []string{"secret_response.json"},
			tests:    []string{"TestRegenerateSecret"}},
		endpoint{method: "POST", path: clients + "/{clientId}/usage/query", call: "genesys.Of(c).UsageQuery",
			fixtures: []string{"usage_query_request.json", "usage_query_minimal_request.json", "usage_execution_response.json"},
			tests:    []string{"TestUsageQuery", "TestUsageQueryWithAnIntervalAlone"}},
		endpoint{method: "GET", path: clients + "/{clientId}/usage/query/results/{executionId}", call: "genesys.Of(c).UsageQuery, UsageSummary",
			fixtures: []string{"usage_running_response.json", "usage_complete_response.json", "usage_page_response.json", "usage_last_page_response.json"},
			tests:    []string{"TestUsageQuery", "TestUsagePages", "TestUsageJobsThatFail"}},
		endpoint{method: "GET", path: clients + "/{clientId}/usage/summary", call: "genesys.Of(c).UsageSummary",
			fixtures: []string{"usage_execution_response.json"},
			tests:    []string{"TestUsageSummary"}},
		endpoint{method: "GET", path: "/api/v2/oauth/scopes", call: "genesys.Of(c).Scopes",
			fixtures: []string{"scopes_response.json"},
			tests:    []string{"TestScopes"}},
		endpoint{method: "GET", path: "/api/v2/oauth/scopes/{scopeId}", call: "genesys.Of(c).Scope",
			fixtures: []string{"scope_response.json"},
			tests:    []string{"TestScope"}},
		endpoint{method: "GET", path: "/api/v2/oauth/authorizations", call: "genesys.Of(c).Authorizations",
			fixtures: []string{"authorizations_response.json"},
			tests:    []string{"TestAuthorizations"}},
		endpoint{method: "GET", path: "/api/v2/oauth/authorizations/{clientId}", call: "genesys.Of(c).Authorization",
			fixtures: []string{"authorization_response.json"},
			tests:    []string{"TestAuthorization"}},
		endpoint{method: "GET", path: "/api/v2/tokens/me", call: "genesys.Of(c).Me",
			fixtures: []string{"token_info_response.json"},
			tests:    []string{"TestMe"}},
		endpoint{method: "DELETE", path: "/api/v2/tokens/me", call: "Client.SignOut", tests: []string{"TestSignOutOnTheWire"}},
	)
}

func dcrEndpoints() []endpoint {
	const oidc, oauth = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"
	lives := []string{"TestLifeAtAServerThatRotates", "TestLifeAtOryHydra"}
	return of("dcr",
		endpoint{method: "GET", path: "{path}" + oidc + ", " + oidc + "{path}, " + oidc, call: "Provider.Issuer",
			fixtures: []string{"discovery_response.json"},
			tests:    []string{"TestDiscovery", "TestEveryPlaceIsTried", "TestLifeAtAServerThatRotates"}},
		endpoint{method: "GET", path: oauth + "{path}, {path}" + oauth + ", " + oauth, call: "Provider.Issuer",
			tests: []string{"TestDiscovery", "TestEveryPlaceIsTried"}},
		endpoint{method: "GET", path: "{authorization_endpoint}", call: "AuthCode.Begin, Interactive",
			tests: []string{"TestSignInInEachManner", "TestSigningInNeedsNoRegistrationEndpoint"}},
		endpoint{method: "POST", path: "{token_endpoint}", call: "AuthCode.Finish, ClientCredentials, PasswordGrant",
			tests: []string{"TestSignInInEachManner", "TestConformanceInEachManner", "TestTheIDBesideBasicWhereItIsMissed"}},
		endpoint{method: "POST", path: "{revocation_endpoint}", call: "Client.SignOut",
			tests: []string{"TestSignInInEachManner", "TestAPublicClientThatCannotRevoke"}},
		endpoint{method: "POST", path: "{registration_endpoint}", call: "Clients.Create",
			fixtures: []string{"create_request.json", "create_response.json", "hydra_create_request.json", "hydra_create_response.json"},
			tests:    lives},
		endpoint{method: "GET", path: "{registration_client_uri}", call: "Clients.Get, List, All, FindByName, dcr.Of(c).Adopt",
			fixtures: []string{"get_response.json", "hydra_get_response.json", "hydra_unauthorized.json"},
			tests:    append(lives, "TestADeadTokenAtOryHydra", "TestAdopt")},
		endpoint{method: "PUT", path: "{registration_client_uri}", call: "Clients.Update, RegenerateSecret",
			fixtures: []string{"update_request.json", "update_response.json", "hydra_update_request.json", "hydra_update_response.json"},
			tests:    append(lives, "TestRegenerateSecret")},
		endpoint{method: "DELETE", path: "{registration_client_uri}", call: "Clients.Delete", tests: lives},
	)
}
