package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
)

// window reads n bytes at offset of a staged file, fewer at its end.
type window func(offset, n int64) ([]byte, error)

// refine looks into the few places, beyond the beginning, that tell apart formats with the same beginning. Each is one bounded
// read. A file that lies about its own structure keeps the kind it had; the error is only that of reading.
func refine(k Kind, size int64, read window) (Kind, error) {
	switch k.Format {
	case "zip":
		return refineZip(k, size, read)
	case "ole":
		return refineOLE(k, size, read)
	case "unknown":
		return refineTagged(k, size, read)
	}
	return k, nil
}

// directorySize is how much of a zip's end is read to see what it holds: the end record, its comment and about ten thousand
// entries. A package of more parts stays a zip.
const directorySize = 1<<20 + 1<<16

// refineZip tells office packages from other zips by the parts that each must have (ECMA-376 part 2 §9, EPUB OCF §4.2).
func refineZip(k Kind, size int64, read window) (Kind, error) {
	start := max(0, size-directorySize)
	tail, err := read(start, size-start)
	if err != nil {
		return k, err
	}
	names := zipNames(tailReader{bytes.NewReader(tail), start}, size)
	for _, m := range packageMarks {
		if names[m.part] {
			return kindOf(m.format), nil
		}
	}
	return k, nil
}

// zipNames lists what the directory names: nothing when it is not a readable zip. It stays "zip" then, and derivation says
// that it cannot be opened.
func zipNames(r io.ReaderAt, size int64) map[string]bool {
	directory, err := zip.NewReader(r, size)
	if err != nil {
		return nil
	}
	names := make(map[string]bool, len(directory.File))
	for _, f := range directory.File {
		names[f.Name] = true
	}
	return names
}

var packageMarks = []struct{ part, format string }{
	{"word/document.xml", "docx"},
	{"xl/workbook.xml", "xlsx"},
	{"ppt/presentation.xml", "pptx"},
	{"META-INF/container.xml", "epub"},
}

// tailReader is the end of a file, from start on, as the io.ReaderAt of the whole.
type tailReader struct {
	tail  *bytes.Reader
	start int64
}

var errBeforeTail = errors.New("beyond the part that is looked at")

func (t tailReader) ReadAt(p []byte, offset int64) (int, error) {
	if offset < t.start {
		return 0, errBeforeTail
	}
	return t.tail.ReadAt(p, offset-t.start)
}

// refineOLE finds the first directory sector of a compound file (MS-CFB §2.2, §2.6) and looks for the stream that names the
// program.
func refineOLE(k Kind, size int64, read window) (Kind, error) {
	header, err := read(0, 512)
	if err != nil || len(header) < 52 {
		return k, err
	}
	shift := binary.LittleEndian.Uint16(header[30:])
	if shift != 9 && shift != 12 {
		return k, nil
	}
	at := (int64(binary.LittleEndian.Uint32(header[48:])) + 1) << shift
	if at >= size {
		return k, nil
	}
	directory, err := read(at, 1<<12)
	if err != nil {
		return k, err
	}
	if strings.Contains(string(directory), wide("WordDocument")) {
		return kindOf("doc"), nil
	}
	return k, nil
}

// wide returns s in UTF-16LE.
func wide(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// refineTagged looks behind an ID3v2 tag (id3.org, ID3v2.4 §3.1), which may hold pictures of any size: an MP3, an AAC stream
// or a FLAC follows.
func refineTagged(k Kind, size int64, read window) (Kind, error) {
	head, err := read(0, 10)
	if err != nil || len(head) < 10 || string(head[:3]) != "ID3" {
		return k, err
	}
	at := int64(10)
	for _, c := range head[6:10] {
		if c >= 0x80 {
			return k, nil
		}
	}
	at += int64(head[6])<<21 | int64(head[7])<<14 | int64(head[8])<<7 | int64(head[9])
	if head[5]&0x10 != 0 {
		at += 10 // a footer
	}
	if at >= size {
		return k, nil
	}
	after, err := read(at, headSize)
	if err != nil {
		return k, err
	}
	return behindTag(after), nil
}

// behindTag allows the padding that some programs write between tag and sound. A tag with anything else behind it is called
// an MP3: the tag was made for it, and ffmpeg says the rest.
func behindTag(after []byte) Kind {
	after = bytes.TrimLeft(after, "\x00")
	if bytes.HasPrefix(after, []byte("fLaC")) {
		return kindOf("flac")
	}
	if format := byFrames(after); format != "" {
		return kindOf(format)
	}
	return kindOf("mp3")
}
