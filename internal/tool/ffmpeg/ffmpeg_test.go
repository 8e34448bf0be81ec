package ffmpeg_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
)

func newTool(t testing.TB) *ffmpeg.Tool {
	t.Helper()
	r, err := tool.Open(t.Context(), tool.Options{Scratch: filepath.Join(t.TempDir(), "scratch"), Writable: []string{os.TempDir(), os.Getenv("VANNGHE_TESTDATA")}})
	if err != nil {
		t.Fatal(err)
	}
	return ffmpeg.New(r)
}

// film is a spec of three seconds, 320×180, with sound, that a case changes.
func film(change func(*ffmpeg.Spec)) ffmpeg.Spec {
	s := ffmpeg.Spec{Format: "mp4", Duration: 3 * time.Second,
		Picture: &ffmpeg.Picture{Scene: ffmpeg.SceneTest, Width: 320, Height: 180, FrameRate: 25, Codec: ffmpeg.H264},
		Melody:  song()}
	if change != nil {
		change(&s)
	}
	return s
}

func song() *ffmpeg.Melody {
	return &ffmpeg.Melody{Tempo: 120, Notes: ffmpeg.Pentatonic(62, 6, 1), Drone: 38, Seed: 1}
}

func synthesized(t testing.TB, f *ffmpeg.Tool, s ffmpeg.Spec) *ffmpeg.Info {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made."+string(s.Format))
	if err := f.Synthesize(t.Context(), s, path); err != nil {
		t.Fatal(err)
	}
	return probe(t, f, path, s.Format)
}

func probe(t testing.TB, f *ffmpeg.Tool, path string, format ffmpeg.Format) *ffmpeg.Info {
	t.Helper()
	info, err := f.Probe(t.Context(), ffmpeg.Source{Path: path, Format: format})
	if err != nil {
		t.Fatalf("probe %s: %v", path, err)
	}
	return info
}

func near(got, want, by time.Duration) bool { return got > want-by && got < want+by }

func TestProbeFilm(t *testing.T) {
	f := newTool(t)
	info := synthesized(t, f, film(func(s *ffmpeg.Spec) {
		s.Picture.KeyInterval = time.Second
		s.Tags = ffmpeg.Tags{Title: "Bến trăng", Artist: "Hội Văn nghệ"}
		s.Cues = []ffmpeg.Cue{{Start: 0, End: time.Second, Text: "Trăng lên"}}
	}))
	v := info.Video
	if v == nil || v.Codec != "h264" || v.Width != 320 || v.Height != 180 || v.FrameRate != 25 || v.VariableRate || v.Interlaced {
		t.Fatalf("video %+v", v)
	}
	if !near(info.Duration, 3*time.Second, 200*time.Millisecond) || info.Truncated {
		t.Errorf("duration %s, truncated %v", info.Duration, info.Truncated)
	}
	if !near(v.KeyInterval, time.Second, 50*time.Millisecond) {
		t.Errorf("key interval %s", v.KeyInterval)
	}
	if a := info.Audio; a == nil || a.Codec != "aac" || a.Channels != 2 || a.SampleRate != 44100 {
		t.Errorf("audio %+v", a)
	}
	if info.Tags.Title != "Bến trăng" || info.Tags.Artist != "Hội Văn nghệ" {
		t.Errorf("tags %+v", info.Tags)
	}
	if len(info.Subtitles) != 1 || !info.Subtitles[0].Text || info.Subtitles[0].Language != "vie" {
		t.Fatalf("subtitles %+v", info.Subtitles)
	}
	vtt, err := f.Subtitles(t.Context(), info, info.Subtitles[0])
	if err != nil || !bytes.HasPrefix(vtt, []byte("WEBVTT")) || !bytes.Contains(vtt, []byte("Trăng lên")) {
		t.Errorf("%s %v", vtt, err)
	}
	if !info.Remuxable() || !info.Copyable() {
		t.Error("a plain film could be copied")
	}
}

