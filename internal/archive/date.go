package archive

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Date is an EDTF date (Library of Congress, Extended Date/Time Format, levels 0 and 1, the part that catalogues of works use):
// "1997", "1997-05", "2023-11-21", "1997~" (about), "1997?" (uncertain), "1997%" (both), "199X", "19XX", intervals
// "1990/1999", "1990/..", "../1999". The empty Date means unknown.
type Date string

// Vietnam is the zone of the association, in which its days begin and its hours are told. It has had no summer time since 1975, so no zone database
// is needed.
var Vietnam = time.FixedZone("ICT", 7*60*60)

var (
	edtfPoint = regexp.MustCompile(`^(\d{4}|\d{3}X|\d{2}XX)(?:-(\d{2})(?:-(\d{2}))?)?([~?%])?$`)
	dayFirst  = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$`)
	monthYear = regexp.MustCompile(`^(\d{1,2})/(\d{4})$`)
)

// ParseDate reads EDTF or the Vietnamese day-first forms dd/mm/yyyy and mm/yyyy. The error is Invalid "date-invalid" with s.
func ParseDate(s string) (Date, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		s = fmt.Sprintf("%s-%02s-%02s", m[3], m[2], m[1])
	} else if m := monthYear.FindStringSubmatch(s); m != nil {
		s = fmt.Sprintf("%s-%02s", m[2], m[1])
	}
	from, to, interval := strings.Cut(s, "/")
	if !validPoint(from, interval) || (interval && !validPoint(to, true)) || (interval && from == ".." && to == "..") {
		return "", Fail(Invalid, "date-invalid", s)
	}
	return Date(s), nil
}

func validPoint(s string, open bool) bool {
	if s == ".." {
		return open
	}
	m := edtfPoint.FindStringSubmatch(s)
	if m == nil {
		return false
	}
	if m[2] == "" {
		return true
	}
	if strings.Contains(m[1], "X") {
		return false
	}
	day := m[3]
	if day == "" {
		day = "01"
	}
	_, err := time.Parse("2006-01-02", m[1]+"-"+m[2]+"-"+day)
	return err == nil
}

// Year returns the first year that d can mean, 0 when unknown: 1990 for "199X" and "1990/1999", 1999 for "../1999".
func (d Date) Year() int {
	s := strings.TrimPrefix(string(d), "../")
	if len(s) < 4 {
		return 0
	}
	y, err := strconv.Atoi(strings.ReplaceAll(s[:4], "X", "0"))
	if err != nil {
		return 0
	}
	return y
}

// Number returns the first day that d can mean as yyyymmdd, with zeros for a month or day that it does not say, 0 when unknown: dates in
// the order of their numbers stand in the order of time.
func (d Date) Number() int {
	first, _, _ := strings.Cut(strings.TrimPrefix(string(d), "../"), "/")
	n := d.Year() * 10000
	m := edtfPoint.FindStringSubmatch(first)
	if m == nil || n == 0 {
		return n
	}
	return n + number(m[2])*100 + number(m[3])
}

// number returns what digits write, 0 for none.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}
