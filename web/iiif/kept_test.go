package iiif

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/respond"
)

func TestKeptTiles(t *testing.T) {
	a, b := &picture{}, &picture{}
	k := newKeptTiles(3 << 10)
	put := func(p *picture, offset int64, size int) {
		k.put(tileKey{p, offset}, respond.Object{Size: int64(size)}, bytes.Repeat([]byte{byte(offset)}, size))
	}
	there := func(p *picture, offset int64) bool {
		o, kept := k.get(tileKey{p, offset})
		if !kept {
			return false
		}
		data, err := o.Small(t.Context(), 0, o.Size)
		if err != nil || int64(len(data)) != o.Size || data[0] != byte(offset) {
			t.Errorf("tile %d: %d bytes, %v", offset, len(data), err)
		}
		return true
	}
	put(a, 1, 1<<10)
	put(a, 2, 1<<10)
	put(b, 1, 1<<10)
	if !there(a, 1) || !there(a, 2) || !there(b, 1) {
		t.Error("tiles that fit are not kept")
	}
	there(a, 1)
	put(b, 2, 1<<10)
	if there(a, 2) || !there(a, 1) || !there(b, 2) {
		t.Error("what was asked for longest ago does not make room")
	}
	put(b, 2, 1<<10)
	put(b, 3, longestKept+1)
	if there(b, 3) || k.bytes > k.most {
		t.Errorf("a long one is kept, or %d bytes", k.bytes)
	}
	k.drop(b)
	if there(b, 1) || there(b, 2) || !there(a, 1) || k.bytes != 1<<10 || k.order.Len() != 1 {
		t.Errorf("after a picture was dropped: %d bytes, %d tiles", k.bytes, k.order.Len())
	}
}

func TestShelf(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tiles.zip")
	if err := os.WriteFile(file, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newShelf(2)
	picture := func(id archive.FileID, work archive.WorkID) *picture {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		return &picture{ref: catalog.DerivativeRef{Work: work, File: id}, file: f}
	}
	a, b, c := picture("a", "w"), picture("b", "w"), picture("c", "v")
	s.put(a)
	s.put(b)
	s.get("a")
	if gone := s.put(c); len(gone) != 1 || gone[0] != b {
		t.Errorf("%v made room", gone)
	}
	if _, err := b.file.Stat(); err == nil {
		t.Error("the file of a picture that made room is still open")
	}
	if data, err := a.near(respond.Shelf{})(t.Context(), 2, 3); err != nil || string(data) != "234" {
		t.Errorf("read %q, %v", data, err)
	}
	if !s.holds("w") || !s.holds("v") || s.holds("u") {
		t.Error("what is held is not what was put")
	}
	if gone := s.dropOf("w"); len(gone) != 1 || gone[0] != a || s.holds("w") || !s.holds("v") {
		t.Errorf("dropped %v", gone)
	}
	again := picture("c", "v")
	if gone := s.put(again); len(gone) != 1 || gone[0] != c {
		t.Errorf("a picture that was made anew leaves %v", gone)
	}
	if gone := s.drop("c"); len(gone) != 1 || len(s.drop("c")) != 0 {
		t.Errorf("dropped %v", gone)
	}
}