func TestProbeShapes(t *testing.T) {
	f := newTool(t)
	for _, c := range []struct {
		name   string
		change func(*ffmpeg.Spec)
		check  func(*ffmpeg.Info) bool
	}{
		{"upright by rotation", func(s *ffmpeg.Spec) { s.Picture.Rotation = 90 },
			func(i *ffmpeg.Info) bool {
				return i.Video.Width == 180 && i.Video.Height == 320 && i.Video.Rotation == 90 && !i.Remuxable() && i.Copyable()
			}},
		{"interlaced MPEG-2", func(s *ffmpeg.Spec) {
			s.Format, s.Picture.Codec, s.Picture.Interlaced = "mpegps", ffmpeg.MPEG2, true
		}, func(i *ffmpeg.Info) bool { return i.Video.Interlaced && !i.Remuxable() && !i.Copyable() }},
		{"VP9 in WebM", func(s *ffmpeg.Spec) { s.Format, s.Picture.Codec = "webm", ffmpeg.VP9 },
			func(i *ffmpeg.Info) bool { return i.Video.Codec == "vp9" && i.Audio.Codec == "opus" && !i.Remuxable() }},
		{"MPEG-4 in AVI", func(s *ffmpeg.Spec) { s.Format, s.Picture.Codec = "avi", ffmpeg.MPEG4 },
			func(i *ffmpeg.Info) bool { return i.Video.Codec == "mpeg4" && i.Audio.Codec == "mp3" }},
		{"HEVC in Matroska", func(s *ffmpeg.Spec) { s.Format, s.Picture.Codec = "mkv", ffmpeg.HEVC },
			func(i *ffmpeg.Info) bool { return i.Video.Codec == "hevc" && !i.Copyable() }},
		{"silent", func(s *ffmpeg.Spec) { s.Melody = nil }, func(i *ffmpeg.Info) bool { return i.Audio == nil && i.Remuxable() }},
		{"key frames far apart", func(s *ffmpeg.Spec) {
			s.Melody, s.Duration, s.Picture.KeyInterval = nil, 12*time.Second, 20*time.Second
		},
			func(i *ffmpeg.Info) bool {
				return i.Video.KeyInterval > 11*time.Second && !i.Remuxable() && i.Copyable()
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			info := synthesized(t, f, film(c.change))
			if !c.check(info) || !near(info.Duration, info.Duration.Round(time.Second), 300*time.Millisecond) {
				t.Errorf("%s %+v %+v", info.Duration, info.Video, info.Audio)
			}
		})
	}
}

