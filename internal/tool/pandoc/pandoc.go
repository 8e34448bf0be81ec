// Package pandoc turns written documents into HTML and back by pandoc. The HTML is a fragment as the document has it, not
// yet fit to be shown: whoever shows it sanitises it first.
//
// It must not know of works, storage or jobs, and starts no process itself: internal/tool does.
package pandoc

import (
	"bytes"
	"context"
	"slices"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// Tool runs pandoc. Safe for concurrent use.
type Tool struct {
	runner *tool.Runner
}

// New returns a Tool that runs pandoc with r.
func New(r *tool.Runner) *Tool { return &Tool{runner: r} }

// Format is a document format, named as our own sniffing and pandoc both do.
type Format string

// The formats.
const (
	DOCX     Format = "docx"
	ODT      Format = "odt"
	EPUB     Format = "epub"
	HTML     Format = "html"
	RTF      Format = "rtf"
	Markdown Format = "markdown"
)

// Accepts reports whether f is a format that this package reads.
func Accepts(f Format) bool {
	return slices.Contains([]Format{DOCX, ODT, EPUB, HTML, RTF, Markdown}, f)
}

// reader is how pandoc is told to read f.
func (f Format) reader() string {
	if f == DOCX || f == ODT {
		return string(f) + "+empty_paragraphs"
	}
	return string(f)
}

// Source is a file with the format it was found to be.
type Source struct {
	Path   string // absolute
	Format Format
}

// heap bounds pandoc's own heap: a novel takes 300 MB.
const heap = "-M768m"

// limits bound a reading. The kernel's limit stands above pandoc's own, which ends it with a clear word.
func limits() tool.Limits {
	return tool.Limits{Time: 2 * time.Minute, Memory: 1536 << 20, Output: 64 << 20, FileSize: 1 << 30}
}

// HTML returns src as an HTML fragment: headings, paragraphs, lists, tables, notes; pictures are named but not there.
// It is unsanitised. Errors: Invalid "format-unknown" (format), Invalid "document-unreadable", and those of tool.Runner.Run.
func (t *Tool) HTML(ctx context.Context, src Source) ([]byte, error) {
	return t.read(ctx, src, []string{
		// An empty paragraph is what parts the stanzas of a poem that was typed in a word processor.
		"--to=html5+empty_paragraphs",
		// Formulas that browsers draw without scripts.
		"--mathml",
		// Addresses as they are: the other ways write scripts.
		"--email-obfuscation=none",
		"--no-highlight",
	})
}

// Plain returns src as text without marks. Errors as HTML.
func (t *Tool) Plain(ctx context.Context, src Source) ([]byte, error) {
	return t.read(ctx, src, []string{"--to=plain"})
}

func (t *Tool) read(ctx context.Context, src Source, to []string) ([]byte, error) {
	if !Accepts(src.Format) {
		return nil, archive.Fail(archive.Invalid, "format-unknown", string(src.Format))
	}
	if err := tool.CheckPath(src.Path); err != nil {
		return nil, err
	}
	args := append([]string{
		// Nothing but the document is read: no entities, includes, pictures from files or the network.
		"--sandbox",
		"--from=" + src.Format.reader(),
		"--wrap=none",
		src.Path,
	}, to...)
	result, err := t.runner.Run(ctx, tool.Command{Program: tool.Pandoc, Args: append(args, "+RTS", heap, "-RTS"), Limits: limits()})
	return result.Stdout, unreadable(err)
}

// unreadable says "document-unreadable" instead of "tool-failed": the program did its work, the file is at fault.
func unreadable(err error) error {
	if archive.ReasonOf(err) == "tool-failed" {
		return archive.Fail(archive.Invalid, "document-unreadable").Because(err)
	}
	return err
}

// Document is a text that the program writes itself, for `vannghe demo` and for tests.
type Document struct {
	Title, Author string
	Language      string // BCP 47
	Markdown      string
}

// Write makes d a file of format DOCX, ODT, EPUB or HTML at out. Errors: Invalid "format-unknown" (format), and those of tool.Runner.Run.
func (t *Tool) Write(ctx context.Context, d Document, to Format, out string) error {
	if !slices.Contains([]Format{DOCX, ODT, EPUB, HTML}, to) {
		return archive.Fail(archive.Invalid, "format-unknown", string(to))
	}
	if err := tool.CheckPath(out); err != nil {
		return err
	}
	_, err := t.runner.Run(ctx, tool.Command{Program: tool.Pandoc, Stdin: bytes.NewReader([]byte(d.Markdown)), Limits: limits(), Args: []string{
		"--standalone",
		"--from=markdown",
		"--to=" + string(to),
		"--metadata=title=" + d.Title,
		"--metadata=author=" + d.Author,
		"--metadata=lang=" + d.Language,
		"--output=" + out,
		"+RTS", heap, "-RTS",
	}})
	return err
}
