package ingest

import (
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// ccLicence is "CC BY-SA 4.0" and the like, folded.
var ccLicence = regexp.MustCompile(`^cc[ -](by(?:[ -](?:nc|sa|nd)){0,2})[ -]?([1-4]\.[05])?$`)

// rightsWords maps folded words to statements.
var rightsWords = map[string]string{
	"public domain":        "http://creativecommons.org/publicdomain/mark/1.0/",
	"pham vi cong cong":    "http://creativecommons.org/publicdomain/mark/1.0/",
	"thuoc ve cong chung":  "http://creativecommons.org/publicdomain/mark/1.0/",
	"mien cong cong":       "http://creativecommons.org/publicdomain/mark/1.0/",
	"cc0":                  "http://creativecommons.org/publicdomain/zero/1.0/",
	"cc0 1.0":              "http://creativecommons.org/publicdomain/zero/1.0/",
	"in copyright":         "http://rightsstatements.org/vocab/InC/1.0/",
	"con ban quyen":        "http://rightsstatements.org/vocab/InC/1.0/",
	"co ban quyen":         "http://rightsstatements.org/vocab/InC/1.0/",
	"giu ban quyen":        "http://rightsstatements.org/vocab/InC/1.0/",
	"all rights reserved":  "http://rightsstatements.org/vocab/InC/1.0/",
	"no copyright":         "http://rightsstatements.org/vocab/NoC-OKLR/1.0/",
	"no known copyright":   "http://rightsstatements.org/vocab/NKC/1.0/",
	"khong ro ban quyen":   "http://rightsstatements.org/vocab/UND/1.0/",
	"chua ro":              "http://rightsstatements.org/vocab/CNE/1.0/",
	"chua xac dinh":        "http://rightsstatements.org/vocab/CNE/1.0/",
	"unknown":              "http://rightsstatements.org/vocab/CNE/1.0/",
	"copyright unknown":    "http://rightsstatements.org/vocab/CNE/1.0/",
	"educational use only": "http://rightsstatements.org/vocab/InC-EDU/1.0/",
}

// parseRights reads a statement's URI (rightsstatements.org or creativecommons.org), a few words for one, or "© holder",
// which is In Copyright. The error is Invalid "rights-unknown".
func parseRights(s string) (archive.Rights, error) {
	s = viet.Clean(s)
	if s == "" {
		return archive.Rights{}, nil
	}
	for _, sign := range []string{"©", "(c)", "(C)"} {
		if holder, ok := strings.CutPrefix(s, sign); ok {
			return archive.Rights{Statement: rightsWords["in copyright"], Holder: strings.TrimSpace(holder)}, nil
		}
	}
	if u, err := url.Parse(s); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
		if host == "rightsstatements.org" || host == "creativecommons.org" {
			return archive.Rights{Statement: s}, nil
		}
	}
	folded := viet.Fold(s)
	if uri, ok := rightsWords[folded]; ok {
		return archive.Rights{Statement: uri}, nil
	}
	if m := ccLicence.FindStringSubmatch(folded); m != nil {
		version := m[2]
		if version == "" {
			version = "4.0"
		}
		return archive.Rights{Statement: "https://creativecommons.org/licenses/" + strings.ReplaceAll(m[1], " ", "-") + "/" + version + "/"}, nil
	}
	return archive.Rights{}, archive.Fail(archive.Invalid, "rights-unknown", s)
}

// parseDay reads a date up to and including which something holds, and returns the instant from which it no longer does:
// the end of that day, month or year in Vietnam. The error is Invalid "date-invalid".
func parseDay(s string) (time.Time, error) {
	date, err := archive.ParseDate(s)
	if err != nil || date == "" {
		return time.Time{}, err
	}
	for layout, next := range map[string][3]int{"2006-01-02": {0, 0, 1}, "2006-01": {0, 1, 0}, "2006": {1, 0, 0}} {
		if t, err := time.ParseInLocation(layout, string(date), archive.Vietnam); err == nil {
			return t.AddDate(next[0], next[1], next[2]).UTC(), nil
		}
	}
	return time.Time{}, archive.Fail(archive.Invalid, "date-invalid", s)
}

