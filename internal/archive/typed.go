package archive

import (
	"regexp"
	"strings"
)

// What people write for a date beside the forms of ParseDate, with and without marks.
var (
	wordyDay   = regexp.MustCompile(`(?i)^(?:ngày|ngay)?\s*(\d{1,2})\s+(?:tháng|thang)\s+(\d{1,2})\s+(?:năm|nam)\s+(\d{4})$`)
	wordyMonth = regexp.MustCompile(`(?i)^(?:tháng|thang)\s+(\d{1,2})\s*(?:/|(?:năm|nam)\s+)(\d{4})$`)
	wordyYear  = regexp.MustCompile(`(?i)^(?:năm|nam|year)\s+(\d{4})$`)
	decade     = regexp.MustCompile(`(?i)^(?:(?:những|nhung|thập niên|thap nien|thập kỷ|thap ky)\s+)?(?:năm|nam)?\s*(\d{3})0s?$`)
	plural     = regexp.MustCompile(`(?i)^(?:những|nhung|thập|thap|the)\b|s$`)
	about      = regexp.MustCompile(`(?i)^(?:khoảng|khoang|chừng|chung|about|circa|c\.|k\.)\s*(.+)$`)
	perhaps    = regexp.MustCompile(`(?i)^(?:có lẽ|co le|perhaps)\s+(.+)$`)
	span       = regexp.MustCompile(`(?i)^(?:từ\s+|tu\s+|from\s+)?(\d{4})\s*(?:–|—|-|đến|den|to)\s*(\d{4})$`)
)

// TypedDate reads a date as people type it: the forms of ParseDate, "ngày 21 tháng 11 năm 2023", "tháng 5 năm 1997", "khoảng 1997",
// "có lẽ 1997", "những năm 1990", "1990-1999". The error is that of ParseDate.
func TypedDate(s string) (Date, error) {
	s = strings.Join(strings.Fields(s), " ")
	switch {
	case wordyDay.MatchString(s):
		s = wordyDay.ReplaceAllString(s, "$1/$2/$3")
	case wordyMonth.MatchString(s):
		s = wordyMonth.ReplaceAllString(s, "$1/$2")
	case wordyYear.MatchString(s):
		s = wordyYear.ReplaceAllString(s, "$1")
	case span.MatchString(s):
		s = span.ReplaceAllString(s, "$1/$2")
	case plural.MatchString(s) && decade.MatchString(s):
		s = decade.ReplaceAllString(s, "${1}X")
	case about.MatchString(s):
		return marked(about.FindStringSubmatch(s)[1], "~", s)
	case perhaps.MatchString(s):
		return marked(perhaps.FindStringSubmatch(s)[1], "?", s)
	}
	return ParseDate(s)
}

// marked is a date that holds only about, or perhaps.
func marked(rest, mark, typed string) (Date, error) {
	date, err := TypedDate(rest)
	if err != nil || strings.ContainsAny(string(date), "/~?%") || date == "" {
		return "", Fail(Invalid, "date-invalid", typed)
	}
	return date + Date(mark), nil
}
