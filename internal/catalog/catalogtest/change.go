package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// withdraw is an Update that withdraws a work.
func withdraw(id archive.WorkID) func(ctx context.Context, tx *catalog.Tx) error {
	return func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		w.State, w.WithdrawnReason = archive.Withdrawn, "theo yêu cầu"
		return tx.PutWork(ctx, &w)
	}
}

func testDerivatives(_ *testing.T, s *suite) {
	w := Work("Một", func(w *archive.Work) { w.Representations[0].Files = append(w.Representations[0].Files, File("b.txt")) })
	w.Representations[0].Files[1].Position = 1
	s.put(w)
	a, b := w.Representations[0].Files[0], w.Representations[0].Files[1]
	put := func(d archive.Derivative) {
		s.t.Helper()
		d.Work = w.ID
		s.must(s.update(func(tx *catalog.Tx) error { return tx.PutDerivative(s.ctx(), d) }))
	}
	made := time.Date(2024, 1, 1, 0, 0, 0, 1000, time.UTC)
	put(archive.Derivative{File: a.ID, Recipe: "text", Version: 1, State: archive.DerivativeReady, Prefix: "derived/1", Made: made})
	put(archive.Derivative{File: a.ID, Recipe: "text", Version: 2, State: archive.DerivativePending})
	put(archive.Derivative{File: b.ID, Recipe: "hls", Version: 1, State: archive.DerivativePending})
	put(archive.Derivative{File: b.ID, Recipe: "hls", Version: 1, State: archive.DerivativeFailed, Problem: "unreadable"})
	ready := archive.Derivative{
		Work: w.ID, File: b.ID, Recipe: "poster", Version: 3, State: archive.DerivativeReady, Prefix: "derived/2", Made: made,
		Assets: []archive.Asset{{Kind: "poster", Path: "p.jpg", Type: "image/jpeg", Bytes: 7, Width: 1, Height: 2, Duration: 1.5, Page: 3, Language: "vi"}},
	}
	put(ready)
	s.must(s.update(func(tx *catalog.Tx) error {
		later := archive.Derivative{Work: w.ID, File: b.ID, Recipe: archive.Later()[0], Version: 1, State: archive.DerivativePending}
		if err := tx.PutDerivative(s.ctx(), later); err != nil {
			return err
		}
		n, err := tx.PendingDerivatives(s.ctx(), w.ID)
		equal(s, "pending that a work waits for", n, 1)
		return errors.Join(err, tx.DropDerivative(s.ctx(), later))
	}))
	all, err := s.public().Derivatives(s.ctx(), w.ID, "aaaaaaaaaaaa")
	s.must(err)
	var got []string
	for _, d := range all[w.ID] {
		got = append(got, fmt.Sprint(d.Recipe, d.Version, d.State, d.Problem))
	}
	equal(s, "derivatives", fmt.Sprint(got), "[text1ready hls1failedunreadable poster3ready]") // text 2 is not ready yet
	put(archive.Derivative{File: a.ID, Recipe: "text", Version: 3, State: archive.DerivativeReady, Prefix: "derived/3", Made: made})
	all, err = s.public().Derivatives(s.ctx(), w.ID)
	s.must(err)
	equal(s, "the newest that is ready", all[w.ID][0].Version, 3)
	_, err = s.public().Failed(s.ctx(), catalog.FailedFilter{Limit: 9})
	equal(s, "what failed is for staff", archive.CodeOf(err), archive.Forbidden)
	failed, err := s.system().Failed(s.ctx(), catalog.FailedFilter{Work: w.ID, Except: []archive.Reason{"other"}, Limit: 9})
	s.must(err)
	equal(s, "what failed", fmt.Sprint(len(failed), failed[0].Title, failed[0].Name, failed[0].Recipe, failed[0].Problem), fmt.Sprint(1, w.Title, b.Name, "hls", "unreadable"))
	failed, err = s.system().Failed(s.ctx(), catalog.FailedFilter{Except: []archive.Reason{"unreadable"}, Limit: 9})
	s.must(err)
	equal(s, "what else failed", len(failed), 0)
	versions, err := s.public().DerivativeVersions(s.ctx(), w.ID)
	s.must(err)
	equal(s, "every version", len(versions), 5)
	d, err := s.public().Derivative(s.ctx(), catalog.DerivativeRef{Work: w.ID, File: b.ID, Recipe: "poster", Version: 3})
	s.must(err)
	equal(s, "derivative", s.text(d), s.text(ready))
	for _, ref := range []catalog.DerivativeRef{
		{Work: w.ID, File: a.ID, Recipe: "text", Version: 2}, {Work: w.ID, File: b.ID, Recipe: "hls", Version: 1},
		{Work: "aaaaaaaaaaaa", File: b.ID, Recipe: "poster", Version: 3}, {Work: w.ID, File: a.ID, Recipe: "poster", Version: 3},
	} {
		_, err := s.public().Derivative(s.ctx(), ref)
		s.wants(err, archive.NotFound, "derivative-missing")
	}
	s.must(s.Update(s.ctx(), withdraw(w.ID)))
	_, err = s.public().Derivative(s.ctx(), catalog.DerivativeRef{Work: w.ID, File: b.ID, Recipe: "poster", Version: 3})
	s.wants(err, archive.Gone, "work-withdrawn")
	versions, err = s.public().DerivativeVersions(s.ctx(), w.ID)
	s.must(err)
	equal(s, "versions of what is withdrawn", len(versions), 0)
}

