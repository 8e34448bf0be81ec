package ffmpeg

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzParseProbe(f *testing.F) {
	f.Add([]byte(`{"streams":[{"index":0,"codec_type":"video","codec_name":"h264","width":640,"height":480,"sample_aspect_ratio":"4:3","r_frame_rate":"25/1","avg_frame_rate":"25/1","side_data_list":[{"rotation":-90}]},{"index":1,"codec_type":"audio","codec_name":"aac","channels":2,"sample_rate":"48000"}],"format":{"duration":"3.0","tags":{"title":"x"}}}`))
	f.Add([]byte(`{"streams":[{"codec_type":"video","width":-1,"height":9223372036854775807,"sample_aspect_ratio":"0:0","avg_frame_rate":"1/0"}],"format":{"duration":"NaN"}}`))
	f.Add([]byte(`{"streams":[{"index":3,"codec_type":"audio","codec_name":"mp3","channels":2}],"format":{"duration":"1e300","tags":{"LYRICS-vie":"\u0000"}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		info, err := parseProbe(b)
		if err != nil {
			return
		}
		if info.Duration < 0 || info.Duration > maxSeconds*time.Second || !utf8.ValidString(info.Tags.Title) || !utf8.ValidString(info.Tags.Lyrics) {
			t.Errorf("%+v", info)
		}
		if v := info.Video; v != nil {
			if v.Width <= 0 || v.Height <= 0 || v.FrameRate < 0 || v.FrameRate > 1000 || v.Rotation%90 != 0 || v.Rotation < 0 || v.Rotation > 270 {
				t.Errorf("%+v", v)
			}
			for _, r := range Rungs(v) {
				if w, h := v.fit(r.ShortSide); w < 2 || h < 2 || w%2 != 0 || h%2 != 0 {
					t.Errorf("rung %+v of %+v is %dx%d", r, v, w, h)
				}
			}
			if rate := standardRate(v.FrameRate).number; rate < 10 || rate > 60 {
				t.Errorf("rate %v of %v", rate, v.FrameRate)
			}
		}
	})
}

func FuzzPackets(f *testing.F) {
	f.Add([]byte("0.000000,0.000000,0.040000,K_\n0.040000,0.040000,0.040000,__\n"), 5)
	f.Add([]byte("N/A,1.5,N/A,K_\nNaN,inf,1e400,K_\n,,,\n"), 1)
	f.Fuzz(func(t *testing.T, b []byte, cut int) {
		var p packets
		cut = min(max(cut, 0), len(b))
		for _, part := range [][]byte{b[:cut], b[cut:]} {
			if n, err := p.Write(part); n != len(part) || err != nil {
				t.Fatalf("took %d of %d: %v", n, len(part), err)
			}
		}
		info := Info{Video: &Video{}}
		if err := p.settle(&info); err == nil && (info.Duration < 0 || info.Video.KeyInterval < 0) {
			t.Errorf("%+v", info)
		}
	})
}

// FuzzTrack holds that boxes of any form are read or refused, within the file.
func FuzzTrack(f *testing.F) {
	f.Add(madeTrack(f))
	f.Add(madeTrack(f)[:300])
	f.Add([]byte("\x00\x00\x00\x08moov\x00\x00\x00\x08moof\x00\x00\x00\x08mdat"))
	f.Fuzz(func(t *testing.T, b []byte) {
		track, err := readTrack(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		for _, g := range track.fragments {
			if g.offset < 0 || g.size <= 0 || g.end() > int64(len(b)) || g.ticks < 0 || g.start < 0 {
				t.Errorf("fragment %+v in %d bytes", g, len(b))
			}
		}
		if peak, average := rates(track.segments(usual)); peak < average || average < 0 {
			t.Errorf("peak %d, average %d", peak, average)
		}
		track.iframes()
	})
}

// madeTrack is a track of three fragments of two seconds.
func madeTrack(t testing.TB) []byte {
	t.Helper()
	box := func(kind string, content ...[]byte) []byte {
		b := bytes.Join(content, nil)
		return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(b)+8)), kind...), b...)
	}
	u32 := func(n ...uint32) (b []byte) {
		for _, v := range n {
			b = binary.BigEndian.AppendUint32(b, v)
		}
		return b
	}
	all := append(box("ftyp", []byte("iso5")), box("moov", box("trak", box("mdia", box("mdhd", u32(0, 0, 0, 1000, 0, 0)))))...)
	for n := range uint32(3) {
		all = append(all, box("moof", box("mfhd", u32(0, n)), box("traf", box("tfhd", u32(8|0x20000, 1, 1000)), box("tfdt", u32(0, 2000*n)),
			box("trun", u32(0x201, 2, 100, 40, 20))))...)
		all = append(all, box("mdat", make([]byte, 60))...)
	}
	return all
}

func TestTrack(t *testing.T) {
	b := madeTrack(t)
	track, err := readTrack(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(track.fragments) != 3 || track.end() != int64(len(b)) {
		t.Fatalf("%+v, %v", track, err)
	}
	if f := track.fragments[1]; f.start != 2000 || f.ticks != 2000 || f.first != 140 {
		t.Errorf("%+v", f)
	}
	if s := track.segments(usual); len(s) != 3 || s[0].seconds != 2 { // the first six seconds come in three
		t.Errorf("segments %+v", s)
	}
	if s := track.segments(func(int) float64 { return segmentSeconds }); len(s) != 1 || s[0].seconds != 6 {
		t.Errorf("segments of six seconds: %+v", s)
	}
	cut, err := readTrack(bytes.NewReader(b), int64(len(b)-1))
	if err != nil || len(cut.fragments) != 2 {
		t.Errorf("of a file cut in its last fragment %d are whole, %v", len(cut.fragments), err)
	}
}

// TestSpriteOfADay holds that a sprite stays small, whatever a film's length is said to be.
func TestSpriteOfADay(t *testing.T) {
	for _, c := range []struct {
		duration, every time.Duration
		count           int
	}{{0, 2 * time.Second, 1}, {11 * time.Second, 2 * time.Second, 6}, {20 * time.Hour, 180*time.Second + time.Millisecond, 400}, {maxSeconds * time.Second, 79056001 * time.Millisecond, 400}} {
		if every, count := spriteInterval(c.duration); every != c.every || count != c.count {
			t.Errorf("%s: %d every %s", c.duration, count, every)
		}
	}
}

// TestPlaylistsOfADay holds that what lists a film of twenty hours stays small enough to be read at once.
func TestPlaylistsOfADay(t *testing.T) {
	day := &track{init: make([]byte, 800), timescale: 90000}
	for n := range int64(20 * 3600 / groupSeconds) {
		day.fragments = append(day.fragments, fragment{offset: 800 + n*250_000, size: 250_000, start: n * 180_000, ticks: 180_000, first: 40_000})
	}
	for name, list := range map[string][]segment{"segments": day.segments(usual), "pictures": day.iframes()} {
		seconds := 0.0
		for _, s := range list {
			seconds += s.seconds
		}
		if text := playlistOf("1080p.m4s", len(day.init), list, independent); len(text) > 1<<20 || seconds != 20*3600 {
			t.Errorf("%s: %d bytes for %g s", name, len(text), seconds)
		}
	}
}

func FuzzAVC(f *testing.F) {
	f.Add([]byte("....avc1\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x40\x00\xb4....avcC\x01\x64\x00\x28"))
	f.Add([]byte("avc1\x00\x00\x00\x00\x00\x00avcC\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if codec, w, h := parseAVC(b); codec != "" && (w < 0 || h < 0 || len(codec) != 11) {
			t.Errorf("%s %d %d", codec, w, h)
		}
	})
}

func TestStandardRate(t *testing.T) {
	for _, c := range []struct {
		f    float64
		want string
	}{{25, "25"}, {23.976, "24000/1001"}, {29.97, "30000/1001"}, {16.7, "24000/1001"}, {120, "60"}, {0, "25"}, {59.94, "60000/1001"}, {24.04, "24"}, {5, "10"}} {
		if got := standardRate(c.f).text; got != c.want {
			t.Errorf("%v: %s, want %s", c.f, got, c.want)
		}
	}
}

// A long sound is gathered in halving steps; its peaks stay where they were.
func TestPeaksKeepTheirPlace(t *testing.T) {
	var p peaks
	const samples = 1_000_003
	for i := range samples {
		b := []byte{0, 0}
		if i > samples/2 {
			b = []byte{0xff, 0x7f}
		}
		if _, err := p.Write(b[:1]); err != nil { // cut through every sample
			t.Fatal(err)
		}
		if _, err := p.Write(b[1:]); err != nil {
			t.Fatal(err)
		}
	}
	got := p.finish()
	if len(got) < PeakCount/2 || len(got) > PeakCount {
		t.Fatalf("%d peaks", len(got))
	}
	if half := len(got) / 2; got[half-3] != 0 || got[half+3] != 255 {
		t.Errorf("around the middle: %v", got[half-3:half+4])
	}
}
