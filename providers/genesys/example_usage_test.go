package genesys_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// A client's requests by operation. The vendor counts them in a job, which takes from seconds to
// minutes; the progress tells that it is still running.
func ExampleAPI_UsageQuery() {
	fake, client, api := fakeAPI()
	defer fake.Close()
	ctx := context.Background()
	made := register(client)
	err := fake.AddUsage(made.ID, genesystest.Usage{ // what the client has done
		Date: time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC), TemplateURI: "api/v2/users/{userId}", HTTPMethod: "GET",
		Status: 200, Requests: 54,
	}, genesystest.Usage{
		Date: time.Date(2026, time.March, 3, 0, 0, 0, 0, time.UTC), TemplateURI: "api/v2/users/{userId}", HTTPMethod: "GET",
		Status: 429, Requests: 3,
	})
	if err != nil {
		log.Print(err)
		return
	}

	query := genesys.UsageQuery{
		Interval: genesys.Interval{
			Start: time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC),
			End:   time.Date(2026, time.April, 1, 0, 0, 0, 0, time.UTC),
		},
		Granularity: genesys.GranularityDay,
		GroupBy:     []string{genesys.GroupByTemplateURI, genesys.GroupByHTTPMethod},
		Progress:    func(p genesys.UsageProgress) { fmt.Println(p.Status, "at look", p.Polls) }, // the vendor: Running, first
	}
	for row, err := range api.UsageQuery(ctx, made.ID, query) {
		if err != nil {
			log.Print(err)
			return
		}
		fmt.Println(row.Date.Format(time.DateOnly), row.HTTPMethod, row.TemplateURI, row.Requests, "of them limited:", row.Status429)
	}
	// Output:
	// Complete at look 1
	// 2026-03-02 GET api/v2/users/{userId} 54 of them limited: 0
	// 2026-03-03 GET api/v2/users/{userId} 3 of them limited: 3
}

// The fake counts what was sent to it: here a list, with a token of the new client.
func ExampleAPI_UsageSummary() {
	fake, client, api := fakeAPI()
	defer fake.Close()
	ctx := context.Background()
	made := register(client)
	itself, err := oauthclients.New(fake.Provider(), oauthclients.ClientCredentials{ClientID: made.ID, ClientSecret: made.Secret})
	if err != nil {
		log.Print(err)
		return
	}
	if _, err := itself.Clients.List(ctx, oauthclients.ListOptions{}); err != nil {
		log.Print(err)
		return
	}

	for row, err := range api.UsageSummary(ctx, made.ID, 7) {
		if err != nil {
			log.Print(err)
			return
		}
		fmt.Println(row.ClientName, row.Requests)
	}
	// Output: nightly-export 1
}
