package providertest_test

import "slices"

// This file names the parts of the suite's cases that breakages have in common.

func parts(of string, names ...string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = of + "/" + name
	}
	return all
}

// everyEdit has one part per field of Update.
func everyEdit() []string {
	return parts("update edits every field",
		"Name", "Description", "RedirectURIs", "AllowedOrigins", "GrantTypes", "Scopes", "ClientURI", "Extra.Tier", "Extra.Tags")
}

// everyClear has one part per portable field of Update, Name aside, which is required, and the
// case that clears an additional member.
func everyClear() []string {
	return append(parts("update clears fields", "Description", "RedirectURIs", "AllowedOrigins", "GrantTypes", "Scopes", "ClientURI"), "additional members")
}

// everyOther has one part per field that Create does not take.
func everyOther() []string {
	return parts("create refuses other fields", "PostLogoutRedirectURIs", "PolicyURI", "TermsURI")
}

// everyOddID leaves out "/": net/http's mux takes %2F alone for a slash at the end, so that the
// rule for unknown ids is not asked.
func everyOddID() []string {
	return parts("odd ids", "a/b", "../clients", "..%2Fclients", "a?b=c", "a#b", "a b", "a;b", "ü", "%", "%00", `a\b`, `"`, "id-1/", "id-1?x")
}

func everyRefusedID() []string {
	var all []string
	for _, verb := range []string{"Get", "Update", "Delete", "RegenerateSecret"} {
		all = append(all, parts("refused ids", verb+` ""`, verb+` " "`, verb+` "\t\n"`, verb+` "."`, verb+` ".."`)...)
	}
	return all
}

// everyCreate has each case that registers a client, and expects it to succeed.
func everyCreate() []string {
	return slices.Concat(everyEdit(), everyClear(), []string{
		"capabilities name real fields", "clone is deep", "concurrent use", "create ignores output", "create is not repeated",
		"create sets every field", "delete is repeated", "each grant type", "foreign extra", "lifecycle", "list secrets are usable", "many clients", "names are not unique", "odd ids", "odd texts", "page sizes", "paging",
		"raw JSON", "refused ids", "regenerate", "regenerate is not repeated", "secrets do not show", "update clears fields/Name",
		"update is repeated", "update keeps the rest", "update refuses other fields", "update refuses output", "update without an edit",
	})
}
