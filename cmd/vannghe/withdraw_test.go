package main

import (
	"context"
	"errors"
	"io"
	"net"
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
// every running process, wherever bytes and records lie.
func TestWithdrawalIsSeenEverywhere(t *testing.T) {
	folder := t.TempDir()
	painting(t, filepath.Join(folder, "tranh.png"))
	for name, settings := range pairs(t) {
		t.Run(name, func(t *testing.T) { testWithdrawal(t, folder, settings(t)) })
	}
}

func testWithdrawal(t *testing.T, folder string, set []string) {
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
	left := func() time.Duration { return max(0, time.Until(asked.Add(gone))) }
	for _, s := range []*server{first, second} {
		for _, a := range addresses {
			until(t, left(), a+" answers 410", func() bool { status, _ := s.get(t, a); return status == http.StatusGone })
		}
		until(t, left(), "search does not find it", func() bool { return s.search(t, "tranh").Total == 0 })
		if _, body := s.get(t, addresses[0]); !strings.Contains(body, "Theo yêu cầu của gia đình tác giả") {
			t.Error("the tombstone does not give the reason")
		}
	}
	for _, st := range streams {
		st.cutBefore(t, asked.Add(gone))
	}
	t.Logf("gone everywhere after %v", time.Since(asked))
	first.stop(t)
	second.stop(t)
}

// slow is a viewer on a thin line: so slow that the picture takes much longer than a withdrawal may.
type slow struct {
	ended chan error // why the stream ended
}

func openSlowly(t *testing.T, s *server, path string) *slow {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DialContext: narrow}}
	resp, err := client.Get(s.url + path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	v := &slow{ended: make(chan error, 1)}
	go func() { v.ended <- sip(resp.Body) }()
	return v
}

// narrow dials with a small receive buffer: what the kernel of a viewer holds already cannot be taken back.
func narrow(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		err = tcp.SetReadBuffer(64 << 10)
	}
	return conn, err
}

// sip reads 32 KiB at a time until the stream ends, nil at its proper end.
func sip(body io.Reader) error {
	pace := time.NewTicker(10 * time.Millisecond)
	defer pace.Stop()
	for range pace.C {
		if _, err := io.CopyN(io.Discard, body, 32<<10); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
	return nil
}

// cutBefore waits until the stream has been cut.
func (v *slow) cutBefore(t *testing.T, deadline time.Time) {
	t.Helper()
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	select {
	case err := <-v.ended:
		if err == nil {
			t.Error("the open stream was served to its end")
		}
	case <-timer.C:
		t.Error("the open stream was not cut in time")
	}
}

// painting writes a picture of noise, 22 MB: more than a slow viewer takes in the time and the buffers on the way to him hold.
func painting(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, noisePNG(t, 2800, 2000), 0o644); err != nil {
		t.Fatal(err)
	}
}
