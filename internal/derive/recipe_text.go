package derive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"vannghe/internal/archive"
	"vannghe/internal/derive/reading"
	"vannghe/internal/tool"
	"vannghe/internal/tool/pandoc"
	"vannghe/internal/viet"
)

const textVersion = 1

// makeText makes a page to read, and a part of every stanza, section or passage.
func makeText(ctx context.Context, t task) (made, error) {
	doc, m, err := readDocument(ctx, t)
	if err != nil {
		return made{}, err
	}
	return keepText(t, m, doc)
}

// keepText writes a page to read and lists its parts.
func keepText(t task, m made, doc reading.Document) (made, error) {
	if err := os.WriteFile(t.out("text.html"), []byte(doc.HTML), 0o600); err != nil {
		return made{}, scratchError(err)
	}
	m.assets = append(m.assets, archive.Asset{Kind: "text", Path: "text.html", Type: "text/html", Language: t.work.Language, Words: countWords(doc.Pieces)})
	m.detail = string(doc.Form)
	for _, p := range doc.Pieces {
		m.parts = append(m.parts, archive.Part{Kind: p.Kind, Locator: p.Locator, Label: p.Label, Text: p.Text, Language: t.work.Language})
	}
	return m, nil
}

// countWords counts what stands between spaces and holds a letter or a digit, which in Vietnamese are syllables.
func countWords(pieces []reading.Piece) int {
	n := 0
	for _, p := range pieces {
		for word := range strings.FieldsSeq(p.Text) {
			if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
				n++
			}
		}
	}
	return n
}

func readDocument(ctx context.Context, t task) (reading.Document, made, error) {
	hint := formHint(t.work.Genre)
	switch t.file.Format {
	case "text":
		text, err := readText(t, reading.MaxBytes)
		if err != nil {
			return reading.Document{}, made{}, err
		}
		doc, err := reading.Plain(text, hint)
		return doc, made{}, err
	case "html":
		text, err := readText(t, reading.MaxBytes)
		if err != nil {
			return reading.Document{}, made{}, err
		}
		doc, err := reading.HTML(text, hint)
		return doc, made{}, err
	default:
		return convert(ctx, t, hint)
	}
}

// convert reads a document of a word processor by pandoc. Files older than Unicode come out as Latin letters, which Repair
// turns into what their fonts showed.
func convert(ctx context.Context, t task, hint reading.Form) (reading.Document, made, error) {
	page, err := pandoc.New(t.deriver.runner).HTML(ctx, pandoc.Source{Path: t.input, Format: pandoc.Format(t.file.Format)})
	if err != nil {
		return reading.Document{}, made{}, err
	}
	text, _ := viet.Repair(string(page))
	doc, err := reading.HTML(text, hint)
	return doc, made{program: tool.Pandoc}, err
}

// readText reads the original as text in whatever encoding it was written. The errors are Invalid "text-too-large" with the
// limit in MiB and Invalid "text-unreadable".
func readText(t task, limit int64) (string, error) {
	f, err := os.Open(t.input)
	if err != nil {
		return "", fmt.Errorf("read the original: %w", err)
	}
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(f, limit+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return "", fmt.Errorf("read the original: %w", err)
	}
	if n > limit {
		return "", archive.Fail(archive.Invalid, "text-too-large", limit>>20)
	}
	text, _, err := viet.Decode(b.Bytes())
	if errors.Is(err, viet.ErrNotText) {
		return "", archive.Fail(archive.Invalid, "text-unreadable").Because(err)
	}
	return text, err
}

// formHint is what a genre says of the form of its texts. It moves the measure of package reading; the lines decide.
func formHint(genre archive.GenreID) reading.Form {
	switch genre {
	case "tho", "truong-ca", "xam", "dan-ca", "ca-khuc":
		return reading.Verse
	case "truyen-ngan", "tieu-thuyet", "ky", "ghi-chep", "tan-van", "ly-luan-phe-binh", "tin-tuc", "van-ban", "thong-bao", "kich-ban":
		return reading.Prose
	default:
		return reading.Unknown
	}
}
