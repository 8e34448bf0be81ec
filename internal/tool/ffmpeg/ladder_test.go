package ffmpeg_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
)

// ladderOf makes the whole ladder and sound of a film.
func ladderOf(t *testing.T, f *ffmpeg.Tool, info *ffmpeg.Info) (string, *ffmpeg.Rendition) {
	t.Helper()
	dir := t.TempDir()
	o := ffmpeg.Order{Dir: dir, Rungs: ffmpeg.Rungs(info.Video), Sounds: info.Sounds()}
	r, err := f.Ladder(t.Context(), info, o)
	if err != nil {
		t.Fatal(err)
	}
	return dir, r
}

// list is a playlist, read by this test's own few lines: the attributes of each tag, and the segments.
type list struct {
	tags     map[string][]map[string]string
	segments []part
}

type part struct {
	seconds       float64
	bytes, offset int64
}

var attribute = regexp.MustCompile(`([A-Z-]+)=("[^"]*"|[^,]*)`)

func readList(t *testing.T, path string) list {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l := list{tags: map[string][]map[string]string{}}
	var now part
	for lines := bufio.NewScanner(f); lines.Scan(); {
		tag, value, _ := strings.Cut(lines.Text(), ":")
		switch {
		case tag == "#EXTINF":
			now.seconds, err = strconv.ParseFloat(strings.TrimSuffix(value, ","), 64)
		case tag == "#EXT-X-BYTERANGE":
			_, err = fmt.Sscanf(value, "%d@%d", &now.bytes, &now.offset)
		case strings.HasPrefix(tag, "#"):
			attributes := map[string]string{"": value}
			for _, a := range attribute.FindAllStringSubmatch(value, -1) {
				attributes[a[1]] = strings.Trim(a[2], `"`)
			}
			l.tags[tag] = append(l.tags[tag], attributes)
		default:
			l.segments = append(l.segments, now)
		}
		if err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
	}
	return l
}

// TestApplesRules holds a ladder to Apple's HLS authoring specification, as far as it can be read from what was made.
func TestApplesRules(t *testing.T) {
	f := newTool(t)
	dir, r := ladderOf(t, f, synthesized(t, f, film(func(s *ffmpeg.Spec) {
		s.Duration, s.Picture.Width, s.Picture.Height = 14*time.Second, 480, 270
		s.Melody.Notes = ffmpeg.Pentatonic(62, 28, 1)
	})))
	checkHLS(t, f, dir, r)
	checkMaster(t, dir, r)
	for _, v := range r.Variants {
		checkPictures(t, dir, v)
	}
	checkDecodes(t, dir, r)
	checkParser(t, dir, r)
	checkQuick(t, dir, r)
}

// checkQuick holds that what a thin line gets is there in segments of two seconds, over the same media, and all else as in the master playlist.
func checkQuick(t *testing.T, dir string, r *ffmpeg.Rendition) {
	t.Helper()
	for _, v := range []ffmpeg.Variant{r.Variants[len(r.Variants)-1], *r.Low} {
		quick, usual := readList(t, filepath.Join(dir, v.Quick)), readList(t, filepath.Join(dir, v.Playlist))
		bytes, seconds := int64(0), 0.0
		for _, s := range quick.segments {
			bytes, seconds = bytes+s.bytes, seconds+s.seconds
			if s.seconds > 2.1 {
				t.Errorf("%s has a segment of %.2f s", v.Quick, s.seconds)
			}
		}
		for _, s := range usual.segments {
			bytes, seconds = bytes-s.bytes, seconds-s.seconds
		}
		if len(quick.segments) < 7 || bytes != 0 || math.Abs(seconds) > 0.01 {
			t.Errorf("%s: %d segments, %d bytes and %.3f s more than %s", v.Quick, len(quick.segments), bytes, seconds, v.Playlist)
		}
	}
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if got := strings.ReplaceAll(read(r.Quick), "-quick.m3u8", ".m3u8"); got != read(r.Master) || strings.Count(read(r.Quick), "-quick") != 2 {
		t.Errorf("the quick playlist is\n%s", read(r.Quick))
	}
}

