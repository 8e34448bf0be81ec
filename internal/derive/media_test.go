package derive_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/internal/tool/vips"
)

func TestVideoThatPlaysAsItIsIsCopied(t *testing.T) {
	b := newBench(t)
	film := b.film(ffmpeg.Spec{Format: "mp4", Duration: 3 * time.Second, Picture: moving(ffmpeg.H264, 640, 360), Melody: tune(),
		Cues: []ffmpeg.Cue{{Start: time.Second, End: 2 * time.Second, Text: "Con nước lên"}}})
	r := b.derived("phim", original{"bến [trăng] *.mp4", "mp4", film})
	if got := r.recipes(); !slices.Equal(got, []string{"captions", "hls", "ladder", "mp4", "poster", "sprite"}) {
		t.Fatalf("made %v: %+v", got, r.made)
	}
	if f := r.files[0]; f.Width != 640 || f.Height != 360 || f.Duration < 2500*time.Millisecond || f.Problem != "" {
		t.Errorf("facts %+v", f)
	}
	if n := len(r.one("hls").Assets); n != 6 {
		t.Errorf("%d assets, want a master, three files for the picture and two for the sound: %+v", n, r.one("hls").Assets)
	}
	master := string(r.read("hls", "master.m3u8"))
	if !strings.Contains(master, "RESOLUTION=640x360") || !strings.Contains(master, "CODECS=") {
		t.Errorf("master\n%s", master)
	}
	if a := r.asset("mp4", "video.mp4"); a.Width != 640 || a.Height != 360 || a.Duration < 2.5 {
		t.Errorf("mp4 %+v", a)
	}
	if details := r.details(); strings.Count(details, "copied") != 2 || strings.Count(details, "encoded") != 1 {
		t.Errorf("events say\n%s", details)
	}
}

func TestCaptionsInsideAVideoLeadToTheSecond(t *testing.T) {
	b := newBench(t)
	film := b.film(ffmpeg.Spec{Format: "mkv", Duration: 4 * time.Second, Picture: moving(ffmpeg.H264, 320, 180),
		Cues: []ffmpeg.Cue{{Start: 2 * time.Second, End: 3 * time.Second, Text: "Con nước lên"}}})
	r := b.only("captions", "phim", original{"a.mkv", "mkv", film})
	if vtt := string(r.read("captions", "vi.vtt")); !strings.Contains(vtt, "00:00:02.000 --> 00:00:03.000\nCon nước lên") {
		t.Errorf("captions\n%s", vtt)
	}
	if len(r.parts) != 1 || r.parts[0].Kind != "cue" || r.parts[0].Locator != "t=2" || r.parts[0].Text != "Con nước lên" || r.parts[0].Language != "vi" {
		t.Errorf("parts %+v", r.parts)
	}
}

func TestASubtitleFileBesideAVideo(t *testing.T) {
	b := newBench(t)
	film := b.film(ffmpeg.Spec{Format: "mp4", Duration: time.Second, Picture: moving(ffmpeg.H264, 320, 180)})
	srt := "\ufeff1\r\n00:00:00,500 --> 00:00:00,900\r\nHello\r\n"
	r := b.only("captions", "phim", original{"a.mp4", "mp4", film}, original{"a.en.srt", "srt", []byte(srt)})
	if a := r.asset("captions", "en.vtt"); a.Language != "en" || a.Type != "text/vtt" {
		t.Errorf("captions %+v", a)
	}
	if len(r.parts) != 1 || r.parts[0].File != r.files[1].ID || r.parts[0].Locator != "t=0" {
		t.Errorf("parts %+v", r.parts)
	}
}

