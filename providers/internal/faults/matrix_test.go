package faults

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/oauthclients/oauthclients/providers/internal/vendors"
)

// This file fills the matrix and compares it with the rows.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Each vendor is a subtest, so that two of them can run at once.
func TestMatrix(t *testing.T) {
	t.Parallel()
	for _, vendor := range everybody() {
		t.Run(vendor.Name, func(t *testing.T) {
			t.Parallel()
			for _, row := range rows() {
				for _, at := range columns() {
					if method, _ := at.request(vendor); method != "" {
						row.check(t, vendor, at)
					}
				}
			}
		})
	}
}

func (r row) check(t *testing.T, vendor vendors.Vendor, at column) {
	t.Helper()
	const once, always = 1, 0
	for name, mode := range map[string]struct {
		times int
		want  string
	}{
		"once":   {once, r.once.of(vendor, at, r.butOnce)},
		"always": {always, r.always.of(vendor, at, r.butAlways)},
	} {
		t.Run(fmt.Sprintf("%s %s %s", r.name, name, at.name), func(t *testing.T) {
			require.Equal(t, mode.want, fill(t, vendor, at, r.mode(mode.times)).String())
		})
	}
}

// of is what a vendor's column must show.
func (c cells) of(vendor vendors.Vendor, at column, but map[string]string) string {
	column := at.name
	if at.like != "" {
		column = at.like
	}
	want := map[string]string{"Get": c.get, "Update": c.update, "Delete": c.remove, "Create": c.create, "Token": c.token}[column]
	if own, ok := but[vendor.Name+" "+column]; ok {
		want = own
	}
	if own, ok := but[vendor.Name+" "+at.name]; ok {
		want = own
	}
	return at.withFailure(want)
}