func testParts(_ *testing.T, s *suite) {
	w := Work("Một", func(w *archive.Work) {
		second := File("b.txt")
		second.Position = 1
		w.Representations[0].Files = append(w.Representations[0].Files, second)
	})
	s.put(w)
	a, b := w.Representations[0].Files[0], w.Representations[0].Files[1]
	put := func(f archive.File, texts ...string) {
		s.t.Helper()
		var parts []archive.Part
		for i, text := range texts {
			parts = append(parts, archive.Part{Kind: "page", Locator: fmt.Sprint("trang-", i+1), Label: "Trang", Text: text, Language: "vi"})
		}
		s.must(s.update(func(tx *catalog.Tx) error { return tx.PutParts(s.ctx(), f, parts) }))
	}
	list := func() string {
		s.t.Helper()
		parts, err := s.public().Parts(s.ctx(), w.ID)
		s.must(err)
		var texts []string
		for i, p := range parts {
			equal(s, "ordinal", p.Ordinal, i)
			texts = append(texts, p.Text)
		}
		return fmt.Sprint(texts)
	}
	put(b, "b1", "b2")
	equal(s, "parts", list(), "[b1 b2]")
	put(a, "a1", "a2", "a3")
	equal(s, "parts", list(), "[a1 a2 a3 b1 b2]")
	put(a, "x")
	equal(s, "parts", list(), "[x b1 b2]")
	got, err := s.public().PartsByRef(s.ctx(), []catalog.PartRef{{Work: w.ID, Ordinal: 2}, {Work: w.ID, Ordinal: 9}, {Work: w.ID, Ordinal: -1}, {Work: w.ID, Ordinal: 0}, {Work: "aaaaaaaaaaaa"}})
	s.must(err)
	equal(s, "parts by ref", len(got), 2)
	equal(s, "first", s.text(got[0]), s.text(archive.Part{Work: w.ID, File: b.ID, Ordinal: 2, Kind: "page", Locator: "trang-2", Label: "Trang", Text: "b2", Language: "vi"}))
	equal(s, "second", got[1].Text, "x")
	put(a)
	equal(s, "parts", list(), "[b1 b2]")
	s.wants(s.update(func(tx *catalog.Tx) error { return tx.PutParts(s.ctx(), archive.File{ID: "aaaaaaaaaaaa"}, nil) }), archive.NotFound, "file-missing")
}

