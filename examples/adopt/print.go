package main

import (
	"fmt"
	"io"
)

// This file prints for a person.

type printer struct {
	out io.Writer
	err error // the first one; a closed pipe must not pass for success
}

func (p *printer) printf(format string, args ...any) {
	if _, err := fmt.Fprintf(p.out, format, args...); p.err == nil {
		p.err = err
	}
}

func (p *printer) line(what, format string, args ...any) {
	p.printf("  %-11s%s\n", what, fmt.Sprintf(format, args...))
}
