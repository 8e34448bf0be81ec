package index_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/index"
	"vannghe/search"
)

// bench is a catalogue with an index beside it.
type bench struct {
	t   *testing.T
	c   *catalog.Catalog
	dir string
	x   *index.Index
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, c: catalogtest.Open(t), dir: filepath.Join(t.TempDir(), "index")}
	b.open()
	t.Cleanup(func() { b.close() })
	return b
}

func (b *bench) open() {
	b.t.Helper()
	x, err := index.Open(b.t.Context(), index.Options{Catalog: b.c, Dir: b.dir})
	if err != nil {
		b.t.Fatal(err)
	}
	b.x = x
}

func (b *bench) close() {
	b.t.Helper()
	if err := b.x.Close(); err != nil {
		b.t.Error(err)
	}
}

// run follows the catalogue until the test ends or stop is called.
func (b *bench) run() (stop func()) {
	ctx, cancel := context.WithCancel(b.t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		if err := b.x.Run(ctx); err != nil {
			b.t.Errorf("run: %v", err)
		}
	})
	stop = sync.OnceFunc(func() { cancel(); done.Wait() })
	b.t.Cleanup(stop)
	return stop
}

func (b *bench) update(fn func(ctx context.Context, tx *catalog.Tx) error) {
	b.t.Helper()
	if err := b.c.Update(b.t.Context(), fn); err != nil {
		b.t.Errorf("update: %v", err) // not Fatal: some call it from other goroutines
	}
}

// publish puts a published work with a text of one part.
func (b *bench) publish(title, text string) archive.WorkID {
	b.t.Helper()
	return b.put(archive.Work{Title: title, State: archive.Published}, text)
}

func (b *bench) put(w archive.Work, text string) archive.WorkID {
	b.t.Helper()
	w.ID = archive.NewID[archive.WorkID]()
	w.Genre, w.Language, w.Audience, w.Published = "tho", "vi", archive.AudiencePublic, time.Now().UTC()
	file := archive.File{ID: archive.NewID[archive.FileID](), Work: w.ID, Name: "a.txt", Format: "text", Type: "text/plain",
		Digest: archive.Digest(fmt.Sprintf("%0128x", time.Now().UnixNano())), State: archive.FileArchived, Added: time.Now().UTC()}
	r := archive.Representation{ID: archive.NewID[archive.RepresentationID](), Kind: archive.KindText, Medium: archive.Text}
	file.Representation = r.ID
	r.Files = []archive.File{file}
	w.Representations = []archive.Representation{r}
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutWork(ctx, &w); err != nil {
			return err
		}
		return tx.PutParts(ctx, file, []archive.Part{{Kind: "stanza", Locator: "kho-1", Text: text}})
	})
	return w.ID
}

func (b *bench) change(id archive.WorkID, fn func(*archive.Work)) {
	b.t.Helper()
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		fn(&w)
		return tx.PutWork(ctx, &w)
	})
}

func (b *bench) withdraw(id archive.WorkID) {
	b.t.Helper()
	b.change(id, func(w *archive.Work) { w.State, w.WithdrawnReason = archive.Withdrawn, "theo yêu cầu" })
}

// caughtUp waits until every change made so far is in the index, and holds the two equal.
func (b *bench) caughtUp() {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), time.Minute)
	defer cancel()
	seq, err := b.c.LastChange(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.x.CatchUp(ctx, seq); err != nil {
		b.t.Fatal(err)
	}
	if err := b.x.Check(ctx); err != nil {
		b.t.Error(err)
	}
}

func (b *bench) hits(text string) []archive.WorkID {
	b.t.Helper()
	result, err := b.x.Search().Search(b.t.Context(), search.Query{Text: text, Now: time.Now().UnixMicro(), Audiences: archive.Public().Audiences()})
	if err != nil {
		b.t.Fatal(err)
	}
	var ids []archive.WorkID
	for _, h := range result.Hits {
		ids = append(ids, h.Work)
	}
	return ids
}

func (b *bench) expect(text string, want ...archive.WorkID) {
	b.t.Helper()
	if got := b.hits(text); fmt.Sprint(got) != fmt.Sprint(want) {
		b.t.Errorf("%q finds %v, want %v", text, got, want)
	}
}

func TestPublishedIsFoundWithdrawnIsNot(t *testing.T) {
	b := newBench(t)
	b.run()
	moon := b.publish("Bến trăng", "con nước lên gầy")
	b.put(archive.Work{Title: "Bản nháp", State: archive.Draft}, "chưa ai được thấy")
	b.caughtUp()
	b.expect("ben trang", moon)
	b.expect("con nước lên", moon)
	b.expect("chưa ai được thấy")

	b.withdraw(moon)
	b.caughtUp()
	b.expect("ben trang")
	b.expect("con nước lên")

	b.change(moon, func(w *archive.Work) { w.State = archive.Published })
	b.caughtUp()
	b.expect("ben trang", moon)
}

