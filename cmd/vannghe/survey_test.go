package main

import (
	"slices"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// TestDerivedMayBeDeleted is what the manual promises: everything under derived/ can go, and `vannghe drain` brings it back.
func TestDerivedMayBeDeleted(t *testing.T) {
	t.Parallel()
	for name, settings := range stores(t) {
		t.Run(name, func(t *testing.T) {
			set := settings(t)
			must(t, append([]string{"import", gallery(t), "--manifest", "works.csv", "--publish"}, set...)...)
			s := Settings{Data: set[1]}
			if len(set) > 2 {
				s.Storage = set[3]
			}
			bucket, err := s.openBucket(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := bucket.Close(); err != nil {
					t.Error(err)
				}
			}()
			before := derivedKeys(t, bucket)
			if len(before) == 0 {
				t.Fatal("nothing was derived")
			}
			if err := bucket.DeletePrefix(t.Context(), "derived"); err != nil {
				t.Fatal(err)
			}
			must(t, append([]string{"drain"}, set...)...)
			// What the catalogue knows of a work is laid beside its derivatives when it is preserved or, what came later, by a round of its own: there may be
			// more of it than before, not less.
			after := derivedKeys(t, bucket)
			for _, key := range after {
				if !slices.Contains(before, key) && !strings.HasSuffix(string(key), "/"+archive.MadeName) {
					t.Errorf("%s was not there before", key)
				}
			}
			for _, key := range before {
				if !slices.Contains(after, key) {
					t.Errorf("%s is not there again", key)
				}
			}
			inspect(t, set)
		})
	}
}

func derivedKeys(t *testing.T, bucket *storage.Bucket) []storage.Key {
	t.Helper()
	var keys []storage.Key
	for o, err := range bucket.List(t.Context(), "derived") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	return keys
}
