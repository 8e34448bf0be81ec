package ffmpeg_test

import (
	"os"
	"path/filepath"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/tool/ffmpeg"
)

// whole is the size in bytes below which a song of the development set is left to package derive, which makes all of it, and a film
// has all its tests here.
const whole = 1 << 20

// Every film and long song of the development set gives what pages show of it, or a clear error within the limits.
func TestRealMedia(t *testing.T) {
	root := os.Getenv("VANNGHE_TESTDATA")
	if root == "" {
		return
	}
	f := newTool(t)
	formats := map[string]ffmpeg.Format{".mp4": "mp4", ".mov": "mov", ".mkv": "mkv", ".webm": "webm", ".avi": "avi", ".mpg": "mpegps",
		".wmv": "asf", ".flv": "flv", ".mp3": "mp3", ".m4a": "m4a", ".ogg": "ogg", ".opus": "opus", ".wav": "wav", ".flac": "flac"}
	var paths []string
	for _, pattern := range []string{"video/*", "audio/*.*", "audio/album-singularity/03*"} { // of an album one: the others are longer, not other
		found, err := filepath.Glob(filepath.Join(root, "dev", pattern))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	count := 0
	for _, path := range paths {
		format := formats[filepath.Ext(path)]
		if format == "" {
			continue
		}
		film := filepath.Base(filepath.Dir(path)) == "video"
		if about, err := os.Stat(path); err != nil || !film && about.Size() < whole {
			continue
		}
		count++
		t.Run(filepath.Base(path), func(t *testing.T) {
			info := probe(t, f, path, format)
			if info.Duration <= 0 || info.Truncated {
				t.Errorf("duration %s, truncated %v", info.Duration, info.Truncated)
			}
			if info.Video != nil {
				checkRealFilm(t, f, info)
			} else {
				checkSound(t, f, info)
			}
		})
	}
	if count < 17 {
		t.Errorf("only %d files", count)
	}
}

func checkRealFilm(t *testing.T, f *ffmpeg.Tool, info *ffmpeg.Info) {
	t.Helper()
	poster := filepath.Join(t.TempDir(), "poster.jpg")
	if err := f.Poster(t.Context(), info, poster); err != nil {
		t.Fatal(err)
	}
	if bright, size := luma(t, poster); bright < 5 || (size.X > size.Y) != (info.Video.Width > info.Video.Height) {
		t.Errorf("poster of brightness %.0f, %v", bright, size)
	}
	if about, err := os.Stat(info.Source.Path); err != nil {
		t.Fatal(err)
	} else if about.Size() < whole { // of a long film it costs much and is no other
		if s, err := f.Sprite(t.Context(), info, t.TempDir()); err != nil || len(s.Tiles) == 0 {
			t.Errorf("sprite %+v, %v", s, err)
		}
	}
	dir := t.TempDir()
	var r *ffmpeg.Rendition
	var err error
	if info.Remuxable() {
		r, err = f.Remux(t.Context(), info, dir)
	} else {
		r, err = f.Ladder(t.Context(), info, ffmpeg.Order{Dir: dir, Rungs: ffmpeg.Rungs(info.Video)[len(ffmpeg.Rungs(info.Video))-1:]})
	}
	if err != nil {
		t.Fatal(err)
	}
	checkHLS(t, f, dir, r)
	for _, s := range info.Subtitles {
		if vtt, err := f.Subtitles(t.Context(), info, s); s.Text && (err != nil || len(vtt) < 20) {
			t.Errorf("subtitles %+v: %q %v", s, vtt, err)
		}
	}
}

func TestRealHostileFilms(t *testing.T) {
	root := os.Getenv("VANNGHE_TESTDATA")
	if root == "" {
		return
	}
	f := newTool(t)
	for _, name := range []string{"hls-file.mp4", "ffconcat.mp4", "empty.mp4"} {
		_, err := f.Probe(t.Context(), ffmpeg.Source{Path: filepath.Join(root, "dev", "hostile", name), Format: "mp4"})
		if archive.ReasonOf(err) != "media-unreadable" {
			t.Errorf("%s: %v", name, err)
		}
	}
	info := probe(t, f, filepath.Join(root, "dev", "hostile", "truncated.mp4"), "mp4")
	if !info.Truncated {
		t.Errorf("truncated.mp4: %+v", info)
	}
}
