package ingest

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// listed is the rows of an intake as its list and the files that were sent have them, in order; none is looked up yet.
func (in *Ingest) listed(ctx context.Context, i catalog.Intake) ([]catalog.IntakeRow, error) {
	files, err := in.catalog.Reader(viewer()).IntakeFiles(ctx, i.ID)
	if err != nil {
		return nil, err
	}
	if i.Manifest == "" {
		return unlisted(files), nil
	}
	content, err := in.manifestOf(ctx, i.Manifest)
	if err != nil {
		return nil, err
	}
	records, err := readRecords(ctx, content, i.Detail.Encoding)
	if err != nil {
		return nil, err
	}
	m, err := arrange(records)
	if err != nil {
		return nil, err
	}
	return matched(m, files), nil
}

// unlisted are the rows of files without a list: each is a work of its own.
func unlisted(files []catalog.IntakeFile) []catalog.IntakeRow {
	rows := make([]catalog.IntakeRow, len(files))
	for n, f := range files {
		rows[n] = catalog.IntakeRow{Number: n + 1, Group: n + 1, File: f.Path, Upload: f.Upload}
		if slices.ContainsFunc(strings.Split(f.Path, "/"), leftBehind) {
			rows[n].Fate = catalog.FateUnnamed
		}
	}
	return rows
}

// matched puts the files that were sent to the rows of a list. Files that no row names come last.
func matched(m Manifest, files []catalog.IntakeFile) []catalog.IntakeRow {
	sent := newSentFiles(files)
	var rows []catalog.IntakeRow
	for _, bad := range m.Bad {
		rows = append(rows, catalog.IntakeRow{Number: bad.Number, Group: bad.Number, File: bad.File, Fate: catalog.FateFailed, Remark: catalog.Remark(bad.Err)})
	}
	groups := map[string]int{}
	for _, r := range m.Rows {
		row := catalog.IntakeRow{Number: r.Number, Group: r.Number, File: r.File(), Cells: r.cells}
		if key := viet.Clean(r.cells["work"]); key != "" {
			if first, known := groups[key]; known {
				row.Group = first
			} else {
				groups[key] = r.Number
			}
		}
		sent.match(&row)
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b catalog.IntakeRow) int { return a.Number - b.Number })
	last := 0
	if len(rows) > 0 {
		last = rows[len(rows)-1].Number
	}
	for _, f := range files {
		if sent.taken[f.Upload] == 0 {
			last++
			rows = append(rows, catalog.IntakeRow{Number: last, Group: last, File: f.Path, Upload: f.Upload, Fate: catalog.FateUnnamed})
		}
	}
	return rows
}

// sentFiles finds what was sent by what a row calls it.
type sentFiles struct {
	byPath, byName map[string]archive.FileID // in byName "" for a name that several have
	taken          map[archive.FileID]int    // by which row
}

func newSentFiles(files []catalog.IntakeFile) *sentFiles {
	s := &sentFiles{byPath: map[string]archive.FileID{}, byName: map[string]archive.FileID{}, taken: map[archive.FileID]int{}}
	for _, f := range files {
		s.byPath[loose(f.Path)] = f.Upload
		name := loose(path.Base(f.Path))
		if _, several := s.byName[name]; several {
			s.byName[name] = ""
			continue
		}
		s.byName[name] = f.Upload
	}
	return s
}

// match gives a row its file, or the reason why it has none. A file that was sent without its folder is known by its name, when only one has it.
func (s *sentFiles) match(row *catalog.IntakeRow) {
	shown := DisplayName(row.File)
	p := rowPath(row.File)
	id := s.byPath[loose(p)]
	if id == "" {
		id = s.byName[loose(path.Base(p))]
	}
	switch {
	case !filepath.IsLocal(p) || strings.ContainsRune(p, 0):
		row.Fate, row.Remark = catalog.FateFailed, catalog.Remark(archive.Fail(archive.Invalid, "file-outside", shown))
	case id == "":
		row.Fate, row.Remark = catalog.FateFailed, catalog.Remark(archive.Fail(archive.NotFound, "file-not-sent", shown))
	case s.taken[id] != 0:
		row.Fate, row.Remark = catalog.FateFailed, catalog.Remark(archive.Fail(archive.Invalid, "file-of-other-row", s.taken[id]))
	default:
		row.Upload, s.taken[id] = id, row.Number
	}
}

// rowPath is the path that a row names, as NormalPath writes it; "/" and "\" both separate.
func rowPath(file string) string { return NormalPath(strings.ReplaceAll(file, `\`, "/")) }
