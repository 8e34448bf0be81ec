package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// record makes a short recording by ffmpeg.
func record(t *testing.T, folder, name string, args ...string) {
	t.Helper()
	args = append(append([]string{"-v", "error"}, args...), filepath.Join(folder, name))
	if out, err := exec.CommandContext(t.Context(), "ffmpeg", args...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v\n%s", err, out)
	}
}

// Subtitles and lyrics laid beside a recording under one key are shown with it, and what is said leads to its second.
func TestWordsLaidBesideARecording(t *testing.T) {
	folder := t.TempDir()
	record(t, folder, "friday.mp4", "-f", "lavfi", "-i", "testsrc=s=128x72:d=4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
	record(t, folder, "ru.mp3", "-f", "lavfi", "-i", "sine=d=4")
	write(t, folder, "friday.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nThuyền hoa cập bến\n\n00:02.000 --> 00:03.000\nTrăng lên rồi, các cụ ơi!\n")
	write(t, folder, "ru.lrc", "[ti:Ru]\n[00:01.00]À ơi con nước lớn ròng\n[00:02.00]ru con mẹ mượn tấm lòng của sông\n")
	write(t, folder, "works.csv", "file,work,title,genre,rights\nfriday.mp4,f,Thứ sáu,phim,\nfriday.vtt,f,,,\nru.mp3,r,Lời ru,ca khúc,\nru.lrc,r,,,\n")
	set := []string{"--data", t.TempDir()}
	files, totals := fileLines(t, must(t, append([]string{"import", folder, "--manifest", "works.csv", "--publish", "--json"}, set...)...))
	if totals["added"] != 4 {
		t.Fatalf("totals %v: %v", totals, files)
	}
	s := serve(t, set...)
	film := s.page(t, "Thứ sáu")
	_, body := s.get(t, film)
	for _, want := range []string{`<track kind="captions"`, "Trăng lên rồi, các cụ ơi!", `href="` + film + `?t=2"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the film's page has no %s", want)
		}
	}
	_, song := s.get(t, s.page(t, "Lời ru"))
	if !strings.Contains(song, "<audio") || !strings.Contains(song, "À ơi con nước lớn ròng") {
		t.Error("the song's page has no words")
	}
	for name, page := range map[string]string{"film": body, "song": song} {
		if strings.Contains(page, `class="notice"`) {
			t.Errorf("on the page of the %s something is prepared for ever", name)
		}
	}
	if _, work := s.get(t, "/api/v1/works/"+files["friday.vtt"].Work); strings.Contains(work, `"preparing"`) {
		t.Errorf("the API prepares for ever: %s", work)
	}
	for words, want := range map[string]string{"cac cu oi": film + "?t=2", "con nuoc lon rong": s.page(t, "Lời ru") + "?t=1"} {
		at := ""
		for _, h := range s.search(t, words).Hits {
			for _, p := range h.Parts {
				at = s.path(p.URL)
			}
		}
		if at != want {
			t.Errorf("what is said or sung is found at %q, not %q", at, want)
		}
	}
	b := chromium(t, s.url)
	b.width(1280)
	b.open(film + "?t=2")
	b.truth(`document.querySelector("media-controller video")?.currentTime >= 2`)
	b.script(`void document.querySelector("video").play()`)
	b.truth(`document.querySelector("video").currentTime > 2.2 && document.querySelector(".cues [aria-current]")?.textContent.includes("Trăng lên rồi")`)
	b.clean("a spot of the film")
	s.stop(t)
}
