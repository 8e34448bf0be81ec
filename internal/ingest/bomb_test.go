package ingest

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"hash/crc32"
	"testing"
)

// bombWorkbook is a workbook with one sheet more, of packed zeros whose size the zip declares as it likes.
func bombWorkbook(t *testing.T, packed int, declared uint64) []byte {
	t.Helper()
	sound := workbook(t, [][]any{{"file"}, {"a.txt"}})
	source, err := zip.NewReader(bytes.NewReader([]byte(sound)), int64(len(sound)))
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, packed)
	var data, out bytes.Buffer
	deflate, err := flate.NewWriter(&data, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := deflate.Write(zeros); err != nil {
		t.Fatal(err)
	}
	if err := deflate.Close(); err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(&out)
	for _, part := range source.File {
		if err := z.Copy(part); err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.CreateRaw(&zip.FileHeader{Name: "xl/worksheets/sheet2.xml", Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(zeros),
		CompressedSize64: uint64(data.Len()), UncompressedSize64: declared})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
