package genesystest

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file counts what clients send, and groups it as a usage query asks.

// Usage is what a client sent to the vendor's API on one day.
type Usage struct {
	// Date is the day, in UTC; its time of day does not count.
	Date time.Time
	// TemplateURI and HTTPMethod name the operation: "api/v2/users/{userId}", "GET".
	TemplateURI, HTTPMethod string
	// UserID is in whose name, "" for the client's own.
	UserID string
	// Status is that of the answers, and Requests how many there were.
	Status, Requests int
}

// AddUsage adds to what a client has sent: for usage that a test does not want to make. The
// server counts what tokens of the client send to it by itself, and shows it at once, while the
// vendor counts once a day.
func (s *Server) AddUsage(clientID string, usage ...Usage) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.hasUsage(clientID) {
		return errors.New("genesystest: AddUsage: there is no such client")
	}
	for _, u := range usage {
		s.usage[tally{clientID, u.UserID, u.TemplateURI, u.HTTPMethod, dayOf(u.Date), u.Status}] += u.Requests
	}
	return nil
}

// tally is what is counted apart.
type tally struct {
	clientID, userID, template, method string
	day                                time.Time
	status                             int
}

// count adds an answered request to its token's client. Paths that no operation has are left out.
func (s *Server) count(grant signin.Grant, r *http.Request, status int) {
	_, template, isOperation := strings.Cut(r.Pattern, " /")
	if grant.ClientID == "" || !isOperation {
		return
	}
	template = strings.ReplaceAll(template, "{id}", "{clientId}")
	s.usage[tally{grant.ClientID, grant.User, template, r.Method, dayOf(time.Now()), status}]++
}

func dayOf(t time.Time) time.Time { return t.UTC().Truncate(day) }

func metrics() []string {
	return []string{"Status200", "Status300", "Status400", "Status500", "Status429", "Requests"}
}

func dimensions() []string {
	return []string{"OAuthClientId", "OrganizationId", "UserId", "TemplateUri", "HttpMethod"}
}

// usageRows is one row per group, by date and then by the order of the members' names. Without
// groups it is counted per client, as the vendor does it.
func (s *Server) usageRows(clientID string, query *usageQuery) []map[string]any {
	groups := query.GroupBy
	if len(groups) == 0 {
		groups = []string{"OAuthClientId"}
	}
	rows := map[rowKey]map[string]int{}
	for t, requests := range s.usage {
		if t.clientID != clientID || !t.day.Before(query.to) || !t.day.Add(day).After(query.from) {
			continue
		}
		key := t.key(groups, query.Granularity)
		if rows[key] == nil {
			rows[key] = map[string]int{}
		}
		for _, name := range t.metrics() {
			rows[key][name] += requests
		}
	}
	list := []map[string]any{}
	for _, key := range slices.SortedFunc(maps.Keys(rows), rowKey.compare) {
		list = append(list, s.usageRow(key, rows[key], query.Metrics))
	}
	return list
}

// rowKey is what the requests of a row have in common; "" for what is not counted apart.
type rowKey struct{ date, clientID, organization, userID, template, method string }

func (k rowKey) compare(other rowKey) int {
	return slices.Compare(k.parts(), other.parts())
}

func (k rowKey) parts() []string {
	return []string{k.date, k.clientID, k.organization, k.userID, k.template, k.method}
}

func (t tally) key(groups []string, granularity string) rowKey {
	apart := func(dimension, value string) string {
		if !slices.Contains(groups, dimension) {
			return ""
		}
		return value
	}
	return rowKey{
		date: bucket(t.day, granularity), clientID: apart("OAuthClientId", t.clientID),
		organization: apart("OrganizationId", organization), userID: apart("UserId", t.userID),
		template: apart("TemplateUri", t.template), method: apart("HttpMethod", t.method),
	}
}

// bucket is the start of the day, week or month. No source tells the first day of the vendor's
// weeks; here it is Monday.
func bucket(at time.Time, granularity string) string {
	switch granularity {
	case "Day":
	case "Week":
		at = at.AddDate(0, 0, -(int(at.Weekday())+6)%7)
	case "Month":
		at = at.AddDate(0, 0, 1-at.Day())
	default:
		return ""
	}
	return at.Format(time.RFC3339)
}

// metrics lists what a request counts for: one over a limit counts twice.
func (t tally) metrics() []string {
	names := []string{"Requests"}
	if class := t.status / 100; class >= 2 && class <= 5 {
		names = append(names, "Status"+string(rune('0'+class))+"00")
	}
	if t.status == http.StatusTooManyRequests {
		names = append(names, "Status429")
	}
	return names
}

// usageRow writes a row. Counts that were not asked for are left out.
func (s *Server) usageRow(key rowKey, counts map[string]int, asked []string) map[string]any {
	row := map[string]any{
		"clientId": key.clientID, "clientName": s.nameOf(key.clientID), "organizationId": key.organization,
		"userId": key.userID, "templateUri": key.template, "httpMethod": key.method,
	}
	if key.date != "" {
		row["date"] = key.date
	}
	for _, name := range metrics() {
		if len(asked) == 0 || slices.Contains(asked, name) {
			row[strings.ToLower(name[:1])+name[1:]] = counts[name]
		}
	}
	return row
}

func (s *Server) nameOf(id string) string {
	if id == clientID {
		return ownName
	}
	if c := s.find(id); c != nil {
		return c.text("name")
	}
	return ""
}
