package ui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"vannghe/internal/archive"
)

// roleNames names roles in a row.
func roleNames(t Text, roles []archive.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = t.Text("role." + string(r))
	}
	return strings.Join(names, ", ")
}

// mistaken ties a field to what is said to be wrong with it.
func mistaken(sentence, id string) templ.Attributes {
	if sentence == "" {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": id}
}

// helped ties a field to its help, and to what is wrong when something is.
func helped(sentence, help, id string) templ.Attributes {
	if sentence == "" {
		return templ.Attributes{"aria-describedby": help}
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": id + " " + help}
}

func has(roles []archive.Role, r archive.Role) bool { return slices.Contains(roles, r) }

// spaced parts six digits in two, as they are read aloud.
func spaced(code string) string {
	if len(code) != 6 {
		return code
	}
	return code[:3] + " " + code[3:]
}

func square(size int) string { return fmt.Sprintf("0 0 %d %d", size, size) }

// written reports whether somebody wrote a value, as far as one can tell: what forms carry for themselves has no spaces.
func written(value string) bool { return strings.ContainsAny(strings.TrimSpace(value), " \n") }
