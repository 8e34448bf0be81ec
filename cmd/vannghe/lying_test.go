package main

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFilmsOfOddLength: whatever containers say of their length, what is offered is as long as what is in them; and a film of twenty hours is a film.
func TestFilmsOfOddLength(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	film := func(name string, rate, seconds string) string {
		path := filepath.Join(folder, name)
		runTool(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x48:r="+rate+":d="+seconds, "-c:v", "libx264", "-preset", "ultrafast", "-tune", "stillimage",
			"-pix_fmt", "yuv420p", "-g", "1", path)
		return path
	}
	patch(t, film("muoi gio.mkv", "5", "3"), matroskaLength(36_000))
	patch(t, film("ba giay.mkv", "5", "30"), matroskaLength(3))
	patch(t, film("muoi gio.mp4", "5", "3"), movieLength(36_000))
	film("hai muoi gio.mp4", "1/10", "72000")
	set := []string{"--data", t.TempDir()}
	began := time.Now()
	must(t, append([]string{"import", folder, "--publish"}, set...)...)
	t.Logf("made after %.1f s", time.Since(began).Seconds())
	s := serve(t, set...)
	defer s.stop(t)
	want := map[string]float64{"muoi gio": 3, "ba giay": 30, "hai muoi gio": 72_000}
	seen := 0
	for _, id := range s.public(t) {
		var w apiWork
		s.answer(t, "/api/v1/works/"+id, &w)
		for _, kind := range []string{"hls", "mp4"} {
			seen++
			if m := w.medium(kind); math.Abs(m.Duration-want[w.Title]) > 1+want[w.Title]/1000 {
				t.Errorf("%s: %s lasts %g s, want %g", w.Title, kind, m.Duration, want[w.Title])
			}
		}
		if w.Title == "hai muoi gio" {
			s.longFilm(t, w)
		} else {
			s.playable(t, id)
		}
	}
	if seen < 6 {
		t.Errorf("of %d media is known how long they are", seen)
	}
}

// longFilm holds that what leads into a film of twenty hours is no larger than it must be.
func (s *server) longFilm(t *testing.T, w apiWork) {
	t.Helper()
	_, sprite := s.get(t, s.path(w.medium("thumbnails").URL))
	if n := strings.Count(sprite, "-->"); n < 100 || n > 400 {
		t.Errorf("%d small pictures", n)
	}
	master := s.path(w.medium("hls").URL)
	_, pictures := s.get(t, strings.TrimSuffix(master, "master.m3u8")+"48p-iframes.m3u8")
	if n := strings.Count(pictures, "#EXTINF"); n < 100 || n > 7200 {
		t.Errorf("%d I-frames are listed", n)
	}
}

// patch changes the bytes of a file; nothing to change fails.
func patch(t *testing.T, path string, change func([]byte) bool) {
	t.Helper()
	b, err := os.ReadFile(path)
	noError(t, err)
	if !change(b) {
		t.Fatalf("%s says nothing of its length", path)
	}
	noError(t, os.WriteFile(path, b, 0o600))
}

// matroskaLength has the segment say so many seconds (RFC 9559 §5.1.2.10: Duration, a float in milliseconds).
func matroskaLength(seconds float64) func([]byte) bool {
	return func(b []byte) bool {
		i := bytes.Index(b, []byte{0x44, 0x89, 0x88})
		if i >= 0 {
			binary.BigEndian.PutUint64(b[i+3:], math.Float64bits(1000*seconds))
		}
		return i >= 0
	}
}

// movieLength has movie and media say so many seconds (ISO/IEC 14496-12 §8.2.2 and §8.4.2: version 0 has timescale and duration after two times).
func movieLength(seconds uint32) func([]byte) bool {
	return func(b []byte) bool {
		found := 0
		for _, name := range []string{"mvhd", "mdhd"} {
			if i := bytes.Index(b, []byte(name)); i >= 0 {
				scale := binary.BigEndian.Uint32(b[i+16:])
				binary.BigEndian.PutUint32(b[i+20:], scale*seconds)
				found++
			}
		}
		return found == 2
	}
}
