package derive_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"vannghe/internal/tool/ffmpeg"
)

const oldSubtitles = "1\r\n00:00:01,000 --> 00:00:02,000\r\n%s\r\n"

// inUTF16 encodes text, little end first.
func inUTF16(text string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

// Subtitles are read in the encodings in which people have them, and are served in UTF-8.
func TestSubtitlesInOldEncodings(t *testing.T) {
	b := newBench(t)
	const said = "Trên bến trăng gầy con nước lên, người đi bóng ngả xuống mạn thuyền"
	subtitles := func(words string) []byte { return []byte(strings.Replace(oldSubtitles, "%s", words, 1)) }
	utf16 := inUTF16(string(subtitles(said)))
	swapped := make([]byte, len(utf16))
	for i := 0; i < len(utf16); i += 2 {
		swapped[i], swapped[i+1] = utf16[i+1], utf16[i]
	}
	for name, file := range map[string][]byte{
		"UTF-8 with a mark":     append([]byte("\xef\xbb\xbf"), subtitles(said)...),
		"UTF-16 with a mark":    append([]byte("\xff\xfe"), utf16...),
		"UTF-16, big end first": append([]byte("\xfe\xff"), swapped...),
		"UTF-16 without a mark": utf16,
		"TCVN3":                 subtitles("Tr\xaan b\xd5n tr\xa8ng g\xc7y con n\xad\xedc l\xaan, ng\xad\xeai \xaei b\xe3ng ng\xb6 xu\xe8ng m\xb9n thuy\xd2n"),
		// Base letters and the five tones as marks of their own: CC hook … EC acute, F2 dot, D2 hook, CC grave.
		"Windows-1258": subtitles("Tr\xean b\xea\xecn tr\xe3ng g\xe2\xccy con n\xfd\xf5\xecc l\xean, ng\xfd\xf5\xcci \xf0i bo\xecng nga\xd2 xu\xf4\xecng ma\xf2n thuy\xea\xccn"),
	} {
		r := b.in(t).derived("phim", original{"phim.srt", "srt", file})
		if vtt := string(r.read("captions", "vi.vtt")); !strings.Contains(vtt, said) {
			t.Errorf("%s: %q", name, vtt)
		}
		if len(r.parts) != 1 || r.parts[0].Text != said {
			t.Errorf("%s: parts %+v", name, r.parts)
		}
	}
}

func TestSubStationAlphaBesideAVideo(t *testing.T) {
	b := newBench(t)
	ass := "[Script Info]\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n" +
		"Dialogue: 0,0:00:03.00,0:00:04.00,D,,0,0,0,,{\\b1}sau\n" +
		"Dialogue: 0,0:00:01.50,0:00:02.00,D,,0,0,0,,trước,\\Nvà <i>nữa</i>\n"
	r := b.derived("phim", original{"a.vi.ass", "ass", []byte(ass)})
	if vtt := string(r.read("captions", "vi.vtt")); vtt != "WEBVTT\n\n00:00:01.500 --> 00:00:02.000\ntrước,\nvà nữa\n\n00:00:03.000 --> 00:00:04.000\nsau\n" {
		t.Errorf("captions\n%s", vtt)
	}
	if len(r.parts) != 1 || r.parts[0].Locator != "t=1,3" || r.parts[0].Text != "trước, và nữa\nsau" {
		t.Errorf("parts %+v", r.parts)
	}
}

// chaptered adds chapters to a recording; a third claims to begin after its end.
func chaptered(t *testing.T, media []byte, format string) []byte {
	t.Helper()
	folder := t.TempDir()
	about := ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=Rước đèn\n" +
		"[CHAPTER]\nTIMEBASE=1/1000\nSTART=2000\nEND=4000\ntitle=Phá <cỗ> & hát\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=4000000\nEND=5000000\ntitle=Không có\n"
	for name, content := range map[string][]byte{"in." + format: media, "about.txt": []byte(about)} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(folder, "out."+format)
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-i", filepath.Join(folder, "in."+format), "-i", filepath.Join(folder, "about.txt"),
		"-map", "0", "-map_chapters", "1", "-c", "copy", out)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v\n%s", err, said)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestChaptersInsideARecording(t *testing.T) {
	b := newBench(t)
	film := ffmpeg.Spec{Duration: 4 * time.Second, Picture: moving(ffmpeg.H264, 320, 180), Melody: tune()}
	spoken := film
	spoken.Cues = []ffmpeg.Cue{{Start: time.Second, End: 2 * time.Second, Text: "Con nước lên"}}
	for name, c := range map[string]struct {
		format string
		spec   ffmpeg.Spec
		parts  int
	}{
		"an MP4 without subtitles": {"mp4", film, 2},
		"a Matroska with them":     {"mkv", spoken, 3},
	} {
		b := b.in(t)
		c.spec.Format = ffmpeg.Format(c.format)
		r := b.only("captions", "phim", original{"a." + c.format, c.format, chaptered(t, b.film(c.spec), c.format)})
		vtt := string(r.read("captions", "chapters.vtt"))
		if !strings.HasPrefix(vtt, "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nRước đèn\n\n00:00:02.000 --> 00:00:0") || !strings.HasSuffix(vtt, "\nPhá &lt;cỗ&gt; &amp; hát\n") {
			t.Errorf("%s: chapters\n%s", name, vtt)
		}
		if a := r.asset("captions", "chapters.vtt"); a.Kind != "chapters" || a.Type != "text/vtt" {
			t.Errorf("%s: %+v", name, a)
		}
		if json := string(r.read("captions", "chapters.json")); json != `{"version":"1.2.0","chapters":[{"startTime":0,"title":"Rước đèn"},{"startTime":2,"title":"Phá \u003ccỗ\u003e \u0026 hát"}]}` {
			t.Errorf("%s: chapters for podcasts %s", name, json)
		}
		if len(r.parts) != c.parts || r.parts[1].Kind != "chapter" || r.parts[1].Locator != "t=2" || r.parts[1].Text != "Phá <cỗ> & hát" {
			t.Errorf("%s: parts %+v", name, r.parts)
		}
		if c.parts == 3 && !strings.Contains(string(r.read("captions", "vi.vtt")), "Con nước lên") {
			t.Errorf("%s: the subtitles are lost", name)
		}
	}
}
