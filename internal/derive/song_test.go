package derive_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
)

func TestLyricsBesideASongLeadToTheSecond(t *testing.T) {
	b := newBench(t)
	r := b.only("captions", "ca-khuc", original{"ru.wav", "wav", wave(2, 3, tone(-20))},
		original{"ru.lrc", "lrc", []byte("[ti:Ru]\n[offset:500]\n[00:30.50]ru con mẹ mượn tấm lòng của sông\n[00:01.50]À ơi con nước lớn ròng\n")})
	if vtt := string(r.read("captions", "vi.vtt")); !strings.Contains(vtt, "00:00:01.000 --> ") || !strings.Contains(vtt, "00:00:30.000 --> ") {
		t.Errorf("half a second sooner, and in order of time:\n%s", vtt)
	}
	if len(r.parts) != 2 || r.parts[0].Locator != "t=1" || r.parts[0].Text != "À ơi con nước lớn ròng" || r.parts[1].Locator != "t=30" || r.parts[1].Kind != "cue" {
		t.Errorf("parts %+v", r.parts)
	}
}

func TestLyricsInsideASong(t *testing.T) {
	for _, c := range []struct{ sentence, lyrics, kind, locator, asset string }{
		{"with their times they lead to them", "[00:01.00]Con nước lớn ròng\n[00:02.00]À ơi", "cue", "t=1,2", "vi.vtt"},
		{"without they are a text", "Con nước lớn ròng\nÀ ơi", "stanza", "kho-1", "text.html"},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			b := newBench(t)
			song := b.film(ffmpeg.Spec{Format: "flac", Melody: tune(), Tags: ffmpeg.Tags{Lyrics: c.lyrics}})
			r := b.only("captions", "ca-khuc", original{"song.flac", "flac", song})
			if a := r.asset("captions", c.asset); a.Language != "vi" {
				t.Errorf("%+v", a)
			}
			if len(r.parts) != 1 || r.parts[0].Kind != c.kind || r.parts[0].Locator != c.locator || r.parts[0].Text != "Con nước lớn ròng\nÀ ơi" {
				t.Errorf("parts %+v", r.parts)
			}
		})
	}
}

func TestLyricsWithoutTimesAreAText(t *testing.T) {
	b := newBench(t)
	r := b.derived("ca-khuc", original{"ru.lrc", "lrc", []byte("[ti:Ru]\nÀ ơi con nước\nlớn ròng\n")})
	if len(r.parts) != 1 || r.parts[0].Kind != "stanza" || r.parts[0].Text != "À ơi con nước\nlớn ròng" {
		t.Errorf("parts %+v", r.parts)
	}
}

// Ten thousand lines, the last one first.
func TestLyricsThatRunBackwardsWithoutEnd(t *testing.T) {
	var s strings.Builder
	for n := 10_000; n > 0; n-- {
		fmt.Fprintf(&s, "[%02d:%02d.00]dòng %d\n", n/60, n%60, n)
	}
	b := newBench(t)
	r := b.derived("ca-khuc", original{"ru.lrc", "lrc", []byte(s.String())})
	if len(r.parts) < 400 || len(r.parts) > 1000 || !strings.HasPrefix(r.parts[0].Locator, "t=1,2,3,") || !strings.HasPrefix(r.parts[0].Text, "dòng 1\ndòng 2\n") {
		t.Errorf("%d parts, the first %+v", len(r.parts), r.parts[0])
	}
}

// id3 puts text frames before an MP3.
func id3(mp3 []byte, frames map[string]string) []byte {
	var body bytes.Buffer
	for name, text := range frames {
		data := append([]byte{3}, text...) // UTF-8
		if name == "USLT" {
			data = append([]byte("\x03vie\x00"), text...)
		}
		body.WriteString(name)
		_ = binary.Write(&body, binary.BigEndian, uint32(len(data)))
		body.WriteString("\x00\x00")
		body.Write(data)
	}
	n := body.Len()
	head := []byte{'I', 'D', '3', 3, 0, 0, byte(n >> 21 & 127), byte(n >> 14 & 127), byte(n >> 7 & 127), byte(n & 127)}
	return append(append(head, body.Bytes()...), mp3...)
}