// checkHLS decodes every variant and holds the playlists against what RFC 8216 asks.
func checkHLS(t *testing.T, f *ffmpeg.Tool, dir string, r *ffmpeg.Rendition) {
	t.Helper()
	master, err := os.ReadFile(filepath.Join(dir, r.Master))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range r.Files() {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != len(r.Files()) {
		t.Errorf("%d files in the folder, %d listed: %v", len(entries), len(r.Files()), err)
	}
	for _, v := range r.Variants {
		if !strings.Contains(string(master), "\n"+v.Playlist+"\n") || !strings.HasPrefix(v.Codecs, "avc1.") || v.PeakRate < v.AverageRate || v.AverageRate == 0 {
			t.Errorf("%+v in\n%s", v, master)
		}
		info := probe(t, f, filepath.Join(dir, v.Media), "mp4")
		if info.Video.CodedWidth != v.Width || info.Video.CodedHeight != v.Height || v.Width%2 != 0 || v.Height%2 != 0 {
			t.Errorf("%s is %dx%d, said to be %dx%d", v.Name, info.Video.CodedWidth, info.Video.CodedHeight, v.Width, v.Height)
		}
	}
	if (r.Audio != nil) != strings.Contains(string(master), `TYPE=AUDIO`) {
		t.Errorf("audio group in\n%s", master)
	}
}

func TestRemux(t *testing.T) {
	f := newTool(t)
	info := synthesized(t, f, film(nil))
	dir := t.TempDir()
	r, err := f.Remux(t.Context(), info, dir)
	if err != nil {
		t.Fatal(err)
	}
	checkHLS(t, f, dir, r)
	if len(r.Variants) != 1 || r.Audio == nil || r.Variants[0].Name != "180p" {
		t.Errorf("%+v", r)
	}
	got := probe(t, f, filepath.Join(dir, r.Variants[0].Media), "mp4")
	if !near(got.Duration, 3*time.Second, 100*time.Millisecond) {
		t.Errorf("duration %s", got.Duration)
	}
}

func TestLadder(t *testing.T) {
	f := newTool(t)
	for _, c := range []struct {
		name   string
		change func(*ffmpeg.Spec)
		rungs  []ffmpeg.Rung
		sizes  [][2]int
	}{
		{"two rungs, the larger first", nil, []ffmpeg.Rung{{ShortSide: 180, MaxRate: 900000}, {ShortSide: 90, MaxRate: 300000}}, [][2]int{{320, 180}, {160, 90}}},
		{"no rung above the source", nil, nil, [][2]int{{320, 180}}},
		{"upright", func(s *ffmpeg.Spec) { s.Picture.Rotation = 90 }, nil, [][2]int{{180, 320}}},
		{"odd sizes", func(s *ffmpeg.Spec) {
			s.Format, s.Picture.Codec, s.Picture.Width, s.Picture.Height = "webm", ffmpeg.VP9, 321, 181
		}, nil, [][2]int{{320, 180}}},
		{"silent and interlaced", func(s *ffmpeg.Spec) {
			s.Melody = nil
			s.Format, s.Picture.Codec, s.Picture.Interlaced = "mpegps", ffmpeg.MPEG2, true
		}, nil, [][2]int{{320, 180}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			info := synthesized(t, f, film(c.change))
			if c.rungs == nil {
				c.rungs = ffmpeg.Rungs(info.Video)
			}
			dir := t.TempDir()
			r, err := f.Ladder(t.Context(), info, ffmpeg.Order{Dir: dir, Rungs: c.rungs, Sounds: info.Sounds()})
			if err != nil {
				t.Fatal(err)
			}
			checkHLS(t, f, dir, r)
			var sizes [][2]int
			for _, v := range r.Variants {
				sizes = append(sizes, [2]int{v.Width, v.Height})
			}
			if len(sizes) != len(c.sizes) {
				t.Fatalf("sizes %v, want %v", sizes, c.sizes)
			}
			for n := range sizes {
				if d := sizes[n][0] - c.sizes[n][0]; d < -2 || d > 2 || sizes[n][1]-c.sizes[n][1] > 2 {
					t.Errorf("sizes %v, want about %v", sizes, c.sizes)
				}
			}
			out := filepath.Join(t.TempDir(), "joined.mp4")
			if err := f.Join(t.Context(), r, dir, out); err != nil {
				t.Fatal(err)
			}
			joined := probe(t, f, out, "mp4")
			if joined.Video == nil || (joined.Audio == nil) != (info.Audio == nil) || !near(joined.Duration, info.Duration, 300*time.Millisecond) {
				t.Errorf("joined %+v", joined)
			}
		})
	}
}

func TestRungs(t *testing.T) {
	for _, c := range []struct {
		sentence string
		video    ffmpeg.Video
		want     string
	}{
		{"4K is beyond level 4.2", ffmpeg.Video{Width: 3840, Height: 2160, FrameRate: 25}, "1080p 720p 480p 240p"},
		{"full HD", ffmpeg.Video{Width: 1920, Height: 1080, FrameRate: 30}, "1080p 720p 480p 240p"},
		{"full HD of fifty fields", ffmpeg.Video{Width: 1920, Height: 1080, FrameRate: 25, Interlaced: true}, "1080p 720p 480p 240p"},
		{"full HD at sixty", ffmpeg.Video{Width: 1920, Height: 1080, FrameRate: 60}, "1080p 720p 480p 240p"},
		{"a tape keeps its height", ffmpeg.Video{Width: 768, Height: 576, FrameRate: 25, Interlaced: true}, "576p 480p 240p"},
		{"two that are nearly alike are one", ffmpeg.Video{Width: 1920, Height: 1088, FrameRate: 25}, "1088p 720p 480p 240p"},
		{"upright", ffmpeg.Video{Width: 720, Height: 1280, FrameRate: 30}, "720p 480p 240p"},
		{"odd", ffmpeg.Video{Width: 321, Height: 181, FrameRate: 25}, "180p"},
		{"a strip", ffmpeg.Video{Width: 7000, Height: 500, FrameRate: 25}, "240p"},
	} {
		var names []string
		for _, r := range ffmpeg.Rungs(&c.video) {
			names = append(names, r.Name())
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.sentence, got, c.want)
		}
	}
}

