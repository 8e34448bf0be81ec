package derive

import (
	"context"
	"fmt"
	"unicode/utf8"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/viet"
)

const pageTextVersion = 1

// longestPage is the most text of one page that is kept, in bytes; a full page of a newspaper has about 30,000.
const longestPage = 256 << 10

// makePageText makes a part of every page that has text. A scan has none: it is shown and noted, not searched.
func makePageText(ctx context.Context, t task) (made, error) {
	pages, err := t.poppler().Text(ctx, t.input)
	if err != nil {
		return made{}, err
	}
	m := made{program: tool.PDFToText}
	for i, text := range pages {
		text, _ = viet.Repair(viet.Normalize(text))
		if text = cutPage(text); text == "" {
			continue
		}
		m.parts = append(m.parts, archive.Part{Kind: "page", Locator: fmt.Sprintf("trang-%d", i+1), Text: text, Language: t.work.Language})
	}
	m.detail = fmt.Sprintf("text on %d of %d pages", len(m.parts), len(pages))
	if len(m.parts) == 0 {
		m.note = problemNoText
	}
	return m, nil
}

func cutPage(s string) string {
	if len(s) <= longestPage {
		return s
	}
	n := longestPage
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
