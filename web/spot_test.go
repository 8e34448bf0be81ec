package web_test

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"vannghe/internal/archive"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/web/address"
)

// file returns a new archived file of a format.
func file(name, format, mediaType string) archive.File {
	f := catalogtest.File(name)
	f.Format, f.Type = format, mediaType
	return f
}

func representation(m archive.Medium, kind archive.RepresentationKind, files ...archive.File) archive.Representation {
	return archive.Representation{ID: archive.NewID[archive.RepresentationID](), Medium: m, Kind: kind, Files: files}
}

// text gives a file the page and the stanzas of a poem, with a heading and a note as the recipe writes them.
func (w *world) text(work *archive.Work, f archive.File, stanzas ...string) {
	w.t.Helper()
	page := `<h2 id="muc-1">Một</h2><p id="doan-1">Lời đầu<a id="fnref1" href="#fn1">1</a></p><ol><li id="fn1">Chú thích</li></ol><h2 id="muc-2">Hai</h2>`
	parts := []archive.Part{{Kind: "section", Locator: "muc-1", Label: "Một", Text: "Lời đầu"}, {Kind: "section", Locator: "muc-2", Label: "Hai", Text: "Lời sau"}}
	for i, s := range stanzas {
		page += fmt.Sprintf(`<p class="stanza" id="kho-%d">%s</p>`, i+1, s)
		parts = append(parts, archive.Part{Kind: "stanza", Locator: fmt.Sprintf("kho-%d", i+1), Text: s})
	}
	w.deriveFile(work, f, "text", map[archive.Asset][]byte{{Kind: "text", Path: "text.html", Type: "text/html"}: []byte(page)})
	w.parts(work, f, parts...)
}

// scan gives a file pictures of pages and their words.
func (w *world) scan(work *archive.Work, f archive.File, pages ...string) {
	w.t.Helper()
	assets := map[archive.Asset][]byte{}
	var parts []archive.Part
	for i, s := range pages {
		name := fmt.Sprintf("page-%04d.jpg", i+1)
		assets[archive.Asset{Kind: "page", Path: name, Type: "image/jpeg", Width: 1200, Height: 1700, Page: i + 1}] = []byte("\xff\xd8")
		parts = append(parts, archive.Part{Kind: "page", Locator: fmt.Sprintf("trang-%d", i+1), Text: s})
	}
	w.deriveFile(work, f, "pages", assets)
	w.parts(work, f, parts...)
}

// recording gives a file what plays it, and parts of what is said in it.
func (w *world) recording(work *archive.Work, f archive.File, said ...archive.Part) {
	w.t.Helper()
	w.deriveFile(work, f, "audio", map[archive.Asset][]byte{{Kind: "audio", Path: "audio.m4a", Type: "audio/mp4"}: []byte("sound")})
	w.parts(work, f, said...)
}

// document parses a page, of which every id is there once.
func document(t *testing.T, body []byte) map[string]*html.Node {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]*html.Node{}
	for n := range root.Descendants() {
		id := attribute(n, "id")
		if id == "" {
			continue
		}
		if byID[id] != nil {
			t.Errorf("the id %q is there twice", id)
		}
		byID[id] = n
	}
	for n := range root.Descendants() {
		if id, ok := strings.CutPrefix(attribute(n, "href"), "#"); ok && byID[id] == nil {
			t.Errorf("a link leads to #%s, which is not on the page", id)
		}
	}
	return byID
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// A work of two texts, two scans and two recordings: every place has an id of its own, and what is found leads to the place
// in the file in which it was found.
func TestHitsLeadIntoTheRightFile(t *testing.T) {
	w := newWorld(t, 1, nil)
	newer, older := file("moi.txt", "text", "text/plain"), file("cu.txt", "text", "text/plain")
	first, second := file("a.pdf", "pdf", "application/pdf"), file("b.pdf", "pdf", "application/pdf")
	song, reading := file("hat.mp3", "mp3", "audio/mpeg"), file("doc.mp3", "mp3", "audio/mpeg")
	work := catalogtest.Work("Bến trăng", func(work *archive.Work) {
		work.Representations = []archive.Representation{
			representation(archive.Text, archive.KindText, newer), representation(archive.Text, archive.KindText, older),
			representation(archive.Paged, archive.KindScan, first, second),
			representation(archive.Audio, archive.KindRecording, song), representation(archive.Audio, archive.KindReading, reading),
		}
		for i := range work.Representations {
			r := &work.Representations[i]
			r.Position = i
			for j := range r.Files {
				r.Files[j].Position = j
			}
		}
	})
	w.put(work)
	w.text(work, newer, "đò ngang", "lúa chín")
	w.text(work, older, "đò dọc", "ngô non")
	w.scan(work, first, "bìa", "mục sấm", "ba", "bốn")
	w.scan(work, second, "bìa khác", "mục chớp", "ba khác", "bốn khác")
	w.recording(work, song, archive.Part{Kind: "cue", Locator: "t=95", Text: "câu hát ghẹo"})
	w.recording(work, reading, archive.Part{Kind: "cue", Locator: "t=95", Text: "lời kể chuyện"})
	w.settle()
	n := w.nodes[0]

	page := address.Work(work.ID, work.Title)
	byID := document(t, n.get(page).expect(t, 200).body)
	for looked, want := range map[string]string{
		"đò ngang": "#kho-1", "lúa chín": "#kho-2", "đò dọc": "#kho-1-" + string(older.ID), "ngô non": "#kho-2-" + string(older.ID),
		"mục sấm": "#trang-2", "mục chớp": "#trang-2-" + string(second.ID),
		"câu hát ghẹo": "?t=95", "lời kể chuyện": "?t=95&tep=" + string(reading.ID),
	} {
		at := n.partOf(t, looked)
		if at != page+want {
			t.Errorf("%q is found at %s, want %s", looked, at, page+want)
			continue
		}
		n.get("/tim-kiem?q="+url.QueryEscape(`"`+looked+`"`)).expect(t, 200, `href="`+strings.ReplaceAll(page+want, "&", "&amp;")+`"`)
		if _, id, fragment := strings.Cut(at, "#"); fragment && !strings.Contains(words(byID[id]), looked) {
			t.Errorf("%q is not in #%s: %s", looked, id, words(byID[id]))
		}
	}

	for query, starts := range map[string][2]string{"": {"0", "0"}, "?t=95": {"95", "0"}, "?t=1m35s": {"95", "0"}, "?t=1:35": {"95", "0"}, "?t=soon": {"0", "0"}, "?t=95&tep=" + string(reading.ID): {"0", "95"}} {
		body := string(n.get(page+query).expect(t, 200).body)
		for i, f := range []archive.File{song, reading} {
			_, frame, _ := strings.Cut(body, `data-file="`+string(f.ID)+`"`)
			if !strings.Contains(frame[:200], `data-start="`+starts[i]+`"`) {
				t.Errorf("%q: recording %d begins elsewhere than at %s: %.200s", query, i, starts[i], frame)
			}
		}
	}
}