func TestIndexTellsTheCatalogueHowFarItIs(t *testing.T) {
	b := newBench(t)
	b.publish("Bến trăng", "x")
	b.caughtUp()
	nodes, err := b.c.Indexers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last, err := b.c.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(nodes) != 1 || nodes[0].Node != b.c.Process() || nodes[0].Applied != last {
		t.Errorf("got %+v, want this process at %d", nodes, last)
	}
}

func TestAChangedNameReachesTheWorksThatBearIt(t *testing.T) {
	b := newBench(t)
	b.run()
	agent := archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: "Hà Thị Thu", Kind: archive.RealName}}}
	shelf := archive.Collection{ID: archive.NewID[archive.CollectionID](), Title: "Tiếng quê"}
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutAgent(ctx, agent); err != nil {
			return err
		}
		return tx.PutCollection(ctx, shelf)
	})
	id := b.put(archive.Work{Title: "Bến trăng", State: archive.Published, Credits: []archive.Credit{{Agent: agent.ID, Relator: archive.Author}},
		Collections: []archive.CollectionID{shelf.ID}}, "x")
	b.caughtUp()
	b.expect("Hà Thị Thu", id)
	b.expect("Tiếng quê", id)

	agent.Names = append(agent.Names, archive.AgentName{Name: "Sương Khuya", Kind: archive.PenName})
	agent.Chapter = "Chi hội Văn xuôi"
	shelf.Title = "Hương đồng"
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutAgent(ctx, agent); err != nil {
			return err
		}
		if err := tx.PutCollection(ctx, shelf); err != nil {
			return err
		}
		return tx.PutGenre(ctx, archive.Genre{ID: "tho", Name: "Thi ca", English: "Verse", Group: "tho", Order: 60})
	})
	b.caughtUp()
	b.expect("Sương Khuya", id)
	b.expect("Hương đồng", id)
	b.expect("thi ca", id)
	b.expect("Tiếng quê")
	b.expectChapter("Chi hội Văn xuôi", 1)

	agent.Chapter = "Chi hội Thơ" // and nothing else
	b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutAgent(ctx, agent) })
	b.caughtUp()
	b.expectChapter("Chi hội Thơ", 1)
	b.expectChapter("Chi hội Văn xuôi", 0)
}

func (b *bench) expectChapter(chapter string, works int) {
	b.t.Helper()
	q := search.Query{Chapter: chapter, Now: time.Now().UnixMicro(), Audiences: archive.Public().Audiences()}
	if r, err := b.x.Search().Search(b.t.Context(), q); err != nil || r.Total != works {
		b.t.Errorf("%d works of %s, %v; want %d", r.Total, chapter, err, works)
	}
}

func TestARestartGoesOnWhereItStopped(t *testing.T) {
	b := newBench(t)
	stop := b.run()
	first := b.publish("Bến trăng", "x")
	b.caughtUp()
	applied := b.x.Applied()
	stop()
	b.close()
	second := b.publish("Đò chiều", "y")
	b.withdraw(first)
	b.open()
	if b.x.Search().Opening() != search.OpenedExisting || b.x.Applied() != applied {
		t.Errorf("opened %q at %d, want the index of before at %d", b.x.Search().Opening(), b.x.Applied(), applied)
	}
	b.caughtUp()
	b.expect("ben trang")
	b.expect("do chieu", second)
}

// TestAChangeAppliedTwiceAltersNothing is the stop between applying a change and telling the catalogue.
func TestAChangeAppliedTwiceAltersNothing(t *testing.T) {
	b := newBench(t)
	id := b.publish("Bến trăng", "con nước")
	b.caughtUp()
	if err := b.c.Beat(t.Context(), catalog.Indexer{Node: b.c.Process(), Applied: 0}); err != nil {
		t.Fatal(err)
	}
	b.caughtUp()
	b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.Touch(ctx, id) })
	b.caughtUp()
	b.expect("con nước", id)
}

func TestAnIndexOfAnotherCatalogueIsThrownAway(t *testing.T) {
	b := newBench(t)
	for range 3 {
		b.publish("Của kho khác", "x")
	}
	b.caughtUp()
	b.close()
	b.c = catalogtest.Open(t)
	b.open()
	b.expect("kho khác")
	mine := b.publish("Của kho này", "y")
	b.caughtUp()
	b.expect("kho này", mine)
}

