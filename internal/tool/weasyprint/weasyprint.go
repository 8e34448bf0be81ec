// Package weasyprint turns pages that the program has drawn itself into PDF, with the style and the fonts of this program. The PDF is
// tagged, has a title and a language (PDF/UA-1 as far as WeasyPrint 57 goes), and its letters are embedded.
//
// It must not know what a page says, and starts no process itself: internal/tool does. A page reaches nothing: neither files nor
// addresses nor scripts, whatever stands in it.
package weasyprint

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

//go:embed render.py
var render []byte

// A page of a minute takes 0.07 s and 1.6 MB (performance.md): these limits are for some 500 of them.
const (
	longest = 2 * time.Minute
	memory  = 1 << 30 // bytes
	largest = 64 << 20
)

// presses is how many documents are made at once, waiters how many more may wait; the rest are told to come back.
const (
	presses = 1
	waiters = 8
)

// tryAgain is what those are told to wait.
const tryAgain = 15 * time.Second

// Font is a font file that the style sheet names as url("font:<Name>").
type Font struct {
	Name  string // letters, digits and -
	WOFF2 []byte
}

// Options of New.
type Options struct {
	Style []byte // the style sheet
	Fonts []Font
}

// Tool makes PDF. Safe for concurrent use.
type Tool struct {
	runner *tool.Runner
	paper  Options
	queue  chan struct{}
	slots  chan struct{}
}

// New returns a Tool that runs WeasyPrint with r.
func New(r *tool.Runner, o Options) *Tool {
	return &Tool{runner: r, paper: o, queue: make(chan struct{}, presses+waiters), slots: make(chan struct{}, presses)}
}

// PDF turns a page, a whole HTML document in UTF-8, into PDF. Busy "print-busy" when too many wait; else the errors of tool.Runner.Run.
func (t *Tool) PDF(ctx context.Context, page []byte) ([]byte, error) {
	select {
	case t.queue <- struct{}{}:
		defer func() { <-t.queue }()
	default:
		return nil, archive.Fail(archive.Busy, "print-busy").TryAfter(tryAgain)
	}
	select {
	case t.slots <- struct{}{}:
		defer func() { <-t.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to print: %w", ctx.Err())
	}
	folder, err := t.runner.Folder()
	if err != nil {
		return nil, err
	}
	pdf, err := t.print(ctx, folder, page)
	if removed := folder.Remove(); err == nil {
		err = removed
	}
	return pdf, err
}

func (t *Tool) print(ctx context.Context, folder *tool.Folder, page []byte) ([]byte, error) {
	files := map[string][]byte{"render.py": render, "page.html": page, "page.css": t.paper.Style}
	for _, f := range t.paper.Fonts {
		files["font-"+f.Name+".woff2"] = f.WOFF2
	}
	for name, body := range files {
		if err := os.WriteFile(folder.File(name), body, 0o600); err != nil {
			return nil, fmt.Errorf("lay out a page: %w", err)
		}
	}
	out := folder.File("page.pdf")
	_, err := t.runner.Run(ctx, tool.Command{Program: tool.Python,
		// Isolated: neither the environment nor the folder that it runs in says which modules it takes; and none is written.
		Args:   []string{"-I", "-B", folder.File("render.py"), folder.File("page.html"), folder.File("page.css"), out},
		Limits: tool.Limits{Time: longest, Memory: memory, FileSize: largest}})
	if err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	pdf, err := os.ReadFile(out)
	if err != nil {
		return nil, fmt.Errorf("read what was printed: %w", err)
	}
	return pdf, nil
}
