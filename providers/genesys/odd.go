package genesys

// This file holds what becomes of members that could not be read: a create tells their names. An update
// sends back all that it does not change, so that nothing has to be done for them there.

// fieldsOf are the fields that members stand for.
func fieldsOf(members []string) (fields []string) {
	for _, member := range members {
		fields = append(fields, fieldOf(member))
	}
	return fields
}

// fieldOf is the field that a member stands for.
func fieldOf(member string) string {
	return map[string]string{
		"name": "Name", "description": "Description", "authorizedGrantType": "GrantTypes", "registeredRedirectUri": "RedirectURIs",
		"scope": "Scopes", "state": "Status", "secret": "Secret", "dateCreated": "CreatedAt", "dateModified": "UpdatedAt",
		"accessTokenValiditySeconds": fieldValidity, "roleDivisions": fieldRoleDivisions, "dateToDelete": fieldDateToDelete,
		"roleIds": "Extra.RoleIDs", "createdBy": "Extra.CreatedBy", "modifiedBy": "Extra.ModifiedBy", "selfUri": "Extra.SelfURI",
	}[member]
}
