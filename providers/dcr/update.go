package dcr

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file changes clients.

// update is what one update of a client is about.
type update struct {
	operation string
	want      *oauthclients.OAuthClient
	old       *oauthclients.Record
	changed   []string
	// unseen are the values that the server has and does not show.
	unseen metadata
	// body is what is sent.
	body providerkit.Object
}

// Update replaces the metadata of a client as a whole (RFC 7592 section 2.2).
func (d *driver) Update(ctx context.Context, old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) (record *oauthclients.Record, err error) {
	if err := d.CheckUpdate(old, want, changed); err != nil {
		return nil, err
	}
	err = d.handles.manage(ctx, opUpdate, old.Client.ID, func(h *Handle) error {
		record, err = d.write(ctx, h, &update{operation: opUpdate, want: want, old: old, changed: changed})
		return err
	})
	return record, err
}

// write sends an update, and clears once more what the server has kept.
func (d *driver) write(ctx context.Context, h *Handle, u *update) (*oauthclients.Record, error) {
	u.unseen = d.provider.unseen(h, u.old.Raw)
	for name := range u.want.AdditionalMembers { // the user sets it anew
		delete(u.unseen, name)
	}
	body, err := lay(u.want, u.changed, u.old.Raw, u.unseen)
	if err != nil {
		return nil, failed(oauthclients.ErrUnavailable, u.operation, "", err)
	}
	u.body = body
	if h.Members == nil && len(u.want.AdditionalMembers) > 0 { // from now on some are the user's: all that are there
		h.Members = returnedWith(u.old.Raw)
	}
	if d.provider.UpdateSends == OnlyOurs && h.Members != nil {
		only(&u.body, slices.AppendSeq(slices.Concat(h.Members, u.names()), maps.Keys(u.unseen)))
	}
	record, err := d.replace(ctx, h, u, u.want.AdditionalMembers)
	if err == nil {
		record, err = d.clear(ctx, h, u, record)
	}
	if err == nil && u.lacksSecret(record.Client) {
		err = notApplied(u.operation, "the client needs a secret now, and was given none", record.Client.ID, []string{"Secret"})
	}
	return record, err
}

// lacksSecret: a public client that has become another, and was given no secret.
func (u *update) lacksSecret(now *oauthclients.OAuthClient) bool {
	before, after := settings(u.old.Client).TokenEndpointAuthMethod, settings(u.want).TokenEndpointAuthMethod
	return before == "none" && after != "none" && now.Secret.IsZero() && needsSecret(settings(now).TokenEndpointAuthMethod, after)
}

// names are the members that the user changes.
func (u *update) names() (names []string) {
	for _, field := range u.changed {
		names = append(names, memberOf()[field])
	}
	if slices.Contains(u.changed, "GrantTypes") {
		names = append(names, memberResponses) // they go with them
	}
	return slices.AppendSeq(names, maps.Keys(u.want.AdditionalMembers))
}

// clear is for servers that keep what is left out: it sends an empty value for what was to be cleared
// and is still there, or may be. The client of the first answer stays where this one fails.
func (d *driver) clear(ctx context.Context, h *Handle, u *update, first *oauthclients.Record) (*oauthclients.Record, error) {
	empty := u.emptied(first.Raw)
	if len(empty) == 0 {
		return first, nil
	}
	for name, value := range empty {
		u.body.Add(name, value)
	}
	members := maps.Clone(u.want.AdditionalMembers)
	maps.DeleteFunc(members, func(name string, _ json.RawMessage) bool { return empty[name] != nil })
	record, err := d.replace(ctx, h, u, members)
	if record != nil || err == nil {
		return withSecretOf(first, record), err
	}
	missing := u.uncleared(empty, first, err)
	var lost *HandleError
	if errors.As(err, &lost) { // what the second answer brought comes once
		return first, faultsOf(u.operation, first.Client.ID, missing, err)
	}
	return first, missing
}

// uncleared tells what the server may still have of that which was to be cleared.
func (u *update) uncleared(empty metadata, first *oauthclients.Record, cause error) error {
	names := slices.Sorted(maps.Keys(empty))
	unseen := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return mentions(first.Raw, name) })
	message := "the server kept what was to be cleared"
	if len(unseen) == len(names) {
		message = "the server does not show whether it has cleared what was left out"
	}
	return failed(oauthclients.ErrNotApplied, u.operation, message+", and did not take an empty value for it ("+cause.Error()+")",
		&oauthclients.NotAppliedError{ID: first.Client.ID, Fields: u.fieldsOf(names), Unconfirmed: u.fieldsOf(unseen)})
}