func luma(t *testing.T, path string) (brightness float64, size image.Point) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return lumaIn(m, m.Bounds()), m.Bounds().Size()
}

// lumaOf is the brightness of one tile of a sheet.
func lumaOf(t *testing.T, path string, tile ffmpeg.Tile, s *ffmpeg.Sprite) float64 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return lumaIn(m, image.Rect(tile.X, tile.Y, tile.X+s.Width, tile.Y+s.Height))
}

func lumaIn(m image.Image, r image.Rectangle) float64 {
	sum, count := 0, 0
	for y := r.Min.Y; y < r.Max.Y; y += 3 {
		for x := r.Min.X; x < r.Max.X; x += 3 {
			sum += int(color.GrayModel.Convert(m.At(x, y)).(color.Gray).Y)
			count++
		}
	}
	return float64(sum) / float64(count)
}

func TestPosterIsNotBlack(t *testing.T) {
	f := newTool(t)
	info := synthesized(t, f, film(func(s *ffmpeg.Spec) {
		s.Duration, s.Picture.BlackLead, s.Picture.Rotation = 6*time.Second, 4*time.Second, 90
	}))
	out := filepath.Join(t.TempDir(), "poster 100%d.jpg")
	if err := f.Poster(t.Context(), info, out); err != nil {
		t.Fatal(err)
	}
	if bright, size := luma(t, out); bright < 40 || size != image.Pt(180, 320) {
		t.Errorf("brightness %.0f, size %v", bright, size)
	}
}

func TestPosterOfADarkFilm(t *testing.T) {
	f := newTool(t)
	info := synthesized(t, f, film(func(s *ffmpeg.Spec) {
		s.Picture.BlackLead = s.Duration - 40*time.Millisecond
		s.Picture.Scene = ffmpeg.SceneGradient
		s.Picture.Palette = []ffmpeg.Colour{{}, {R: 9}}
	}))
	out := filepath.Join(t.TempDir(), "poster.jpg")
	if err := f.Poster(t.Context(), info, out); err != nil {
		t.Fatal(err)
	}
	luma(t, out)
}

func TestProgressive(t *testing.T) {
	f := newTool(t)
	for _, c := range []struct {
		name   string
		change func(*ffmpeg.Spec)
	}{
		{"a copy", nil},
		{"from MPEG-2", func(s *ffmpeg.Spec) { s.Format, s.Picture.Codec = "mpegps", ffmpeg.MPEG2 }},
		{"from VP9, silent", func(s *ffmpeg.Spec) { s.Format, s.Picture.Codec, s.Melody = "webm", ffmpeg.VP9, nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			info := synthesized(t, f, film(c.change))
			out := filepath.Join(t.TempDir(), "video.mp4")
			if err := f.Progressive(t.Context(), info, out); err != nil {
				t.Fatal(err)
			}
			got := probe(t, f, out, "mp4")
			if !got.Copyable() || (got.Audio == nil) != (info.Audio == nil) || !near(got.Duration, info.Duration, 300*time.Millisecond) {
				t.Errorf("%+v %+v", got, got.Video)
			}
			indexInFront(t, out)
		})
	}
}

func indexInFront(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if moov, mdat := bytes.Index(b, []byte("moov")), bytes.Index(b, []byte("mdat")); moov < 0 || moov > mdat {
		t.Errorf("moov at %d, mdat at %d", moov, mdat)
	}
}

