package ocfl

import (
	"strings"
)

// Problem is one way in which an object or root is not as the specification wants it.
type Problem struct {
	Code   string // of ocfl.io/1.1/spec/validation-codes: "E…" an error, "W…" a warning
	Path   string // relative to the object or root, "" for the whole
	Detail string // for the log, in English
}

// IsError reports whether the problem makes the object invalid; else it is a warning.
func (p Problem) IsError() bool { return strings.HasPrefix(p.Code, "E") }

func (p Problem) String() string {
	s := p.Code
	if p.Path != "" {
		s += " " + p.Path
	}
	return s + ": " + p.Detail
}

// Invalid reports whether one of the problems is an error.
func Invalid(problems []Problem) bool {
	for _, p := range problems {
		if p.IsError() {
			return true
		}
	}
	return false
}

// problems gathers what is found in the file at path.
type problems struct {
	path  string
	found []Problem
}

func (p *problems) add(code, detail string) {
	p.found = append(p.found, Problem{Code: code, Path: p.path, Detail: detail})
}

func (p *problems) addAt(path, code, detail string) {
	p.found = append(p.found, Problem{Code: code, Path: path, Detail: detail})
}
