package media

import (
	"strings"
	"testing"

	"vannghe/internal/archive"
)

func TestOfferStatus(t *testing.T) {
	ready := func(kinds ...string) archive.Derivative {
		d := archive.Derivative{Work: "wwwwwwwwwwww", File: "ffffffffffff", Recipe: "r", Version: 1, State: archive.DerivativeReady}
		for _, k := range kinds {
			d.Assets = append(d.Assets, archive.Asset{Kind: k, Path: k + ".x"})
		}
		return d
	}
	pending := archive.Derivative{File: "ffffffffffff", State: archive.DerivativePending}
	failed := archive.Derivative{File: "ffffffffffff", State: archive.DerivativeFailed, Problem: "media-unreadable"}
	other := archive.Derivative{File: "gggggggggggg", State: archive.DerivativeFailed, Problem: "file-truncated"}
	cases := []struct {
		sentence    string
		problem     archive.Reason
		derivatives []archive.Derivative
		status      Status
		want        archive.Reason
		assets      int
	}{
		{"not looked into yet", "", nil, Preparing, "", 0},
		{"nothing can be made of it", "format-unknown", nil, Unreadable, "format-unknown", 0},
		{"being made", "", []archive.Derivative{pending}, Preparing, "", 0},
		{"only the poster is ready", "", []archive.Derivative{ready("poster"), pending}, Preparing, "", 1},
		{"it plays while more is made", "", []archive.Derivative{ready("mp4"), pending}, Ready, "", 1},
		{"it plays although something failed", "", []archive.Derivative{ready("hls", "segment"), failed}, Ready, "", 1},
		{"all failed", "", []archive.Derivative{failed}, Unreadable, "media-unreadable", 0},
		{"one failed, another is being made", "", []archive.Derivative{failed, pending}, Preparing, "", 0},
		{"another file's failure is not its own", "", []archive.Derivative{other, ready("text")}, Ready, "", 1},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			w := archive.Work{Representations: []archive.Representation{{Files: []archive.File{
				{ID: "ffffffffffff", Work: "wwwwwwwwwwww", Name: "a.mp4", Problem: c.problem},
				{ID: "pppppppppppp", State: archive.FilePurged},
			}}}}
			all := Offers(&w, c.derivatives, false)
			if len(all) != 1 {
				t.Fatalf("%d offers, want 1", len(all))
			}
			o := all[0]
			if o.Status != c.status || o.Problem != c.want || len(o.Assets) != c.assets || o.Original != "" {
				t.Errorf("%+v", o)
			}
		})
	}
}

// A ladder is offered in place of what played before it, and only when it is whole.
func TestOfferOfALadder(t *testing.T) {
	for state, want := range map[archive.DerivativeState]string{archive.DerivativePending: "/hls-v2/", archive.DerivativeReady: "/ladder-v1/"} {
		all := []archive.Derivative{
			{Work: "wwwwwwwwwwww", File: "ffffffffffff", Recipe: "hls", Version: 2, State: archive.DerivativeReady, Assets: []archive.Asset{{Kind: "hls", Path: "master.m3u8"}}},
			{Work: "wwwwwwwwwwww", File: "ffffffffffff", Recipe: "ladder", Version: 1, State: state, Assets: []archive.Asset{{Kind: "hls", Path: "master.m3u8"}}},
		}
		if state == archive.DerivativePending {
			all[1].Assets = nil
		}
		w := archive.Work{Representations: []archive.Representation{{Files: []archive.File{{ID: "ffffffffffff", Work: "wwwwwwwwwwww", Format: "mp4"}}}}}
		o := Offers(&w, all, false)[0]
		if lists := o.All("hls"); len(lists) != 1 || !strings.Contains(lists[0].URL, want) {
			t.Errorf("with a ladder %s: %+v, want one below %s", state, lists, want)
		}
	}
}

// Our own player has a playlist of its own where a ladder has one; whoever asks for HLS gets the one of six seconds.
func TestOfferOfShortSegments(t *testing.T) {
	d := archive.Derivative{Work: "wwwwwwwwwwww", File: "ffffffffffff", Recipe: "ladder", Version: 2, State: archive.DerivativeReady, Assets: []archive.Asset{
		{Kind: "hls", Path: "master.m3u8", Type: "application/vnd.apple.mpegurl"}, {Kind: "hls-quick", Path: "quick.m3u8", Type: "application/vnd.apple.mpegurl"},
	}}
	w := archive.Work{Representations: []archive.Representation{{Files: []archive.File{{ID: "ffffffffffff", Work: "wwwwwwwwwwww", Format: "mp4"}}}}}
	o := Offers(&w, []archive.Derivative{d}, false)[0]
	if !strings.HasSuffix(o.Quick, "/quick.m3u8") || len(o.Assets) != 1 || o.Assets[0].Path != "master.m3u8" || o.Sound != "" {
		t.Errorf("offered %+v", o)
	}
}

