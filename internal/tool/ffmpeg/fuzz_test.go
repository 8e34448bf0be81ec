package ffmpeg

import (
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
			if _, rate := standardRate(v.FrameRate); rate < 10 || rate > 60 {
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

func FuzzPlaylist(f *testing.F) {
	f.Add([]byte("#EXTM3U\n#EXT-X-MAP:URI=\"a.m4s\",BYTERANGE=\"774@0\"\n#EXTINF:4.01,\n#EXT-X-BYTERANGE:97039@774\na.m4s\n#EXT-X-ENDLIST\n"))
	f.Add([]byte("#EXTINF:0,\n#EXT-X-BYTERANGE:9223372036854775807\nx\n#EXTINF:-1,\ny\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		peak, average := rates(parsePlaylist(b))
		if peak < average || average < 0 {
			t.Errorf("peak %d, average %d", peak, average)
		}
	})
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
		if got, _ := standardRate(c.f); got != c.want {
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
