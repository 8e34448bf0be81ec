package reading

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// newlines makes every line end a "\n": CR LF, CR, form feed, vertical tab, NEL, line and paragraph separator.
var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n\n", "\v", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n\n")

// chapter recognises a heading by its words: Chương 1, Hồi thứ ba, PHẦN II, Chapter 4, or a Roman number alone.
var chapter = regexp.MustCompile(`(?i)^(?:(?:chương|hồi|phần|quyển|tập|cảnh|màn|chapter|part)\s+(?:thứ\s+)?` +
	`(?:\d{1,4}|[ivxlc]{1,7}|một|nhất|hai|nhì|ba|bốn|tư|năm|sáu|bảy|tám|chín|mười(?:\s\p{L}+)?|kết|cuối|mở đầu)(?:[\s.:–—-].*)?|[IVXLC]{1,7}\.?)$`)

// longestHeading is how many letters a line may have and still be taken for a heading.
const longestHeading = 120

// plainBlocks cuts plain text at empty lines; each run of lines between them is one paragraph of several lines, whose
// meaning formOf decides for the whole text.
func plainBlocks(text string) []block {
	var blocks []block
	var run []line
	flush := func() {
		if len(run) > 0 {
			blocks = append(blocks, block{kind: paragraph, lines: run})
			run = nil
		}
	}
	for s := range strings.SplitSeq(text, "\n") {
		l := plainLine(withoutOverrides(s))
		switch {
		case l.text == "":
			flush()
			blocks = append(blocks, block{kind: gap})
		case isRule(l.text):
			flush()
			blocks = append(blocks, block{kind: rule})
		case isChapter(l.text):
			flush()
			blocks = append(blocks, block{kind: heading, level: 1, lines: []line{l}})
		default:
			run = append(run, l)
		}
	}
	flush()
	return blocks
}

// withoutOverrides drops the direction controls that make a line lie about its order (Unicode Technical Report 36 §2.4).
func withoutOverrides(s string) string {
	if strings.IndexFunc(s, isOverride) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isOverride(r) {
			return -1
		}
		return r
	}, s)
}

func isOverride(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }

func isChapter(s string) bool {
	return len(s) <= 4*longestHeading && utf8.RuneCountInString(s) <= longestHeading && chapter.MatchString(s)
}

func isRule(s string) bool {
	return len(s) >= 3 && len(s) <= 80 && strings.Trim(s, "*-_=~. ") == "" && strings.Trim(s, ".") != ""
}
