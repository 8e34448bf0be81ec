package ui

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"vannghe/internal/archive"
)

// describeID is the id of the input of a field.
func describeID(name string) string { return "f-" + strings.ReplaceAll(name, ".", "-") }

// describedBy ties an input to its help, and to what is wrong with it.
func describedBy(name, help, wrong string, clash *DescribeClash) templ.Attributes {
	var ids []string
	a := templ.Attributes{}
	if name == string(archive.FieldTitle) {
		a["aria-required"] = "true" // not "required": an unfinished description is kept, and the server says what is missing
	}
	if wrong != "" {
		a["aria-invalid"] = "true"
		ids = append(ids, describeID(name)+"-sai")
	}
	if clash != nil {
		ids = append(ids, describeID(name)+"-khac")
	}
	if help != "" {
		ids = append(ids, describeID(name)+"-giup")
	}
	if len(ids) > 0 {
		a["aria-describedby"] = strings.Join(ids, " ")
	}
	return a
}

func rowName(name string, at int) string { return fmt.Sprintf("%s-%d", name, at) }

// rowAct is what the button of a row sends.
func rowAct(act string, at int) string { return fmt.Sprintf("%s-%d", act, at) }

func chosenOption(o DescribeOption) templ.Attributes {
	if o.Chosen {
		return templ.Attributes{"selected": true}
	}
	return nil
}

func isChosen(yes bool) templ.Attributes {
	if yes {
		return templ.Attributes{"checked": true}
	}
	return nil
}

// rowLine numbers a row for people.
func rowLine(t Text, key string, at int) string { return t.Text(key, at+1) }

// newMark says in a hidden field that a row makes somebody new.
func newMark(r CreditRow) string {
	if r.New {
		return "1"
	}
	return ""
}

// fieldNames names fields in a row.
func fieldNames(t Text, fields []archive.Field) string {
	var names []string
	for _, f := range fields {
		names = append(names, t.Text("field."+string(f)))
	}
	return strings.Join(names, ", ")
}

// received tells the script that the server has what was typed.
func received(v Describe) templ.Attributes {
	if v.Received {
		return templ.Attributes{"data-received": true}
	}
	return nil
}
