package respond

import (
	"bytes"
	"regexp"
	"strings"
)

// Table writes rows as CSV that spreadsheet programs open: in UTF-8 with the mark by which they know it, each cell in quotation marks (RFC 4180).
func Table(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(plainCell(cell), `"`, `""`) + `"`)
		}
		b.WriteString("\r\n")
	}
	return b.Bytes(), nil
}

// formula is what a spreadsheet program runs: at the beginning of a cell, and behind what some of them take for the end of one, whatever the quotation
// marks say, where the list separator of the country is a semicolon.
var formula = regexp.MustCompile(`(^|[;\t\r\n] *)([=+\-@|%\t\r\n])`)

// plainCell keeps spreadsheet programs from running what somebody typed as a formula (OWASP, CSV injection): what begins like one gets an
// apostrophe in front.
func plainCell(s string) string { return formula.ReplaceAllString(s, "$1'$2") }
