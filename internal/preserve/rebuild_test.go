package preserve

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage"
	"vannghe/storage/memstore"
	"vannghe/storage/miniostore"
	"vannghe/storage/miniostore/miniotest"
)

// garden fills the archive with works of every state and with everything else that an association keeps, and lets its jobs end.
func (b bench) garden(t testing.TB, works int) {
	t.Helper()
	var ids []archive.WorkID
	for i := range works {
		ids = append(ids, b.bring(t, map[string]string{"bài " + strconv.Itoa(i) + ".txt": "Trăng " + strconv.Itoa(i)}))
	}
	purged := b.condemned(t)
	b.merged(t)
	gone := archive.NewID[archive.CollectionID]()
	b.update(t, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutCollection(ctx, archive.Collection{ID: gone, Title: "Tạm"})
	})
	b.settle(t)
	b.update(t, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.DropCollection(ctx, archive.Collection{ID: gone, Title: "Tạm"})
	})
	b.settle(t)
	b.update(t, func(ctx context.Context, tx *catalog.Tx) error { return b.plant(ctx, tx, ids) })
	b.update(t, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutPurge(ctx, archive.Purge{Work: ids[3], Cause: archive.PurgeOrder, Reason: "Theo công văn", Proposed: tx.Now(), ProposedName: "Quản trị", Seen: "điều đã thấy"})
	})
	for i, id := range ids {
		b.update(t, func(ctx context.Context, tx *catalog.Tx) error { return b.tend(ctx, tx, i, ids) })
		b.made(t, id)
	}
	b.settle(t)
	if w := b.work(t, purged); w.Representations[0].Files[0].State != archive.FilePurged {
		t.Fatal("the purge is not done")
	}
}