func checkMaster(t *testing.T, dir string, r *ffmpeg.Rendition) {
	t.Helper()
	master := readList(t, filepath.Join(dir, r.Master))
	if len(master.tags["#EXT-X-INDEPENDENT-SEGMENTS"]) != 1 {
		t.Error("it does not say that segments are independent")
	}
	if len(master.tags["#EXT-X-I-FRAME-STREAM-INF"]) != len(r.Variants) {
		t.Error("not every variant has an I-frame playlist")
	}
	sounds := map[string]list{}
	for _, attributes := range master.tags["#EXT-X-MEDIA"] {
		sounds[attributes["GROUP-ID"]] = readList(t, filepath.Join(dir, attributes["URI"]))
	}
	if _, low := measured(sounds["audio-low"].segments); len(sounds) != 2 || low > 52_000 {
		t.Errorf("the low sound takes %.0f bit/s, of %d sounds", low, len(sounds))
	}
	last := 0.0
	for n, attributes := range master.tags["#EXT-X-STREAM-INF"] {
		v := r.Variants[len(r.Variants)-1-n] // the smallest first
		media := readList(t, filepath.Join(dir, v.Playlist))
		peak, average := measured(media.segments)
		group := "audio"
		if n == 0 { // on a line for the smallest picture, more of it goes to the picture
			group = "audio-low"
		}
		if attributes["AUDIO"] != group {
			t.Errorf("%s goes with %s, want %s", v.Name, attributes["AUDIO"], group)
		}
		audioPeak, audioAverage := measured(sounds[group].segments)
		if !within(attributes["BANDWIDTH"], peak+audioPeak) || !within(attributes["AVERAGE-BANDWIDTH"], average+audioAverage) {
			t.Errorf("%s: %v, measured peak %.0f and average %.0f", v.Name, attributes, peak+audioPeak, average+audioAverage)
		}
		if peak > 2*average {
			t.Errorf("%s: the peak of %.0f is over twice the average of %.0f", v.Name, peak, average)
		}
		if average < last {
			t.Errorf("%s needs less than a smaller one", v.Name)
		}
		last = average
		if attributes["RESOLUTION"] != fmt.Sprintf("%dx%d", v.Width, v.Height) || attributes["FRAME-RATE"] != "25.000" ||
			!regexp.MustCompile(`^avc1\.6400(0[0-9a-f]|1[0-9a-f]|2[0-9a]),mp4a\.40\.2$`).MatchString(attributes["CODECS"]) {
			t.Errorf("%s: %v: codecs up to High 4.2 are meant", v.Name, attributes)
		}
		if target := media.tags["#EXT-X-TARGETDURATION"][0][""]; target != "6" {
			t.Errorf("%s: target duration %s", v.Name, target)
		}
		for i, s := range media.segments[:len(media.segments)-1] {
			want := 6.0
			if i < 3 { // so that playing begins soon
				want = 2
			}
			if math.Abs(s.seconds-want) > 0.001 || s.offset+s.bytes != media.segments[i+1].offset {
				t.Errorf("%s: segment %d is %+v, then %+v", v.Name, i, s, media.segments[i+1])
			}
		}
	}
}

// measured returns the average rate, and the peak as RFC 8216 §4.1 has it, of segments of six seconds: of stretches of three to nine.
func measured(segments []part) (peak, average float64) {
	sum := func(segments []part) (seconds, bits float64) {
		for _, s := range segments {
			seconds += s.seconds
			bits += 8 * float64(s.bytes)
		}
		return seconds, bits
	}
	for from := range segments {
		for to := range segments[from:] {
			if seconds, bits := sum(segments[from : from+to+1]); seconds >= 3 && seconds <= 9 {
				peak = max(peak, bits/seconds)
			}
		}
	}
	seconds, bits := sum(segments)
	return peak, bits / seconds
}

func within(said string, measured float64) bool {
	n, err := strconv.ParseFloat(said, 64)
	return err == nil && math.Abs(n-measured) <= measured/10
}

