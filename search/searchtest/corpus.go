package searchtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// leastProse is the number of words below which a line is a heading, a caption or an entry of a list rather than prose.
const leastProse = 20

// Article is what documents are grown from.
type Article struct {
	Title      string
	Paragraphs []string
}

// ReadArticles reads a corpus of {"title", "text"} lines packed with xz, whose program unpacks it.
func ReadArticles(ctx context.Context, file string) (articles []Article, err error) {
	cmd := exec.CommandContext(ctx, "xz", "-dc", file)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", file, err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("unpack %s: %w", file, err)
	}
	defer func() { err = errors.Join(err, cmd.Wait()) }()
	for dec := json.NewDecoder(out); ; {
		var a struct{ Title, Text string }
		err := dec.Decode(&a)
		if errors.Is(err, io.EOF) {
			return articles, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		if p := prose(a.Text); len(p) > 0 {
			articles = append(articles, Article{Title: viet.Clean(a.Title), Paragraphs: p})
		}
	}
}

func prose(text string) []string {
	var all []string
	for p := range strings.Lines(viet.Normalize(text)) {
		if p = strings.TrimSpace(p); !strings.HasPrefix(p, "=") && len(strings.Fields(p)) >= leastProse {
			all = append(all, p)
		}
	}
	return all
}

// ReadTexts reads the collected literature as works with parts of about a page.
func ReadTexts(dir string) ([]Doc, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no texts in %s: %w", dir, errors.Join(err, os.ErrNotExist))
	}
	r := rand.New(rand.NewPCG(seed, 1))
	docs := make([]Doc, 0, len(files))
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read text: %w", err)
		}
		var t struct{ Title, Author, Genre, Text string }
		if err := json.Unmarshal(b, &t); err != nil {
			return nil, fmt.Errorf("read text %s: %w", file, err)
		}
		docs = append(docs, Doc{
			ID: newID(r), Title: viet.Clean(t.Title), Agent: viet.Clean(t.Author), Genre: genreOf(t.Genre), Medium: archive.Text,
			Year: 1900 + r.IntN(50), Parts: pages(viet.Normalize(t.Text)),
		})
	}
	return docs, nil
}

// genreOf returns the genre of that name, of a poem for the forms of verse that the list does not have.
func genreOf(name string) archive.GenreID {
	id := archive.GenreID(viet.Slug(name))
	switch {
	case slices.ContainsFunc(archive.Genres(), func(g archive.Genre) bool { return g.ID == id }):
		return id
	case name == "văn xuôi", name == "bút ký", name == "phóng sự":
		return "ky"
	default:
		return "tho"
	}
}

// A page ends at the first blank line after pageBytes, at the first line after half as many again.
const pageBytes = 2000

func pages(text string) []string {
	var all []string
	var page strings.Builder
	for line := range strings.Lines(text) {
		page.WriteString(line)
		blank := strings.TrimSpace(line) == ""
		if page.Len() > pageBytes && (blank || page.Len() > pageBytes*3/2) {
			all = append(all, page.String())
			page.Reset()
		}
	}
	if strings.TrimSpace(page.String()) != "" {
		all = append(all, page.String())
	}
	return all
}
