package page

import (
	"bytes"
	"encoding/csv"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
)

func minuteRows(t *testing.T, title, note string) [][]string {
	t.Helper()
	m := editorial.Minute{Entries: []editorial.Minuted{{
		Event:    archive.Event{Work: "abcdefgh2345", Sequence: 3, Type: archive.EventApproval, Time: time.Unix(0, 0), Hash: "0a"},
		Decision: archive.Decision{Name: "Vân", Note: note}, Work: archive.Work{Title: title}}}}
	b, err := minuteTable(m)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b, []byte("\ufeff")) {
		t.Error("spreadsheet programs will not take it for UTF-8")
	}
	rows, err := csv.NewReader(bytes.NewReader(b[3:])).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%q: %v", b, err)
	}
	return rows
}

func TestMinuteTable(t *testing.T) {
	row := minuteRows(t, `=HYPERLINK("//evil")`, "một\nhai, \"ba\"")[1]
	if row[2] != `'=HYPERLINK("//evil")` || row[6] != "một\nhai, \"ba\"" || row[0] != "1970-01-01T07:00:00+07:00" || row[12] != "0a" {
		t.Errorf("%q", row)
	}
}

func FuzzMinuteTable(f *testing.F) {
	for _, s := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|x", "%x", "a\"b", "Bến", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		for _, row := range minuteRows(t, typed, typed) {
			for _, cell := range row {
				if cell != "" && bytes.ContainsRune([]byte("=+-@\t\r"), rune(cell[0])) {
					t.Errorf("%q is taken for a formula", cell)
				}
			}
		}
	})
}

func TestLocalTimes(t *testing.T) {
	for s, ok := range map[string]bool{"": true, "2026-05-01T07:30": true, "2026-02-30T07:30": false, "hôm nay": false, "2026-05-01": false} {
		at, err := parseLocal(s)
		if (err == nil) != ok || (ok && writeLocal(at) != s) {
			t.Errorf("%q: %v, %v", s, at, err)
		}
	}
}