func jpegFile(t testing.TB, side int) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, side, side))
	for i := range m.Pix {
		m.Pix[i] = uint8(i)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cover.jpg")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSongs(t *testing.T) {
	f := newTool(t)
	tags := ffmpeg.Tags{Title: "Câu hò bên sông", Artist: "Nguyễn Thị Ðào", Album: "Sông quê", Track: "3", Date: "1997", Lyrics: "Hò ơi\nai về bến cũ"}
	for _, format := range []ffmpeg.Format{"mp3", "m4a", "flac", "ogg", "opus", "wav"} {
		t.Run(string(format), func(t *testing.T) {
			spec := ffmpeg.Spec{Format: format, Melody: song(), Tags: tags}
			withCover := slices.Contains([]ffmpeg.Format{"mp3", "m4a", "flac"}, format)
			if withCover {
				spec.Cover = jpegFile(t, 64)
			}
			info := synthesized(t, f, spec)
			if info.Video != nil || info.Audio == nil || info.Duration < 3*time.Second || info.Truncated {
				t.Fatalf("%+v", info)
			}
			if info.Tags.Title != tags.Title || info.Tags.Artist != tags.Artist || info.Tags.Album != tags.Album {
				t.Errorf("tags %+v", info.Tags)
			}
			if format != "wav" && info.Tags.Lyrics != tags.Lyrics {
				t.Errorf("lyrics %q", info.Tags.Lyrics)
			}
			checkCover(t, f, info, withCover)
			checkSound(t, f, info)
		})
	}
}

func checkCover(t *testing.T, f *ffmpeg.Tool, info *ffmpeg.Info, want bool) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "cover.jpg")
	err := f.Cover(t.Context(), info, out)
	if !want {
		if archive.ReasonOf(err) != "cover-missing" {
			t.Errorf("a cover of a song without: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, size := luma(t, out); size != image.Pt(64, 64) {
		t.Errorf("cover of %v", size)
	}
}

func checkSound(t *testing.T, f *ffmpeg.Tool, info *ffmpeg.Info) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "audio.m4a")
	if err := f.AudioAAC(t.Context(), info, 0, out); err != nil {
		t.Fatal(err)
	}
	got := probe(t, f, out, "m4a")
	if got.Audio.Codec != "aac" || got.Video != nil || got.Cover != nil || !near(got.Duration, info.Duration, 200*time.Millisecond) {
		t.Errorf("%+v %+v", got, got.Audio)
	}
	indexInFront(t, out)
	peaks, err := f.Waveform(t.Context(), info)
	if err != nil {
		t.Fatal(err)
	}
	if len(peaks) > ffmpeg.PeakCount || len(peaks) < ffmpeg.PeakCount/2 || slices.Max(peaks) < 60 {
		t.Errorf("%d peaks, loudest %d", len(peaks), slices.Max(peaks))
	}
}

func TestMissingStreams(t *testing.T) {
	f := newTool(t)
	silent := synthesized(t, f, film(func(s *ffmpeg.Spec) { s.Melody = nil }))
	sound := synthesized(t, f, ffmpeg.Spec{Format: "mp3", Melody: song()})
	out := filepath.Join(t.TempDir(), "out")
	_, wave := f.Waveform(t.Context(), silent)
	_, remux := f.Remux(t.Context(), sound, t.TempDir())
	_, ladder := f.Ladder(t.Context(), sound, ffmpeg.Order{Dir: t.TempDir(), Rungs: []ffmpeg.Rung{{ShortSide: 360, MaxRate: 1}}})
	for _, c := range []struct {
		err    error
		reason archive.Reason
	}{
		{wave, "audio-missing"}, {f.AudioAAC(t.Context(), silent, 0, out), "audio-missing"},
		{remux, "video-missing"}, {ladder, "video-missing"},
		{f.Poster(t.Context(), sound, out), "video-missing"}, {f.Progressive(t.Context(), sound, out), "video-missing"},
	} {
		if archive.CodeOf(c.err) != archive.Invalid || archive.ReasonOf(c.err) != c.reason {
			t.Errorf("%v, want %s", c.err, c.reason)
		}
	}
}

