package providerkit_test

import (
	"encoding/json"
	"fmt"

	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// An update replaces the whole of a client, so that it begins with what was read: members that the driver
// does not know go back as they came.
func ExampleParseObject() {
	read := json.RawMessage(`{"id":"a-1","secret":"s","title":"Order desk","limits":{"calls": 1e3}}`)
	body, err := providerkit.ParseObject(read)
	if err != nil {
		fmt.Println(err)
		return
	}
	body.Delete("id", "secret") // the server sets them
	if err := body.Set("title", "Orders"); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(body.JSON()))
	// Output: {"limits":{"calls": 1e3},"title":"Orders"}
}

// A secret comes once. What is odd beside it costs only itself.
func ExampleDecode() {
	var app struct {
		ID     string   `json:"id"`
		Secret string   `json:"secret"`
		Rights []string `json:"rights"`
		Made   int64    `json:"made"`
	}
	unread, err := providerkit.Decode([]byte(`{"id":7,"secret":"once","rights":"read","made":"yesterday"}`), &app)
	fmt.Println(app.ID, app.Secret, app.Rights, unread, err)
	// Output: 7 once [read] [made] <nil>
}
