package archive

import (
	"regexp"
	"strconv"
	"time"
)

// Comment is what staff or the sender of a work wrote about it, or about a spot of it.
type Comment struct {
	ID      CommentID
	Work    WorkID
	File    FileID // "": the whole work
	Locator string // of a part ("kho-3", "t=95") or a point of a picture ("diem-250-500"); "": the whole file
	Text    string
	Account AccountID
	Name    string // of the account when it was written
	Time    time.Time
	Done    time.Time // when an editor ticked it off; zero while it stands
}

// locatorPattern is what leads to a spot: a counted piece of a text, a second of a recording, a point of a picture in thousandths of
// its width and height.
var locatorPattern = regexp.MustCompile(`^(?:(?:trang|kho|dong|muc|doan)-[1-9]\d{0,5}|t=\d{1,7}|diem-(?:\d{1,3}|1000)-(?:\d{1,3}|1000))$`)

// ValidLocator reports whether s leads to a spot within a file.
func ValidLocator(s string) bool { return locatorPattern.MatchString(s) }

var pointPattern = regexp.MustCompile(`^diem-(\d{1,4})-(\d{1,4})$`)

// Point reads the locator of a point of a picture: thousandths of its width from the left and of its height from the top.
func Point(locator string) (x, y int, ok bool) {
	m := pointPattern.FindStringSubmatch(locator)
	if m == nil || !ValidLocator(locator) {
		return 0, 0, false
	}
	x, _ = strconv.Atoi(m[1]) // the pattern admits nothing that fails
	y, _ = strconv.Atoi(m[2])
	return x, y, true
}