// checkPictures has ffprobe find the key frames, and ffmpeg decode one from nothing but its byte range.
func checkPictures(t *testing.T, dir string, v ffmpeg.Variant) {
	t.Helper()
	media := filepath.Join(dir, v.Media)
	pictures := readList(t, filepath.Join(dir, v.IFrames))
	if len(pictures.tags["#EXT-X-I-FRAMES-ONLY"]) != 1 || len(pictures.segments) != 7 {
		t.Errorf("%s: %d I-frames in 14 s", v.Name, len(pictures.segments))
	}
	out, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", media).Output()
	if err != nil {
		t.Fatal(err)
	}
	at, last := -2.0, 0.0
	for line := range strings.Lines(string(out)) {
		time, flags, _ := strings.Cut(strings.TrimSpace(line), ",")
		if last, err = strconv.ParseFloat(time, 64); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(flags, "K") {
			if math.Abs(last-at-2) > 0.001 {
				t.Errorf("%s: a key frame at %g, the one before at %g", v.Name, last, at)
			}
			at = last
		}
	}
	b, err := os.ReadFile(media)
	if err != nil {
		t.Fatal(err)
	}
	var head int64
	if _, err := fmt.Sscanf(pictures.tags["#EXT-X-MAP"][0]["BYTERANGE"], "%d@0", &head); err != nil {
		t.Fatal(err)
	}
	p := pictures.segments[3]
	alone := write(t, "alone.mp4", string(b[:head])+string(b[p.offset:p.offset+p.bytes]))
	shown, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-i", alone, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-").Output()
	if err != nil || len(shown) != v.Width*v.Height {
		t.Errorf("%s: the fourth I-frame alone gives %d pixels, %v", v.Name, len(shown), err)
	}
}

// checkDecodes has ffmpeg decode every rung from its playlist and stop at the first error; a damaged one it must refuse.
func checkDecodes(t *testing.T, dir string, r *ffmpeg.Rendition) {
	t.Helper()
	decode := func(playlist string) error {
		out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-xerror", "-i", filepath.Join(dir, playlist), "-f", "null", "-").CombinedOutput()
		if err == nil && len(out) > 0 {
			err = errors.New(string(out))
		}
		return err
	}
	for _, v := range append(r.Variants, *r.Audio, *r.Low) {
		if err := decode(v.Playlist); err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
	}
	v := r.Variants[0]
	b, err := os.ReadFile(filepath.Join(dir, v.Media))
	if err != nil {
		t.Fatal(err)
	}
	for i := len(b) / 2; i < len(b)*3/4; i++ { // a little would be passed over now and then
		b[i] = ^b[i]
	}
	if err := os.WriteFile(filepath.Join(dir, "damaged.m4s"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile(filepath.Join(dir, v.Playlist))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "damaged.m3u8"), []byte(strings.ReplaceAll(string(list), v.Media, "damaged.m4s")), 0o600); err != nil {
		t.Fatal(err)
	}
	if decode("damaged.m3u8") == nil {
		t.Error("ffmpeg takes a damaged rung: it proves nothing")
	}
}