func TestReindex(t *testing.T) {
	b := newBench(t)
	b.run()
	kept, gone := b.publish("Bến trăng", "x"), b.publish("Đò chiều", "y")
	b.caughtUp()
	b.withdraw(gone)
	if err := b.x.Reindex(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.caughtUp()
	b.expect("ben trang", kept)
	b.expect("do chieu")
}

// TestAnEmptyIndexIsFilledAtOnce: after an upgrade the index of a large archive is not there for a while, and says so instead of finding nothing.
func TestAnEmptyIndexIsFilledAtOnce(t *testing.T) {
	b := newBench(t)
	first := b.publish("Bến trăng", "con nước")
	for range index.WholeFrom {
		b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.Touch(ctx, first) })
	}
	second := b.publish("Đò chiều", "y")
	b.caughtUp()
	b.expect("con nước", first)
	b.expect("do chieu", second)

	b.close()
	if err := os.RemoveAll(b.dir); err != nil {
		t.Fatal(err)
	}
	b.open()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.x.CatchUp(ctx, 1); err == nil || b.x.Search() == nil || b.x.Applied() != 0 {
		t.Errorf("a filling that was stopped: %v, applied %d, still filling: %v", err, b.x.Applied(), b.x.Search() == nil)
	}
	last, err := b.c.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- b.x.CatchUp(t.Context(), last) }()
	for told := false; ; told = told || b.x.Search() == nil {
		select {
		case err := <-ended:
			if err != nil || !told {
				t.Errorf("%v; told that the index was being filled: %v", err, told)
			}
			b.expect("do chieu", second)
			return
		default:
		}
	}
}

func TestManyWritersWhileRunningAndReindexing(t *testing.T) {
	b := newBench(t)
	b.run()
	var writers sync.WaitGroup
	for n := range 4 {
		writers.Go(func() {
			for i := range 10 {
				id := b.publish(fmt.Sprintf("Tác phẩm %d %d", n, i), "nước chảy")
				if i%2 == 1 {
					b.withdraw(id)
				}
			}
		})
	}
	writers.Go(func() {
		if err := b.x.Reindex(t.Context()); err != nil {
			t.Errorf("reindex: %v", err)
		}
	})
	writers.Wait()
	b.caughtUp()
	result, err := b.x.Search().Search(t.Context(), search.Query{Text: "nước chảy", Now: time.Now().UnixMicro(), Audiences: archive.Public().Audiences()})
	if err != nil || result.Total != 20 {
		t.Errorf("%d found, %v; want 20", result.Total, err)
	}
}

// TestAStoppedCatalogueDoesNotEndTheIndex holds that Run goes on after failures and leaves only when it is told.
func TestAStoppedCatalogueDoesNotEndTheIndex(t *testing.T) {
	c, err := catalog.Open(t.Context(), catalog.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "c.db")})
	if err != nil {
		t.Fatal(err)
	}
	failures := make(chan struct{}, 100)
	log := slog.New(signals{slog.DiscardHandler, failures})
	x, err := index.Open(t.Context(), index.Options{Catalog: c, Dir: t.TempDir(), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- x.Run(ctx) }()
	for range 2 { // it failed, and tried again
		select {
		case <-failures:
		case err := <-ended:
			t.Fatalf("run ended by itself: %v", err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
}

// signals is a log that passes each error on.
type signals struct {
	slog.Handler
	errors chan struct{}
}

func (s signals) Enabled(context.Context, slog.Level) bool { return true }

func (s signals) Handle(_ context.Context, r slog.Record) error {
	if r.Level == slog.LevelError {
		s.errors <- struct{}{}
	}
	return nil
}

func TestCheckNamesWhatDiffers(t *testing.T) {
	b := newBench(t)
	b.publish("Bến trăng", "x")
	if err := b.x.Check(t.Context()); err == nil {
		t.Error("a published work that was not indexed is not noticed")
	}
	b.caughtUp()
	stray := search.Work{ID: archive.NewID[archive.WorkID](), Title: "Lạc", Audience: archive.AudiencePublic}
	if err := b.x.Search().Apply(t.Context(), b.x.Applied(), []search.Work{stray}, nil); err != nil {
		t.Fatal(err)
	}
	if err := b.x.Check(t.Context()); err == nil {
		t.Error("a stray work in the index is not noticed")
	}
}

// The files of the index are cut short while it serves: a search meets it, and the index is made anew beside without anybody's doing.
func TestADamagedIndexIsMadeAnew(t *testing.T) {
	b := newBench(t)
	ids := []archive.WorkID{}
	for i := range 30 {
		ids = append(ids, b.publish(fmt.Sprintf("Bến trăng %d", i), "con đò chiều"))
	}
	b.caughtUp()
	segments, err := filepath.Glob(filepath.Join(b.dir, "*", "*.zap"))
	if err != nil || len(segments) == 0 {
		t.Fatalf("no segments: %v", err)
	}
	for _, s := range segments {
		if err := os.Truncate(s, 0); err != nil {
			t.Fatal(err)
		}
	}
	q := search.Query{Text: "con đò", Now: time.Now().UnixMicro(), Audiences: archive.Public().Audiences()}
	if _, err := b.x.Search().Search(t.Context(), q); archive.ReasonOf(err) != "search-damaged" {
		t.Fatalf("got %v", err)
	}
	b.run()
	deadline, tick := time.NewTimer(time.Minute), time.NewTicker(10*time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for {
		r, err := b.x.Search().Search(t.Context(), q)
		if err == nil && r.Total == len(ids) {
			return
		}
		if err != nil && archive.ReasonOf(err) != "search-damaged" {
			t.Fatal(err)
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("not made anew: %v", err)
		}
	}
}
