package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
)

// This file reads the command line, and says with which code the program ends.

// wishes is what the command line asks for.
type wishes struct{ onlyPrint, signOut bool }

// readFlags tells out how the program is used if that is asked for, and errout if args are wrong.
func readFlags(args []string, out, errout io.Writer) (wishes, error) {
	var w wishes
	flags := flag.NewFlagSet("cli-login", flag.ContinueOnError)
	flags.BoolVar(&w.onlyPrint, "print", false, "print the address of the sign-in page instead of opening a browser")
	flags.BoolVar(&w.signOut, "sign-out", false, "end the session and remove the token")
	err := parse(flags, args, out, errout)
	return w, err
}

func parse(flags *flag.FlagSet, args []string, out, errout io.Writer) error {
	var said bytes.Buffer
	flags.SetOutput(&said)
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		_, _ = said.WriteTo(out)
		return err
	}
	if err == nil && flags.NArg() == 0 {
		return nil
	}
	if err == nil {
		_, _ = fmt.Fprintf(&said, "unknown argument %q\n", flags.Arg(0))
		flags.Usage()
	}
	_, _ = said.WriteTo(errout)
	return errUsage
}

// errUsage is a command line that cannot be; what is wrong with it has been said.
var errUsage = errors.New("wrong usage")

// interruptedCode is what a shell reports of a program that Ctrl-C has ended.
const interruptedCode = 130

// exitCode says why the program ends, if it has not been said. What fails because the person has
// given up is no news to that person.
func exitCode(ctx context.Context, err error, errout io.Writer) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	case ctx.Err() != nil:
		_, _ = fmt.Fprintln(errout, "cli-login: interrupted")
		return interruptedCode
	}
	_, _ = fmt.Fprintln(errout, "cli-login:", err)
	return 1
}
