package web_test

import (
	"context"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
)

// rss is a feed as a program sees it, its namespaces resolved.
type rss struct {
	Channel struct {
		Title string `xml:"title"`
		Self  struct {
			Href string `xml:"href,attr"`
			Rel  string `xml:"rel,attr"`
		} `xml:"http://www.w3.org/2005/Atom link"`
		GUID   string `xml:"https://podcastindex.org/namespace/1.0 guid"`
		Medium string `xml:"https://podcastindex.org/namespace/1.0 medium"`
		Image  struct {
			Href string `xml:"href,attr"`
		} `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd image"`
		Items []struct {
			Title     string `xml:"title"`
			GUID      string `xml:"guid"`
			Date      string `xml:"pubDate"`
			Duration  string `xml:"http://www.itunes.com/dtds/podcast-1.0.dtd duration"`
			Enclosure *struct {
				URL    string `xml:"url,attr"`
				Length int    `xml:"length,attr"`
				Type   string `xml:"type,attr"`
			} `xml:"enclosure"`
			Transcripts []struct {
				URL  string `xml:"url,attr"`
				Type string `xml:"type,attr"`
				Lang string `xml:"language,attr"`
			} `xml:"https://podcastindex.org/namespace/1.0 transcript"`
		} `xml:"item"`
	} `xml:"channel"`
}

func (a answer) rss(t *testing.T) rss {
	t.Helper()
	var r rss
	if err := xml.Unmarshal(a.expect(t, http.StatusOK).body, &r); err != nil {
		t.Fatalf("%v in %.500s", err, a.body)
	}
	return r
}

func (r rss) titles() string {
	var list []string
	for _, i := range r.Channel.Items {
		list = append(list, i.Title)
	}
	return strings.Join(list, "; ")
}

// collect puts works into a new collection.
func (w *world) collect(title string, works ...*archive.Work) archive.CollectionID {
	w.t.Helper()
	c := archive.Collection{ID: archive.NewID[archive.CollectionID](), Title: title}
	w.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutCollection(ctx, c) })
	for _, work := range works {
		work.Collections = append(work.Collections, c.ID)
	}
	w.put(works...)
	return c.ID
}

