package iiif

import (
	"archive/zip"
	"bytes"
	"io"
	"strconv"
	"strings"
	"testing"
)

func zipOf(t testing.TB, comment string, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, "content of "+name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.SetComment(comment); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDirectory(t *testing.T) {
	b := zipOf(t, "a comment with PK\x05\x06 in it", "p/0,0,1,1/1,1/0/default.jpg", "p/info.json", "loose")
	d, err := readDirectory(t.Context(), int64(len(b)), readFile(b))
	if err != nil {
		t.Fatal(err)
	}
	got, ok, err := d.read(t.Context(), "info.json", readFile(b))
	if err != nil || !ok || string(got) != "content of p/info.json" {
		t.Errorf("info.json: %q, %v, %v", got, ok, err)
	}
	for _, absent := range []string{"", "loose", "p/info.json", "../info.json"} {
		if _, ok, _ := d.read(t.Context(), absent, readFile(b)); ok {
			t.Errorf("%q is there", absent)
		}
	}
}

func TestDirectoryOfWhatIsNoZip(t *testing.T) {
	whole := zipOf(t, "", "p/a", "p/b")
	for sentence, b := range map[string][]byte{
		"nothing":                   nil,
		"text":                      []byte(strings.Repeat("not a zip ", 50)),
		"the end is missing":        whole[:len(whole)-5],
		"the beginning is missing":  whole[40:],
		"only the end record":       whole[len(whole)-endSize:],
		"the directory is overlaid": append(bytes.Repeat([]byte{0}, len(whole)-endSize), whole[len(whole)-endSize:]...),
	} {
		if _, err := readDirectory(t.Context(), int64(len(b)), readFile(b)); err == nil {
			t.Errorf("%s: read as a zip", sentence)
		}
	}
}

// FuzzDirectory holds that bytes that archive/zip also reads give the same content, and that no bytes make us read outside.
func FuzzDirectory(f *testing.F) {
	f.Add(zipOf(f, "", "p/a"))
	f.Add(zipOf(f, "comment", "p/a", "p/b/c", "d"))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := readDirectory(t.Context(), int64(len(b)), readFile(b))
		if err != nil {
			return
		}
		for name := range d.entries {
			got, _, err := d.read(t.Context(), name, readFile(b))
			if err != nil {
				continue
			}
			if want, ok := standard(b, name); ok && !bytes.Equal(got, want) {
				t.Fatalf("%q: %q, archive/zip says %q", name, got, want)
			}
		}
	})
}

// standard reads an entry with archive/zip, when it can and the name is there once.
func standard(b []byte, name string) ([]byte, bool) {
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, false
	}
	var found []*zip.File
	for _, f := range r.File {
		if _, short, ok := strings.Cut(f.Name, "/"); ok && short == name {
			found = append(found, f)
		}
	}
	if len(found) != 1 || found[0].CompressedSize64 != found[0].UncompressedSize64 {
		return nil, false
	}
	f, err := found[0].Open()
	if err != nil {
		return nil, false
	}
	content, err := io.ReadAll(f)
	return content, err == nil
}

// TestDirectoryBeyond65535Entries needs the zip64 end record.
func TestDirectoryBeyond65535Entries(t *testing.T) {
	names := make([]string, 70_000)
	for i := range names {
		names[i] = "p/" + strconv.Itoa(i)
	}
	b := zipOf(t, "", names...)
	d, err := readDirectory(t.Context(), int64(len(b)), readFile(b))
	if err != nil {
		t.Fatal(err)
	}
	got, ok, err := d.read(t.Context(), "69999", readFile(b))
	if len(d.entries) != len(names) || err != nil || !ok || string(got) != "content of p/69999" {
		t.Errorf("%d entries; the last: %q, %v, %v", len(d.entries), got, ok, err)
	}
}
