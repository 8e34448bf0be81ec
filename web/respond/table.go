package respond

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
)

// Table writes rows as CSV that spreadsheet programs open: in UTF-8 with the mark by which they know it.
func Table(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	for _, row := range rows {
		plain := make([]string, len(row))
		for i, cell := range row {
			plain[i] = plainCell(cell)
		}
		if err := w.Write(plain); err != nil {
			return nil, fmt.Errorf("write a table: %w", err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return nil, fmt.Errorf("write a table: %w", err)
	}
	return b.Bytes(), nil
}

// plainCell keeps spreadsheet programs from running what somebody typed as a formula (OWASP, CSV injection): what begins like one gets an
// apostrophe in front.
func plainCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n|%", rune(s[0])) {
		return "'" + s
	}
	return s
}