func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is dressed as a film must neither be followed nor hang; secret.txt stands for a file of the server.
func TestHostileSourcesAreRefused(t *testing.T) {
	f := newTool(t)
	secret := write(t, "secret.txt", "do not tell")
	for _, c := range []struct{ name, content string }{
		{"empty.mp4", ""},
		{"hls.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://" + secret + "\n#EXT-X-ENDLIST\n"},
		{"hls-network.mp4", "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n"},
		{"concat.mp4", "ffconcat version 1.0\nfile " + secret + "\n"},
		{"dash.mp4", `<?xml version="1.0"?><MPD><Period><BaseURL>file://` + secret + `</BaseURL></Period></MPD>`},
		{"noise.mp4", strings.Repeat("\x00\x00\x00\x18ftypmp42", 1000)},
	} {
		path := write(t, c.name, c.content)
		for _, format := range []ffmpeg.Format{"mp4", "mkv", "mp3", "mpegts", "ogg", "wav", "avi", "flv"} {
			_, err := f.Probe(t.Context(), ffmpeg.Source{Path: path, Format: format})
			if archive.CodeOf(err) != archive.Invalid {
				t.Errorf("%s as %s: %v", c.name, format, err)
			}
			if err != nil && strings.Contains(err.Error(), "do not tell") {
				t.Errorf("%s as %s was followed", c.name, format)
			}
		}
	}
	for _, format := range []ffmpeg.Format{"hls", "concat", "m3u8", "lavfi", "image2", "", "-i"} {
		_, err := f.Probe(t.Context(), ffmpeg.Source{Path: secret, Format: format})
		if archive.ReasonOf(err) != "format-unknown" {
			t.Errorf("format %q: %v", format, err)
		}
	}
}

func TestTruncatedFilm(t *testing.T) {
	f := newTool(t)
	whole := synthesized(t, f, film(func(s *ffmpeg.Spec) { s.Duration = 10 * time.Second; s.Melody = nil }))
	faststart := filepath.Join(t.TempDir(), "whole.mp4")
	if err := f.Progressive(t.Context(), whole, faststart); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(faststart)
	if err != nil {
		t.Fatal(err)
	}
	cut := write(t, "cut.mp4", string(b[:len(b)/2]))
	info := probe(t, f, cut, "mp4")
	if !info.Truncated || info.Remuxable() || info.Duration > 9*time.Second {
		t.Errorf("truncated %v, %s", info.Truncated, info.Duration)
	}
	dir := t.TempDir()
	r, err := f.Ladder(t.Context(), info, ffmpeg.Order{Dir: dir, Rungs: ffmpeg.Rungs(info.Video)})
	if err != nil {
		t.Fatalf("what is left of it could be shown: %v", err)
	}
	checkHLS(t, f, dir, r)
	b, err = os.ReadFile(whole.Source.Path) // its index is at the end
	if err != nil {
		t.Fatal(err)
	}
	headless := write(t, "headless.mp4", string(b[:len(b)/2]))
	if _, err := f.Probe(t.Context(), ffmpeg.Source{Path: headless, Format: "mp4"}); archive.ReasonOf(err) != "media-unreadable" {
		t.Errorf("a film without its index: %v", err)
	}
}

// A named pipe that nobody writes stands for a file on which ffmpeg hangs.
func TestHangingToolIsKilled(t *testing.T) {
	f := newTool(t)
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := f.Probe(ctx, ffmpeg.Source{Path: pipe, Format: "mp4"})
		ended <- err
	}()
	w, err := os.OpenFile(pipe, os.O_WRONLY, 0) // returns when ffprobe has opened its end
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := w.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("ffprobe still reads: %v", err)
	}
}

func TestPathsThatProgramsMisreadAreRefused(t *testing.T) {
	f := newTool(t)
	for _, path := range []string{"relative.mp4", "-i", "/tmp/x[page=1].mp4", ""} {
		if _, err := f.Probe(t.Context(), ffmpeg.Source{Path: path, Format: "mp4"}); !errors.Is(err, os.ErrInvalid) {
			t.Errorf("%q: %v", path, err)
		}
	}
}

func TestSubtitleFile(t *testing.T) {
	f := newTool(t)
	srt := write(t, "a.srt", "1\n00:00:01,000 --> 00:00:02,500\nThuyền về <i>bến</i>\n\n")
	vtt, err := f.SubtitleFile(t.Context(), ffmpeg.Source{Path: srt, Format: "srt"})
	if err != nil || !strings.Contains(string(vtt), "00:01.000 --> 00:02.500\nThuyền về <i>bến</i>") {
		t.Errorf("%s %v", vtt, err)
	}
	pictures := ffmpeg.Subtitle{Codec: "dvd_subtitle"}
	if _, err := f.Subtitles(t.Context(), &ffmpeg.Info{}, pictures); archive.ReasonOf(err) != "subtitle-pictures" {
		t.Errorf("pictures of letters: %v", err)
	}
}