func TestTagsOfAMegabyte(t *testing.T) {
	b := newBench(t)
	song := b.film(ffmpeg.Spec{Format: "mp3", Melody: tune()})
	if at := bytes.Index(song, []byte{0xff, 0xfb}); at > 0 {
		song = song[at:]
	}
	r := b.derived("ca-khuc", original{"song.mp3", "mp3", id3(song, map[string]string{
		"TIT2": strings.Repeat("Câu hò ", 1<<20/9), "USLT": strings.Repeat("À ơi con nước\n", 1<<20/18),
	})})
	f := r.files[0]
	if n := len([]rune(f.Tags["title"])); n == 0 || n > 20_000 {
		t.Errorf("a title of %d letters", n)
	}
	if n := len([]rune(f.Tags["lyrics"])); n == 0 || n > 20_000 {
		t.Errorf("lyrics of %d letters", n)
	}
	if f.Problem != "" || len(r.parts) == 0 || r.asset("audio", "audio.m4a").Bytes == 0 {
		t.Errorf("%+v, %d parts", f, len(r.parts))
	}
}

// The cover is refused and says why; the song plays.
func TestACoverOfAHundredMegapixels(t *testing.T) {
	cover := filepath.Join(t.TempDir(), "cover.jpg")
	f, err := os.Create(cover)
	if err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(f, image.NewGray(image.Rect(0, 0, 10_000, 10_000)), &jpeg.Options{Quality: 1}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	r := b.derived("ca-khuc", original{"song.mp3", "mp3", b.film(ffmpeg.Spec{Format: "mp3", Melody: tune(), Cover: cover})})
	if d := r.one("cover"); d.State != archive.DerivativeFailed || d.Problem != "picture-over-limit" {
		t.Errorf("cover %s %q", d.State, d.Problem)
	}
	if r.asset("audio", "audio.m4a").Duration < 1 || r.files[0].Problem != "" {
		t.Errorf("%+v", r.files[0])
	}
}

// Of forty tracks the first is heard.
func TestFortyTracksInOneFile(t *testing.T) {
	b := newBench(t)
	path := writeFile(t, wave(2, 2, tone(-20)))
	song := b.fileMade(func(out string) error {
		args := []string{"-nostdin", "-v", "error", "-i", path}
		for range 40 {
			args = append(args, "-map", "0:a")
		}
		_, err := b.runner.Run(t.Context(), tool.Command{Program: tool.FFmpeg, Args: append(args, "-c:a", "aac", "-b:a", "32k", "-f", "ipod", out),
			Limits: tool.Limits{Time: time.Minute}})
		return err
	})
	r := b.derived("ca-khuc", original{"song.mp4", "mp4", song})
	if l := r.asset("audio", "audio.m4a").Loudness; l.Integrated < -16.5 || l.Integrated > -15.5 {
		t.Errorf("%+v", *l)
	}
	if n := r.asset("audio", "audio.m4a").Bytes; n > 100_000 {
		t.Errorf("%d bytes: more than one track", n)
	}
}

func TestSongsThatLieAboutTheirLength(t *testing.T) {
	b := newBench(t)
	long := wave(2, 1, tone(-20))
	binary.LittleEndian.PutUint32(long[40:], 48000*4*3600) // an hour
	r := b.derived("ca-khuc", original{"a.wav", "wav", long}, original{"b.wav", "wav", wave(2, 0, tone(-20))})
	if f := r.files[0]; f.Duration < 900*time.Millisecond || f.Duration > 1100*time.Millisecond || f.Problem != "" {
		t.Errorf("an hour that is a second: %+v", f)
	}
	if f := r.files[1]; f.Problem == "" {
		for _, d := range r.made {
			if d.File == f.ID && (d.State != archive.DerivativeFailed || d.Problem == "") {
				t.Errorf("of nothing was made %s: %s %q", d.Recipe, d.State, d.Problem)
			}
		}
	}
}

// What was made of an original that is AAC and as loud as it should be is copied, to the packet.
func TestASongThatIsAsItShouldBeIsCopied(t *testing.T) {
	b := newBench(t)
	song := b.derived("ca-khuc", original{"a.wav", "wav", wave(2, 5, tone(-20))}).read("audio", "audio.m4a")
	r := b.derived("ca-khuc", original{"a.m4a", "m4a", song})
	a := r.asset("audio", "audio.m4a")
	again := r.read("audio", "audio.m4a")
	sound := min(len(song), len(again)) * 9 / 10 // the index before it may differ
	if a.Loudness.Gain != 0 || !bytes.Equal(again[len(again)-sound:], song[len(song)-sound:]) {
		t.Errorf("gain %.2f, %d bytes of %d: it was encoded again", a.Loudness.Gain, a.Bytes, len(song))
	}
}