// languageWords maps folded names of the languages that such an archive holds to BCP 47.
var languageWords = map[string]string{
	"viet": "vi", "viet nam": "vi", "vietnamese": "vi", "anh": "en", "english": "en", "phap": "fr", "french": "fr",
	"trung": "zh", "trung quoc": "zh", "hoa": "zh", "chinese": "zh", "nga": "ru", "russian": "ru", "duc": "de",
	"nhat": "ja", "han": "ko", "chu han": "lzh", "han van": "lzh", "chu nom": "vi-Hani", "nom": "vi-Hani",
	"tay": "tyz", "nung": "nut", "muong": "mtq", "khmer": "km", "cham": "cjm", "e de": "rad", "gia rai": "jra", "ba na": "bdq",
}

// parseLanguage reads a BCP 47 tag or a language's name, Vietnamese or English. The error is Invalid "language-unknown".
func parseLanguage(s string) (string, error) {
	s = viet.Clean(s)
	if s == "" {
		return "", nil
	}
	if tag, ok := languageWords[strings.TrimPrefix(viet.Fold(s), "tieng ")]; ok {
		return tag, nil
	}
	tag, err := language.Parse(s)
	if err != nil {
		return "", archive.Fail(archive.Invalid, "language-unknown", s).Because(err)
	}
	return tag.String(), nil
}

// parseSource checks an old address: http or https, with a host. The error is Invalid "source-url-invalid".
func parseSource(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || !utf8.ValidString(s) {
		return "", archive.Fail(archive.Invalid, "source-url-invalid", viet.Clean(s)).Because(err)
	}
	return s, nil
}

// matchGenre finds a genre by its id, its Vietnamese or its English name, with or without marks. The error is Invalid
// "genre-unknown".
func matchGenre(genres []archive.Genre, s string) (archive.Genre, error) {
	s = viet.Clean(s)
	for _, g := range genres {
		if string(g.ID) == s || viet.Clean(g.Name) == s {
			return g, nil
		}
	}
	folded := viet.Fold(s)
	for _, g := range genres {
		if string(g.ID) == folded || viet.Fold(g.Name) == folded || viet.Fold(g.English) == folded {
			return g, nil
		}
	}
	return archive.Genre{}, archive.Fail(archive.Invalid, "genre-unknown", s)
}

// usualGenres are tried in turn for a work whose genre is not given.
var usualGenres = map[archive.Medium][]archive.GenreID{
	archive.Video: {"ghi-hinh", "phim"},
	archive.Audio: {"ca-khuc", "khi-nhac"},
	archive.Image: {"nhiep-anh", "hoi-hoa"},
	archive.Text:  {"ghi-chep", "tan-van"},
	archive.Paged: {"van-ban"},
	archive.Other: {"ghi-chep"},
}

// usualGenre is the genre of a work of this medium when none is given; an editor corrects it. The zero Genre when the
// archive has none at all.
func usualGenre(genres []archive.Genre, medium archive.Medium) archive.Genre {
	for _, id := range usualGenres[medium] {
		for _, g := range genres {
			if g.ID == id {
				return g
			}
		}
	}
	if len(genres) == 0 {
		return archive.Genre{}
	}
	return genres[0]
}

// naturalMedium is the medium in which a genre of the report group is above all played or read, "" when any may lead.
func naturalMedium(group string) archive.Medium {
	switch group {
	case "phim", "mua", "san-khau":
		return archive.Video
	case "am-nhac":
		return archive.Audio
	case "my-thuat", "nhiep-anh":
		return archive.Image
	case "van-xuoi", "tho", "ly-luan":
		return archive.Text
	case "tap-chi", "van-ban":
		return archive.Paged
	default:
		return ""
	}
}