func testEvents(_ *testing.T, s *suite) {
	w, other := Work("Một"), Work("Hai")
	s.put(w, other)
	s.must(s.update(func(tx *catalog.Tx) error {
		for i, id := range []archive.WorkID{w.ID, other.ID, w.ID, w.ID} {
			e := archive.Event{Work: id, Type: archive.EventFixity, Agent: "import\x00", Detail: fmt.Sprint("lần ", i, "\xff")}
			if i == 3 {
				e.Time, e.Outcome = time.Date(2000, 1, 2, 3, 4, 5, 6789, time.FixedZone("x", 7*3600)), archive.Failure
			}
			if err := tx.AddEvent(s.ctx(), e); err != nil {
				return err
			}
		}
		inside, err := tx.Events(s.ctx(), w.ID)
		equal(s, "events in the transaction", len(inside), 3)
		return err
	}))
	var tasks sync.WaitGroup
	for range 8 {
		tasks.Go(func() {
			if err := s.update(func(tx *catalog.Tx) error {
				return tx.AddEvent(s.ctx(), archive.Event{Work: w.ID, Type: archive.EventFixity})
			}); err != nil {
				s.t.Error(err)
			}
		})
	}
	tasks.Wait()
	events, err := s.system().Events(s.ctx(), w.ID)
	s.must(err)
	equal(s, "events", len(events), 11)
	s.must(archive.CheckChain(events))
	chain, head, err := s.system().Chain(s.ctx(), w.ID)
	s.must(err)
	equal(s, "the end of the chain", fmt.Sprint(len(chain), head), fmt.Sprint(11, catalog.ChainHead{Sequence: 11, Hash: events[10].Hash}))
	_, _, err = s.public().Chain(s.ctx(), w.ID)
	s.wants(err, archive.Forbidden, "staff-only")
	equal(s, "agent", events[0].Agent, "import")
	equal(s, "outcomes", events[0].Outcome+events[2].Outcome, archive.Success+archive.Failure)
	for i, tamper := range []func(e *archive.Event){
		func(e *archive.Event) { e.Detail += "." }, func(e *archive.Event) { e.Agent = "x" }, func(e *archive.Event) { e.Time = e.Time.Add(time.Microsecond) },
		func(e *archive.Event) { e.Previous = "" }, func(e *archive.Event) { e.Outcome = archive.Failure }, func(e *archive.Event) { e.Sequence++ },
	} {
		forged := slices.Clone(events)
		tamper(&forged[4])
		if archive.CheckChain(forged) == nil {
			s.t.Errorf("forgery %d is not noticed", i)
		}
	}
	if archive.CheckChain(slices.Delete(slices.Clone(events), 3, 4)) == nil {
		s.t.Error("a missing event is not noticed")
	}
	s.wants(s.update(func(tx *catalog.Tx) error { return tx.AddEvent(s.ctx(), archive.Event{Work: "aaaaaaaaaaaa"}) }), archive.NotFound, "work-missing")
	_, err = s.public().Events(s.ctx(), w.ID)
	s.wants(err, archive.Forbidden, "staff-only")
}

func testSettings(_ *testing.T, s *suite) {
	type body struct{ Name, Address string }
	into := body{Name: "trước"}
	s.wants(s.public().Setting(s.ctx(), "body", &into), archive.NotFound, "setting-missing")
	equal(s, "untouched", into.Name, "trước")
	for _, want := range []body{{"Hội", "Số 1"}, {"Liên hiệp", ""}} {
		s.must(s.update(func(tx *catalog.Tx) error { return tx.PutSetting(s.ctx(), "body", want) }))
		s.must(s.public().Setting(s.ctx(), "body", &into))
		equal(s, "setting", into, want)
	}
	if s.public().Setting(s.ctx(), "body", new(int)) == nil {
		s.t.Fatal("a setting of another shape is read without an error")
	}
	if s.update(func(tx *catalog.Tx) error { return tx.PutSetting(s.ctx(), "bad", make(chan int)) }) == nil {
		s.t.Fatal("what cannot be encoded is stored")
	}
}

func changes(list ...catalog.Change) string { return fmt.Sprint(list) }

