package ingest

import (
	"context"
	"strings"

	"vannghe/internal/archive"
)

// readCSV reads RFC 4180 with any of its separators. It is not encoding/csv because of what must happen at a quote that is
// never closed: there, that reader takes all that follows for one cell, and every good row after it is lost.
func readCSV(ctx context.Context, text string) ([]record, error) {
	c := csvText{text: text, separator: separatorOf(text)}
	var records []record
	for c.at < len(c.text) {
		if len(records) > manifestRowLimit {
			return nil, archive.Fail(archive.TooLarge, "manifest-too-long", manifestRowLimit)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		records = append(records, c.next(len(records)+1))
	}
	return records, nil
}

// separatorOf counts in the first line that is not blank: Excel writes ";" where the comma is the decimal sign, as in Vietnam.
func separatorOf(text string) byte {
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		best, most := byte(','), strings.Count(line, ",")
		for _, sep := range []byte{';', '\t'} {
			if n := strings.Count(line, string(sep)); n > most {
				best, most = sep, n
			}
		}
		return best
	}
	return ','
}

// csvText is a text read record by record.
type csvText struct {
	text      string
	separator byte
	at        int
	width     int // cells in the first record
}

// next reads one record. After a broken one it goes on at the following line.
func (c *csvText) next(number int) record {
	start := c.at
	cells, ok := c.record()
	if ok && c.width > 0 && len(cells) != c.width && strings.Contains(strings.TrimRight(c.text[start:c.at], "\r\n"), "\n") {
		ok = false // a quote left open and closed by chance in a later row: no other way gives several lines and a wrong width
	}
	if ok {
		if c.width == 0 {
			c.width = len(cells)
		}
		return record{number: number, cells: cells}
	}
	line, _, _ := strings.Cut(c.text[start:], "\n")
	c.at = min(start+len(line)+1, len(c.text))
	return record{number: number, cells: roughly(line, c.separator), err: archive.Fail(archive.Invalid, "row-quote-broken")}
}

// roughly splits a broken line, to say which file it was about.
func roughly(line string, separator byte) []string {
	cells := strings.Split(strings.TrimRight(line, "\r"), string(separator))
	for i := range cells {
		cells[i] = strings.Trim(cells[i], `" `)
	}
	return cells
}

// record reads cells up to the end of the record and moves past it.
func (c *csvText) record() ([]string, bool) {
	var cells []string
	for {
		cell, ok := c.cell()
		if !ok {
			return nil, false
		}
		cells = append(cells, cell)
		if c.at == len(c.text) {
			return cells, true
		}
		end := c.text[c.at] != c.separator
		c.at++
		if end {
			return cells, true
		}
	}
}

// cell reads one cell and stops at the separator, the newline or the end of the text.
func (c *csvText) cell() (string, bool) {
	if c.at < len(c.text) && c.text[c.at] == '"' {
		return c.quoted()
	}
	start := c.at
	for c.at < len(c.text) && c.text[c.at] != c.separator && c.text[c.at] != '\n' {
		if c.text[c.at] == '"' {
			return "", false
		}
		c.at++
	}
	return strings.TrimSuffix(c.text[start:c.at], "\r"), true
}

// quoted reads a quoted cell. It gives up beyond the longest cell allowed, so that a text of open quotes costs no more than
// its length times that.
func (c *csvText) quoted() (string, bool) {
	var cell strings.Builder
	for limit := c.at + manifestCellLimit; ; {
		c.at++
		quote := strings.IndexByte(c.text[c.at:min(limit, len(c.text))], '"')
		if quote < 0 {
			return "", false
		}
		cell.WriteString(c.text[c.at : c.at+quote])
		c.at += quote + 1
		if c.at == len(c.text) || c.text[c.at] != '"' {
			break
		}
		cell.WriteByte('"')
		if c.at+1 >= limit {
			return "", false
		}
	}
	if strings.HasPrefix(c.text[c.at:], "\r\n") || c.text[c.at:] == "\r" {
		c.at++
	}
	return cell.String(), c.at == len(c.text) || c.text[c.at] == c.separator || c.text[c.at] == '\n'
}
