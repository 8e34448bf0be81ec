package respond

import (
	"net/http"
	"strings"
	"time"
)

// validators tell one state of a representation from another.
type validators struct {
	etag     string    // with its quotes, W/ before them when weak; "" for none
	modified time.Time // zero for none
}

// conditions are the request headers that depend on validators, as received.
type conditions struct {
	ifMatch           string
	ifUnmodifiedSince string
	ifNoneMatch       string
	ifModifiedSince   string
	ifRange           string
}

// verdict is what the conditions make of the request.
type verdict int

const (
	proceed verdict = iota
	notModified
	preconditionFailed
)

// judge evaluates the conditions of a GET or HEAD in the order of RFC 9110 §13.2.2, If-Range excepted.
func (c conditions) judge(v validators) verdict {
	switch {
	case c.ifMatch != "":
		if !matches(c.ifMatch, v.etag, strongly) {
			return preconditionFailed
		}
	case c.ifUnmodifiedSince != "" && newer(v.modified, c.ifUnmodifiedSince):
		return preconditionFailed
	}
	switch {
	case c.ifNoneMatch != "":
		if matches(c.ifNoneMatch, v.etag, weakly) {
			return notModified
		}
	case c.ifModifiedSince != "" && older(v.modified, c.ifModifiedSince):
		return notModified
	}
	return proceed
}

// keepsRange reports whether the Range header counts (RFC 9110 §13.1.5): without If-Range, or when it names the present state
// by a strong entity tag or by the exact date. A weak tag never does, since its bytes may differ.
func (c conditions) keepsRange(v validators) bool {
	field := strings.TrimSpace(c.ifRange)
	if field == "" {
		return true
	}
	if strings.HasPrefix(field, `"`) || strings.HasPrefix(field, "W/") {
		return strongly(field, v.etag)
	}
	t, err := http.ParseTime(field)
	return err == nil && !v.modified.IsZero() && t.Equal(v.modified.Truncate(time.Second))
}

// strongly and weakly are the two comparisons of RFC 9110 §8.8.3.2.
func strongly(a, b string) bool {
	return a != "" && a == b && !strings.HasPrefix(a, "W/")
}

func weakly(a, b string) bool {
	a, b = strings.TrimPrefix(a, "W/"), strings.TrimPrefix(b, "W/")
	return a != "" && a == b
}

// matches reports whether a list of entity tags, or "*", names etag.
func matches(list, etag string, equal func(a, b string) bool) bool {
	if strings.TrimSpace(list) == "*" {
		return true
	}
	for list != "" {
		var tag string
		var ok bool
		if tag, list, ok = cutTag(list); !ok {
			return false
		}
		if equal(tag, etag) {
			return true
		}
	}
	return false
}

// cutTag takes the first entity tag off a list. A tag may hold a comma, so that the list cannot be split at commas.
func cutTag(list string) (tag, rest string, ok bool) {
	list = strings.TrimLeft(list, " \t,")
	weak := ""
	if strings.HasPrefix(list, "W/") {
		weak, list = "W/", list[2:]
	}
	if !strings.HasPrefix(list, `"`) {
		return "", "", false
	}
	end := strings.IndexByte(list[1:], '"')
	if end < 0 {
		return "", "", false
	}
	return weak + list[:end+2], list[end+2:], true
}

// newer reports whether modified is later than the HTTP date; a date that cannot be read is ignored, as §13.1.4 asks.
func newer(modified time.Time, date string) bool {
	t, err := http.ParseTime(date)
	return err == nil && !modified.IsZero() && modified.Truncate(time.Second).After(t)
}

func older(modified time.Time, date string) bool {
	t, err := http.ParseTime(date)
	return err == nil && !modified.IsZero() && !modified.Truncate(time.Second).After(t)
}
