package ui

import (
	"strconv"

	"github.com/a-h/templ"
)

// FormView is a page on which something is set: one column, one main button.
type FormView struct {
	Title    string
	Lead     string
	Action   string // path to which it is sent
	Stamp    string // of what is shown, so that nobody overwrites what they have not seen; "" for none
	Wrong    string // what is wrong, as a sentence
	At       string // the field that is wrong; "" for the whole
	Done     string // what was done, as a sentence
	Sections []FormSection
	Save     string // the main button
	Acts     []FormAct
	Back     Link
	Files    bool     // a file may be chosen
	Picture  *Picture // what is there now
}

// FormSection is fields that belong together. Without a legend they stand alone.
type FormSection struct {
	Legend string
	Fields []Field
}

// Field is one thing to fill in. Kind is an input's type, or "select", or "check".
type Field struct {
	ID, Label, Value, Help, Kind string
	Max                          int // characters; 0 for 300
	Required                     bool
	Options                      []Option
}

// Option is one of several to choose from.
type Option struct {
	Value, Label, Help string
	Chosen             bool
}

// FormAct is a further thing that can be done there, by a button of its own.
type FormAct struct {
	Label, Path, Stamp string
	Help               string // why it cannot be done, instead of the button
}

// Things is a page that lists what can be opened.
type Things struct {
	Title  string
	Lead   string
	Done   string
	Groups []ThingGroup
	Acts   []Link
	Forms  []FormAct
	Back   Link
}

// ThingGroup is things under a heading, which may lead somewhere.
type ThingGroup struct {
	Heading Link
	Note    string
	Things  []Thing
	Empty   string // said when there is none
}

// Thing is one line: a link and what is said of it.
type Thing struct {
	Link
	Note string
}

func (f Field) max() int {
	if f.Max == 0 {
		return 300
	}
	return f.Max
}

func (f Field) kind() string {
	if f.Kind == "" {
		return "text"
	}
	return f.Kind
}

// wrongAt is what is said beside a field.
func (f FormView) wrongAt(id string) string {
	if f.At == id {
		return f.Wrong
	}
	return ""
}

// described ties a field to its help and to what is wrong with it.
func described(f FormView, field Field) templ.Attributes {
	wrong := f.wrongAt(field.ID)
	if field.Help != "" {
		return helped(wrong, field.ID+"-giup", field.ID+"-sai")
	}
	return mistaken(wrong, field.ID+"-sai")
}

// encoding is how the browser sends a form with a file.
func encoding(f FormView) templ.Attributes {
	if !f.Files {
		return nil
	}
	return templ.Attributes{"enctype": "multipart/form-data"}
}

func num(n int) string { return strconv.Itoa(n) }
