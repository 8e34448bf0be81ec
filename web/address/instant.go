package address

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	plainInstant = regexp.MustCompile(`^\d{1,8}(?:\.\d{1,9})?$`)
	unitInstant  = regexp.MustCompile(`^(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,8}(?:\.\d{1,9})?)s)?$`)
	clockInstant = regexp.MustCompile(`^(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2}(?:\.\d{1,9})?)$`)
)

// longestInstant bounds what is believed of a moment: a year.
const longestInstant = 365 * 24 * time.Hour

// ParseInstant reads a moment of a recording as people and other sites write it: "95", "95.5", "95s", "1m35s", "1h2m", "1:35". False
// for anything else, and beyond a year.
func ParseInstant(s string) (time.Duration, bool) {
	s = strings.ToLower(s)
	var parts []string
	switch {
	case plainInstant.MatchString(s):
		parts = []string{"", "", s}
	case s != "" && unitInstant.MatchString(s):
		parts = unitInstant.FindStringSubmatch(s)[1:]
	case clockInstant.MatchString(s):
		parts = clockInstant.FindStringSubmatch(s)[1:]
	default:
		return 0, false
	}
	var seconds float64
	for _, p := range parts {
		n := 0.0
		if p != "" {
			n, _ = strconv.ParseFloat(p, 64) // digits, as the expressions say
		}
		seconds = seconds*60 + n
	}
	at := time.Duration(seconds * float64(time.Second))
	return at, seconds < longestInstant.Seconds()
}
