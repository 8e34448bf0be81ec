package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
)

// furnish puts something into the catalogue that is hard to move: agents and collections that refer to each other in a ring or forward, names
// that are no text, a job that waits, a lock that nobody gave back.
func furnish(t *testing.T, c *catalog.Catalog) {
	t.Helper()
	catalogtest.Fill(t, c, 230) // several stretches of the tables
	first, second := archive.AgentID("aaaaaaaaaaaa"), archive.AgentID("zzzzzzzzzzzz")
	named := func(id archive.AgentID, name string) archive.Agent {
		return archive.Agent{ID: id, Names: []archive.AgentName{{Name: name, Kind: archive.RealName}}}
	}
	must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		old, successor := named(first, "Hội cũ"), named(second, "Hội mới")
		for range 2 { // the second time they know of each other
			for _, a := range []archive.Agent{old, successor} {
				if err := tx.PutAgent(ctx, a); err != nil {
					return err
				}
			}
			old.Successor, successor.Predecessor = second, first
		}
		w := catalogtest.Work("Đêm \"trăng\"\n", func(w *archive.Work) { w.Representations[0].Files[0].Name = "\xff\xfe không là chữ" })
		if err := tx.PutWork(ctx, w); err != nil {
			return err
		}
		if err := tx.AddEvent(ctx, archive.Event{Work: w.ID, Type: archive.EventCreation, Agent: "x", Outcome: archive.Success, Detail: "chuỗi"}); err != nil {
			return err
		}
		return tx.Enqueue(ctx, catalog.Job{Kind: "preserve", Work: w.ID, Unique: true, After: time.Now().Add(time.Hour)})
	}))
	_, err := c.LockObject(t.Context(), "urn:uuid:left")
	must(t, err)
}

func still(t *testing.T, open func(context.Context, catalog.Options) (*catalog.Still, error), opt catalog.Options) *catalog.Still {
	t.Helper()
	s, err := open(t.Context(), opt)
	must(t, err)
	return s
}

func begin(t *testing.T, s *catalog.Still) {
	t.Helper()
	_, err := s.Begin(t.Context(), "kho")
	must(t, err)
}

// move moves a catalogue from one database into another and returns the sums of what came.
func move(t *testing.T, from, to catalog.Options) map[string]catalog.TableSum {
	t.Helper()
	source, target := still(t, catalog.OpenStill, from), still(t, catalog.OpenEmpty, to)
	begin(t, target)
	must(t, target.Take(t.Context(), source, func(string, int64) {}))
	sums, err := target.Sums(t.Context())
	must(t, err)
	before, err := source.Sums(t.Context())
	must(t, err)
	sameSums(t, before, sums)
	must(t, target.Finish(t.Context(), source))
	must(t, source.Close())
	must(t, target.Close())
	return sums
}

func sameSums(t *testing.T, want, got map[string]catalog.TableSum) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if want[name] != got[name] {
			t.Errorf("table %s: %d rows, want %d, %s", name, got[name].Rows, want[name].Rows, got[name].SHA256)
		}
	}
}

func TestMove(t *testing.T) {
	t.Run("there and back", func(t *testing.T) { testMoveThereAndBack(t, catalogtest.OnPostgres(t)) })
	t.Run("broken off, into PostgreSQL", func(t *testing.T) { testMoveGoesOn(t, catalogtest.SQLite(t), catalogtest.OnPostgres(t)) })
	t.Run("broken off, into SQLite", func(t *testing.T) { testMoveGoesOn(t, catalogtest.OnPostgres(t), catalogtest.SQLite(t)) })
	t.Run("refused, SQLite", func(t *testing.T) { testMoveRefuses(t, catalogtest.SQLite(t)) })
	t.Run("refused, PostgreSQL", func(t *testing.T) { testMoveRefuses(t, catalogtest.OnPostgres(t)) })
	_, err := catalog.OpenStill(t.Context(), catalogtest.NoFile(t))
	wants(t, err, archive.NotFound, "database-missing")
}

