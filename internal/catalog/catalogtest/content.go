package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

func testEditedParts(_ *testing.T, s *suite) {
	w := Work("Một")
	s.put(w)
	f := w.Representations[0].Files[0]
	at := time.Date(2024, 5, 1, 7, 0, 0, 0, time.UTC)
	put := func(parts ...archive.Part) {
		s.t.Helper()
		for i := range parts {
			parts[i].Kind = "page"
			if parts[i].EditedBy != "" {
				parts[i].Edited = at
			}
		}
		s.must(s.update(func(tx *catalog.Tx) error { return tx.PutParts(s.ctx(), f, parts) }))
	}
	list := func() string {
		s.t.Helper()
		parts, err := s.system().Parts(s.ctx(), w.ID)
		s.must(err)
		var texts []string
		for i, p := range parts {
			equal(s, "ordinal", p.Ordinal, i)
			equal(s, "moment of the edit", p.Edited.Equal(at), p.EditedBy != "")
			texts = append(texts, strings.TrimSuffix(p.Locator+"="+p.Text+" "+p.EditedBy, " "))
		}
		return fmt.Sprint(strings.Join(texts, ", "))
	}
	put(archive.Part{Locator: "trang-1", Text: "một"}, archive.Part{Locator: "trang-2", Text: "hal", EditedBy: "hoa"})
	equal(s, "as put", list(), "trang-1=một, trang-2=hal hoa")
	put(archive.Part{Locator: "trang-1", Text: "một!"}, archive.Part{Locator: "trang-2", Text: "nhận dạng lại"}, archive.Part{Locator: "trang-3", Text: "ba"})
	equal(s, "after the recipe ran again", list(), "trang-1=một!, trang-2=hal hoa, trang-3=ba")
	put(archive.Part{Locator: "trang-3", Text: "ba"}, archive.Part{Locator: "trang-4", Text: "bốn"})
	equal(s, "after the recipe found no such page", list(), "trang-3=ba, trang-2=hal hoa, trang-4=bốn")
	put()
	equal(s, "after the recipe found nothing", list(), "trang-2=hal hoa")
	put(archive.Part{Locator: "trang-2", Text: "hai", EditedBy: "đức"})
	equal(s, "edited again", list(), "trang-2=hai đức")
}

func testOwedRecords(_ *testing.T, s *suite) {
	owed := func() string {
		s.t.Helper()
		var notes []string
		s.must(s.update(func(tx *catalog.Tx) (err error) {
			notes, err = tx.UnservedRecords(s.ctx(), "none", 99) // whatever jobs there are
			return err
		}))
		return strings.Join(notes, " ")
	}
	preserved := func(note string) {
		s.t.Helper()
		version, err := s.system().RecordVersion(s.ctx(), note)
		s.must(err)
		s.must(s.update(func(tx *catalog.Tx) error { return tx.SetRecordPreserved(s.ctx(), note, version) }))
	}
	equal(s, "of an empty archive", owed(), "genres")
	preserved("genres")
	poet, shelf := s.putAgent("Nguyễn Thị Hòa"), s.putCollection("Tuyển tập", "")
	agent, collection := "agent:"+string(poet), "collection:"+string(shelf)
	s.must(s.update(func(tx *catalog.Tx) error { return tx.PutSetting(s.ctx(), "site", "Hội") }))
	equal(s, "owed", owed(), agent+" "+collection+" setting:site")
	n, err := s.JobCounts(s.ctx())
	s.must(err)
	equal(s, "jobs", n.Waiting, 3)
	for _, note := range []string{agent, collection, "setting:site"} {
		preserved(note)
	}
	equal(s, "owed when all is written", owed(), "")

	a, b := Work("Một"), Work("Hai")
	for _, w := range []*archive.Work{a, b} {
		w.Collections = []archive.CollectionID{shelf}
		s.put(w)
		equal(s, "when a work joins", owed(), collection)
		preserved(collection)
	}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.ArrangeCollection(s.ctx(), shelf, []archive.WorkID{b.ID}) }))
	equal(s, "when it is arranged", owed(), collection)
	order, err := s.system().CollectionOrder(s.ctx(), shelf)
	s.must(err)
	equal(s, "order", fmt.Sprint(order), fmt.Sprint([]archive.WorkID{b.ID, a.ID}))
	s.must(s.update(func(tx *catalog.Tx) error {
		files, works, err := tx.CollectionFiles(s.ctx(), shelf, 10)
		equal(s, "works", works, 2)
		var order []archive.WorkID
		for _, f := range files {
			order = append(order, f.Work)
		}
		equal(s, "works of the originals in order", fmt.Sprint(order), fmt.Sprint([]archive.WorkID{b.ID, a.ID}))
		return err
	}))
	preserved(collection)
	s.put(a) // nothing of it changed
	equal(s, "when a work stays", owed(), "")
	a.Collections = nil
	s.put(a)
	equal(s, "when a work leaves", owed(), collection)
	if s.Update(s.ctx(), func(ctx context.Context, tx *catalog.Tx) error {
		return errors.Join(tx.PutSetting(ctx, "other", 1), errors.New("boom"))
	}) == nil {
		s.t.Fatal("no error")
	}
	equal(s, "after a change that did not happen", owed(), collection)
}

func testReadyFirst(_ *testing.T, s *suite) {
	w := Work("Một", func(w *archive.Work) {
		tape := archive.Representation{ID: archive.NewID[archive.RepresentationID](), Kind: archive.KindReading, Medium: archive.Audio,
			Files: []archive.File{File("a.mp3")}}
		w.Representations[0].Position, w.Representations[0].Medium = 1, archive.Text
		w.Representations = []archive.Representation{tape, w.Representations[0]}
	})
	s.put(w)
	see := func(what string, medium archive.Medium) {
		s.t.Helper()
		got, err := s.public().Work(s.ctx(), w.ID)
		s.must(err)
		equal(s, what, got.Primary(), medium)
		page, err := s.public().Works(s.ctx(), catalog.WorkFilter{Medium: medium, Size: 9})
		s.must(err)
		equal(s, what+", in its listing", len(page.Works), 1)
		equal(s, what+", there first", page.Works[0].Primary(), medium)
		s.must(s.update(func(tx *catalog.Tx) error {
			stored, err := tx.Work(s.ctx(), w.ID)
			equal(s, what+", as it stands", stored.Primary(), archive.Audio)
			return err
		}))
	}
	put := func(f archive.File, recipe string, state archive.DerivativeState) {
		s.t.Helper()
		s.must(s.update(func(tx *catalog.Tx) error {
			return tx.PutDerivative(s.ctx(), archive.Derivative{Work: w.ID, File: f.ID, Recipe: recipe, Version: 1, State: state})
		}))
	}
	tape, text := w.Representations[0].Files[0], w.Representations[1].Files[0]
	see("nothing is ready", archive.Audio)
	put(text, "text", archive.DerivativeReady)
	put(tape, "audio", archive.DerivativePending)
	see("the text is ready", archive.Text)
	put(tape, "waveform", archive.DerivativeReady)
	see("a waveform plays nothing", archive.Text)
	s.put(w)
	see("the work was changed meanwhile", archive.Text)
	put(tape, "audio", archive.DerivativeReady)
	see("both are ready", archive.Audio)
	put(text, "text", archive.DerivativePending)
	see("the text is made again", archive.Audio)
}
