package catalogtest

import (
	"encoding/json"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// text is a value as JSON, for comparing whole records.
func (s *suite) text(v any) string {
	s.t.Helper()
	doc, err := json.MarshalIndent(v, "", " ")
	s.must(err)
	return string(doc)
}

// full is a work that uses every field.
func (s *suite) full() *archive.Work {
	poet, reader := s.putAgent("Nguyễn Thị Hòa"), s.putAgent("Trần Văn Đức")
	shelf, call := s.putCollection("Tuyển tập", ""), s.putCollection("Cuộc vận động", "")
	other := Work("Bến trăng")
	s.put(other)
	at := func(day int) time.Time { return time.Date(2024, 1, day, 1, 2, 3, 456789000, time.UTC) }
	return Work("Đường về quê mẹ", func(w *archive.Work) {
		w.Key, w.Titles = "tho-1", []string{"Về quê", "Quê mẹ"}
		w.Description, w.Date = "Bài thơ.\nHai khổ.", "1997~"
		w.Credits = []archive.Credit{{Agent: poet, Name: "Hòa", Relator: archive.Author}, {Agent: reader, Relator: archive.Editor}}
		w.Rights = archive.Rights{Statement: "http://rightsstatements.org/vocab/InC/1.0/", Holder: "Hội", Evidence: "đơn", LicenceUntil: at(9), CopyrightUntil: at(10)}
		w.PublicFrom, w.PublicUntil = time.Date(1960, 5, 1, 0, 0, 0, 0, time.UTC), at(8)
		w.Paper = archive.Paper{Number: "465/KH-VHNT", Issuer: "Hội", Signer: "Chủ tịch", Recipients: "Như trên", Issue: "số 3", Page: "12"}
		w.Notice = archive.Notice{Group: "trại sáng tác", Event: "Trại viết Bến Vải", Place: "Bến Vải", From: "2024-05-01", To: "2024-05-15"}
		w.TitleGuessed = true
		w.SourceURL, w.PublishWhenReady, w.WithdrawnReason = "http://cu.example/bai?id=7", true, "vì"
		w.Created, w.Published = at(1), at(2)
		w.Relations = []archive.Relation{{Type: archive.ReadingOf, Target: other.ID}, {Type: archive.PartOf, Target: other.ID}}
		w.Collections = []archive.CollectionID{call, shelf}
		reading := archive.Representation{
			ID: archive.NewID[archive.RepresentationID](), Kind: archive.KindReading, Medium: archive.Audio, Label: "Đọc thơ", Date: "2001-02",
			Credits: []archive.Credit{{Agent: reader, Name: "Đức", Relator: archive.Narrator}}, Position: 1,
		}
		f := File("đọc.mp3")
		f.State, f.Problem, f.Duration, f.Width, f.Height, f.Pages = archive.FileStaged, "unreadable", 95*time.Second+7, 640, 480, 3
		f.Tags = map[string]string{"title": "Đường về", "x\x00y": "z"}
		second := File("b.mp3")
		second.Position = 1
		reading.Files = []archive.File{f, second}
		w.Poster, w.PosterAt = second.ID, 95*time.Second+time.Microsecond
		w.Representations = append(w.Representations, reading)
	})
}

func testWorkRoundTrip(_ *testing.T, s *suite) {
	w := s.full()
	s.put(w)
	equal(s, "version", w.Version, 1)
	for range 2 { // stored once and stored over itself
		got, err := s.system().Work(s.ctx(), w.ID)
		s.must(err)
		equal(s, "work", s.text(got), s.text(w))
		byKey, err := s.system().WorkByKey(s.ctx(), "tho-1")
		s.must(err)
		equal(s, "work by key", s.text(byKey), s.text(w))
		s.must(s.update(func(tx *catalog.Tx) error {
			got, err := tx.Work(s.ctx(), w.ID)
			s.must(err)
			equal(s, "work in a transaction", s.text(got), s.text(w))
			byKey, err := tx.WorkByKey(s.ctx(), "tho-1")
			s.must(err)
			equal(s, "work by key in a transaction", byKey.ID, w.ID)
			return nil
		}))
		s.put(w)
	}
	equal(s, "version", w.Version, 3)
	empty := &archive.Work{ID: archive.NewID[archive.WorkID](), Genre: "tho", Title: "Trống", State: archive.Draft, Audience: archive.AudienceStaff}
	s.put(empty)
	got, err := s.system().Work(s.ctx(), empty.ID)
	s.must(err)
	equal(s, "empty work", s.text(got), s.text(empty))
	if got.Created.IsZero() || got.Updated.IsZero() || !got.Published.IsZero() {
		s.t.Fatalf("times are %v %v %v", got.Created, got.Updated, got.Published)
	}
}

func testAnyText(_ *testing.T, s *suite) {
	name := "\xff\xfe\x00bad \u202Egnp.exe 🎵 Hoa\u0300.txt" + string(make([]byte, 200))
	w := Work("a\x00b\xffc", func(w *archive.Work) {
		w.Description = "zero \x00 and \xc3\x28"
		w.Representations[0].Files[0].Name = name
		w.Representations[0].Files[0].Path = "x/" + name
		w.Representations[0].Files[0].Tags = map[string]string{"k": "a\x00\xff"}
	})
	s.put(w)
	got, err := s.system().Work(s.ctx(), w.ID)
	s.must(err)
	f := got.Representations[0].Files[0]
	equal(s, "file name", f.Name, name)
	equal(s, "path", f.Path, "x/"+name)
	equal(s, "title", got.Title, "ab\uFFFDc")
	equal(s, "description", got.Description, "zero  and \uFFFD(")
	found, err := s.system().FileByDigest(s.ctx(), f.Digest, "x/"+name)
	s.must(err)
	equal(s, "file by digest", found.ID, f.ID)
	s.must(s.update(func(tx *catalog.Tx) error {
		return tx.PutParts(s.ctx(), f, []archive.Part{{Kind: "page", Text: "m\x00n\xff"}})
	}))
	parts, err := s.system().Parts(s.ctx(), w.ID)
	s.must(err)
	equal(s, "part", parts[0].Text, "mn\uFFFD")
}

func testVersions(_ *testing.T, s *suite) {
	w := Work("Một")
	s.put(w)
	mine, theirs := *w, *w
	s.put(&theirs)
	s.wants(s.update(func(tx *catalog.Tx) error { return tx.PutWork(s.ctx(), &mine) }), archive.Conflict, "work-changed")
	unknown := Work("Hai")
	unknown.Version = 3
	s.wants(s.update(func(tx *catalog.Tx) error { return tx.PutWork(s.ctx(), unknown) }), archive.Conflict, "work-changed")
	// What preserve recorded meanwhile is not undone by a record read before.
	held, err := s.system().Work(s.ctx(), w.ID)
	s.must(err)
	s.must(s.update(func(tx *catalog.Tx) error { return tx.SetPreserved(s.ctx(), w.ID, 2) }))
	s.must(s.update(func(tx *catalog.Tx) error { return tx.SetPreserved(s.ctx(), w.ID, 1) }))
	s.put(&held)
	got, err := s.system().Work(s.ctx(), w.ID)
	s.must(err)
	equal(s, "preserved", got.Preserved, 2)
	equal(s, "version", got.Version, 3)
	s.wants(s.update(func(tx *catalog.Tx) error { return tx.SetPreserved(s.ctx(), "aaaaaaaaaaaa", 1) }), archive.NotFound, "work-missing")
}

func testReferences(_ *testing.T, s *suite) {
	keyed := Work("Khóa", func(w *archive.Work) { w.Key = "k" })
	s.put(keyed)
	for _, test := range []struct {
		code   archive.Code
		reason archive.Reason
		change func(w *archive.Work)
	}{
		{archive.Invalid, "title-missing", func(w *archive.Work) { w.Title = " " }},
		{archive.Invalid, "id-invalid", func(w *archive.Work) { w.ID = "no" }},
		{archive.Invalid, "genre-unknown", func(w *archive.Work) { w.Genre = "khong-co" }},
		{archive.Invalid, "agent-unknown", func(w *archive.Work) { w.Credits = []archive.Credit{{Agent: "aaaaaaaaaaaa"}} }},
		{archive.Invalid, "agent-unknown", func(w *archive.Work) {
			w.Representations[0].Credits = []archive.Credit{{Agent: "aaaaaaaaaaaa"}}
		}},
		{archive.Invalid, "relation-unknown", func(w *archive.Work) {
			w.Relations = []archive.Relation{{Type: archive.PartOf, Target: "aaaaaaaaaaaa"}}
		}},
		{archive.Invalid, "collection-unknown", func(w *archive.Work) { w.Collections = []archive.CollectionID{"aaaaaaaaaaaa"} }},
		{archive.Conflict, "key-taken", func(w *archive.Work) { w.Key = "k" }},
		{archive.Internal, "internal", func(w *archive.Work) { w.State = "elsewhere" }},
		{archive.Internal, "internal", func(w *archive.Work) { w.Audience = "nobody" }},
	} {
		w := Work("Hai", test.change)
		s.wants(s.update(func(tx *catalog.Tx) error { return tx.PutWork(s.ctx(), w) }), test.code, test.reason)
	}
}

func testRepresentations(_ *testing.T, s *suite) {
	w := Work("Một", func(w *archive.Work) {
		w.Representations = append(w.Representations, archive.Representation{
			ID: archive.NewID[archive.RepresentationID](), Kind: archive.KindScore, Medium: archive.Paged, Position: 1,
		})
	})
	s.put(w)
	w.Representations = nil
	s.put(w)
	got, err := s.system().Work(s.ctx(), w.ID)
	s.must(err)
	equal(s, "representations", len(got.Representations), 1)
	equal(s, "files", len(got.Representations[0].Files), 1)
}

func testSource(_ *testing.T, s *suite) {
	w := Work("Một", func(w *archive.Work) { w.SourceURL = "http://www.vannghecu.vn/bai-viet/mot.html?id=7" })
	gone := Work("Hai", func(w *archive.Work) { w.SourceURL, w.State = "http://cu.vn/hai", archive.Withdrawn })
	draft := Work("Ba", func(w *archive.Work) { w.SourceURL, w.State = "http://cu.vn/ba", archive.Draft })
	s.put(w, gone, draft, Work("Không", func(w *archive.Work) { w.SourceURL = "http://cu.vn/" }))
	for address, want := range map[string]archive.WorkID{
		"http://www.vannghecu.vn/bai-viet/mot.html?id=7": w.ID,
		"https://vannghecu.vn/bai-viet/mot.html?id=7":    w.ID,
		"/bai-viet/mot.html?id=7":                        w.ID,
		"http://cu.vn/hai/":                              gone.ID,
		"/bai-viet/mot.html":                             "",
		"http://cu.vn/ba":                                "",
		"/":                                              "",
		"":                                               "",
		"http://[bad":                                    "",
	} {
		got, err := s.public().WorkBySource(s.ctx(), address)
		if want == "" {
			s.wants(err, archive.NotFound, "work-missing")
			continue
		}
		s.must(err)
		equal(s, address, got, want)
	}
}

func testFiles(_ *testing.T, s *suite) {
	w := Work("Một")
	s.put(w)
	f := w.Representations[0].Files[0]
	got, err := s.system().FileByDigest(s.ctx(), f.Digest, f.Path)
	s.must(err)
	equal(s, "file", s.text(got), s.text(f))
	_, err = s.system().FileByDigest(s.ctx(), f.Digest, "elsewhere")
	s.wants(err, archive.NotFound, "file-missing")
	_, err = s.public().FileByDigest(s.ctx(), f.Digest, f.Path)
	s.wants(err, archive.Forbidden, "staff-only")
	for size, want := range map[int64]bool{f.Size: true, f.Size + 1: false} {
		there, err := s.system().HoldsSize(s.ctx(), size)
		s.must(err)
		equal(s, "an original of that size", there, want)
	}
	_, err = s.public().HoldsSize(s.ctx(), f.Size)
	s.wants(err, archive.Forbidden, "staff-only")
	got, err = s.system().FileByKey(s.ctx(), f.Key)
	s.must(err)
	equal(s, "file by key", got.ID, f.ID)
	_, err = s.public().FileByKey(s.ctx(), f.Key)
	s.wants(err, archive.Forbidden, "staff-only")

	f.State, f.Key, f.Duration, f.Problem = archive.FilePurged, "", time.Minute, "unreadable"
	s.must(s.update(func(tx *catalog.Tx) error { return tx.SetFile(s.ctx(), f) }))
	got, err = s.public().File(s.ctx(), w.ID, f.ID)
	s.must(err)
	equal(s, "file", s.text(got), s.text(f))
	after, err := s.system().Work(s.ctx(), w.ID)
	s.must(err)
	equal(s, "version", after.Version, 1)
	f.Work = "aaaaaaaaaaaa"
	s.wants(s.update(func(tx *catalog.Tx) error { return tx.SetFile(s.ctx(), f) }), archive.NotFound, "file-missing")
	f.ID = "aaaaaaaaaaaa"
	s.wants(s.update(func(tx *catalog.Tx) error { return tx.SetFile(s.ctx(), f) }), archive.NotFound, "file-missing")
	s.must(s.update(func(tx *catalog.Tx) error {
		got, err := tx.FileByDigest(s.ctx(), after.Representations[0].Files[0].Digest, f.Path)
		s.must(err)
		equal(s, "file in a transaction", got.ID, after.Representations[0].Files[0].ID)
		return nil
	}))
}

func testHiddenRelation(_ *testing.T, s *suite) {
	hidden := Work("Giấu", func(w *archive.Work) { w.State = archive.Draft })
	s.put(hidden)
	w := Work("Lộ", func(w *archive.Work) { w.Relations = []archive.Relation{{Type: archive.ReadingOf, Target: hidden.ID}} })
	s.put(w)
	public, err := s.public().Work(s.ctx(), w.ID)
	s.must(err)
	equal(s, "relations for the public", len(public.Relations), 0)
	staff, err := s.system().Work(s.ctx(), w.ID)
	s.must(err)
	equal(s, "relations for staff", len(staff.Relations), 1)
}
