package providertest

import (
	"reflect"
	"strings"

	"github.com/oauthclients/oauthclients"
)

// This file reads and writes the fields of a client by their Go names.

// portable lists the fields that Create and Update may take.
func portable() []string {
	return []string{
		"Name", "Description", "RedirectURIs", "PostLogoutRedirectURIs", "AllowedOrigins", "GrantTypes",
		"Scopes", "ClientURI", "LogoURI", "PolicyURI", "TermsURI",
	}
}

// accessor reads and writes one field as a list of texts.
type accessor struct{ name string }

func fieldOf(name string) accessor { return accessor{name} }

func (a accessor) value(c *oauthclients.OAuthClient) reflect.Value {
	if extra, isExtra := strings.CutPrefix(a.name, "Extra."); isExtra {
		if c.Extra == nil {
			return reflect.Value{}
		}
		return reflect.Indirect(reflect.ValueOf(c.Extra)).FieldByName(extra)
	}
	return reflect.ValueOf(c).Elem().FieldByName(a.name)
}

// any returns the field as it is, nil if the client has no such field.
func (a accessor) any(c *oauthclients.OAuthClient) any {
	if value := a.value(c); value.IsValid() {
		return value.Interface()
	}
	return nil
}

// get returns the field's texts; a plain text is a list of at most one, and a field that the
// client does not have holds none.
func (a accessor) get(c *oauthclients.OAuthClient) []string {
	value := a.value(c)
	if !value.IsValid() {
		return nil
	}
	if value.Kind() == reflect.String {
		if value.Len() == 0 {
			return nil
		}
		return []string{value.String()}
	}
	var texts []string
	for i := range value.Len() {
		texts = append(texts, value.Index(i).String())
	}
	return texts
}

// set writes texts into the field; none clears it.
func (a accessor) set(c *oauthclients.OAuthClient, texts []string) {
	value := a.value(c)
	if !value.IsValid() {
		return
	}
	value.SetZero()
	if value.Kind() == reflect.String {
		value.SetString(strings.Join(texts, " "))
		return
	}
	for _, text := range texts {
		value.Set(reflect.Append(value, reflect.ValueOf(text).Convert(value.Type().Elem())))
	}
}

// edited is another value for the field that most servers accept.
func (a accessor) edited(texts []string) []string {
	switch a.name {
	case "Name", "Description":
		return []string{strings.Join(texts, " ") + " (edited)"}
	case "Scopes":
		return append(texts[:len(texts):len(texts)], "edited")
	case "AllowedOrigins":
		return append(texts[:len(texts):len(texts)], "https://edited.example.com")
	case "RedirectURIs":
		return append(texts[:len(texts):len(texts)], "https://edited.example.com/callback")
	}
	return []string{"https://edited.example.com/page"}
}

// isZero reports whether the field holds nothing; a missing Extra holds nothing.
func (a accessor) isZero(c *oauthclients.OAuthClient) bool {
	value := a.value(c)
	return !value.IsValid() || value.IsZero() || value.Kind() == reflect.Slice && value.Len() == 0
}

// exists reports whether the client has a field of that name.
func (a accessor) exists(c *oauthclients.OAuthClient) bool { return a.value(c).IsValid() }
