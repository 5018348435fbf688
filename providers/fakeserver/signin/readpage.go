package signin

import (
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"
)

// This file reads the pages of the fakes as a browser would. It is no HTML parser: it reads
// what Pages.Show writes.

// Seen is what a page shows.
type Seen struct {
	// Title is the heading, Alert the text of the element with the role "alert".
	Title, Alert string
	// Form is the page's form; nil without one.
	Form *Form
}

// Form is a form that waits for somebody to fill it in.
type Form struct {
	Method, Action string
	// Values are the fields with what stands in them.
	Values url.Values
	// Buttons are the names of the buttons, in order.
	Buttons []string
}

// ReadPage reads a page that Pages.Show wrote.
func ReadPage(page io.Reader) (*Seen, error) {
	decoder := xml.NewDecoder(page)
	decoder.Strict, decoder.AutoClose, decoder.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	seen := &Seen{}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return seen, nil
		}
		if err != nil {
			return nil, err
		}
		if element, ok := token.(xml.StartElement); ok {
			if err := seen.read(decoder, element); err != nil {
				return nil, err
			}
		}
	}
}

func (s *Seen) read(decoder *xml.Decoder, element xml.StartElement) error {
	switch {
	case element.Name.Local == "h1":
		return readText(decoder, &element, &s.Title)
	case attribute(element, "role") == "alert":
		return readText(decoder, &element, &s.Alert)
	case element.Name.Local == "form":
		s.Form = &Form{
			Method: strings.ToUpper(attribute(element, "method")), Action: attribute(element, "action"), Values: url.Values{},
		}
	case s.Form != nil:
		s.Form.read(element)
	}
	return nil
}

func (f *Form) read(element xml.StartElement) {
	name := attribute(element, "name")
	switch element.Name.Local {
	case "input":
		f.Values.Add(name, attribute(element, "value"))
	case "button":
		f.Buttons = append(f.Buttons, name)
	}
}

func readText(decoder *xml.Decoder, element *xml.StartElement, into *string) error {
	var text struct {
		Text string `xml:",chardata"`
	}
	err := decoder.DecodeElement(&text, element)
	*into = strings.TrimSpace(text.Text)
	return err
}

func attribute(element xml.StartElement, name string) string {
	for _, a := range element.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