// unhurried is a tool whose ffmpeg makes three seconds of a film in one and tells of it all the time: on any machine a short film is
// still being made when the first of it is there, and nothing is computed meanwhile.
func unhurried(t *testing.T) *ffmpeg.Tool {
	t.Helper()
	programs := t.TempDir()
	script := "#!/bin/sh\nexec /usr/bin/ffmpeg -readrate 3 \"$@\"\n"
	if err := os.WriteFile(filepath.Join(programs, "ffmpeg"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	r, err := tool.Open(t.Context(), tool.Options{Scratch: filepath.Join(t.TempDir(), "scratch"), Path: []string{programs, "/usr/bin", "/bin"}, Writable: []string{os.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	return ffmpeg.New(r).Eager()
}

// TestLadderGoesOn kills a ladder and holds that the next run begins where it was, and comes to the same film.
func TestLadderGoesOn(t *testing.T) {
	f, slow := newTool(t), unhurried(t)
	info := synthesized(t, f, film(func(s *ffmpeg.Spec) {
		s.Melody, s.Duration, s.Picture.Width, s.Picture.Height = nil, 12*time.Second, 320, 256
		s.Format, s.Picture.Codec = "mpegps", ffmpeg.MPEG2
	}))
	_, whole := ladderOf(t, f, info)
	dir := t.TempDir()
	o := ffmpeg.Order{Dir: dir, Rungs: ffmpeg.Rungs(info.Video)}
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	kept := map[string]int64{}
	o.Kept = func(_ context.Context, grown []ffmpeg.Growth) {
		for _, g := range grown {
			kept[g.File] = g.Bytes
		}
		kill()
	}
	if _, err := slow.Ladder(ctx, info, o); !errors.Is(err, context.Canceled) {
		t.Fatalf("the ladder was not cut: %v", err)
	}
	if len(kept) != 2 {
		t.Fatalf("kept %v", kept)
	}
	before := map[string][]byte{}
	for name, size := range kept {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || int64(len(b)) < size {
			t.Fatalf("%s: %d bytes of %d, %v", name, len(b), size, err)
		}
		before[name] = b[:size]
		if err := os.WriteFile(filepath.Join(dir, name), append(b[:size:size], "half a fragm"...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// A ladder begun anew would tell of less at first.
	o.Kept = func(_ context.Context, grown []ffmpeg.Growth) {
		for _, g := range grown {
			if g.Bytes <= kept[g.File] {
				t.Errorf("%s has %d bytes, and had %d before", g.File, g.Bytes, kept[g.File])
			}
		}
	}
	r, err := slow.Ladder(t.Context(), info, o)
	if err != nil {
		t.Fatal(err)
	}
	checkHLS(t, f, dir, r)
	for n, v := range r.Variants {
		b, err := os.ReadFile(filepath.Join(dir, v.Media))
		if err != nil || !strings.HasPrefix(string(b), string(before[v.Media])) {
			t.Errorf("%s was begun anew: %v", v.Name, err)
		}
		got := probe(t, f, filepath.Join(dir, v.Media), "mp4")
		if !near(got.Duration, 12*time.Second, 100*time.Millisecond) || v.Codecs != whole.Variants[n].Codecs {
			t.Errorf("%s lasts %s", v.Name, got.Duration)
		}
		out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-xerror", "-i", filepath.Join(dir, v.Playlist), "-f", "null", "-").CombinedOutput()
		if err != nil || len(out) > 0 {
			t.Errorf("%s: %s %v", v.Name, out, err)
		}
	}
}

// A named pipe that nobody writes stands for a film on which ffmpeg hangs.
func TestAStalledLadderIsEnded(t *testing.T) {
	f := newTool(t)
	info := synthesized(t, f, film(nil))
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	info.Source.Path = pipe
	_, err = f.Patient(time.Second).Ladder(t.Context(), info, ffmpeg.Order{Dir: t.TempDir(), Rungs: ffmpeg.Rungs(info.Video)})
	if archive.ReasonOf(err) != "tool-timeout" || archive.CodeOf(err) != archive.TooLarge {
		t.Errorf("got %v", err)
	}
}

func TestSprite(t *testing.T) {
	f := newTool(t)
	info := synthesized(t, f, film(func(s *ffmpeg.Spec) {
		s.Melody, s.Duration, s.Picture.BlackLead = nil, 12*time.Second, 6*time.Second
	}))
	dir := t.TempDir()
	s, err := f.Sprite(t.Context(), info, dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Tiles) != 6 || s.Width != 160 || s.Height != 90 || len(s.Sheets) != 1 {
		t.Fatalf("%+v", s)
	}
	if _, size := luma(t, filepath.Join(dir, s.Sheets[0])); size.X != 1600 || size.Y != 900 {
		t.Errorf("the sheet is %v", size)
	}
	dark, light := lumaOf(t, filepath.Join(dir, s.Sheets[0]), s.Tiles[1], s), lumaOf(t, filepath.Join(dir, s.Sheets[0]), s.Tiles[4], s)
	if dark > 20 || light < 60 {
		t.Errorf("the black beginning is %.0f bright, what follows %.0f", dark, light)
	}
}

// TestSpriteOfOneKeyFrame: a film of two frames, one of them a key frame, is shown all the same (found in a WMV of 2003).
func TestSpriteOfOneKeyFrame(t *testing.T) {
	f := newTool(t)
	path := filepath.Join(t.TempDir(), "film.wmv")
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=84x34:rate=1:duration=2",
		"-c:v", "msmpeg4", "-g", "250", "-f", "asf", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info := probe(t, f, path, "asf")
	info.Video.KeyInterval = time.Second // what such a file makes one believe
	s, err := f.Sprite(t.Context(), info, t.TempDir())
	if err != nil || len(s.Tiles) == 0 {
		t.Errorf("%+v, %v", s, err)
	}
}
