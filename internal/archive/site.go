package archive

import (
	"slices"
	"time"
)

// Site is what the archive says of itself on every page: the facts that the law asks for. An empty fact is left out.
type Site struct {
	Title        string     // name of the archive, in the header
	Body         string     // the association's full name, as it is today
	ManagingBody string     // cơ quan chủ quản
	ParentBody   string     // the body above
	Address      string     // postal
	Email        string     //
	Phone        string     // as people write it
	Responsible  string     // who answers for the content
	Licence      string     // number of the licence
	LicenceDate  Date       //
	LicenceFrom  string     // the body that gave it
	Bodies       []BodyName `json:",omitempty"` // the association's names over time, the oldest first
	Logo         Logo       `json:",omitzero"`
}

// BodyName is what the association was called during a time.
type BodyName struct {
	Name string
	From Date // a day, "" for ever since
	To   Date // the last day, "" until now
}

// Logo is the association's mark as pages show it. Digest names its bytes.
type Logo struct {
	Digest        string
	Width, Height int // pixels
}

// BodyOn is what the association was called on a day: the issuer of a paper is the body of its day. A date that says less than a day counts as its
// first. Without a name for that day it is "".
func (s *Site) BodyOn(d Date) string {
	day := d.Number()
	if day == 0 {
		return ""
	}
	for _, b := range slices.Backward(s.Bodies) {
		if b.From.Number() <= wholeDay(day) && (b.To == "" || day <= b.To.lastDay()) {
			return b.Name
		}
	}
	return ""
}

// Now sets Body to what the association is called on the day of now.
func (s *Site) Now(now time.Time) {
	if name := s.BodyOn(Date(now.In(Vietnam).Format(time.DateOnly))); name != "" {
		s.Body = name
	}
}

// wholeDay counts a year as its last day and a month as its last, so that a name given in May holds for papers of "that year" too.
func wholeDay(day int) int {
	if day%10000 == 0 {
		return day + 1231
	}
	if day%100 == 0 {
		return day + 31
	}
	return day
}

// lastDay is the last day that a date of one day, month or year can mean.
func (d Date) lastDay() int { return wholeDay(d.Number()) }

// CheckBodies says whether names of a body may stand: each a name and real days, none ending before it begins, no two for one day. Invalid
// "body-name-missing", "body-days" with the name, "bodies-overlap" with two names.
func CheckBodies(list []BodyName) error {
	for i, b := range list {
		if b.Name == "" {
			return Fail(Invalid, "body-name-missing")
		}
		if b.To != "" && b.From.Number() > b.To.lastDay() {
			return Fail(Invalid, "body-days", b.Name)
		}
		if i > 0 && (list[i-1].To == "" || list[i-1].To.lastDay() >= b.From.Number()) {
			return Fail(Invalid, "bodies-overlap", list[i-1].Name, b.Name)
		}
	}
	return nil
}

// ReportGroup is a line of the yearly report: the genres that are counted together.
type ReportGroup struct {
	ID      string
	Name    string
	English string
	Left    bool `json:",omitempty"` // out of the yearly report: papers, announcements
}

// ReportGroups lists the groups that every archive starts with, in their order.
func ReportGroups() []ReportGroup {
	return []ReportGroup{
		{ID: "van-xuoi", Name: "Văn xuôi", English: "Prose"}, {ID: "tho", Name: "Thơ", English: "Poetry"},
		{ID: "san-khau", Name: "Sân khấu", English: "Stage"}, {ID: "ly-luan", Name: "Lý luận phê bình", English: "Criticism"},
		{ID: "dan-gian", Name: "Văn nghệ dân gian", English: "Folklore"}, {ID: "my-thuat", Name: "Mỹ thuật", English: "Fine art"},
		{ID: "nhiep-anh", Name: "Nhiếp ảnh", English: "Photography"}, {ID: "am-nhac", Name: "Âm nhạc", English: "Music"},
		{ID: "mua", Name: "Múa", English: "Dance"}, {ID: "phim", Name: "Phim, ghi hình", English: "Film"},
		{ID: "tap-chi", Name: "Tạp chí", English: "Magazine", Left: true}, {ID: "van-ban", Name: "Văn bản", English: "Documents", Left: true},
		{ID: "thong-bao", Name: "Thông báo", English: "Announcements", Left: true}, {ID: "tin-tuc", Name: "Tin tức", English: "News", Left: true},
	}
}

// The settings that several packages read.
const (
	SiteSetting     = "site"          // a Site
	LogoSetting     = "logo"          // the bytes of the logo
	GroupsSetting   = "report-groups" // []ReportGroup, in their order
	ChaptersSetting = "chapters"      // []string
	RulesSetting    = "editorial"     // Rules
)
