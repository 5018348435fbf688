package faults

import (
	"cmp"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/oauthclients/oauthclients/internal/faultproxy"
	"github.com/oauthclients/oauthclients/providers/internal/vendors"
)

// This file fills the matrix and compares it with the rows.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Each vendor is a subtest, so that two of them can run at once. What takes long and is the same at
// all of them, the vendors of a column do in turn from row to row.
func TestMatrix(t *testing.T) {
	t.Parallel()
	for _, vendor := range everybody() {
		t.Run(vendor.Name, func(t *testing.T) {
			t.Parallel()
			for i, row := range rows() {
				for j, at := range columns() {
					if slices.Contains(vendorsOf(at), vendor.Name) {
						turn := slices.Index(vendorsOf(at), vendor.Name) == i%len(vendorsOf(at))
						t.Run(row.name+" "+at.name, func(t *testing.T) { row.check(t, vendor, at, row.some(at, i+j, turn), turn) })
					}
				}
			}
		})
	}
}

// check fills a row's cells in virtual time: the retries have their defaults, and minutes take
// none. Each fault of the row comes once and always. One may meet a caller in a hurry, whose cell may
// be any that is honest.
func (r row) check(t *testing.T, vendor vendors.Vendor, at column, faults []faultproxy.Fault, hurried bool) {
	t.Helper()
	wantOnce, wantAlways := r.want(vendor.Name, at)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, vendor, r.speaks())
		defer w.proxy.Close()
		if hurried {
			w.fill(t, at, fault{row: r, fault: faults[0], hurried: true})
		}
		for i, f := range faults {
			once := w.fill(t, at, fault{row: r, fault: f, times: 1})
			always := w.fill(t, at, fault{row: r, fault: f})
			require.Equal(t, []string{wantOnce, wantAlways}, []string{once.String(), always.String()}, "once and always, fault %d", i)
		}
	})
}

// some chooses of many faults that give the same cells. A verb meets all of them at the vendor whose
// turn it is, and at the others one, which differs from cell to cell.
func (r row) some(at column, first int, turn bool) []faultproxy.Fault {
	const few = 4
	all := r.all()
	if len(all) <= few || turn && at.isMain() {
		return all
	}
	return []faultproxy.Fault{all[first%len(all)]}
}

// want is what a vendor's column must show.
func (r row) want(vendor string, at column) (once, always string) {
	return r.cell(r.once, r.butOnce, vendor, at), r.cell(r.always, r.butAlways, vendor, at)
}

func (r row) cell(c cells, but map[string]string, vendor string, at column) string {
	column := cmp.Or(at.like, at.name)
	want := map[string]string{
		"Get": c.get, "Update": c.update, "Delete": c.remove, "Create": c.create, "Refresh": c.refresh,
	}[column]
	want = cmp.Or(but[vendor+" "+at.name], but[vendor+" "+column], want)
	return at.withFailure(want)
}