// withSecretOf keeps a secret that came with the answer before.
func withSecretOf(first, record *oauthclients.Record) *oauthclients.Record {
	if record != nil && record.Client.Secret.IsZero() {
		record.Client.Secret = first.Client.Secret
	}
	return record
}

// cleared are the members that the user wants to be gone.
func (u *update) cleared() (names []string) {
	for _, field := range u.changed {
		if name := memberOf()[field]; len(u.body.Get(name)) == 0 {
			names = append(names, name)
		}
	}
	for name, value := range u.want.AdditionalMembers {
		if string(value) == "null" {
			names = append(names, name)
		}
	}
	return names
}

// fieldsOf are the fields that have the given members.
func (u *update) fieldsOf(members []string) (fields []string) {
	for _, member := range members {
		field := additionalMembers + member
		for _, changed := range u.changed {
			if memberOf()[changed] == member {
				field = changed
			}
		}
		fields = append(fields, field)
	}
	return fields
}

// replace is sent once: the server may have replaced the token that it was sent with. What the user did
// not set is left out if it is refused.
func (d *driver) replace(ctx context.Context, h *Handle, u *update, members map[string]json.RawMessage) (*oauthclients.Record, error) {
	record, err := d.put(ctx, h, u, members)
	if err == nil {
		return record, nil
	}
	member := refusedMember(err)
	if value := u.body.Get(member); value != nil && u.isTheirs(h, member, value) {
		u.body.Delete(member)
		record, err = d.put(ctx, h, u, members)
	}
	return record, err
}

// isTheirs: no user has ever set the member. Where nobody has added any, those without a field are the
// server's own; one that has a field is taken for the user's: leaving it out would clear it.
func (u *update) isTheirs(h *Handle, member string, value json.RawMessage) bool {
	switch {
	case member == memberID:
		return false
	case member == memberResponses && !slices.Contains(u.changed, "Extra.ResponseTypes") && providerkit.IsNothing(value):
		return true // it goes with the grant types
	case u.unseen[member] != nil || slices.Contains(u.names(), member):
		return false
	case h.Members != nil:
		return !slices.Contains(h.Members, member)
	}
	return !slices.Contains(modelled(), member)
}

func (d *driver) put(ctx context.Context, h *Handle, u *update, members map[string]json.RawMessage) (*oauthclients.Record, error) {
	call := &oauthclients.Call{Operation: u.operation, Method: http.MethodPut, Body: u.body.JSON(), Members: members, Once: true}
	record, err := d.managed(ctx, h, call, u)
	if err != nil {
		err = naming(lostToken(err), namesIn(&u.body), slices.Sorted(maps.Keys(members)))
	}
	if record != nil {
		record.NotShown = u.notShown(record.Raw)
	}
	return record, err
}

// notShown are the fields that were set and that an answer does not have.
func (u *update) notShown(answer json.RawMessage) (fields []string) {
	for _, field := range u.changed {
		if name := memberOf()[field]; len(u.body.Get(name)) > 0 && !mentions(answer, name) {
			fields = append(fields, field)
		}
	}
	return append(fields, membersNotShown(u.want, answer)...)
}

// lostToken tells of what may have been in an answer that never arrived.
func lostToken(err error) error {
	var e *oauthclients.Error
	if errors.As(err, &e) && e.OutcomeUnknown() {
		e.Message = joined(e.Message, "the server may have replaced the registration access token; the one that was sent is kept")
	}
	return err
}

// RegenerateSecret writes a client as it is, at a server that answers that with a new secret.
func (d *driver) RegenerateSecret(ctx context.Context, id string) (secret oauthclients.Secret, err error) {
	err = d.handles.manage(ctx, opRegenerateSecret, id, func(h *Handle) error {
		old, err := d.readWith(ctx, opRegenerateSecret, h)
		if err != nil {
			return err
		}
		next, err := d.write(ctx, h, &update{operation: opRegenerateSecret, want: old.Client, old: old})
		if next != nil {
			secret = next.Client.Secret
		}
		if err == nil && !secret.IsZero() && secret.Reveal() == old.Client.Secret.Reveal() {
			secret = oauthclients.Secret{}
			err = failed(oauthclients.ErrNotApplied, opRegenerateSecret, "the server kept the secret: RotateSecretOnUpdate is not true of it", nil)
		}
		return err
	})
	return secret, err
}
