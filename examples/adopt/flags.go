package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// This file reads the command line.

// wishes is what the command line asks for.
type wishes struct {
	name, id, from, to string
	drop               bool
	given              []givenField
	secret             string
}

// givenField is a field of the new client that does not come from the old one.
type givenField struct{ name, value string }

// readFlags tells out how the program is used, if that is asked for.
func readFlags(args []string, out io.Writer) (*wishes, error) {
	var w wishes
	flags := flag.NewFlagSet("adopt", flag.ContinueOnError)
	flags.Usage = func() {} // an error is told once, by main
	flags.SetOutput(io.Discard)
	flags.StringVar(&w.name, "name", "", "the `name` of the client, exactly")
	flags.StringVar(&w.id, "id", "", "its `id`, needed only where several clients have the name")
	flags.StringVar(&w.from, "from", "", "the `vendor` that has the client: sipgate, genesys or docspace")
	flags.StringVar(&w.to, "to", "", "the `vendor` that shall have it")
	flags.BoolVar(&w.drop, "drop", false, "leave out what the other vendor cannot take; without it nothing is created then")
	flags.Func("set", "`Field=value` for the new client, instead of what the old one has; repeat it for lists", w.give)
	flags.Func("logo", "image `file` (PNG, JPEG, SVG), data URI, or \"default\" for a neutral one; DocSpace takes no client without", w.giveLogo)
	flags.StringVar(&w.secret, "secret", "", "new `file` for the new secret; - for standard output, where nothing else is printed then")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(out)
		flags.PrintDefaults()
	}
	if err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unknown argument %q", flags.Arg(0))
	}
	return &w, w.check()
}

func (w *wishes) check() error {
	var missing []string
	for _, flag := range []struct{ name, value string }{
		{"-name", w.name}, {"-from", w.from}, {"-to", w.to}, {"-secret", w.secret},
	} {
		if flag.value == "" {
			missing = append(missing, flag.name)
		}
	}
	switch {
	case len(missing) > 0:
		return fmt.Errorf("not given: %s (-h says more)", strings.Join(missing, ", "))
	case w.from == w.to:
		return errors.New("-from and -to are the same vendor")
	}
	return nil
}

func (w *wishes) give(text string) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok {
		return errors.New("must be Field=value")
	}
	if err := unknownField(name); err != nil {
		return err
	}
	w.given = append(w.given, givenField{name, value})
	return nil
}

func (w *wishes) giveLogo(place string) error {
	uri, err := dataURI(place)
	w.given = append(w.given, givenField{"LogoURI", uri})
	return err
}
