package respond

import (
	"testing"
	"time"
)

func TestJudge(t *testing.T) {
	at := time.Date(2023, 11, 21, 8, 30, 0, 999_000_000, time.UTC)
	same, before, after := "Tue, 21 Nov 2023 08:30:00 GMT", "Tue, 21 Nov 2023 08:29:59 GMT", "Tue, 21 Nov 2023 08:30:01 GMT"
	held := validators{etag: `"a"`, modified: at}
	cases := []struct {
		sentence string
		asked    conditions
		of       validators
		want     verdict
	}{
		{"nothing asked", conditions{}, held, proceed},
		{"the very tag", conditions{ifNoneMatch: `"a"`}, held, notModified},
		{"a weak tag of the same state", conditions{ifNoneMatch: `W/"a"`}, held, notModified},
		{"any tag", conditions{ifNoneMatch: `*`}, held, notModified},
		{"one of several tags", conditions{ifNoneMatch: `"x", W/"y,z" ,"a"`}, held, notModified},
		{"another tag", conditions{ifNoneMatch: `"b"`}, held, proceed},
		{"a tag without quotes names nothing", conditions{ifNoneMatch: `a`}, held, proceed},
		{"an unclosed tag names nothing", conditions{ifNoneMatch: `"a`}, held, proceed},
		{"a tag goes before a date", conditions{ifNoneMatch: `"b"`, ifModifiedSince: after}, held, proceed},
		{"not modified since that second", conditions{ifModifiedSince: same}, held, notModified},
		{"modified since", conditions{ifModifiedSince: before}, held, proceed},
		{"a date that is none is ignored", conditions{ifModifiedSince: "yesterday"}, held, proceed},
		{"no date known", conditions{ifModifiedSince: after}, validators{etag: `"a"`}, proceed},
		{"the tag it must have", conditions{ifMatch: `"a"`}, held, proceed},
		{"a weak tag is never strong enough", conditions{ifMatch: `W/"a"`}, held, preconditionFailed},
		{"not the tag it must have", conditions{ifMatch: `"b"`}, held, preconditionFailed},
		{"must not have changed since, and has not", conditions{ifUnmodifiedSince: same}, held, proceed},
		{"must not have changed since, and has", conditions{ifUnmodifiedSince: before}, held, preconditionFailed},
		{"If-Match goes before the date", conditions{ifMatch: `"a"`, ifUnmodifiedSince: before}, held, proceed},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			if got := c.asked.judge(c.of); got != c.want {
				t.Errorf("judge = %v, want %v", got, c.want)
			}
		})
	}
}

func TestIfRange(t *testing.T) {
	at := time.Date(2023, 11, 21, 8, 30, 0, 0, time.UTC)
	held := validators{etag: `"a"`, modified: at}
	cases := []struct {
		sentence string
		field    string
		of       validators
		want     bool
	}{
		{"without it the range counts", "", held, true},
		{"the strong tag", `"a"`, held, true},
		{"another tag", `"b"`, held, false},
		{"a weak tag", `W/"a"`, held, false},
		{"our tag is weak", `W/"a"`, validators{etag: `W/"a"`}, false},
		{"the exact date", "Tue, 21 Nov 2023 08:30:00 GMT", held, true},
		{"a later date is not exact", "Tue, 21 Nov 2023 08:30:01 GMT", held, false},
		{"neither tag nor date", "a", held, false},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			if got := (conditions{ifRange: c.field}).keepsRange(c.of); got != c.want {
				t.Errorf("keepsRange(%q) = %v", c.field, got)
			}
		})
	}
}

func TestAcceptsGzip(t *testing.T) {
	cases := map[string]bool{
		"":                        false,
		"gzip":                    true,
		"br, gzip;q=0.5":          true,
		"gzip;q=0":                false,
		"GZIP ; Q=0.1":            true,
		"*":                       true,
		"*;q=0":                   false,
		"gzip;q=0, *;q=1":         false,
		"identity, br":            false,
		"gzip;q=not-a-number, br": true,
	}
	for header, want := range cases {
		if got := acceptsGzip(header); got != want {
			t.Errorf("acceptsGzip(%q) = %v", header, got)
		}
	}
}
