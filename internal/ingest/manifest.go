package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// Limits of a manifest. A row is a file, so they are far above any real one, and bound what a hostile one costs.
const (
	manifestLimit     = 64 << 20 // bytes
	manifestRowLimit  = 200_000
	manifestCellLimit = 100_000 // bytes in one cell
)

// Row is one row of a manifest, still as text: cells trimmed, by column.
type Row struct {
	Number int // as a spreadsheet counts: the header is row 1
	cells  map[string]string
}

// File returns the row's file as written.
func (r Row) File() string { return r.cells["file"] }

// BadRow is a row that cannot be read.
type BadRow struct {
	Number int
	File   string // "" when it could not be made out
	Err    *archive.Error
}

// Manifest is what a spreadsheet says about the files of a folder.
type Manifest struct {
	Rows []Row
	Bad  []BadRow
}

// record is one row before its columns are known.
type record struct {
	number int
	cells  []string
	err    *archive.Error // the row is broken; cells hold what could be made out
}

// ReadManifest reads a manifest: CSV separated by ",", ";" or tab in any encoding that viet.Decode knows, or XLSX, told apart
// by content; headings are English or Vietnamese (Headings). Rows that are broken are in Bad and do not hinder the others. The errors concern the whole: Invalid
// "manifest-unreadable", "manifest-empty", "manifest-column-unknown" (which, and the known ones in both languages),
// "manifest-column-twice", "manifest-file-column", and TooLarge "manifest-too-large".
func ReadManifest(ctx context.Context, r io.Reader) (Manifest, error) {
	content, err := manifestBytes(r)
	if err != nil {
		return Manifest{}, err
	}
	records, err := readRecords(ctx, content, "")
	if err != nil {
		return Manifest{}, err
	}
	return arrange(records)
}

func manifestBytes(r io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, manifestLimit+1))
	switch {
	case err != nil:
		return nil, archive.Fail(archive.Invalid, "manifest-unreadable").Because(err)
	case len(content) > manifestLimit:
		return nil, archive.Fail(archive.TooLarge, "manifest-too-large", manifestLimit>>20)
	case len(bytes.TrimSpace(content)) == 0:
		return nil, archive.Fail(archive.Invalid, "manifest-empty")
	}
	return content, nil
}

func isWorkbook(content []byte) bool { return bytes.HasPrefix(content, []byte("PK\x03\x04")) }

// readRecords reads the rows of a manifest. The encoding is of those that viet knows; "": as it is recognised.
func readRecords(ctx context.Context, content []byte, encoding string) ([]record, error) {
	if isWorkbook(content) {
		return readXLSX(ctx, content)
	}
	return readText(ctx, content, encoding)
}

func readText(ctx context.Context, content []byte, encoding string) ([]record, error) {
	text, err := manifestText(content, encoding)
	if err != nil {
		return nil, archive.Fail(archive.Invalid, "manifest-unreadable").Because(err)
	}
	if strings.ContainsRune(text, 0) {
		return nil, archive.Fail(archive.Invalid, "manifest-unreadable")
	}
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n") // lines as programs of the old Macintosh end them
	}
	records, err := readCSV(ctx, strings.TrimPrefix(text, "\ufeff"))
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	return records, nil
}

func manifestText(content []byte, encoding string) (string, error) {
	switch {
	case utf8.Valid(content) && !bytes.ContainsRune(content, 0): // Unicode is taken as it stands: a file's name must match the folder's to the byte where two differ in form only
		return string(content), nil
	case encoding != "":
		return viet.DecodeAs(content, encoding)
	}
	text, _, err := viet.Decode(content)
	return text, err
}

// arrange puts names to the cells by the header, which is the first row with anything in it.
func arrange(records []record) (Manifest, error) {
	start := slices.IndexFunc(records, func(r record) bool { return r.err != nil || !blank(r.cells) })
	if start < 0 {
		return Manifest{}, archive.Fail(archive.Invalid, "manifest-empty")
	}
	if records[start].err != nil {
		return Manifest{}, records[start].err
	}
	header, err := readHeader(records[start].cells)
	if err != nil {
		return Manifest{}, err
	}
	var m Manifest
	for _, r := range records[start+1:] {
		m.add(header, r)
	}
	return m, nil
}

// readHeader returns the names of the columns, "" for one that has no heading.
func readHeader(cells []string) ([]string, error) {
	header := make([]string, len(cells))
	for i, cell := range cells {
		name, known := columnOf(cell)
		switch {
		case viet.Clean(cell) == "":
			continue
		case !known:
			return nil, archive.Fail(archive.Invalid, "manifest-column-unknown", DisplayName(cell), strings.Join(Headings(""), ", "), strings.Join(Headings("vi"), ", "))
		case slices.Contains(header, name):
			return nil, archive.Fail(archive.Invalid, "manifest-column-twice", DisplayName(cell))
		}
		header[i] = name
	}
	if !slices.Contains(header, "file") {
		return nil, archive.Fail(archive.Invalid, "manifest-file-column")
	}
	return header, nil
}

func (m *Manifest) add(header []string, r record) {
	if r.err == nil && blank(r.cells) {
		return
	}
	row, err := newRow(header, r)
	if err != nil {
		bad := BadRow{Number: r.number, File: row.File(), Err: archive.Fail(archive.Internal, "internal").Because(err)}
		if e, ok := errors.AsType[*archive.Error](err); ok {
			bad.Err = e
		}
		m.Bad = append(m.Bad, bad)
		return
	}
	m.Rows = append(m.Rows, row)
}

// newRow also returns the row with its error, so that the report can name the file.
func newRow(header []string, r record) (Row, error) {
	row := Row{Number: r.number, cells: map[string]string{}}
	for i, cell := range r.cells {
		cell = strings.TrimSpace(cell)
		switch {
		case cell == "":
			continue
		case r.err != nil:
			if i < len(header) && header[i] == "file" {
				row.cells["file"] = cell
			}
		case i >= len(header) || header[i] == "":
			return row, archive.Fail(archive.Invalid, "row-too-wide", len(header))
		case len(cell) > manifestCellLimit:
			return row, archive.Fail(archive.Invalid, "row-cell-too-long", header[i], manifestCellLimit, vietnameseHeading(header[i]))
		default:
			row.cells[header[i]] = cell
		}
	}
	if r.err != nil {
		return row, r.err
	}
	if row.File() == "" {
		return row, archive.Fail(archive.Invalid, "row-without-file")
	}
	return row, nil
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}