// The sound alone is offered by the playlist that leads to all its qualities, where there are several.
func TestOfferOfTheSoundAlone(t *testing.T) {
	list := func(path string, width int) archive.Asset {
		return archive.Asset{Kind: "segment", Path: path, Type: "application/vnd.apple.mpegurl", Width: width}
	}
	for want, assets := range map[string][]archive.Asset{
		"":            {list("240p.m3u8", 426)},
		"audio.m3u8":  {list("240p.m3u8", 426), list("audio.m3u8", 0), {Kind: "segment", Path: "audio.m4s", Type: "audio/mp4"}},
		"listen.m3u8": {list("240p.m3u8", 426), list("audio-low.m3u8", 0), list("audio.m3u8", 0), list("listen.m3u8", 0)},
	} {
		d := archive.Derivative{Work: "wwwwwwwwwwww", File: "ffffffffffff", Recipe: "ladder", Version: 1, State: archive.DerivativeReady, Assets: assets}
		w := archive.Work{Representations: []archive.Representation{{Files: []archive.File{{ID: "ffffffffffff", Work: "wwwwwwwwwwww", Format: "mp4"}}}}}
		if got := Offers(&w, []archive.Derivative{d}, false)[0].Sound; !strings.HasSuffix(got, want) || (got == "") != (want == "") {
			t.Errorf("offered %q, want %q", got, want)
		}
	}
}

// A file of subtitles holds nothing but captions; a film is not ready because of its own.
func TestOfferOfSubtitles(t *testing.T) {
	captions := archive.Derivative{Work: "wwwwwwwwwwww", File: "ffffffffffff", Recipe: "captions", Version: 1, State: archive.DerivativeReady,
		Assets: []archive.Asset{{Kind: "captions", Path: "vi.vtt", Type: "text/vtt", Language: "vi"}}}
	for format, want := range map[string]Status{"vtt": Ready, "srt": Ready, "mkv": Preparing} {
		w := archive.Work{Representations: []archive.Representation{{Files: []archive.File{{ID: "ffffffffffff", Work: "wwwwwwwwwwww", Format: format}}}}}
		if o := Offers(&w, []archive.Derivative{captions}, false)[0]; o.Status != want {
			t.Errorf("%s with captions is %s, want %s", format, o.Status, want)
		}
	}
}

func TestAddresses(t *testing.T) {
	d := archive.Derivative{Work: "wwwwwwwwwwww", File: "ffffffffffff", Recipe: "hls", Version: 2}
	if got, want := AssetURL(&d, "a b/1080p.mp4"), "/media/wwwwwwwwwwww/ffffffffffff/hls-v2/a%20b/1080p.mp4"; got != want {
		t.Errorf("AssetURL = %s, want %s", got, want)
	}
	f := archive.File{Work: "wwwwwwwwwwww", ID: "ffffffffffff", Name: "Bến trăng?.mp3"}
	if got, want := OriginalURL(&f), "/media/wwwwwwwwwwww/ffffffffffff/original/B%E1%BA%BFn%20tr%C4%83ng%3F.mp3"; got != want {
		t.Errorf("OriginalURL = %s, want %s", got, want)
	}
}

func TestParseFolder(t *testing.T) {
	for s, want := range map[string]bool{
		"hls-v1": true, "page-text-v12": true, "hls": false, "hls-v": false, "hls-v0": false, "hls-v01": false, "hls-v+1": false, "-v1": false, "": false,
	} {
		recipe, version, ok := parseFolder(s)
		if ok != want || (ok && folder(recipe, version) != s) {
			t.Errorf("parseFolder(%q) = %q, %d, %v", s, recipe, version, ok)
		}
	}
}

// TestTheChosenFaceComesFirst: what somebody chose shows the work, whatever lies before it; without its picture the next one does.
func TestTheChosenFaceComesFirst(t *testing.T) {
	w := archive.Work{ID: "w", Poster: "b", Representations: []archive.Representation{{Files: []archive.File{{ID: "a"}, {ID: "b"}}}}}
	ready := func(file archive.FileID, kind string) archive.Derivative {
		return archive.Derivative{Work: "w", File: file, Recipe: kind, Version: 1, State: archive.DerivativeReady,
			Assets: []archive.Asset{{Kind: kind, Path: string(file) + ".jpg", Type: "image/jpeg", Width: 480}}}
	}
	both := []archive.Derivative{ready("a", "poster"), ready("b", "image")}
	if got := Face(Offers(&w, both, false), 480); got == nil || got.Path != "b.jpg" {
		t.Errorf("the face is %+v", got)
	}
	if got := Face(Offers(&w, both[:1], false), 480); got == nil || got.Path != "a.jpg" {
		t.Errorf("without it the face is %+v", got)
	}
	if all := Offers(&w, both, false); all[0].File.ID != "a" {
		t.Error("the order of the page changed")
	}
}
