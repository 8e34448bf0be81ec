package web_test

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/web/address"
	"vannghe/web/ui"
)

// languages checks that what is marked as Vietnamese on a page holds none of the interface's words, and that the words given are
// so marked.
func languages(t *testing.T, body []byte, interfaceWords, own []string) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var marked []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data == "html" || attribute(n, "lang") != "vi" || attribute(n, "hreflang") != "" {
			continue
		}
		marked = append(marked, words(n))
		for _, word := range interfaceWords {
			if strings.Contains(words(n), word) {
				t.Errorf("<%s lang=vi> holds the English %q", n.Data, word)
			}
		}
	}
	for _, word := range own {
		if !slices.ContainsFunc(marked, func(s string) bool { return strings.Contains(s, word) }) {
			t.Errorf("%q is not marked as Vietnamese; marked are %q", word, marked)
		}
	}
}

// On the English site the works' own words are marked as Vietnamese, and nothing else is.
func TestOwnWordsAreMarked(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	poem := w.poem("Bến trăng", "Mái chèo khua nước")
	w.put(catalogtest.Work("Đò chiều", day(1), func(w *archive.Work) {
		w.Language, w.Description, w.Relations = "", "Viết bên sông Lường.", []archive.Relation{{Type: archive.SetsToMusic, Target: poem.ID}}
	}))
	en := ui.Speak("en")
	around := []string{en.Text("work.about"), en.Text("work.cite"), en.Text("home.newest"), en.Text("work.no-description"), "Poem", en.Text("open.text"), en.Text("work.related")}
	languages(t, n.get("/en").expect(t, 200).body, around, []string{"Đò chiều", "Viết bên sông Lường.", "Bến trăng"})
	languages(t, n.get("/en/the-loai/tho").expect(t, 200).body, around, []string{"Đò chiều", "Bến trăng"})
	languages(t, n.get("/en"+address.Work(poem.ID, poem.Title)).expect(t, 200).body, around, []string{"Bến trăng", "Mái chèo khua nước", "Đò chiều"})
	// On the Vietnamese site they need no mark, and a foreign work has one.
	french := catalogtest.Work("À la claire fontaine", func(w *archive.Work) { w.Language, w.Description = "fr", "Bài hát cổ của nước Pháp." })
	w.put(french)
	body := string(n.get(address.Work(french.ID, french.Title)).expect(t, 200, `<h1 lang="fr">À la claire fontaine</h1>`).body)
	if strings.Count(body, ` lang="vi"`) != 1 { // that of the page
		t.Error("Vietnamese words are marked on the Vietnamese site")
	}
	if !strings.Contains(body, `<div class="about-text">`) || !strings.Contains(body, "Bài hát cổ") {
		t.Error("what the catalogue says in Vietnamese is marked as French")
	}
}

// A reader learns that a file is kept, not what whoever brought it in should do.
func TestAFileThatCannotBeShown(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	work := catalogtest.Work("Băng cũ", func(w *archive.Work) {
		w.Representations[0].Medium = archive.Other
		w.Representations[0].Files[0].Problem = "media-unreadable"
	})
	w.put(work)
	say := ui.Speak("vi")
	page := n.get(address.Work(work.ID, work.Title)).expect(t, 200, say.Text("item.unreadable"), say.Text("item.kept-download")).body
	reason := say.Reason("media-unreadable")
	for _, body := range [][]byte{page, n.get("/api/v1/works/"+string(work.ID)).expect(t, 200, `"unreadable"`).body} {
		if bytes.Contains(body, []byte(reason)) || bytes.Contains(body, []byte("media-unreadable")) {
			t.Errorf("a reader is told %q", reason)
		}
	}
	work.Rights.Statement = "http://rightsstatements.org/vocab/InC/1.0/"
	w.put(work)
	body := n.get(address.Work(work.ID, work.Title)).expect(t, 200, say.Text("item.kept")).body
	if bytes.Contains(body, []byte(say.Text("item.kept-download"))) {
		t.Error("an original in copyright is offered")
	}
}

// A withdrawn work says why and since when, and every page of an error leads to the other language.
func TestErrorsInBothLanguages(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	work := catalogtest.Work("Bến trăng")
	w.put(work)
	w.withdraw(work.ID, "theo ý gia đình")
	path := address.Work(work.ID, work.Title)
	today := time.Now()
	n.get(path).expect(t, http.StatusGone, "theo ý gia đình", ui.Speak("vi").Text("tombstone.date", ui.Speak("vi").Day(today)), `href="/en`+path+`" lang="en"`)
	n.get("/en"+path).expect(t, http.StatusGone, "theo ý gia đình", ui.Speak("en").Text("tombstone.date", ui.Speak("en").Day(today)), `href="`+path+`" lang="vi"`)
	n.get("/api/v1/works/"+string(work.ID)).expect(t, http.StatusGone, "theo ý gia đình")

	n.get("/khong-co?x=1").expect(t, 404, `href="/en/khong-co?x=1" lang="en"`)
	n.get("/en/khong-co").expect(t, 404, `href="/khong-co" lang="vi"`)
	n.get("/en/x/%3Cb%3E%22").expect(t, 404, `href="/x/%3Cb%3E%22" lang="vi"`)
	for _, evil := range []string{"/en//evil.example/x", "/en/%2fevil.example/x", `/en/\evil.example/x`} {
		if body := n.get(evil).body; bytes.Contains(body, []byte(`href="//`)) || bytes.Contains(body, []byte(`href="/\`)) || bytes.Contains(body, []byte(`href="/%5C`)) {
			t.Errorf("%s leads to another host: %.600s", evil, body)
		}
	}
}

// Two works that belong together name each other.
func TestRelationsBothWays(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	poem := catalogtest.Work("Bến trăng")
	song := catalogtest.Work("Khúc bến trăng", of("ca-khuc", archive.Audio), func(w *archive.Work) {
		w.Relations = []archive.Relation{{Type: archive.SetsToMusic, Target: poem.ID}}
	})
	w.put(poem, song)
	n.get(address.Work(song.ID, song.Title)).expect(t, 200, "<dt>Phổ nhạc từ</dt>", address.Work(poem.ID, poem.Title))
	n.get(address.Work(poem.ID, poem.Title)).expect(t, 200, "<dt>Được phổ nhạc trong</dt>", address.Work(song.ID, song.Title))
	w.update(func(ctx context.Context, tx *catalog.Tx) error {
		hidden, err := tx.Work(ctx, song.ID)
		if err != nil {
			return err
		}
		hidden.Audience = archive.AudienceStaff
		return tx.PutWork(ctx, &hidden)
	})
	if body := n.get(address.Work(poem.ID, poem.Title)).expect(t, 200).body; bytes.Contains(body, []byte("Khúc bến trăng")) {
		t.Error("a hidden work is named by the one it relates to")
	}
}