func TestFeeds(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	album, poem := w.song("Tiếng nước", "Một", "Hai & ba"), w.poem("Bến <trăng>", "Trăng lên")
	film := catalogtest.Work("Thuyền qua trăng", func(work *archive.Work) {
		work.Genre, work.Published = "phim", work.Published.Add(time.Hour)
		r := &work.Representations[0]
		words := catalogtest.File("thuyen.vi.srt")
		words.Format, words.Position = "srt", 1
		r.Kind, r.Medium = archive.KindRecording, archive.Video
		r.Files = []archive.File{catalogtest.File("thuyen.mp4"), words}
		r.Files[0].Format = "mp4"
	})
	w.put(film)
	w.derive(film, "mp4", map[archive.Asset][]byte{{Kind: "mp4", Path: "720p.mp4", Type: "video/mp4", Duration: 95.4}: []byte("film")})
	w.deriveFile(film, film.Representations[0].Files[1], "captions", map[archive.Asset][]byte{{Kind: "captions", Path: "vi.vtt", Type: "text/vtt", Language: "vi"}: []byte("WEBVTT\n")})
	hidden := catalogtest.Work("Kín", func(work *archive.Work) { work.Audience = archive.AudienceMembers })
	w.put(hidden)
	collection := w.collect("Sông nước", album, film, hidden)
	agent := album.Credits[0].Agent

	site := n.get("/feed.xml")
	if got := site.Header.Get("Content-Type"); got != "application/rss+xml; charset=utf-8" {
		t.Errorf("type %q", got)
	}
	if got := site.rss(t).titles(); got != "Thuyền qua trăng; Bến <trăng>; Tiếng nước – Một; Tiếng nước – Hai & ba" && got != "Thuyền qua trăng; Tiếng nước – Một; Tiếng nước – Hai & ba; Bến <trăng>" {
		t.Errorf("the site's feed holds %s", got)
	}
	path := "/chuyen-muc/song-nuoc-" + string(collection) + "/feed.xml"
	r := n.get(path).rss(t)
	if got := r.titles(); got != "Thuyền qua trăng; Tiếng nước – Một; Tiếng nước – Hai & ba" {
		t.Errorf("the collection's feed holds %s", got)
	}
	c := r.Channel
	if c.Title != "Sông nước" || c.Self.Href != n.url+path || c.Self.Rel != "self" || c.Medium != "mixed" || len(c.GUID) != 36 || !strings.HasSuffix(c.Image.Href, "cover-480.jpg") {
		t.Errorf("channel %+v", c)
	}
	first, second := c.Items[0], c.Items[1]
	if first.Duration != "95" || len(first.Transcripts) != 1 || first.Transcripts[0].Type != "text/vtt" || first.Transcripts[0].Lang != "vi" || first.GUID != string(film.Representations[0].Files[0].ID) {
		t.Errorf("the film is %+v", first)
	}
	if _, err := time.Parse(time.RFC1123Z, first.Date); err != nil {
		t.Error(err)
	}
	e := second.Enclosure
	if e == nil || e.Type != "audio/mp4" || second.Duration != "61" {
		t.Fatalf("the song is %+v", second)
	}
	if got := n.get(strings.TrimPrefix(e.URL, n.url)).expect(t, 200); len(got.body) != e.Length || got.Header.Get("Content-Type") != e.Type {
		t.Errorf("the enclosure says %d bytes of %s, the server gives %d of %s", e.Length, e.Type, len(got.body), got.Header.Get("Content-Type"))
	}
	if got := n.get("/tac-gia/do-van-khoa-" + string(agent) + "/feed.xml").rss(t); got.titles() != "Tiếng nước – Một; Tiếng nước – Hai & ba" || got.Channel.Medium != "music" {
		t.Errorf("the agent's feed holds %s, %s", got.titles(), got.Channel.Medium)
	}
	if a := n.get("/chuyen-muc/khac-"+string(collection)+"/feed.xml").expect(t, 301); a.Header.Get("Location") != path {
		t.Errorf("a wrong slug leads to %s", a.Header.Get("Location"))
	}
	for _, missing := range []string{"/chuyen-muc/x/feed.xml", "/chuyen-muc/x-aaaaaaaaaaaa/feed.xml", "/tac-gia/x-aaaaaaaaaaaa/feed.xml"} {
		n.get(missing).expect(t, 404)
	}
	n.get("/chuyen-muc/song-nuoc-"+string(collection)).expect(t, 200, `type="application/rss+xml" title="Sông nước"`, "RSS")
	w.withdraw(poem.ID, "Theo yêu cầu")
	w.withdraw(album.ID, "Theo yêu cầu")
	if got := n.get("/feed.xml").rss(t).titles(); got != "Thuyền qua trăng" {
		t.Errorf("after the withdrawal the feed holds %s", got)
	}
	n.get("/tac-gia/do-van-khoa-"+string(agent)+"/feed.xml").expect(t, 404)
}

// A feed that has not changed is not sent again; one from which a work was withdrawn is.
func TestFeedValidators(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	w.song("Một", "Một")
	second := w.song("Hai", "Hai")
	a := n.get("/feed.xml").expect(t, 200)
	tag := a.Header.Get("ETag")
	n.get("/feed.xml", "If-None-Match: "+tag).expect(t, 304)
	if a.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("cache: %s", a.Header.Get("Cache-Control"))
	}
	if n.get("/feed.xml", "Accept-Encoding: gzip").Header.Get("Content-Encoding") != "gzip" {
		t.Error("the feed is not compressed")
	}
	w.withdraw(second.ID, "Theo yêu cầu")
	if got := n.get("/feed.xml", "If-None-Match: "+tag).expect(t, 200).rss(t).titles(); got != "Một" {
		t.Errorf("after the withdrawal the feed holds %s", got)
	}
}

// However many works there are, a feed holds the newest fifty.
func TestFeedsAreBounded(t *testing.T) {
	w := newWorld(t, 1, nil)
	var works []*archive.Work
	for range 60 {
		works = append(works, catalogtest.Work("Bài", func(work *archive.Work) { work.Description = strings.Repeat("dài ", 5000) }))
	}
	w.put(works...)
	a := w.nodes[0].get("/feed.xml")
	if got := len(a.rss(t).Channel.Items); got != 50 || len(a.body) > 1<<20 {
		t.Errorf("%d items in %d bytes", got, len(a.body))
	}
}
