package web_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"vannghe/internal/archive"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage"
)

// A text as it was given is shown only where its letters are sure to be the right ones; the bytes are the same either way.
func TestTextOriginals(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	const words = "Trăng nghiêng bến cũ"
	legacy, err := charmap.Windows1258.NewEncoder().Bytes([]byte("Tr\u0103ng nghi\u00eang b\u00ea\u0301n cu\u0303"))
	w.must(err)
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(words))
	w.must(err)
	const utf8, plain = "text/plain; charset=utf-8", "text/plain"
	for _, c := range []struct {
		sentence string
		content  []byte
		typ, how string
	}{
		{"UTF-8", []byte(words), utf8, "inline"},
		{"UTF-8 with a mark", []byte("\ufeff" + words), utf8, "inline"},
		{"an empty text", nil, utf8, "inline"},
		{"windows-1258", legacy, plain, "attachment"},
		{"TCVN3", []byte("Tr\xa8ng nghi\xaang b\xd5n c\xf2"), plain, "attachment"},
		{"UTF-16", wide, plain, "attachment"},
		{"UTF-8 but for its end", append([]byte(strings.Repeat(words, 1000)), 0xe1), plain, "attachment"},
		{"more than is looked through", bytes.Repeat([]byte("Bến "), 1<<20), plain, "attachment"},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			work := catalogtest.Work("Bài", func(work *archive.Work) { work.Representations[0].Files[0].Size = int64(len(c.content)) })
			w.put(work)
			w.store(storage.Key(work.Representations[0].Files[0].Key), c.content)
			a := n.get(originalPath(work)).expect(t, 200)
			how, _, _ := strings.Cut(a.Header.Get("Content-Disposition"), ";")
			if a.Header.Get("Content-Type") != c.typ || how != c.how || !bytes.Equal(a.body, c.content) {
				t.Errorf("%q, %s, %d of %d bytes; want %q, %s", a.Header.Get("Content-Type"), how, len(a.body), len(c.content), c.typ, c.how)
			}
			if len(c.content) > 3 {
				n.get(originalPath(work), "Range: bytes=1-2").expect(t, 206)
			}
		})
	}
}
