package ingest

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"io"
	"testing"
)

// bombWorkbook is a workbook whose sheet unpacks to 600 MB of spaces.
func bombWorkbook(t *testing.T) []byte {
	t.Helper()
	sound := workbook(t, [][]any{{"file"}, {"a.txt"}})
	source, err := zip.NewReader(bytes.NewReader([]byte(sound)), int64(len(sound)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, part := range source.File {
		copyPart(t, z, part)
		if part.Name == "xl/worksheets/sheet1.xml" {
			fill(t, z, "xl/worksheets/sheet2.xml")
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func copyPart(t *testing.T, z *zip.Writer, part *zip.File) {
	t.Helper()
	if err := z.Copy(part); err != nil {
		t.Fatal(err)
	}
}

func fill(t *testing.T, z *zip.Writer, name string) {
	t.Helper()
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	spaces := bytes.Repeat([]byte(" "), 1<<20)
	for range 600 {
		if _, err := w.Write(spaces); err != nil {
			t.Fatal(err)
		}
	}
}
