package faults

import (
	"fmt"
	"net/http"

	"github.com/oauthclients/oauthclients/internal/faultproxy"
)

// This file has the rows of answers that do not come to an end, or end below 200.

func endlessAnswers() []row {
	all := interimAnswers()
	for _, endless := range []struct {
		name  string
		fault func(executed bool) faultproxy.Fault
	}{
		{"half of a body and no end", faultproxy.Endless},
		{"a body that goes on with a byte every 10 s", faultproxy.Trickle},
		{"a compressed body that goes on so", faultproxy.TrickleGzip},
	} {
		all = append(all, lost(endless.name+", not executed", endless.fault(false)), executedAndLost(endless.name+", executed", endless.fault(true)))
	}
	return all
}

// interimAnswers have nothing after them (RFC 9110 section 15.2).
func interimAnswers() []row {
	var all []row
	for _, status := range []int{http.StatusContinue, http.StatusSwitchingProtocols, 199} {
		name := fmt.Sprintf("%d and nothing after it", status)
		if status == http.StatusSwitchingProtocols {
			all = append(all, switched(name+", not executed", "1/0", false), switched(name+", executed", "1/1", true))
			continue
		}
		all = append(all,
			lost(name+", not executed", faultproxy.Interim(status, false)), executedAndLost(name+", executed", faultproxy.Interim(status, true)))
	}
	return all
}

// switched is an answer: the next one would be the same.
func switched(name, write string, executed bool) row {
	r := row{name: name, fault: faultproxy.Interim(http.StatusSwitchingProtocols, executed), silent: true}
	r.once, r.always = same(cells{"1 unavailable", write + " unavailable?", write + " unavailable?", write + " unavailable?", "1 unavailable"})
	return r
}
