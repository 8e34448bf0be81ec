package web_test

import (
	"encoding/xml"
	"net/url"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/web/ui"
)

// song is a published recording with as many tracks as there are titles, each with bytes to play and a cover.
func (w *world) song(title string, tracks ...string) *archive.Work {
	w.t.Helper()
	work := catalogtest.Work(title, func(work *archive.Work) {
		work.Genre, work.Date = "ca-khuc", "1987"
		work.Credits = []archive.Credit{{Agent: archive.NewID[archive.AgentID](), Name: "Đỗ Vân Khoa", Relator: archive.Composer}}
		r := &work.Representations[0]
		r.Kind, r.Medium, r.Files = archive.KindRecording, archive.Audio, nil
		for i, track := range tracks {
			f := catalogtest.File(track + ".mp3")
			f.Type, f.Format, f.Position, f.Duration = "audio/mpeg", "mp3", i, 61e9
			f.Tags = map[string]string{"title": track, "disc": string(rune('1'+i)) + "/2"}
			r.Files = append(r.Files, f)
		}
	})
	w.put(work)
	for _, f := range work.Representations[0].Files {
		sound := archive.Asset{Kind: "audio", Path: "audio.m4a", Type: "audio/mp4", Duration: 61}
		if f.Position == 0 { // others are not measured yet
			sound.Loudness = &archive.Loudness{Integrated: -16, TruePeak: -20}
		}
		w.deriveFile(work, f, "audio", map[archive.Asset][]byte{sound: []byte("sound of " + f.Name)})
		w.deriveFile(work, f, "cover", map[archive.Asset][]byte{{Kind: "cover", Path: "cover-480.jpg", Type: "image/jpeg", Width: 480, Height: 480}: []byte("\xff\xd8cover")})
	}
	return work
}

func TestOEmbed(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	film, _, _ := w.film("Thuyền <qua> trăng", 100)
	song, painting, poem := w.song("Lời ru", "Một"), w.painting("Sen", 600, 400), w.poem("Bến trăng", "Trăng lên")
	page := func(id archive.WorkID) string { return n.url + "/tac-pham/bat-ky-" + string(id) }
	ask := func(address, more string) answer { return n.get("/oembed?url=" + url.QueryEscape(address) + more) }

	for sentence, c := range map[string]struct {
		answer answer
		want   map[string]any
	}{
		"a film is a video in a frame": {ask(page(film.ID), ""), map[string]any{
			"type": "video", "version": "1.0", "title": "Thuyền <qua> trăng", "width": 640.0, "height": 416.0, "author_name": "Lưu Đình Ngữ",
			"thumbnail_url": n.url + "/media/" + string(film.ID) + "/" + string(film.Representations[0].Files[0].ID) + "/hls-v1/poster.jpg", "thumbnail_width": 960.0,
			"html": `<iframe src="` + n.url + "/nhung/" + string(film.ID) + `" width="640" height="416" title="Thuyền &lt;qua&gt; trăng" frameborder="0" loading="lazy" allow="fullscreen" allowfullscreen></iframe>`}},
		"as small as the site wants it":            {ask(page(film.ID), "&maxwidth=320&maxheight=1000"), map[string]any{"width": 320.0, "height": 236.0}},
		"or as low":                                {ask(page(film.ID), "&maxheight=236&format=json"), map[string]any{"width": 320.0, "height": 236.0, "thumbnail_url": nil}},
		"but never too small to use":               {ask(page(film.ID), "&maxwidth=1&maxheight=-4"), map[string]any{"width": 200.0}},
		"a song is rich, also by its English page": {ask(n.url+"/en/tac-pham/x-"+string(song.ID), ""), map[string]any{"type": "rich", "width": 640.0, "height": 200.0}},
		"a picture is a photo":                     {ask(page(painting.ID), ""), map[string]any{"type": "photo", "width": 960.0, "height": 640.0}},
		"a picture no larger than wanted":          {ask(page(painting.ID), "&maxwidth=500"), map[string]any{"type": "photo", "width": 480.0, "thumbnail_width": 480.0}},
		"a picture that is too large is a link":    {ask(page(painting.ID), "&maxwidth=100"), map[string]any{"type": "link", "url": nil, "thumbnail_url": nil}},
		"a poem is a link":                         {ask(page(poem.ID), ""), map[string]any{"type": "link", "title": "Bến trăng", "html": nil}},
		"the player is known by its address too":   {ask(n.url+"/nhung/"+string(film.ID), ""), map[string]any{"type": "video"}},
	} {
		got := c.answer.expect(t, 200).json(t)
		for name, want := range c.want {
			if got[name] != want {
				t.Errorf("%s: %s is %v, want %v", sentence, name, got[name], want)
			}
		}
	}
	var doc struct {
		XMLName xml.Name `xml:"oembed"`
		Type    string   `xml:"type"`
		HTML    string   `xml:"html"`
	}
	if err := xml.Unmarshal(ask(page(film.ID), "&format=xml").expect(t, 200).body, &doc); err != nil || doc.Type != "video" || !strings.HasPrefix(doc.HTML, "<iframe") {
		t.Errorf("XML: %v, %+v", err, doc)
	}

	members := catalogtest.Work("Kín", func(work *archive.Work) { work.Audience = archive.AudienceMembers })
	w.put(members)
	w.withdraw(song.ID, "Theo yêu cầu")
	for address, status := range map[string]int{
		"": 404, "%": 404, "https://elsewhere.example/tac-pham/x-" + string(film.ID): 404, "file:///tac-pham/" + string(film.ID): 404,
		n.url: 404, n.url + "/tac-pham/": 404, n.url + "/nhung/x": 404, page(members.ID): 404, page(song.ID): 410,
		strings.Replace(page(film.ID), "http://", "http://user@", 1): 404,
	} {
		if got := ask(address, ""); got.StatusCode != status {
			t.Errorf("oembed of %q answers %d, want %d", address, got.StatusCode, status)
		}
	}
	ask(page(film.ID), "&format=yaml").expect(t, 501)
}

