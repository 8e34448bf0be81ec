package ingest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"vannghe/internal/archive"
)

func read(t testing.TB, content string) Manifest {
	t.Helper()
	m, err := ReadManifest(t.Context(), strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// outline is a manifest in one line: rows as number:file|title, then the bad ones as number!reason(file).
func outline(m Manifest) string {
	var s []string
	for _, r := range m.Rows {
		s = append(s, fmt.Sprintf("%d:%s|%s", r.Number, r.File(), r.cells["title"]))
	}
	for _, b := range m.Bad {
		s = append(s, fmt.Sprintf("%d!%s(%s)", b.Number, b.Err.Reason, b.File))
	}
	return strings.Join(s, " ")
}

func utf16LE(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

func TestReadManifest(t *testing.T) {
	long := strings.Repeat("x", manifestCellLimit)
	for _, c := range []struct{ about, content, want string }{
		{"commas", "file,title\na.txt,Một\nb.txt,Hai\n", "2:a.txt|Một 3:b.txt|Hai"},
		{"semicolons", "file;title\na.txt;Một, hai\n", "2:a.txt|Một, hai"},
		{"tabs", "file\ttitle\na.txt\tMột\n", "2:a.txt|Một"},
		{"a byte order mark", "\xef\xbb\xbffile,title\na.txt,Một\n", "2:a.txt|Một"},
		{"a byte order mark and a quoted heading", "\xef\xbb\xbf\"file\",title\na.txt,Một\n", "2:a.txt|Một"},
		{"CRLF", "file,title\r\na.txt,Một\r\n", "2:a.txt|Một"},
		{"no newline at the end", "file,title\na.txt,Một", "2:a.txt|Một"},
		{"CR alone, as old Macintosh programs write", "file,title\ra.txt,Một\r", "2:a.txt|Một"},
		{"headings in capitals with spaces", " File , TITLE \na.txt,Một\n", "2:a.txt|Một"},
		{"Vietnamese headings", "Tệp;Tên;Thể loại;tác giả;Ngày\na.txt;Một;thơ;;\n", "2:a.txt|Một"},
		{"Vietnamese headings without marks", "ten_tep,TEN TAC PHAM\na.txt,Một\n", "2:a.txt|Một"},
		{"headings in both languages", "file,tên\na.txt,Một\n", "2:a.txt|Một"},
		{"columns in another order", "title,file\nMột,a.txt\n", "2:a.txt|Một"},
		{"quotes, commas and newlines in a cell", "file,title\na.txt,\"Một, \"\"hai\"\"\nba\"\nb.txt,Bốn\n", "2:a.txt|Một, \"hai\"\nba 3:b.txt|Bốn"},
		{"blank rows are no rows but count", "file,title\n\n,\na.txt,Một\n", "4:a.txt|Một"},
		{"rows shorter than the header", "file,title\na.txt\n", "2:a.txt|"},
		{"headings that are missing over empty cells", "file,title,,\na.txt,Một,,\n", "2:a.txt|Một"},
		{"cells that look like formulas are text", "file,title\na.txt,\"=HYPERLINK(\"\"http://x\"\")\"\n", "2:a.txt|=HYPERLINK(\"http://x\")"},
		{"Unicode names are not changed", "file,title\nÐa\u0300.txt,x\n", "2:Ða\u0300.txt|x"},
		{"UTF-16 as Excel's Unicode text", utf16LE("file\ttitle\r\nthơ.txt\tMột\r\n"), "2:thơ.txt|Một"},
		{"TCVN3", "file,title\na.txt,Tr\xa8ng s\xb8ng v\xad\xean ch\xcc c\xf1a nh\xb5 th\xac ngh\xcco\n", "2:a.txt|Trăng sáng vườn chè của nhà thơ nghèo"},
		{"a row without a file", "file,title\n,Một\nb.txt,Hai\n", "3:b.txt|Hai 2!row-without-file()"},
		{"a row with more cells than headings", "file,title\na.txt,Một,dư\nb.txt,Hai\n", "3:b.txt|Hai 2!row-too-wide(a.txt)"},
		{"a quote inside a bare cell", "file,title\na.txt,Bro\"ken\nb.txt,Hai\n", "3:b.txt|Hai 2!row-quote-broken(a.txt)"},
		{"text behind a quoted cell", "file,title\na.txt,\"Một\" hai\nb.txt,Hai\n", "3:b.txt|Hai 2!row-quote-broken(a.txt)"},
		{"a quote that is never closed loses no row", "file,title\na.txt,\"Một\nb.txt,Hai\nc.txt,Ba\n", "3:b.txt|Hai 4:c.txt|Ba 2!row-quote-broken(a.txt)"},
		{"a quote closed by that of a later row loses no row", "file,title\na.txt,\"Một\nb.txt,Hai\n\"c.txt\",Ba\n",
			"3:b.txt|Hai 4:c.txt|Ba 2!row-quote-broken(a.txt)"},
		{"a quote closed by chance into a row of another width", "file,title,genre\na.txt,\"Một,thơ\nb.txt,Hai\"\n", "2!row-quote-broken(a.txt) 3!row-quote-broken(b.txt)"},
		{"a quoted cell over the limit", "file,title\na.txt,\"" + long + "y\"\nb.txt,Hai\n", "3:b.txt|Hai 2!row-quote-broken(a.txt)"},
		{"a quoted cell that ends nowhere near", "file,title\na.txt,\"" + long + long + "\"\nb.txt,Hai\n", "3:b.txt|Hai 2!row-quote-broken(a.txt)"},
		{"a bare cell over the limit", "file,title\na.txt," + long + "y\nb.txt,Hai\n", "3:b.txt|Hai 2!row-cell-too-long(a.txt)"},
		{"a header alone", "file,title\n", ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			if got := outline(read(t, c.content)); got != c.want {
				t.Errorf("got  %.300q\nwant %.300q", got, c.want)
			}
		})
	}
}

func TestReadManifestRefuses(t *testing.T) {
	for _, c := range []struct {
		about, content string
		reason         archive.Reason
	}{
		{"nothing", "", "manifest-empty"},
		{"blanks", " \n\n", "manifest-empty"},
		{"an unknown column", "file,tilte\na.txt,Một\n", "manifest-column-unknown"},
		{"a column twice", "file,title,Title\na.txt,x,y\n", "manifest-column-twice"},
		{"a column in both languages", "tệp,title,Tên\na.txt,x,y\n", "manifest-column-twice"},
		{"an unknown Vietnamese column", "tệp,cân nặng\na.txt,x\n", "manifest-column-unknown"},
		{"no file column in Vietnamese", "tên,thể loại\nx,y\n", "manifest-file-column"},
		{"no file column", "title,genre\nx,y\n", "manifest-file-column"},
		{"a broken header", "file,\"title\na.txt,x\n", "row-quote-broken"},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00", "manifest-unreadable"},
		{"zero bytes in text", "file,title\na\x00b,x\n", "manifest-unreadable"},
		{"a zip that is no workbook", "PK\x03\x04" + strings.Repeat("\x00", 100), "manifest-unreadable"},
		{"too many rows", "file\n" + strings.Repeat("a\n", manifestRowLimit+1), "manifest-too-long"},
	} {
		t.Run(c.about, func(t *testing.T) {
			_, err := ReadManifest(t.Context(), strings.NewReader(c.content))
			if archive.ReasonOf(err) != c.reason {
				t.Errorf("got %v, want %s", err, c.reason)
			}
		})
	}
	_, err := ReadManifest(t.Context(), strings.NewReader("file,tilte\n"))
	if e, ok := errors.AsType[*archive.Error](err); !ok || len(e.Args) != 3 || e.Args[0] != "tilte" || !strings.Contains(fmt.Sprint(e.Args[1]), "licence_until") || !strings.Contains(fmt.Sprint(e.Args[2]), "được phép đến") {
		t.Errorf("the unknown column and the known ones are not named: %v", err)
	}
	if _, err := ReadManifest(t.Context(), strings.NewReader("file\n"+strings.Repeat("x", manifestLimit))); archive.ReasonOf(err) != "manifest-too-large" {
		t.Errorf("too large: %v", err)
	}
}

// workbook writes rows of cells into the first sheet.
func workbook(t testing.TB, rows [][]any) string {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range rows {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReadWorkbook(t *testing.T) {
	content := workbook(t, [][]any{
		{"File", "title", "date", "number", "licence_until"},
		{"a.txt", "Một", 45251, "465/KH-VHNT", 46387.5},
		{},
		{"b.txt", "=1+1", 1997, 465, "31/12/2026"},
		{"", "không tệp"},
	})
	m := read(t, content)
	if got, want := outline(m), "2:a.txt|Một 4:b.txt|=1+1 5!row-without-file()"; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
	for _, c := range []struct {
		row          int
		column, want string
	}{{0, "date", "2023-11-21"}, {0, "licence_until", "2026-12-31"}, {0, "number", "465/KH-VHNT"}, {1, "date", "1997"}, {1, "number", "465"}, {1, "licence_until", "31/12/2026"}} {
		if got := m.Rows[c.row].cells[c.column]; got != c.want {
			t.Errorf("%s of row %d: %q, want %q", c.column, c.row, got, c.want)
		}
	}
}

// Days of a workbook are days under Vietnamese headings, too.
func TestReadWorkbookInVietnamese(t *testing.T) {
	m := read(t, workbook(t, [][]any{{"Tệp", "Tên", "Ngày"}, {"a.txt", "Một", 45251}}))
	if got := m.Rows[0].cells["date"]; got != "2023-11-21" {
		t.Errorf("the day reads %q", got)
	}
}

// A word stands for one column, and each column has its word: else a list in Vietnamese could not say everything.
func TestHeadings(t *testing.T) {
	for column, words := range headings {
		for _, word := range words {
			if got, known := columnOf(word); !known || got != column {
				t.Errorf("%q is read as %q, wanted %q", word, got, column)
			}
		}
	}
	for i, heading := range Headings("vi") {
		if heading == columns[i] {
			t.Errorf("%q has no Vietnamese heading", heading)
		}
	}
}

// TestWorkbookBomb: a workbook that would unpack to more than any manifest is refused before it fills memory or disk. One that
// declares to be small is unpacked no further than that.
func TestWorkbookBomb(t *testing.T) {
	const packed = 4 << 20
	for about, declared := range map[string]uint64{"honest": workbookLimit + 1, "larger than any integer": 1<<64 - 1} {
		if _, err := ReadManifest(t.Context(), bytes.NewReader(bombWorkbook(t, packed, declared))); archive.ReasonOf(err) != "manifest-unreadable" {
			t.Errorf("%s: %v", about, err)
		}
	}
	for about, declared := range map[string]uint64{"a large second sheet": packed, "lying": 10} {
		if m, err := ReadManifest(t.Context(), bytes.NewReader(bombWorkbook(t, packed, declared))); err != nil || len(m.Rows) != 1 {
			t.Errorf("%s: %v %v", about, m, err)
		}
	}
	if _, err := ReadManifest(t.Context(), strings.NewReader("PK\x03\x04"+strings.Repeat("\x00", workbookFileLimit))); archive.ReasonOf(err) != "manifest-too-large" {
		t.Errorf("a workbook of more bytes than any: %v", err)
	}
}

// TestWideWorkbook: cells far to the right cost no memory; what stands in them is an error of their row.
func TestWideWorkbook(t *testing.T) {
	book := excelize.NewFile()
	for cell, value := range map[string]string{"A1": "file", "A2": "a.txt", "A3": "b.txt", "XFD3": "x", "A4": "c.txt", "XFD4": " "} {
		if err := book.SetCellStr("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	records, err := readXLSX(t.Context(), b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if cap(r.cells) > 2*workbookWidth {
			t.Errorf("row %d keeps %d cells", r.number, cap(r.cells))
		}
	}
	if got, want := outline(read(t, b.String())), "2:a.txt| 4:c.txt| 3!row-too-wide(b.txt)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRealManifest reads the whole of the real manifest.
func TestRealManifest(t *testing.T) {
	data := os.Getenv("VANNGHE_TESTDATA")
	if data == "" {
		t.Skip("VANNGHE_TESTDATA is not set")
	}
	content, err := os.ReadFile(filepath.Join(data, "dev", "works.csv"))
	if err != nil {
		t.Fatal(err)
	}
	m := read(t, string(content))
	p := planRows(m, archive.Genres())
	if len(m.Rows) != 340 || len(p.batches) != 340 {
		t.Fatalf("%d rows, %d works of 340", len(m.Rows), len(p.batches))
	}
	for _, it := range p.items {
		if it.err != nil {
			t.Errorf("row %d, %s: %v", it.number, it.file, it.err)
		}
	}
}

func FuzzReadManifest(f *testing.F) {
	for _, s := range []string{"file,title\na,b\n", "file;title\r\n\"a\";\"b\"\"c\"\r\n", "\xef\xbb\xbffile\n\"", utf16LE("file\ttitle\n"),
		"file,title\na,\"b\nc,d\n\"e\",f\n", workbook(f, [][]any{{"file"}, {"a"}})} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		m, err := ReadManifest(t.Context(), bytes.NewReader(content))
		if err != nil {
			if archive.CodeOf(err) == archive.Internal {
				t.Errorf("an error that nobody is told: %v", err)
			}
			return
		}
		seen := map[int]bool{}
		for _, r := range m.Rows {
			if r.File() == "" || r.Number < 1 || seen[r.Number] {
				t.Errorf("row %d of file %q", r.Number, r.File())
			}
			seen[r.Number] = true
		}
		planRows(m, archive.Genres())
	})
}
