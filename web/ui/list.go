package ui

import (
	"strings"

	"vannghe/internal/archive"
)

// length says how much of a work there is: 3:20, 24 trang, 1.200 chữ. "" when unknown.
func length(t Text, l Length) string {
	switch {
	case l.Duration > 0:
		return t.Clock(l.Duration)
	case l.Pages > 0:
		return t.Text("length.pages", l.Pages)
	case l.Words > 0:
		return t.Text("length.words", l.Words)
	default:
		return ""
	}
}

// about is the line under a picture: author, genre, year.
func about(t Text, e Entry) string {
	return joined(" · ", names(e.Authors), e.Genre, t.Year(e.Date))
}

// joined puts separator between the values that are not empty.
func joined(separator string, values ...string) string {
	var kept []string
	for _, v := range values {
		if v != "" {
			kept = append(kept, v)
		}
	}
	return strings.Join(kept, separator)
}

// shortDate is a date as a column of a list shows it: 21/11/2023 when the day is known, else in words.
func shortDate(t Text, d archive.Date) string {
	parts := strings.Split(string(d), "-")
	if len(parts) != 3 || len(d) != len("2023-11-21") {
		return t.Date(d)
	}
	return t.Text("date.short", parts[2], parts[1], parts[0])
}