// Discovery: the page of a work leads to its answers, and the markup that it offers is the same.
func TestWorkPageOffersItself(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	film, _, _ := w.film("Sông quê", 100)
	song := w.song("Lời ru", "Một")
	a := n.get("/tac-pham/song-que-"+string(film.ID)).expect(t, 200, `type="application/json+oembed"`, `type="text/xml+oembed"`, `property="og:video"`,
		`property="og:image:alt"`, `name="twitter:card"`, "&lt;iframe src=", `type="application/rss+xml"`)
	_, rest, _ := strings.Cut(string(a.body), `type="application/json+oembed" title="Sông quê" href="`)
	link, _, _ := strings.Cut(rest, `"`)
	path := strings.TrimPrefix(strings.ReplaceAll(link, "&amp;", "&"), n.url)
	if got := n.get(path).expect(t, 200).json(t); got["title"] != "Sông quê" {
		t.Errorf("%s leads to %v", path, got)
	}
	n.get("/tac-pham/loi-ru-"+string(song.ID)).expect(t, 200, `property="og:audio"`, `content="audio/mp4"`)
}

// The player alone may be framed, and says within its frame why it does not play.
func TestOnlyThePlayerMayBeFramed(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	film, _, _ := w.film("Sông quê", 100)
	album := w.song("Hai bài", "Một", "Hai")
	poem := w.poem("Bến trăng", "Trăng lên")
	second := string(album.Representations[0].Files[1].ID)
	framed := func(a answer) bool {
		return a.Header.Get("X-Frame-Options") == "" && a.Header.Get("Content-Security-Policy") == ui.FramedPolicy
	}
	if !strings.HasSuffix(ui.FramedPolicy, "frame-ancestors *") || strings.TrimSuffix(ui.FramedPolicy, "*") != strings.TrimSuffix(ui.Policy, "'none'") {
		t.Errorf("the two policies differ in more than who may frame: %s", ui.FramedPolicy)
	}
	for path, want := range map[string][]string{
		"/nhung/" + string(film.ID):                     {"<video", "master.m3u8", `target="_blank"`, "noindex"},
		"/en/nhung/" + string(film.ID):                  {"<video", "/en/tac-pham/"},
		"/nhung/" + string(album.ID):                    {"<audio", string(album.Representations[0].Files[0].ID) + "/audio-v1/audio.m4a"},
		"/nhung/" + string(album.ID) + "?tep=" + second: {second + "/audio-v1/audio.m4a"},
		"/nhung/" + string(film.ID) + "?t=7":            {`data-start="7"`},
	} {
		if a := n.get(path).expect(t, 200, want...); !framed(a) {
			t.Errorf("%s may not be framed: %v", path, a.Header)
		}
	}
	w.withdraw(film.ID, "Theo yêu cầu của gia đình")
	for path, status := range map[string]int{"/nhung/" + string(film.ID): 410, "/nhung/" + string(poem.ID): 404, "/nhung/aaaaaaaaaaaa": 404, "/nhung/x": 404,
		"/nhung/" + string(album.ID) + "?tep=aaaaaaaaaaaa": 404} {
		if a := n.get(path).expect(t, status); !framed(a) || strings.Contains(string(a.body), "<form") {
			t.Errorf("%s does not say why within a frame", path)
		}
	}
	for _, path := range []string{"/", "/tac-pham/x-" + string(poem.ID), "/tac-gia", "/tim-kiem", "/tac-pham/x-" + string(film.ID), "/oembed"} {
		if a := n.get(path); a.Header.Get("X-Frame-Options") != "DENY" || !strings.Contains(a.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s may be framed", path)
		}
	}
}