// nothing checks that a work and its traces are not there.
func (s *suite) nothing(id archive.WorkID, before int64) {
	s.t.Helper()
	_, err := s.system().Work(s.ctx(), id)
	s.wants(err, archive.NotFound, "work-missing")
	last, err := s.LastChange(s.ctx())
	s.must(err)
	equal(s, "last change", last, before)
	n, err := s.JobCounts(s.ctx())
	s.must(err)
	equal(s, "jobs", n, catalog.JobCounts{})
}

func testRollback(_ *testing.T, s *suite) {
	before, err := s.LastChange(s.ctx())
	s.must(err)
	w := Work("Một")
	boom := errors.New("boom")
	err = s.update(func(tx *catalog.Tx) error {
		s.must(tx.PutWork(s.ctx(), w))
		s.must(tx.AddEvent(s.ctx(), archive.Event{Work: w.ID, Type: archive.EventCreation}))
		s.must(tx.Enqueue(s.ctx(), catalog.Job{Kind: "note"}))
		return boom
	})
	if !errors.Is(err, boom) {
		s.t.Fatalf("error is %v", err)
	}
	s.nothing(w.ID, before)
}

func testCancelled(_ *testing.T, s *suite) {
	before, err := s.LastChange(s.ctx())
	s.must(err)
	w := Work("Một")
	ctx, cancel := context.WithCancel(s.ctx())
	err = s.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		s.must(tx.PutWork(ctx, w))
		s.must(tx.Enqueue(ctx, catalog.Job{Kind: "note"}))
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		s.t.Fatalf("error is %v", err)
	}
	s.nothing(w.ID, before)
	s.put(w2(w)) // the connection is of use again
}

// w2 is the same work as if it had never been stored.
func w2(w *archive.Work) *archive.Work {
	w.Version = 0
	return w
}

func testNested(_ *testing.T, s *suite) {
	err := s.Update(s.ctx(), func(ctx context.Context, _ *catalog.Tx) error {
		return s.Update(ctx, func(context.Context, *catalog.Tx) error { return nil })
	})
	s.wants(err, archive.Internal, "internal")
}

func testConcurrent(_ *testing.T, s *suite) {
	other := OpenWith(s.t, s.opt)
	w := Work("Đếm")
	s.put(w)
	const writers, rounds = 6, 15
	var tasks sync.WaitGroup
	for i := range writers {
		c := s.Catalog
		if i%2 == 1 {
			c = other
		}
		tasks.Go(func() {
			for range rounds {
				err := c.Update(s.ctx(), func(ctx context.Context, tx *catalog.Tx) error {
					w, err := tx.Work(ctx, w.ID)
					if err != nil {
						return err
					}
					w.Description += "x"
					return errors.Join(tx.PutWork(ctx, &w), tx.AddEvent(ctx, archive.Event{Work: w.ID, Type: archive.EventModification}))
				})
				if err != nil {
					s.t.Error(err)
				}
			}
		})
	}
	tasks.Wait()
	got, err := s.system().Work(s.ctx(), w.ID)
	s.must(err)
	equal(s, "updates", len(got.Description), writers*rounds)
	equal(s, "version", got.Version, writers*rounds+1)
	events, err := s.system().Events(s.ctx(), w.ID)
	s.must(err)
	equal(s, "events", len(events), writers*rounds)
	s.must(archive.CheckChain(events))
}

func testAgentRace(_ *testing.T, s *suite) {
	other := OpenWith(s.t, s.opt)
	var tasks sync.WaitGroup
	for i := range 8 {
		c := s.Catalog
		if i%2 == 1 {
			c = other
		}
		tasks.Go(func() {
			err := c.Update(s.ctx(), func(ctx context.Context, tx *catalog.Tx) error {
				for _, name := range []string{"Một Người", "Hai Người"}[i%2:] {
					_, err := tx.AgentByName(ctx, name)
					if archive.CodeOf(err) == archive.NotFound {
						err = tx.PutAgent(ctx, archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: name, Kind: archive.RealName}}})
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				s.t.Error(err)
			}
		})
	}
	tasks.Wait()
	page, err := s.system().Agents(s.ctx(), catalog.AgentFilter{})
	s.must(err)
	equal(s, "agents", page.Total, 2)
}

