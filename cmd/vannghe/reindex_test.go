package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The indexes of running servers are made anew by the servers themselves, each beside the one in use: searches find everything all the time.
func TestReindexBesideALiveServer(t *testing.T) {
	t.Parallel()
	set := []string{"--data", t.TempDir()}
	must(t, append([]string{"import", library(t), "--manifest", "works.csv", "--publish"}, set...)...)
	first, second := serve(t, set...), serve(t, set...)
	until(t, time.Minute, "both servers find the poem", func() bool { return first.search(t, "ben cu").Total == 1 && second.search(t, "ben cu").Total == 1 })
	before := generations(t, set[1])
	ended := make(chan result, 1)
	go func() { ended <- vannghe(t, append([]string{"reindex"}, set...)...) }()
	for running := true; running; {
		for _, s := range []*server{first, second} {
			if n := s.search(t, "ben cu").Total; n != 1 {
				t.Errorf("%d works while the index is made anew", n)
			}
		}
		select {
		case r := <-ended:
			running = false
			if r.code != 0 {
				t.Errorf("status %d\n%s", r.code, r.err)
			}
		default:
		}
	}
	after := generations(t, set[1])
	if len(before) != 2 || len(after) != 2 {
		t.Fatalf("indexes before %v, after %v", before, after)
	}
	for name := range before {
		if after[name] {
			t.Errorf("%s is still in use", name)
		}
	}
	first.stop(t)
	second.stop(t)
	must(t, append([]string{"reindex"}, set...)...) // and alone
	third := serve(t, set...)
	if n := third.search(t, "ben cu").Total; n != 1 {
		t.Errorf("%d works after a reindex without a server", n)
	}
	third.stop(t)
}

// generations returns what the indexes below the data folder name as the one in use.
func generations(t *testing.T, data string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(data, "index*", "current"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range files {
		name, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		names[string(name)] = true
	}
	return names
}
