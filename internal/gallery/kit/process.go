package kit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// This file runs a program and ends it.

// gentle is how long a program has to end by itself.
const gentle = 15 * time.Second

// Process is a program that runs. It ends with its input, or by its pid.
type Process struct {
	cmd    *exec.Cmd
	input  io.WriteCloser
	output *output
	done   chan struct{} // closed when it has ended
	once   sync.Once
	err    error
}

// Run starts a program in a folder. It lives longer than the context of its start.
func Run(ctx context.Context, folder string, environment []string, name string, args ...string) (*Process, error) {
	cmd := exec.CommandContext(context.WithoutCancel(ctx), name, args...) //nolint:gosec // the programs are those of the gallery
	cmd.Dir, cmd.Env = folder, append(cmd.Environ(), environment...)
	p := &Process{cmd: cmd, output: newOutput(), done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p.output, p.output
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	p.input = input
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	go func() {
		_ = cmd.Wait() // a server that is ended by a signal has no good code
		close(p.done)
	}()
	return p, nil
}

// Ask writes a line of JSON to the program, and waits for the next one that it prints.
func (p *Process) Ask(ctx context.Context, message, into any) error {
	line, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if _, err := p.input.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("the server hears nothing: %w; it printed: %s", err, p.Printed())
	}
	return p.Line(ctx, into)
}

// Line waits for the next line of JSON that the program prints, and decodes it.
func (p *Process) Line(ctx context.Context, into any) error {
	for {
		line, more := p.output.json()
		if line != nil {
			return json.Unmarshal(line, into)
		}
		select {
		case <-more:
		case <-p.done:
			return errors.New("the server ended and printed: " + p.Printed())
		case <-ctx.Done():
			return fmt.Errorf("the server does not say that it listens: %w; it printed: %s", ctx.Err(), p.Printed())
		}
	}
}

// Ended is closed when the program has ended.
func (p *Process) Ended() <-chan struct{} { return p.done }

// Printed is the end of what the program has printed.
func (p *Process) Printed() string { return p.output.String() }

// Stop ends the program by its input, then by SIGTERM, then by SIGKILL.
func (p *Process) Stop() error {
	p.once.Do(func() {
		_ = p.input.Close() // it may have ended
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.done:
		case <-time.After(gentle):
			p.err = fmt.Errorf("%s does not end by SIGTERM", p.cmd.Path)
			_ = p.cmd.Process.Kill()
			<-p.done
		}
	})
	return p.err
}

// output keeps what is printed, and finds lines of JSON in it.
type output struct {
	mu    sync.Mutex
	text  bytes.Buffer
	rest  []byte        // a line that has no end yet
	found [][]byte      // that nobody has read
	more  chan struct{} // closed when there is more
}

func newOutput() *output { return &output{more: make(chan struct{})} }

// Write implements io.Writer.
func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(text)
	o.rest = append(o.rest, text...)
	for {
		line, rest, ended := bytes.Cut(o.rest, []byte("\n"))
		if !ended {
			break
		}
		if bytes.HasPrefix(line, []byte("{")) && bytes.HasSuffix(line, []byte("}")) {
			o.found = append(o.found, bytes.Clone(line))
		}
		o.rest = rest
	}
	close(o.more)
	o.more = make(chan struct{})
	return len(text), nil
}

func (o *output) json() (line []byte, more <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.found) > 0 {
		line, o.found = o.found[0], o.found[1:]
	}
	return line, o.more
}

// String is the end of what was printed.
func (o *output) String() string {
	const enough = 1 << 10
	o.mu.Lock()
	defer o.mu.Unlock()
	text := o.text.Bytes()
	return string(text[max(0, len(text)-enough):])
}