func testChanges(_ *testing.T, s *suite) {
	start, err := s.LastChange(s.ctx())
	s.must(err)
	agent := archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: "An", Kind: archive.RealName}}}
	w := Work("Một", func(w *archive.Work) { w.Credits = []archive.Credit{{Agent: agent.ID}} })
	s.must(s.update(func(tx *catalog.Tx) error {
		s.must(tx.PutAgent(s.ctx(), agent))
		s.must(tx.PutWork(s.ctx(), w))
		s.must(tx.Touch(s.ctx(), w.ID))
		return tx.PutWork(s.ctx(), w)
	}))
	list, err := s.Changes(s.ctx(), start, 10)
	s.must(err)
	equal(s, "changes", fmt.Sprint(list), changes(catalog.Change{Seq: start + 1, Kind: "agent", ID: string(agent.ID)}, catalog.Change{Seq: start + 2, Kind: "work", ID: string(w.ID)}))
	s.must(s.update(func(tx *catalog.Tx) error { return tx.SetPreserved(s.ctx(), w.ID, 1) }))
	last, err := s.LastChange(s.ctx())
	s.must(err)
	equal(s, "last change after preserving", last, start+2)
	s.must(s.update(func(tx *catalog.Tx) error { return tx.Touch(s.ctx(), w.ID) }))
	list, err = s.Changes(s.ctx(), start, 10)
	s.must(err)
	equal(s, "changes", fmt.Sprint(list), changes(catalog.Change{Seq: start + 1, Kind: "agent", ID: string(agent.ID)}, catalog.Change{Seq: start + 3, Kind: "work", ID: string(w.ID)}))
	w.Credits = nil
	s.put(w)
	list, err = s.Changes(s.ctx(), start+3, 1)
	s.must(err)
	equal(s, "changes", fmt.Sprint(list), changes(catalog.Change{Seq: start + 4, Kind: "agent", ID: string(agent.ID)}))
	s.wants(s.update(func(tx *catalog.Tx) error { return tx.Touch(s.ctx(), "aaaaaaaaaaaa") }), archive.NotFound, "work-missing")
}

