package respond

import (
	"bytes"
	"encoding/csv"
	"testing"
)

// What people type comes back as it was unless a spreadsheet program would run it, also where a semicolon parts cells.
func TestTable(t *testing.T) {
	for given, want := range map[string]string{
		"Bến trăng": "Bến trăng", `"Đêm", 2`: `"Đêm", 2`, "hai\ndòng": "hai\ndòng", "": "", "a;b": "a;b", "1-2": "1-2",
		"=1+1": "'=1+1", "-x": "'-x", "@a": "'@a", "\t=1": "'\t=1", "Bài thơ;=cmd|'/C calc'!A0": "Bài thơ;'=cmd|'/C calc'!A0", "a; +1": "a; '+1", "a\n=1": "a\n'=1",
	} {
		b, err := Table([][]string{{"x", given}})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(b, []byte("\ufeff\"x\",\"")) {
			t.Errorf("%q is not in quotation marks: %q", given, b)
		}
		rows, err := csv.NewReader(bytes.NewReader(b[3:])).ReadAll()
		if err != nil || len(rows) != 1 || rows[0][1] != want {
			t.Errorf("%q became %q, %v", given, rows, err)
		}
	}
}