// settle does what waiting jobs would do, then what may wait longer.
func (b bench) settle(t testing.TB) {
	t.Helper()
	var works []archive.WorkID
	b.update(t, func(ctx context.Context, tx *catalog.Tx) (err error) {
		works, err = tx.UnservedWorks(ctx, "none", 1e6)
		return err
	})
	for _, id := range works {
		if err := b.keep(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	b.settleOthers(t)
	if err := b.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// settleOthers is settle of what is not a work.
func (b bench) settleOthers(t testing.TB) {
	t.Helper()
	var notes []string
	b.update(t, func(ctx context.Context, tx *catalog.Tx) (err error) {
		notes, err = tx.UnservedRecords(ctx, "none", 1e6)
		return err
	})
	for _, note := range notes {
		if err := b.handle(t.Context(), catalog.Job{Kind: catalog.JobPreserve, Note: note}, catalog.Attempt{Number: 1}); err != nil {
			t.Fatal(err)
		}
	}
}

// plant puts what is not a work.
func (b bench) plant(ctx context.Context, tx *catalog.Tx, ids []archive.WorkID) error {
	old, young, twin := archive.NewID[archive.AgentID](), archive.NewID[archive.AgentID](), archive.NewID[archive.AgentID]()
	top, below := archive.NewID[archive.CollectionID](), archive.NewID[archive.CollectionID]()
	first, second := archive.NewID[archive.SheetID](), archive.NewID[archive.SheetID]()
	paid := archive.Fee{ID: archive.NewID[archive.FeeID](), Sheet: first, Work: ids[0], Title: "Bài", Genre: "tho", Agent: old, Name: "Lê", Amount: 5, Added: tx.Now()}
	corrected := archive.Fee{ID: archive.NewID[archive.FeeID](), Sheet: second, Work: ids[0], Title: "Bài", Genre: "tho", Name: "Lê", Amount: -1, Corrects: paid.ID, Added: tx.Now()}
	member := archive.Enrolled{ID: archive.NewID[archive.MemberID](), Name: "Trần Thị Bé", Agent: young, Phone: "0900", Chapters: []archive.Membership{{Chapter: "Trúc Khê"}}}
	return errors.Join(
		tx.PutAgent(ctx, archive.Agent{ID: old, Organisation: true, Names: []archive.AgentName{{Name: "Hội cũ", Kind: archive.RealName, To: "1990"}}}),
		tx.PutAgent(ctx, archive.Agent{ID: young, Names: []archive.AgentName{{Name: "Hội mới"}, {Name: "Bút danh", Kind: "pen"}}, Predecessor: old, Born: "1950~"}),
		tx.PutAgent(ctx, archive.Agent{ID: old, Organisation: true, Names: []archive.AgentName{{Name: "Hội cũ", Kind: archive.RealName, To: "1990"}}, Successor: young}),
		tx.PutAgent(ctx, archive.Agent{ID: twin, Names: []archive.AgentName{{Name: "Người trùng"}}}),
		tx.MergeAgent(ctx, twin, young),
		tx.PutCollection(ctx, archive.Collection{ID: top, Title: "Chuyên mục"}),
		tx.PutCollection(ctx, archive.Collection{ID: below, Parent: top, Title: "Cuộc vận động", Description: "Mô tả", Closes: tx.Now().Add(time.Hour)}),
		tx.PutGenre(ctx, archive.Genre{ID: "tho-duong", Name: "Thơ Đường", English: "Tang verse", Group: "tho", Order: 99}),
		tx.RemoveGenre(ctx, "xam"),
		tx.PutSetting(ctx, "site", map[string]any{"title": "Văn nghệ <&>", "days": 3}),
		tx.PutRate(ctx, archive.Rate{Genre: "tho", From: "2026-01-01", Unit: 1000, Coefficient: 150}),
		tx.PutSheet(ctx, archive.Sheet{ID: first, Month: "2026-10", Made: tx.Now(), Closed: tx.Now()}),
		tx.PutSheet(ctx, archive.Sheet{ID: second, Issue: ids[1], Made: tx.Now()}),
		tx.PutFee(ctx, paid), tx.PutFee(ctx, corrected),
		tx.PutMember(ctx, &member),
		tx.AddDeed(ctx, archive.Deed{Kind: archive.DeedSite, Agent: "vannghe", Changes: []archive.Changed{{Field: "title", Before: "a", After: "b"}}}),
		tx.PutCase(ctx, archive.Case{ID: archive.NewID[archive.CaseID](), Work: ids[2], Kind: archive.Complaint, Name: "Một người", Contact: "a@b", Text: "Sai tên.", Received: tx.Now(), Due: tx.Now().Add(time.Hour)}),
	)
}

// tend changes a work, each in its own way.
func (b bench) tend(ctx context.Context, tx *catalog.Tx, i int, ids []archive.WorkID) error {
	w, err := tx.Work(ctx, ids[i])
	if err != nil {
		return err
	}
	states := []archive.State{archive.Published, archive.Withdrawn, archive.Submitted, archive.ChangesRequested, archive.Approved, archive.Published}
	w.State, w.Genre, w.Titles, w.Description = states[i%len(states)], []archive.GenreID{"tho", "tho-duong", "truyen-ngan"}[i%3], []string{"Tựa khác"}, "Lời giới thiệu"
	w.Rights = archive.Rights{Statement: "http://rightsstatements.org/vocab/InC/1.0/", Holder: "Lê", Evidence: "Giấy", LicenceUntil: tx.Now().Add(time.Hour)}
	w.Audience = []archive.Audience{archive.AudiencePublic, archive.AudienceMembers, archive.AudienceStaff}[i%3]
	w.Notice = archive.Notice{Group: "hop", Place: "Hà Nội", From: "2026-01-02"}
	w.Paper, w.Date, w.Language = archive.Paper{Number: "465/KH-VHNT"}, "1997~", "vi"
	switch i % 6 {
	case 0:
		w.Published = tx.Now()
		w.Relations = []archive.Relation{{Type: "part-of", Target: ids[(i+1)%len(ids)]}}
	case 1:
		w.Published, w.WithdrawnReason = tx.Now(), "Theo đề nghị"
		w.Relations = []archive.Relation{{Type: "translation-of", Target: ids[i-1]}} // a circle
	case 4:
		w.PublicFrom = tx.Now().Add(24 * time.Hour)
	case 5:
		w.Published, w.PublicFrom, w.PublicUntil = tx.Now(), tx.Now().Add(time.Hour), tx.Now().Add(2*time.Hour)
		w.Poster = w.Representations[0].Files[0].ID
	}
	if err := tx.PutWork(ctx, &w); err != nil {
		return err
	}
	if err := tx.ArrangeCollection(ctx, w.Collections[0], []archive.WorkID{w.ID}); err != nil {
		return err
	}
	return tx.AddEvent(ctx, archive.Event{Work: w.ID, Type: archive.EventApproval, Agent: "van", Detail: `{"decision":1,"note":"được"}`})
}

// made is what a recipe would leave of a work, and what a person corrected of it.
func (b bench) made(t testing.TB, id archive.WorkID) {
	t.Helper()
	b.update(t, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		f := w.Representations[0].Files[0]
		f.Duration, f.Width, f.Tags = 1500*time.Millisecond, 640, map[string]string{"title": "Tên"}
		return errors.Join(
			tx.SetFile(ctx, f),
			tx.PutParts(ctx, f, []archive.Part{{Kind: "stanza", Locator: "kho-1", Text: "máy đọc"}, {Kind: "stanza", Locator: "kho-2", Text: "người sửa", EditedBy: "van", Edited: tx.Now()}}),
			tx.PutDerivative(ctx, archive.Derivative{Work: id, File: f.ID, Recipe: "text", Version: 1, State: archive.DerivativeReady, Prefix: "derived/x", Made: tx.Now(),
				Assets: []archive.Asset{{Kind: "text", Path: "text.html", Type: "text/html", Bytes: 10}}}),
			tx.PutComment(ctx, archive.Comment{ID: archive.NewID[archive.CommentID](), Work: id, Text: "Nên sửa", Name: "Vân", Time: tx.Now()}),
			tx.AddEvent(ctx, archive.Event{Work: id, Type: archive.EventDerivation, Agent: "text v1"}),
		)
	})
}

// pairs are the stores and databases on which the archive must come through everything.
func pairs(t *testing.T, test func(t *testing.T, d storage.Driver, fresh func() catalog.Options)) {
	t.Helper()
	t.Run("memory and SQLite", func(t *testing.T) {
		test(t, memstore.New(), func() catalog.Options { return catalogtest.SQLite(t) })
	})
	t.Run("MinIO and PostgreSQL", func(t *testing.T) {
		d, err := miniostore.Open(t.Context(), miniotest.Start(t).DSN("kho"))
		if err != nil {
			t.Fatal(err)
		}
		test(t, d, func() catalog.Options { return catalogtest.OnPostgres(t) })
	})
}

func TestRebuild(t *testing.T) {
	pairs(t, func(t *testing.T, d storage.Driver, fresh func() catalog.Options) {
		b := benchOn(t, catalogtest.OpenWith(t, fresh()), d)
		b.garden(t, 6)
		want := catalogtest.Export(t, b.catalog)
		again := benchOn(t, catalogtest.OpenWith(t, fresh()), d)
		done, err := again.Rebuild(t.Context(), RebuildOptions{Scratch: t.TempDir(), Trouble: func(trouble Trouble) { t.Errorf("%+v", trouble) }})
		if err != nil || done.Works != 9 || done.Others < 8 {
			t.Fatalf("%+v %v", done, err)
		}
		catalogtest.SameRows(t, want, catalogtest.Export(t, again.catalog))
		owed, err := again.catalog.Reader(viewer()).LateWorks(t.Context(), "", 1)
		if err != nil || len(owed) > 0 {
			t.Errorf("the archive of record is owed what it has just given: %v %v", owed, err)
		}
		if err := again.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if jobs, err := again.catalog.JobCounts(t.Context()); err != nil || jobs.Waiting > 0 {
			t.Errorf("%+v %v", jobs, err)
		}
		if _, err := again.Rebuild(t.Context(), RebuildOptions{}); archive.ReasonOf(err) != "catalog-filled" {
			t.Errorf("a catalogue that is not empty was not refused: %v", err)
		}
	})
}

// TestRebuildBetweenTwoVersions loses the catalogue when the object of the kept work holds everything, and that of the other does not say so yet.
func TestRebuildBetweenTwoVersions(t *testing.T) {
	b := benchOn(t, catalogtest.Open(t), memstore.New())
	keep, other := b.merged(t)
	if err := b.keep(t.Context(), keep); err != nil {
		t.Fatal(err)
	}
	b.settleOthers(t)
	if b.document(t, WorkObject(other)).Work.MergedInto != "" {
		t.Fatal("the other object says so already")
	}
	again := benchOn(t, catalogtest.Open(t), b.faulty)
	if _, err := again.Rebuild(t.Context(), RebuildOptions{Scratch: t.TempDir(), Trouble: func(trouble Trouble) { t.Errorf("%+v", trouble) }}); err != nil {
		t.Fatal(err)
	}
	if w := again.work(t, other); w.MergedInto != keep || w.State != archive.Withdrawn || len(w.Representations) > 0 {
		t.Errorf("the other is %+v", w)
	}
	again.settle(t)
	again.joined(t, keep, other)
}

// TestRebuildKilled stops a rebuild at instants drawn from a seed (VANNGHE_SEED) and goes on with it, until it is done.
func TestRebuildKilled(t *testing.T) {
	seed := uint64(20261126)
	if text := os.Getenv("VANNGHE_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	random := rand.New(rand.NewPCG(seed, 0))
	b := newBench(t)
	b.garden(t, 14)
	want := catalogtest.Export(t, b.catalog)
	opt := catalogtest.SQLite(t)
	for kills := 0; ; kills++ {
		c, err := catalog.Open(t.Context(), opt)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		left := random.IntN(30 * (kills + 1))
		_, err = benchOn(t, c, b.faulty).Rebuild(ctx, RebuildOptions{Together: 3, Scratch: t.TempDir(), Progress: func(RebuildStep, int) {
			if left--; left == 0 {
				cancel()
			}
		}})
		cancel()
		if err == nil {
			catalogtest.SameRows(t, want, catalogtest.Export(t, c))
		} else if since, e := c.Rebuilding(t.Context()); e != nil {
			t.Error(e)
		} else if since.IsZero() && kills > 0 {
			t.Errorf("seed %d: the catalogue does not say that it is not whole", seed)
		}
		if e := c.Close(); e != nil {
			t.Fatal(e)
		}
		if err == nil {
			t.Logf("seed %d: %d kills", seed, kills)
			return
		}
		if !errors.Is(err, context.Canceled) || kills > 100 {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// TestRebuildFromBrokenObjects: what is broken is named and passed over, all else comes back, and what was withdrawn stays so.
func TestRebuildFromBrokenObjects(t *testing.T) {
	b := newBench(t)
	b.garden(t, 6)
	published := 0
	ids, err := b.catalog.WorkIDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if w := b.work(t, id); w.State == archive.Published {
			published++
		}
	}
	var withdrawn, lostFile, chain archive.Work
	for _, id := range ids {
		switch w := b.work(t, id); {
		case w.State == archive.Withdrawn && w.MergedInto == "" && w.Representations[0].Files[0].State == archive.FileArchived && withdrawn.ID == "":
			withdrawn = w
		case w.State == archive.Submitted:
			lostFile = w
		case w.State == archive.ChangesRequested:
			chain = w
		}
	}
	// The newest record of the withdrawn work is damaged: the one before, in which it is not withdrawn yet, must not come back.
	key, err := b.root.ContentKey(t.Context(), WorkObject(withdrawn.ID), documentName)
	if err != nil {
		t.Fatal(err)
	}
	b.overwrite(t, key, "{}")
	if err := b.bucket.Delete(t.Context(), storage.Key(lostFile.Representations[0].Files[0].Key)); err != nil {
		t.Fatal(err)
	}
	b.forge(t, chain.ID)
	agent := b.work(t, lostFile.ID).Credits[0].Agent
	if key, err = b.root.ContentKey(t.Context(), ObjectID("agent", string(agent)), documentName); err != nil {
		t.Fatal(err)
	}
	b.overwrite(t, key, "{}")

	again := benchOn(t, catalogtest.Open(t), b.faulty)
	told := map[string]int{}
	done, err := again.Rebuild(t.Context(), RebuildOptions{Trouble: func(trouble Trouble) { told[string(archive.ReasonOf(trouble.Err))]++ }})
	if err != nil || done.Works != len(ids)-2 {
		t.Fatalf("%d of %d works: %+v %v", done.Works, len(ids), told, err)
	}
	for _, reason := range []string{"object-damaged", "original-lost", "chain-broken", "agent-missing"} {
		if told[reason] == 0 {
			t.Errorf("nobody was told of %s: %v", reason, told)
		}
	}
	for _, id := range []archive.WorkID{withdrawn.ID, chain.ID} {
		if _, err := again.catalog.Reader(viewer()).Work(t.Context(), id); archive.CodeOf(err) != archive.NotFound {
			t.Errorf("%s came back from a broken object: %v", id, err)
		}
	}
	if got := again.work(t, lostFile.ID); got.Credits[0].Agent != agent || got.Credits[0].Name == "" {
		t.Errorf("%+v", got.Credits)
	}
	page, err := again.catalog.Reader(archive.Public()).Works(t.Context(), catalog.WorkFilter{})
	if err != nil || page.Total > published {
		t.Errorf("%d works are public, at most %d were: %v", page.Total, published, err)
	}
}

// forge writes a version of a work's record in which an event says something else.
func (b bench) forge(t testing.TB, id archive.WorkID) {
	t.Helper()
	doc := b.document(t, WorkObject(id))
	doc.Work.Events[0].Detail = "something else"
	text, err := Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	err = b.locked(t.Context(), WorkObject(id), func(lock *catalog.ObjectLock) error {
		_, err := b.write(t.Context(), lock, revision{object: WorkObject(id), document: text, message: "forged"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