// testChangeOrder lets many transactions commit at the same time while a reader follows with seq > last. The reader must
// end up with every work at its last change.
func testChangeOrder(_ *testing.T, s *suite) {
	other := OpenWith(s.t, s.opt)
	start, err := s.LastChange(s.ctx())
	s.must(err)
	var works []*archive.Work
	for i := range 12 {
		works = append(works, Work(fmt.Sprint("Bài ", i)))
	}
	s.put(works...)
	const rounds = 12
	var tasks sync.WaitGroup
	for i, w := range works {
		c := s.Catalog
		if i%2 == 1 {
			c = other
		}
		tasks.Go(func() {
			for range rounds {
				if err := c.Update(s.ctx(), func(ctx context.Context, tx *catalog.Tx) error { return tx.Touch(ctx, w.ID) }); err != nil {
					s.t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { tasks.Wait(); close(done) }()
	seen := map[string]int64{}
	last := start
	for ended := false; !ended; {
		select {
		case <-done:
			ended = true // and read once more
		default:
		}
		list, err := other.Changes(s.ctx(), last, 5)
		s.must(err)
		for _, ch := range list {
			if ch.Seq <= last {
				s.t.Fatalf("change %v after %d", ch, last)
			}
			last = ch.Seq
			seen[ch.ID] = ch.Seq
		}
		if len(list) == 5 {
			ended = false
		}
	}
	want, err := s.Changes(s.ctx(), start, 1000)
	s.must(err)
	for _, ch := range want {
		if seen[ch.ID] != ch.Seq {
			s.t.Errorf("%s was last seen at %d, its last change is %d", ch.ID, seen[ch.ID], ch.Seq)
		}
	}
	equal(s, "last change", last, start+12+12*rounds)
}

func testAnnouncements(_ *testing.T, s *suite) {
	jobs, err := s.StartJobs(s.ctx(), catalog.JobOptions{Handlers: map[catalog.JobKind]catalog.Handler{"note": nil}})
	s.must(err)
	defer func() { s.must(jobs.Stop(s.ctx())) }()
	now := s.clock.Now()
	w := Work("Sau", func(w *archive.Work) { w.PublicFrom, w.PublicUntil = now.Add(time.Hour), now.Add(48*time.Hour) })
	s.put(w)
	ctx, cancel := context.WithTimeout(s.ctx(), 20*time.Second)
	defer cancel()
	for _, step := range []time.Duration{time.Hour, 47 * time.Hour} {
		last, err := s.LastChange(ctx)
		s.must(err)
		s.clock.Advance(step)
		s.must(s.AwaitChange(ctx, last))
		list, err := s.Changes(ctx, last, 10)
		s.must(err)
		equal(s, "changes", fmt.Sprint(list), changes(catalog.Change{Seq: last + 1, Kind: "work", ID: string(w.ID)}))
	}
}

func testIndexers(_ *testing.T, s *suite) {
	other, err := catalog.Open(s.ctx(), s.opt)
	s.must(err)
	s.must(s.Beat(s.ctx(), catalog.Indexer{Node: "a", Applied: 3}))
	s.must(other.Beat(s.ctx(), catalog.Indexer{Node: "b", Applied: 4}))
	s.must(s.Beat(s.ctx(), catalog.Indexer{Node: "a", Applied: 5}))
	list, err := s.Indexers(s.ctx())
	s.must(err)
	equal(s, "indexers", len(list), 2)
	equal(s, "applied", list[0].Applied, 5)
	equal(s, "node", list[1].Node, "b")
	if list[0].Beat.IsZero() {
		s.t.Error("no time of the beat")
	}
	s.must(other.Close())
	list, err = s.Indexers(s.ctx())
	s.must(err)
	equal(s, "indexers", len(list), 1)
}

func testObjectLock(_ *testing.T, s *suite) {
	other := OpenWith(s.t, s.opt)
	first, err := s.LockObject(s.ctx(), "urn:uuid:1")
	s.must(err)
	elsewhere, err := s.LockObject(s.ctx(), "urn:uuid:2")
	s.must(err)
	s.must(elsewhere.Unlock(s.ctx()))
	short, cancel := context.WithTimeout(s.ctx(), 50*time.Millisecond)
	defer cancel()
	for _, c := range []*catalog.Catalog{s.Catalog, other} {
		if _, err := c.LockObject(short, "urn:uuid:1"); !errors.Is(err, context.DeadlineExceeded) {
			s.t.Fatalf("a held lock is given: %v", err)
		}
	}
	s.must(first.Check(s.ctx()))
	s.must(first.Unlock(s.ctx()))
	s.wants(first.Check(s.ctx()), archive.Conflict, "lock-lost")

	inside, fences := 0, map[int64]bool{}
	var mu sync.Mutex
	var tasks sync.WaitGroup
	for i := range 8 {
		c := s.Catalog
		if i%2 == 1 {
			c = other
		}
		tasks.Go(func() {
			l, err := c.LockObject(s.ctx(), "urn:uuid:1")
			if err != nil {
				s.t.Error(err)
				return
			}
			mu.Lock()
			inside++
			if inside > 1 || fences[l.Fence()] {
				s.t.Errorf("%d hold the lock, fence %d", inside, l.Fence())
			}
			fences[l.Fence()] = true
			mu.Unlock()
			err = l.Check(s.ctx())
			mu.Lock()
			inside--
			mu.Unlock()
			if err := errors.Join(err, l.Unlock(s.ctx())); err != nil {
				s.t.Error(err)
			}
		})
	}
	tasks.Wait()
	equal(s, "fences", len(fences), 8)
}
