// Package poppler builds the arguments of poppler's programs and reads their answers: what a PDF is, the text of its pages
// and pictures of them. None of these programs runs the scripts of a document or follows its links.
//
// It must not know of works, storage or jobs, and starts no process itself: internal/tool does.
package poppler

import (
	"bytes"
	"context"
	"fmt"
	"image/jpeg"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// Limits bound the documents that are taken.
type Limits struct {
	Pages  int   // of which pictures are made
	Pixels int64 // of one page picture
}

// DefaultLimits are 3,000 pages, a fat novel, of 40 million pixels.
func DefaultLimits() Limits { return Limits{Pages: 3000, Pixels: 40_000_000} }

// Tool runs poppler's programs. Safe for concurrent use.
type Tool struct {
	runner *tool.Runner
	limits Limits
}

// New returns a Tool that runs its programs with r and takes documents within l.
func New(r *tool.Runner, l Limits) *Tool { return &Tool{runner: r, limits: l} }

// Info is what a PDF says of itself.
type Info struct {
	Title, Author, Subject, Creator, Producer string
	Pages                                     int
	Sizes                                     []Size // one a page, as seen
	Encrypted                                 bool   // with a password that only restricts: it opens without
	JavaScript                                bool
	Version                                   string // "1.7"
}

// Size is a page's in points, 72 to the inch.
type Size struct{ Width, Height float64 }

// Info reads path. Errors: Invalid "pdf-encrypted" when it opens only with a password, Invalid "pdf-unreadable", TooLarge
// "pdf-too-long" (pages, limit), and those of tool.Runner.Run.
func (t *Tool) Info(ctx context.Context, path string) (Info, error) {
	if err := tool.CheckPath(path); err != nil {
		return Info{}, err
	}
	result, err := t.runner.Run(ctx, tool.Command{Program: tool.PDFInfo, Args: []string{
		"-enc", "UTF-8",
		// The sizes of all pages.
		"-f", "1", "-l", strconv.Itoa(t.limits.Pages),
		path,
	}})
	if err != nil {
		return Info{}, unreadable(err, result.Stderr)
	}
	info, err := parseInfo(string(result.Stdout))
	if err == nil && info.Pages > t.limits.Pages {
		return info, archive.Fail(archive.TooLarge, "pdf-too-long", info.Pages, t.limits.Pages)
	}
	return info, err
}

// unreadable tells a document that asks for a password from one that is spoilt; poppler's programs leave with the same status.
func unreadable(err error, stderr string) error {
	if archive.ReasonOf(err) != "tool-failed" {
		return err
	}
	if strings.Contains(stderr, "Incorrect password") {
		return archive.Fail(archive.Invalid, "pdf-encrypted").Because(err)
	}
	return archive.Fail(archive.Invalid, "pdf-unreadable").Because(err)
}

// Text returns the text of each page in reading order, "" for a page that is only a picture. Errors as Info.
func (t *Tool) Text(ctx context.Context, path string) ([]string, error) {
	if err := tool.CheckPath(path); err != nil {
		return nil, err
	}
	result, err := t.runner.Run(ctx, tool.Command{Program: tool.PDFToText, Args: []string{
		"-enc", "UTF-8",
		"-eol", "unix",
		"-l", strconv.Itoa(t.limits.Pages),
		path, "-",
	}, Limits: tool.Limits{Time: 5 * time.Minute, Memory: 1 << 30, Output: 64 << 20}})
	if err != nil {
		return nil, unreadable(err, result.Stderr)
	}
	return splitPages(string(result.Stdout)), nil
}

// splitPages cuts at the form feed that ends each page.
func splitPages(s string) []string {
	pages := strings.Split(strings.ToValidUTF8(s, "\uFFFD"), "\f")
	for i, p := range pages {
		pages[i] = strings.TrimSpace(p)
	}
	return pages[:len(pages)-1]
}

// PagePicture is a picture of one page.
type PagePicture struct {
	Page          int // from 1
	Path          string
	Width, Height int // pixels
}

// Pictures asks for pictures of pages.
type Pictures struct {
	First, Last int // from 1; Last 0 means to the end
	Width       int // pixels
	Folder      string
}

// Pictures draws the pages that p asks for as JPEG of quality 82, named page-0001.jpg and so on in p.Folder, in the order of
// pages. A page that cannot be drawn is left out. Errors: TooLarge "page-too-large" (page), Invalid "pdf-unreadable" when there
// is none, and as Info.
func (t *Tool) Pictures(ctx context.Context, path string, p Pictures) ([]PagePicture, error) {
	info, err := t.Info(ctx, path)
	if err != nil {
		return nil, err
	}
	if err := t.check(info, &p); err != nil {
		return nil, err
	}
	folder, err := t.runner.Folder()
	if err != nil {
		return nil, err
	}
	pictures, err := t.draw(ctx, path, p, folder)
	if removed := folder.Remove(); err == nil {
		err = removed
	}
	return pictures, err
}

// check fills p in and refuses pages whose picture would be too large, before any is drawn.
func (t *Tool) check(info Info, p *Pictures) error {
	if p.Last <= 0 || p.Last > info.Pages {
		p.Last = info.Pages
	}
	if p.First < 1 || p.First > p.Last || p.Width < 1 {
		return fmt.Errorf("pictures of pages %d to %d of width %d: %w", p.First, p.Last, p.Width, os.ErrInvalid)
	}
	if err := tool.CheckPath(p.Folder); err != nil {
		return err
	}
	for n := p.First; n <= p.Last && n <= len(info.Sizes); n++ {
		s := info.Sizes[n-1]
		if pixels := float64(p.Width) * float64(p.Width) * s.Height / max(s.Width, 1); pixels > float64(t.limits.Pixels) {
			return archive.Fail(archive.TooLarge, "page-too-large", n)
		}
	}
	return nil
}

func (t *Tool) draw(ctx context.Context, path string, p Pictures, folder *tool.Folder) ([]PagePicture, error) {
	result, err := t.runner.Run(ctx, tool.Command{Program: tool.PDFToPPM, Args: []string{
		"-jpeg",
		"-jpegopt", "quality=82,progressive=y,optimize=y",
		"-scale-to-x", strconv.Itoa(p.Width),
		// The height follows.
		"-scale-to-y", "-1",
		"-f", strconv.Itoa(p.First), "-l", strconv.Itoa(p.Last),
		// What is cut off is not the page.
		"-cropbox",
		path, folder.File("page"),
	}, Limits: tool.Limits{Time: time.Minute + time.Duration(p.Last-p.First+1)*10*time.Second, Memory: 2 << 30}})
	if err != nil {
		return nil, unreadable(err, result.Stderr)
	}
	var pictures []PagePicture
	names, err := filepath.Glob(folder.File("page-*.jpg"))
	if err != nil || len(names) == 0 {
		return nil, archive.Fail(archive.Invalid, "pdf-unreadable").Because(err)
	}
	for _, name := range names { // numbers are padded to one width, so that names sort as pages
		picture, err := take(name, p.Folder)
		if err != nil {
			return nil, err
		}
		pictures = append(pictures, picture)
	}
	return pictures, nil
}

// take measures a drawn page and writes it to folder under its own name.
func take(name, folder string) (PagePicture, error) {
	number := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "page-"), ".jpg")
	n, err := strconv.Atoi(number)
	if err != nil {
		return PagePicture{}, fmt.Errorf("number of %s: %w", filepath.Base(name), err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return PagePicture{}, fmt.Errorf("read page %d: %w", n, err)
	}
	c, err := jpeg.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return PagePicture{}, fmt.Errorf("measure page %d: %w", n, err)
	}
	p := PagePicture{Page: n, Path: filepath.Join(folder, fmt.Sprintf("page-%04d.jpg", n)), Width: c.Width, Height: c.Height}
	if err := os.WriteFile(p.Path, b, 0o600); err != nil {
		return PagePicture{}, fmt.Errorf("write page %d: %w", n, err)
	}
	return p, nil
}