// partOf returns the path of the first place in which the API finds words.
func (n *node) partOf(t *testing.T, looked string) string {
	t.Helper()
	found := n.get("/api/v1/search?q="+url.QueryEscape(`"`+looked+`"`)).expect(t, 200, `"total":1`).json(t)
	part := found["hits"].([]any)[0].(map[string]any)["parts"].([]any)[0].(map[string]any)
	return strings.TrimPrefix(part["url"].(string), n.url)
}

// Subtitles and lyrics that lie beside a recording are shown with it; nothing is prepared for ever.
func TestWordsBesideARecording(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	captions := map[archive.Asset][]byte{{Kind: "captions", Path: "vi.vtt", Type: "text/vtt", Language: "vi"}: []byte("WEBVTT\n")}
	cue := archive.Part{Kind: "cue", Locator: "t=7", Text: "Trăng lên rồi", Language: "vi"}
	work := func(r archive.Representation) *archive.Work {
		work := catalogtest.Work("Thứ sáu", func(work *archive.Work) { work.Representations = []archive.Representation{r} })
		work.Rights.Statement = "http://rightsstatements.org/vocab/InC/1.0/" // so that no original is offered
		w.put(work)
		return work
	}
	preparing := `class="notice"`

	film, vtt := file("friday.mp4", "mp4", "video/mp4"), file("friday.vtt", "vtt", "text/vtt")
	friday := work(representation(archive.Video, archive.KindRecording, film, vtt))
	w.deriveFile(friday, film, "mp4", map[archive.Asset][]byte{{Kind: "mp4", Path: "video.mp4", Type: "video/mp4"}: []byte("film")})
	page := address.Work(friday.ID, friday.Title)
	if body := n.get(page).expect(t, 200, "<video").body; bytes.Contains(body, []byte(preparing)) {
		t.Error("the film waits for its words")
	}
	d := w.deriveFile(friday, vtt, "captions", captions)
	w.parts(friday, vtt, cue)
	body := n.get(page).expect(t, 200, `<track kind="captions" src="`+assetPath(d, "vi.vtt")+`" srclang="vi"`, "Trăng lên rồi",
		`href="`+page+`?t=7"`, `data-seek="7" data-of="`+string(film.ID)+`"`).body
	if bytes.Contains(body, []byte(preparing)) {
		t.Errorf("something is prepared still: %s", body)
	}
	n.get(assetPath(d, "vi.vtt")).expect(t, 200, "WEBVTT")
	if body := n.get("/api/v1/works/"+string(friday.ID)).expect(t, 200, `"kind":"captions"`).body; bytes.Contains(body, []byte(`"preparing"`)) {
		t.Errorf("the API prepares still: %s", body)
	}

	mp3, srt, lrc := file("ru.mp3", "mp3", "audio/mpeg"), file("ru.srt", "srt", "application/x-subrip"), file("ru.lrc", "lrc", "text/plain")
	song := work(representation(archive.Audio, archive.KindRecording, mp3, srt, lrc))
	w.recording(song, mp3)
	w.deriveFile(song, srt, "captions", captions)
	w.parts(song, srt, cue)
	w.deriveFile(song, lrc, "text", map[archive.Asset][]byte{{Kind: "text", Path: "text.html", Type: "text/html"}: []byte(`<p class="stanza" id="kho-1">À ơi</p>`)})
	body = n.get(address.Work(song.ID, song.Title)).expect(t, 200, "<audio", `data-of="`+string(mp3.ID)+`"`, "Trăng lên rồi", "À ơi").body
	if bytes.Contains(body, []byte(preparing)) {
		t.Error("the song's words are prepared still")
	}

	lone := file("loi.srt", "srt", "application/x-subrip")
	alone := work(representation(archive.Text, archive.KindText, lone))
	w.deriveFile(alone, lone, "captions", captions)
	w.parts(alone, lone, archive.Part{Kind: "cue", Locator: "t=7", Text: "một mình", Language: "vi"})
	w.settle()
	body = n.get(address.Work(alone.ID, alone.Title)).expect(t, 200, "một mình").body
	if bytes.Contains(body, []byte(preparing)) {
		t.Error("words without a recording are prepared still")
	}
	_, id, _ := strings.Cut(n.partOf(t, "một mình"), "#")
	if at := document(t, body)[id]; at == nil || !strings.Contains(words(at), "một mình") {
		t.Errorf("#%s is not where the words are", id)
	}
}
