package main

import (
	"slices"
	"testing"

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
			if after := derivedKeys(t, bucket); !slices.Equal(after, before) {
				t.Errorf("derived again:\n%v\nbefore:\n%v", after, before)
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
