package ingest

import (
	"path"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// item is one file to bring in with what is said about it.
type item struct {
	number int    // row of the manifest, 0 without one
	file   string // as written in the manifest, or as found
	label  string
	err    error // what is said is wrong, or the file cannot be taken; it fails alone
}

// batch is the items that become one work.
type batch struct {
	entry Entry
	items []int // places in the list of all items
}

// plan is everything an import will do, in order.
type plan struct {
	items   []item
	batches []batch
	skipped int
}

// planRows groups the rows of a manifest into works. Rows in error are items without a batch.
func planRows(m Manifest, genres []archive.Genre) plan {
	var p plan
	for _, bad := range m.Bad {
		p.items = append(p.items, item{number: bad.Number, file: bad.File, err: bad.Err})
	}
	for _, row := range m.Rows {
		p.items = append(p.items, item{number: row.Number, file: row.File()})
	}
	slices.SortStableFunc(p.items, func(a, b item) int { return a.number - b.number })
	place := map[int]int{}
	for i, it := range p.items {
		place[it.number] = i
	}
	byKey := map[string]int{}
	for _, row := range m.Rows {
		p.addRow(row, place[row.Number], genres, byKey)
	}
	return p
}

func (p *plan) addRow(row Row, at int, genres []archive.Genre, byKey map[string]int) {
	entry, err := rowEntry(row, genres)
	if err != nil {
		p.items[at].err = err
		return
	}
	group, known := byKey[entry.Key]
	if entry.Key == "" || !known {
		byKey[entry.Key] = len(p.batches)
		p.batches = append(p.batches, batch{entry: entry, items: []int{at}})
		return
	}
	b := &p.batches[group]
	if entry.Title != "" && entry.Title != b.entry.Title {
		p.items[at].label = entry.Title
	}
	b.entry.merge(entry)
	b.items = append(b.items, at)
}

// rowEntry reads the cells of a row. The error is that of the first cell that is wrong.
func rowEntry(row Row, genres []archive.Genre) (Entry, error) {
	c := row.cells
	e := Entry{Key: viet.Clean(c["work"]), Title: viet.Clean(c["title"]), Description: strings.TrimSpace(viet.Normalize(c["description"])),
		Creators: ParseCreators(c["creator"]), Collections: parseCollections(c["collection"]),
		Paper: archive.Paper{Number: viet.Clean(c["number"]), Issuer: viet.Clean(c["issuer"]), Signer: viet.Clean(c["signer"]),
			Issue: viet.Clean(c["issue"]), Page: viet.Clean(c["page"])}}
	issuer := Creator{Name: e.Paper.Issuer, Relator: archive.Issuer}
	if issuer.Name != "" && !slices.Contains(e.Creators, issuer) {
		e.Creators = append(e.Creators, issuer)
	}
	for _, read := range []func() error{
		func() (err error) { e.Date, err = archive.ParseDate(c["date"]); return },
		func() (err error) { e.Language, err = parseLanguage(c["language"]); return },
		func() (err error) { e.Rights, err = parseRights(c["rights"]); return },
		func() (err error) { e.Rights.LicenceUntil, err = parseDay(c["licence_until"]); return },
		func() (err error) { e.SourceURL, err = parseSource(c["source_url"]); return },
		func() (err error) { e.Genre, err = rowGenre(c["genre"], genres); return },
		func() error { return fits(e) },
	} {
		if err := read(); err != nil {
			return Entry{}, err
		}
	}
	return e, nil
}

func rowGenre(cell string, genres []archive.Genre) (archive.GenreID, error) {
	if cell == "" {
		return "", nil
	}
	g, err := matchGenre(genres, cell)
	return g.ID, err
}

// lineLimit is the longest title, name or key taken, in bytes.
const lineLimit = 2000

func fits(e Entry) error {
	lines := map[string]string{"work": e.Key, "title": e.Title, "number": e.Paper.Number, "issuer": e.Paper.Issuer,
		"signer": e.Paper.Signer, "issue": e.Paper.Issue, "page": e.Paper.Page, "source_url": e.SourceURL}
	for _, c := range e.Creators {
		lines["creator"] += c.Name
	}
	for _, c := range e.Collections {
		lines["collection"] += strings.Join(c, "")
	}
	for _, column := range columns {
		if len(lines[column]) > lineLimit {
			return archive.Fail(archive.Invalid, "row-cell-too-long", column, lineLimit, vietnameseHeading(column))
		}
	}
	return nil
}

// parseCollections reads "Title; Outer / Inner".
func parseCollections(s string) [][]string {
	var list [][]string
	for piece := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ';' || r == '\n' }) {
		var titles []string
		for title := range strings.SplitSeq(piece, " / ") {
			if title = viet.Clean(title); title != "" {
				titles = append(titles, title)
			}
		}
		if len(titles) > 0 {
			list = append(list, titles)
		}
	}
	return list
}

// merge adds what a further row of the same work says: the first word on anything stands, lists grow.
func (e *Entry) merge(more Entry) {
	first := *e
	*e = more
	e.Creators, e.Collections = first.Creators, first.Collections
	set(&e.Key, first.Key)
	set(&e.Title, first.Title)
	set(&e.Genre, first.Genre)
	set(&e.Date, first.Date)
	set(&e.Language, first.Language)
	set(&e.Description, first.Description)
	set(&e.SourceURL, first.SourceURL)
	set(&e.Rights.Statement, first.Rights.Statement)
	set(&e.Rights.Holder, first.Rights.Holder)
	set(&e.Rights.LicenceUntil, first.Rights.LicenceUntil)
	describePaper(&e.Paper, first.Paper)
	for _, c := range more.Creators {
		if !slices.Contains(e.Creators, c) {
			e.Creators = append(e.Creators, c)
		}
	}
	for _, c := range more.Collections {
		if !slices.ContainsFunc(e.Collections, func(had []string) bool { return slices.Equal(had, c) }) {
			e.Collections = append(e.Collections, c)
		}
	}
}

// planFolder makes a work of every file found. A folder named as a genre gives the genre, any other is a collection.
func planFolder(files []found, genres []archive.Genre) plan {
	var p plan
	for _, f := range files {
		if f.skipped {
			p.skipped++
			continue
		}
		p.items = append(p.items, item{file: f.path, err: f.err})
		if f.err == nil {
			p.batches = append(p.batches, batch{entry: folderEntry(f.path, genres), items: []int{len(p.items) - 1}})
		}
	}
	return p
}

func folderEntry(name string, genres []archive.Genre) Entry {
	e := Entry{Title: TitleOf(path.Base(name)), Guessed: true}
	var titles []string
	for dir := range strings.SplitSeq(path.Dir(name), "/") {
		title := viet.Clean(strings.ReplaceAll(dir, "_", " "))
		if title == "" || title == "." {
			continue
		}
		if g, err := matchGenre(genres, title); err == nil {
			e.Genre = g.ID
			continue
		}
		titles = append(titles, title)
	}
	if len(titles) > 0 {
		e.Collections = [][]string{titles}
	}
	return e
}