func TestVideoThatDoesNotPlayIsEncoded(t *testing.T) {
	b := newBench(t)
	film := b.film(ffmpeg.Spec{Format: "mpegps", Duration: 2 * time.Second, Picture: moving(ffmpeg.MPEG2, 960, 540), Melody: tune()})
	r := b.derived("phim", original{"băng cũ.mpg", "mpegps", film})
	if early := string(r.read("hls", "master.m3u8")); strings.Count(early, "#EXT-X-STREAM-INF") != 1 || !strings.Contains(early, "x240") {
		t.Errorf("want 240 early:\n%s", early)
	}
	master := string(r.read("ladder", "master.m3u8"))
	for _, side := range []string{"x540", "x480", "x240", `TYPE=AUDIO`} {
		if !strings.Contains(master, side) {
			t.Errorf("want 540, 480, 240 and the sound:\n%s", master)
		}
	}
	if string(r.read("hls", "240p.m4s")) != string(r.read("ladder", "240p.m4s")) || string(r.read("hls", "audio.m4s")) != string(r.read("ladder", "audio.m4s")) {
		t.Error("what played early was encoded again")
	}
	if !strings.Contains(master, `GROUP-ID="audio-low"`) || string(r.read("hls", "audio-low.m4s")) != string(r.read("ladder", "audio-low.m4s")) {
		t.Errorf("want the low sound as it was early:\n%s", master)
	}
	if listen := string(r.read("ladder", "listen.m3u8")); strings.Index(listen, "\naudio-low.m3u8\n") > strings.Index(listen, "\naudio.m3u8\n") {
		t.Errorf("want both sounds, the low one first:\n%s", listen)
	}
	if a := r.asset("mp4", "video.mp4"); a.Height != 540 || a.Duration < 1.5 {
		t.Errorf("mp4 %+v", a)
	}
	if details := r.details(); !strings.Contains(details, "joined from hls") {
		t.Errorf("the MP4 was encoded a second time:\n%s", details)
	}
}

func TestASprite(t *testing.T) {
	b := newBench(t)
	film := b.film(ffmpeg.Spec{Format: "mp4", Duration: 5 * time.Second, Picture: moving(ffmpeg.H264, 320, 180)})
	r := b.only("sprite", "phim", original{"a.mp4", "mp4", film})
	if vtt := string(r.read("sprite", "sprite.vtt")); !strings.Contains(vtt, "00:00:02.000 --> 00:00:04.000\nsprite-1.jpg#xywh=160,0,160,90\n") {
		t.Errorf("index\n%s", vtt)
	}
	if a := r.asset("sprite", "sprite-1.jpg"); a.Type != "image/jpeg" || a.Bytes == 0 {
		t.Errorf("sheet %+v", a)
	}
}

// A short film whose key frames are far between is not decoded once more for its small pictures: they are made of its ladder.
func TestASpriteOfFewKeyFrames(t *testing.T) {
	b := newBench(t)
	path := t.TempDir() + "/film.mp4"
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=480x270:r=10:d=5", "-c:v", "libx264", "-preset", "ultrafast",
		"-pix_fmt", "yuv420p", "-g", "100", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	film, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := b.derived("phim", original{"a.mp4", "mp4", film})
	if vtt := string(r.read("sprite", "sprite.vtt")); !strings.Contains(vtt, "00:00:04.000") || r.one("sprite").Made.Before(r.one("ladder").Made) {
		t.Errorf("made at %s, the ladder at %s:\n%s", r.one("sprite").Made, r.one("ladder").Made, vtt)
	}
}

func TestAPosterIsNotBlack(t *testing.T) {
	b := newBench(t)
	p := moving(ffmpeg.H264, 640, 360)
	p.BlackLead = 2 * time.Second
	film := b.film(ffmpeg.Spec{Format: "mp4", Duration: 5 * time.Second, Picture: p})
	r := b.only("poster", "phim", original{"a.mp4", "mp4", film})
	colour, err := vips.New(b.runner, vips.DefaultLimits()).Average(t.Context(), vips.Source{Path: r.local("poster", "poster.jpg"), Format: "jpeg"})
	if err != nil || int(colour.R)+int(colour.G)+int(colour.B) < 150 {
		t.Errorf("the poster's mean colour is %s, %v", colour.Hex(), err)
	}
	if a := r.asset("poster", "poster-480.jpg"); a.Width != 480 || a.Height != 270 {
		t.Errorf("small poster %+v", a)
	}
}