// A catalogue moves from SQLite to PostgreSQL and back again without a row that is other, and its waiting jobs go with it. The dump of all tables by
// other statements than those that move them is the same at the end.
func testMoveThereAndBack(t *testing.T, server catalog.Options) {
	file, back := catalogtest.SQLite(t), catalogtest.SQLite(t)
	c, err := catalog.Open(t.Context(), file)
	must(t, err)
	furnish(t, c)
	must(t, c.Close())

	there := move(t, file, server)
	if there["work"].Rows != 231 || there["event"].Rows < 1 || there["agent"].Rows != 102 || there["object_lock"].Rows != 1 {
		t.Fatalf("what was moved: %v", there)
	}
	before, here := catalog.Dump(t, file), catalog.Dump(t, server)
	sameSums(t, there, move(t, server, back))
	if after := catalog.Dump(t, back); before != after || before != here {
		t.Errorf("the dumps differ:\n%s", firstDifference(before, after))
	}
	for _, opt := range []catalog.Options{server, back} {
		c := catalogtest.OpenWith(t, opt)
		jobs, err := c.Reader(archive.System("test")).OpenJobs(t.Context(), 200)
		must(t, err)
		if len(jobs) != 104 || jobs[0].Kind != "preserve" || jobs[0].Title != "Đêm \"trăng\"\n" {
			t.Errorf("jobs: %+v", jobs)
		}
		lock, err := c.LockObject(soon(t), "urn:uuid:left") // nobody would reap a process that was never there
		must(t, err)
		if lock.Fence() < 2 {
			t.Errorf("fence %d", lock.Fence())
		}
	}
}

func firstDifference(a, b string) string {
	other := strings.Split(b, "\n")
	for i, line := range strings.Split(a, "\n") {
		if i >= len(other) || other[i] != line {
			return fmt.Sprintf("%s\n%s", line, other[min(i, len(other)-1)])
		}
	}
	return ""
}

// A move that was broken off, after which the source went on, comes to the right end; nobody works with what is half there.
func testMoveGoesOn(t *testing.T, from, to catalog.Options) {
	c, err := catalog.Open(t.Context(), from)
	must(t, err)
	catalogtest.Fill(t, c, 210)
	gone := catalogtest.Work("Sẽ đổi")
	put(t, c, gone)
	must(t, c.Close())

	source, target := still(t, catalog.OpenStill, from), still(t, catalog.OpenEmpty, to)
	begin(t, target)
	ctx, cancel := context.WithCancel(t.Context())
	err = target.Take(ctx, source, func(table string, _ int64) {
		if table == "work" { // in the middle of the tables
			cancel()
		}
	})
	if err == nil {
		t.Fatal("it was not broken off")
	}
	must(t, source.Close())
	must(t, target.Close())
	_, err = catalog.Open(t.Context(), to)
	wants(t, err, archive.Unavailable, "database-moving")

	c, err = catalog.Open(t.Context(), from)
	must(t, err)
	gone.Title = "Đã đổi"
	must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutWork(ctx, gone); err != nil {
			return err
		}
		return tx.PutSetting(ctx, "chapters", []string{"Trúc Khê"})
	}))
	must(t, c.Close())
	move(t, from, to)
	works, err := catalogtest.OpenWith(t, to).Reader(archive.System("test")).WorksByID(t.Context(), []archive.WorkID{gone.ID})
	must(t, err)
	if len(works) != 1 || works[0].Title != "Đã đổi" {
		t.Errorf("after the move: %+v", works)
	}
}

// A database that somebody works with is neither moved nor moved into, one that holds an archive is not moved into, and one of another
// version is not read.
func testMoveRefuses(t *testing.T, opt catalog.Options) {
	c, err := catalog.Open(t.Context(), opt)
	must(t, err)
	_, err = catalog.OpenStill(t.Context(), opt)
	wants(t, err, archive.Conflict, "database-in-use")
	must(t, c.Close())
	untouched := still(t, catalog.OpenEmpty, opt) // that a program was once started with it does not fill it
	begin(t, untouched)
	must(t, catalog.Unmark(t.Context(), untouched))
	must(t, untouched.Close())

	c, err = catalog.Open(t.Context(), opt)
	must(t, err)
	put(t, c, catalogtest.Work("Của người khác"))
	must(t, c.Close())
	filled := still(t, catalog.OpenEmpty, opt)
	_, err = filled.Begin(t.Context(), "kho")
	wants(t, err, archive.Conflict, "database-filled")
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := catalog.Open(short, opt); !errors.Is(err, context.DeadlineExceeded) { // whoever starts meanwhile waits
		t.Errorf("a program started with a database that is being moved: %v", err)
	}
	must(t, filled.Close())

	c, err = catalog.Open(t.Context(), opt)
	must(t, err)
	must(t, catalog.Exec(t.Context(), c, "DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)"))
	must(t, c.Close())
	_, err = catalog.OpenStill(t.Context(), opt)
	wants(t, err, archive.Conflict, "database-older")
}
