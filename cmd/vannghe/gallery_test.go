package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// gallery is the library with a picture, a short film with sound, a song with its cover and a paper of two pages: seven works, a
// file each, so that every kind of tool is at work when something comes in between.
func gallery(t *testing.T) string {
	t.Helper()
	folder := library(t)
	if err := os.WriteFile(filepath.Join(folder, "tranh.png"), noisePNG(t, 600, 400), 0o600); err != nil {
		t.Fatal(err)
	}
	makeFilm(t, filepath.Join(folder, "phim.mp4"))
	makeSong(t, filepath.Join(folder, "bai-hat.mp3"))
	makePaper(t, filepath.Join(folder, "van-ban.pdf"))
	more(t, filepath.Join(folder, "works.csv"), "tranh.png,Bức tranh,Đỗ Nhàn,hội họa,\n"+
		"phim.mp4,Con đò,Vũ Lam,phim,\n"+
		"bai-hat.mp3,Khúc hát ru,Ngô Ân,ca khúc,\n"+
		"van-ban.pdf,Kế hoạch sáng tác,,văn bản,\n")
	return folder
}

const galleryWorks = 7

// more appends to a file.
func more(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func makeFilm(t *testing.T, path string) {
	t.Helper()
	runTool(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=192x108:rate=12:duration=1", "-f", "lavfi", "-i", "sine=duration=1",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "32k", "-shortest", path)
}

func makeSong(t *testing.T, path string) {
	t.Helper()
	cover := filepath.Join(t.TempDir(), "cover.png")
	if err := os.WriteFile(cover, noisePNG(t, 120, 120), 0o600); err != nil {
		t.Fatal(err)
	}
	runTool(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=frequency=330:duration=2", "-i", cover, "-map", "0", "-map", "1",
		"-c:a", "libmp3lame", "-b:a", "32k", "-c:v", "mjpeg", "-disposition:v", "attached_pic", "-id3v2_version", "3", path)
}

func makePaper(t *testing.T, path string) {
	t.Helper()
	drawings := t.TempDir()
	for name, words := range map[string]string{"1.svg": "Trang thứ nhất nói về mùa gặt", "2.svg": "Trang thứ hai kể chuyện bến nước"} {
		write(t, drawings, name, `<svg xmlns="http://www.w3.org/2000/svg" width="420" height="595"><text x="40" y="80" font-size="18">`+words+`</text></svg>`)
	}
	runTool(t, "rsvg-convert", "-f", "pdf", "-o", path, filepath.Join(drawings, "1.svg"), filepath.Join(drawings, "2.svg"))
}

// runTool runs a program that makes material for a test.
func runTool(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}
