package ocfl_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"vannghe/internal/ocfl"
	"vannghe/storage"
	"vannghe/storage/memstore"
)

// TestDamagedRoots damages a storage root in each way that ValidateRoot knows, one at a time.
func TestDamagedRoots(t *testing.T) {
	const extensions = "archive/extensions/"
	for _, c := range []struct {
		name   string
		damage func(t *testing.T, b *storage.Bucket)
		want   string // "CODE path"
	}{
		{"a whole root", func(*testing.T, *storage.Bucket) {}, ""},
		{"a README may lie in it (E087)", putting("archive/README.txt", "x"), ""},
		{"no declaration", removing("archive/0=ocfl_1.1"), "E069 "},
		{"a declaration that says something else", putting("archive/0=ocfl_1.1", "ocfl_2.0\n"), "E080 0=ocfl_1.1"},
		{"a layout that is no JSON", putting("archive/ocfl_layout.json", "{"), "E071 ocfl_layout.json"},
		{"a layout that nobody knows", putting("archive/ocfl_layout.json", `{"extension":"9999-none","description":"x"}`), "E071 ocfl_layout.json"},
		{"a file on the way to an object", putting("archive/abc/def/stray.txt", "x"), "E072 abc/def/stray.txt"},
		{"a second declaration", putting("archive/0=ocfl_1.0", "ocfl_1.0\n"), "E076 0=ocfl_1.0"},
		{"an object without its declaration", removing("object/0=ocfl_object_1.1"), "E085 "},
		{"a file among the extensions", putting(extensions+"notes.txt", "x"), "E112 extensions/notes.txt"},
		{"an extension of our own", putting(extensions+"vannghe-secret/config.json", "{}"), "W016 extensions/vannghe-secret"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := storage.NewBucket(memstore.New())
			r, err := ocfl.Open(t.Context(), b, "archive")
			if err != nil {
				t.Fatal(err)
			}
			u := r.Update("urn:uuid:1", 0, func(context.Context) error { return nil })
			u.Add("metadata.json", ocfl.FromBytes([]byte("{}")))
			if _, err := u.Commit(t.Context(), ocfl.VersionInfo{Created: time.Unix(1, 0).UTC(), Message: "x", UserName: "x", UserAddress: "urn:x"}); err != nil {
				t.Fatal(err)
			}
			c.damage(t, b)
			found, err := r.ValidateRoot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if c.want == "" {
				if len(found) != 0 {
					t.Errorf("found %v", found)
				}
				return
			}
			if len(found) != 1 || !strings.HasPrefix(found[0].Code+" "+found[0].Path, c.want) {
				t.Errorf("found %+v, want %s", found, c.want)
			}
		})
	}
}

func putting(key storage.Key, content string) func(*testing.T, *storage.Bucket) {
	return func(t *testing.T, b *storage.Bucket) {
		t.Helper()
		if _, err := b.Put(t.Context(), key, strings.NewReader(content), int64(len(content)), storage.PutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

// removing deletes a key; "object/…" is one of the only object.
func removing(key storage.Key) func(*testing.T, *storage.Bucket) {
	return func(t *testing.T, b *storage.Bucket) {
		t.Helper()
		if name, ok := strings.CutPrefix(string(key), "object/"); ok {
			for _, k := range keys(t, b, "archive") {
				if strings.HasSuffix(k, "/"+name) {
					key = storage.Key(k)
				}
			}
		}
		if err := b.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
}
