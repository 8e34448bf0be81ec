package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// gone is how soon a withdrawn work must have vanished everywhere.
const gone = 2 * time.Second

// A withdrawn work is gone within two seconds from page, media, tiles, search and API, also for a stream already open, on
// every running process.
func TestWithdrawalIsSeenEverywhere(t *testing.T) {
	set := []string{"--data", t.TempDir()}
	folder := t.TempDir()
	painting(t, filepath.Join(folder, "tranh.png"))
	first := serve(t, set...)
	second := serve(t, append(set, "--run", "web")...)
	must(t, append([]string{"import", folder, "--publish"}, set...)...)
	var list workList
	first.answer(t, "/api/v1/works", &list)
	if len(list.Works) != 1 {
		t.Fatalf("%d works", len(list.Works))
	}
	id := list.Works[0].ID
	var w apiWork
	first.answer(t, "/api/v1/works/"+id, &w)
	original := w.medium("original")
	addresses := []string{first.path(w.URL), first.path(original.URL), first.path(w.medium("image").URL),
		first.path(w.medium("iiif").URL), "/api/v1/works/" + id}
	for _, a := range addresses {
		if status, _ := first.get(t, a); status != http.StatusOK {
			t.Fatalf("before: %s answers %d", a, status)
		}
	}
	streams := []*slow{openSlowly(t, first, first.path(original.URL)), openSlowly(t, second, first.path(original.URL))}

	must(t, append([]string{"withdraw", id, "--reason", "Theo yêu cầu của gia đình tác giả"}, set...)...)
	asked := time.Now()
	for _, s := range []*server{first, second} {
		for _, a := range addresses {
			until(t, gone, a+" answers 410", func() bool { status, _ := s.get(t, a); return status == http.StatusGone })
		}
		until(t, gone, "search does not find it", func() bool { return s.search(t, "tranh").Total == 0 })
		if _, body := s.get(t, addresses[0]); !strings.Contains(body, "Theo yêu cầu của gia đình tác giả") {
			t.Error("the tombstone does not give the reason")
		}
	}
	for _, st := range streams {
		if n := st.rest(); n >= original.Bytes {
			t.Errorf("the open stream was served to its end: %d of %d bytes", n, original.Bytes)
		}
	}
	t.Logf("gone everywhere after %v", time.Since(asked))
	first.stop(t)
	second.stop(t)
}

// slow is a viewer who takes the first bytes and then waits.
type slow struct {
	body io.ReadCloser
	got  int64
}

func openSlowly(t *testing.T, s *server, path string) *slow {
	t.Helper()
	resp, err := http.Get(s.url + path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	n, err := io.CopyN(io.Discard, resp.Body, 64<<10)
	if err != nil {
		t.Fatal(err)
	}
	return &slow{body: resp.Body, got: n}
}

// rest reads what still comes and returns how much came in all.
func (s *slow) rest() int64 {
	n, _ := io.Copy(io.Discard, s.body)
	return s.got + n
}

// painting writes a picture of noise so large that no buffer between server and viewer holds it.
func painting(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, noisePNG(t, 4200, 3000), 0o644); err != nil {
		t.Fatal(err)
	}
}
