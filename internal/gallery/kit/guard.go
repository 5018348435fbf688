package kit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// This file runs programs that neither look at their input nor say that they listen.

// guard is a shell that waits for the end of the input in the program's place, and ends the program then with
// all that it has started: gently, and after a while in any case, since a server that still starts may not
// listen. What waits has none of the outputs, so that the end of the program is the end of them.
const guard = `exec 3<&0
set -m
"$@" </dev/null 3<&- &
pid=$!
set +m
trap 'kill -- -$pid' TERM
{ cat; kill -- -$pid; sleep 10; kill -KILL -- -$pid; } <&3 >/dev/null 2>&1 &
waiting=$!
exec 3<&-
while kill -0 $pid 2>/dev/null; do wait $pid; done
kill $waiting 2>/dev/null`

// Guarded starts a program that does not look at its input, and ends with it all the same.
func Guarded(ctx context.Context, folder string, environment []string, name string, args ...string) (*Process, error) {
	return Run(ctx, folder, environment, "bash", append([]string{"-c", guard, "guard", name}, args...)...)
}

// Port is one of this machine that nobody has.
func Port(ctx context.Context) (int, error) { return freePort(ctx) }

// Answers waits until an address of the program answers 200.
func (p *Process) Answers(ctx context.Context, address string) error {
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for {
		if ok(ctx, address) {
			return nil
		}
		select {
		case <-ticker.C:
		case <-p.done:
			return errors.New("the server ended and printed: " + p.Printed())
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w; the server printed: %s", address, ctx.Err(), p.Printed())
		}
	}
}

func ok(ctx context.Context, address string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return false
	}
	answer, err := (&http.Client{Timeout: time.Minute}).Do(request)
	if err != nil {
		return false
	}
	_ = answer.Body.Close() // only its status matters
	return answer.StatusCode == http.StatusOK
}

// Running is the server that the program is; the rest of it is the caller's to say.
func (p *Process) Running(issuer string) *Running { return &Running{Issuer: issuer, process: p} }