func TestAudio(t *testing.T) {
	b := newBench(t)
	cover := writeFile(t, b.painting(800, 800))
	song := b.film(ffmpeg.Spec{Format: "mp3", Melody: tune(), Cover: cover, Tags: ffmpeg.Tags{Title: "  Khúc đàn ", Artist: "Hà Thu"}})
	r := b.derived("ca-khuc", original{"song.mp3", "mp3", song})
	if got := r.recipes(); !slices.Equal(got, []string{"audio", "cover", "waveform"}) {
		t.Fatalf("made %v: %+v", got, r.made)
	}
	if f := r.files[0]; f.Tags["title"] != "Khúc đàn" || f.Tags["artist"] != "Hà Thu" || f.Duration < time.Second {
		t.Errorf("facts %+v", f)
	}
	if r.work.Title != "Bến trăng" {
		t.Errorf("a tag changed the title to %q: the title is for a person to say", r.work.Title)
	}
	var w struct {
		Duration float64 `json:"duration"`
		Peaks    []int   `json:"peaks"`
	}
	if err := json.Unmarshal(r.read("waveform", "waveform.json"), &w); err != nil {
		t.Fatal(err)
	}
	if len(w.Peaks) == 0 || len(w.Peaks) > 1000 || slices.Max(w.Peaks) < 20 || slices.Max(w.Peaks) > 255 || w.Duration < 1 {
		t.Errorf("waveform of %g s has %d peaks", w.Duration, len(w.Peaks))
	}
	if a := r.asset("audio", "audio.m4a"); a.Type != "audio/mp4" || a.Duration < 1 {
		t.Errorf("audio %+v", a)
	}
	if a := r.asset("cover", "cover.jpg"); a.Width != 800 || a.Height != 800 {
		t.Errorf("cover %+v", a)
	}
}

func TestATruncatedVideoShowsWhatThereIsAndSaysSo(t *testing.T) {
	b := newBench(t)
	film := b.film(ffmpeg.Spec{Format: "mkv", Duration: 8 * time.Second, Picture: moving(ffmpeg.H264, 320, 180)})
	r := b.derived("phim", original{"a.mkv", "mkv", film[:len(film)/2]})
	if r.one("hls").State != archive.DerivativeReady || r.one("hls").Problem != "file-truncated" {
		t.Errorf("hls %s %q", r.one("hls").State, r.one("hls").Problem)
	}
}

// The packets of a film are all there, but the pictures in its second half are noise: it plays as far as it can be decoded.
func TestAFilmOfNoiseSaysWhatIsMissing(t *testing.T) {
	b := newBench(t)
	film := b.film(ffmpeg.Spec{Format: "mkv", Duration: 8 * time.Second, Picture: moving(ffmpeg.HEVC, 320, 180)})
	for i := len(film) / 2; i < len(film); i++ {
		film[i] = byte(i * 7)
	}
	r := b.derived("phim", original{"a.mkv", "mkv", film})
	if d := r.one("hls"); d.State != archive.DerivativeReady || d.Problem != "file-truncated" {
		t.Errorf("hls is %s, %q", d.State, d.Problem)
	}
}

func TestBrokenMediaIsKeptWithAReason(t *testing.T) {
	b := newBench(t)
	r := b.derived("phim", original{"a.mp4", "mp4", []byte("\x00\x00\x00\x18ftypmp42 nothing more")}, original{"b.mp3", "mp3", []byte("ID3 no music")},
		original{"c.bin", "unknown", []byte{1, 2, 3}}, original{"d.jpg", "jpeg", []byte("\xff\xd8\xff\xe0 no picture")})
	want := []archive.Reason{"media-unreadable", "media-unreadable", "format-unknown", "picture-unreadable"}
	for i, f := range r.files {
		if f.Problem != want[i] {
			t.Errorf("%s: problem %q, want %q", f.Name, f.Problem, want[i])
		}
	}
	if len(r.made) != 0 {
		t.Errorf("derived %+v", r.made)
	}
}
