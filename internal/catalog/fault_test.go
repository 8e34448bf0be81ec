package catalog_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
)

func TestFullDisk(t *testing.T) {
	c := catalogtest.Open(t)
	ctx := t.Context()
	first := catalogtest.Work("Một")
	put(t, c, first)
	must(t, catalog.LimitPages(ctx, c, 1)) // SQLite raises it to what the file has
	big := catalogtest.Work("Hai", func(w *archive.Work) { w.Description = strings.Repeat("x", 1<<20) })
	err := c.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutWork(ctx, big) })
	wants(t, err, archive.Unavailable, "database-full")
	r := c.Reader(archive.System("test"))
	_, err = r.Work(ctx, big.ID)
	wants(t, err, archive.NotFound, "work-missing")
	_, err = r.Work(ctx, first.ID)
	must(t, err)
	must(t, catalog.LimitPages(ctx, c, 1<<30))
	big.Version = 0
	put(t, c, big)
}

func TestStoppedServer(t *testing.T) {
	server := catalogtest.Postgres(t)
	opt := server.Options(t)
	c, other := catalogtest.OpenWith(t, opt), catalogtest.OpenWith(t, opt)
	ctx := t.Context()
	w := catalogtest.Work("Một")
	put(t, c, w)
	r := c.Reader(archive.Public())
	server.Stop(t)
	_, read := r.Work(ctx, w.ID)
	_, file := r.FileByID(ctx, w.Representations[0].Files[0].ID)
	_, last := c.LastChange(ctx)
	_, lock := c.LockObject(ctx, "urn:uuid:1")
	for what, err := range map[string]error{
		"read": read, "single read": file, "last change": last, "lock": lock, "ping": c.Ping(ctx), "await": c.AwaitChange(ctx, 1<<40),
		"update": c.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.Touch(ctx, w.ID) }),
	} {
		if archive.CodeOf(err) != archive.Unavailable || archive.ReasonOf(err) != "database-unavailable" {
			t.Errorf("%s: error is %v, want unavailable: database-unavailable", what, err)
		}
	}
	server.Start(t)
	// The first to use a pooled connection of the old server learns that it is gone, and the pool with it.
	for _, again := range []func() error{
		func() error { return catalog.Confirm(ctx, c) },
		func() error { return catalog.Confirm(ctx, other) },
		func() error { return catalog.Reap(ctx, other) },
		func() error { _, err := r.Work(ctx, w.ID); return err },
	} {
		eventually(t, "the server is of use again", func() bool { return again() == nil })
	}
	put(t, c, w)
}

// clock is a time that only the test moves.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time { return time.Unix(1700000000, c.at.Load()) }

// witnesses opens two processes on one database that do nothing by themselves: the test says when they look for dead ones, and
// how much time passes.
func witnesses(t *testing.T) (c, other *catalog.Catalog, pass func(time.Duration)) {
	t.Helper()
	opt := catalogtest.OnPostgres(t)
	at := &clock{}
	opt.Now, opt.Poll = at.now, time.Hour
	c, other = catalogtest.OpenWith(t, opt), catalogtest.OpenWith(t, opt)
	return c, other, func(d time.Duration) { at.at.Add(int64(d)) }
}

// round is how often a process of witnesses would confirm its lock.
const round = 25 * time.Hour

// endSessions ends the sessions that hold process locks, as a server does that starts anew.
func endSessions(t *testing.T, c *catalog.Catalog) {
	t.Helper()
	must(t, catalog.Exec(t.Context(), c, "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"))
}

// listed reports whether the process of c stands on the list.
func listed(t *testing.T, c *catalog.Catalog) bool {
	t.Helper()
	ok, err := catalog.Listed(t.Context(), c)
	must(t, err)
	return ok
}

// TestLostSession: a process whose session was lost is waited for, and one that was taken for dead stands on the list again.
func TestLostSession(t *testing.T) {
	c, other, pass := witnesses(t)
	ctx := t.Context()
	endSessions(t, other)
	for range 2 { // the first look finds that its own session was ended as well
		must(t, catalog.Reap(ctx, other))
		pass(round)
	}
	if !listed(t, c) {
		t.Fatal("a process was buried before it could take its lock again")
	}
	must(t, catalog.Confirm(ctx, c)) // begins anew
	for range 2 {
		must(t, catalog.Reap(ctx, other))
		pass(round)
	}
	endSessions(t, other)
	for range 2 {
		must(t, catalog.Reap(ctx, other))
		pass(round)
	}
	if !listed(t, c) {
		t.Fatal("two short losses were taken for a long one")
	}
	must(t, catalog.Reap(ctx, other))
	if listed(t, c) {
		t.Fatal("a process without a session is not taken for dead")
	}
	must(t, catalog.Confirm(ctx, c))
	must(t, catalog.Reap(ctx, other))
	if !listed(t, c) {
		t.Fatal("a process that was found again is not on the list")
	}
}

// TestLooksFarApart: what lies between two looks that are far from each other is not known.
func TestLooksFarApart(t *testing.T) {
	c, other, pass := witnesses(t)
	endSessions(t, other)
	for range 3 {
		must(t, catalog.Reap(t.Context(), other))
		pass(2 * round)
	}
	if !listed(t, c) {
		t.Error("a process was buried after three looks that do not belong together")
	}
}

// TestRestartedServer: a job that runs while the server starts anew is not taken from its process and run twice.
func TestRestartedServer(t *testing.T) {
	server := catalogtest.Postgres(t)
	opt := server.Options(t)
	opt.Poll = 40 * time.Millisecond // locks are confirmed each second
	c, other := catalogtest.OpenWith(t, opt), catalogtest.OpenWith(t, opt)
	ctx := t.Context()
	ran, end := make(chan struct{}, 9), make(chan struct{})
	run := catalog.JobOptions{Handlers: map[catalog.JobKind]catalog.Handler{
		"derive": func(context.Context, catalog.Job, catalog.Attempt) error {
			ran <- struct{}{}
			<-end
			return nil
		},
	}}
	first, err := c.StartJobs(ctx, run)
	must(t, err)
	must(t, c.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.Enqueue(ctx, catalog.Job{Kind: "derive"}) }))
	<-ran
	second, err := other.StartJobs(ctx, run)
	must(t, err)
	server.Stop(t)
	server.Start(t)
	eventually(t, "both hold their locks again", func() bool {
		n, err := other.Workers(ctx)
		return err == nil && n == 2
	})
	n, err := other.JobCounts(ctx)
	if must(t, err); n.Running != 1 || n.Waiting != 0 || len(ran) != 0 {
		t.Errorf("%+v, started %d times more: the job was taken from a living process", n, len(ran))
	}
	close(end)
	must(t, c.JobsIdle(soon(t)))
	must(t, errors.Join(first.Stop(ctx), second.Stop(ctx)))
	if len(ran) != 0 {
		t.Error("the job ran twice")
	}
}

func TestUnknownAddress(t *testing.T) {
	for _, dsn := range []string{"", "sqlite:", "mysql://user:secret@host/db", "postgres://user:secret@host:notaport/db"} {
		_, err := catalog.Open(t.Context(), catalog.Options{DSN: dsn})
		wants(t, err, archive.Invalid, "database-address")
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
	_, err := catalog.Open(t.Context(), catalog.Options{DSN: "postgres:///none?host=" + t.TempDir()})
	wants(t, err, archive.Unavailable, "database-unavailable")
}

func TestDamagedFile(t *testing.T) {
	opt := catalogtest.SQLite(t)
	must(t, os.WriteFile(strings.TrimPrefix(opt.DSN, "sqlite:"), []byte(strings.Repeat("not a database ", 1000)), 0o600))
	_, err := catalog.Open(t.Context(), opt)
	wants(t, err, archive.Unavailable, "database-damaged")
}

// TestOddFolder: what means something in an address means nothing in a folder's name.
func TestOddFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dữ liệu %41?x=1#y")
	opt := catalog.Options{DSN: "sqlite:" + filepath.Join(dir, "danh mục.db")}
	catalogtest.OpenWith(t, opt)
	if _, err := os.Stat(filepath.Join(dir, "danh mục.db")); err != nil {
		t.Fatal(err)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	for name, change := range map[string]string{
		"ours":  "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, $1)",
		"jobs'": "INSERT INTO river_migration (line, version) VALUES ('main', 999)",
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, opt catalog.Options) {
				c := catalogtest.OpenWith(t, opt)
				var args []any
				if strings.Contains(change, "$1") {
					args = append(args, true)
				}
				must(t, catalog.Exec(t.Context(), c, change, args...))
				_, err := catalog.Open(t.Context(), opt)
				wants(t, err, archive.Unavailable, "database-newer")
			})
		})
	}
}

func TestManyOpenANewDatabase(t *testing.T) {
	for name, fresh := range map[string]func(testing.TB) catalog.Options{"SQLite": catalogtest.NoFile, "PostgreSQL": catalogtest.NoTablesOnPostgres} {
		opt := fresh(t)
		var tasks sync.WaitGroup
		for range 6 {
			tasks.Go(func() {
				c, err := catalog.Open(t.Context(), opt)
				if err != nil {
					t.Error(err)
					return
				}
				if err := c.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		tasks.Wait()
		genres, err := catalogtest.OpenWith(t, opt).Reader(archive.Public()).Genres(t.Context())
		if len(genres) != len(archive.Genres()) {
			t.Errorf("%s: %d genres, %v", name, len(genres), err)
		}
	}
}

func TestEventsCannotBeEdited(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		ctx := t.Context()
		w := catalogtest.Work("Một")
		put(t, c, w)
		must(t, c.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
			return errors.Join(tx.AddEvent(ctx, archive.Event{Work: w.ID, Type: archive.EventCreation}),
				tx.AddEvent(ctx, archive.Event{Work: w.ID, Type: archive.EventApproval}))
		}))
		for _, edit := range []string{"UPDATE event SET detail = 'x'", "DELETE FROM event", "DELETE FROM event WHERE sequence = 2"} {
			if catalog.Exec(ctx, c, edit) == nil {
				t.Errorf("%s is allowed", edit)
			}
		}
		r := c.Reader(archive.System("test"))
		events, err := r.Events(ctx, w.ID)
		must(t, err)
		must(t, archive.CheckChain(events))
		drop := "DROP TRIGGER event_no_update"
		if strings.HasPrefix(opt.DSN, "postgres") {
			drop = "DROP TRIGGER event_no_change ON event"
		}
		must(t, catalog.Exec(ctx, c, drop))
		must(t, catalog.Exec(ctx, c, "UPDATE event SET detail = 'x' WHERE sequence = 1"))
		events, err = r.Events(ctx, w.ID)
		must(t, err)
		wants(t, archive.CheckChain(events), archive.Internal, "chain-broken")
	})
}

// TestPanicInUpdate: the one write connection must come back.
func TestPanicInUpdate(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = c.Update(t.Context(), func(context.Context, *catalog.Tx) error { return crash(nil) })
		}()
		must(t, c.Update(soon(t), func(ctx context.Context, tx *catalog.Tx) error { return tx.PutSetting(ctx, "a", 1) }))
	})
}

// crash panics.
func crash(list []error) error { return list[0] }

// TestUnavailableJobsWait: what fails only because storage is gone never fails for good; whoever waits for the jobs is told, and
// the next start tries at once.
func TestUnavailableJobsWait(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
			return errors.Join(tx.Enqueue(ctx, catalog.Job{Kind: "derive"}), tx.Enqueue(ctx, catalog.Job{Kind: "broken"}))
		}))
		ran, stalled := make(chan string, 99), make(chan string, 9)
		options := func(storage error) catalog.JobOptions {
			return catalog.JobOptions{Backoff: stalls, Handlers: map[catalog.JobKind]catalog.Handler{
				"derive": func(context.Context, catalog.Job, catalog.Attempt) error {
					ran <- "derive"
					return storage
				},
				"broken": func(context.Context, catalog.Job, catalog.Attempt) error {
					ran <- "broken"
					return errors.New("unavailable is only a word here")
				},
			}, OnStalled: func(_ context.Context, j catalog.Job, err error) {
				stalled <- string(j.Kind) + " " + string(archive.ReasonOf(err))
			}}
		}
		jobs, err := c.StartJobs(t.Context(), options(archive.Fail(archive.Unavailable, "storage-unavailable")))
		must(t, err)
		wants(t, c.JobsIdle(soon(t)), archive.Unavailable, "jobs-stalled")
		must(t, jobs.Stop(t.Context()))
		if n, err := c.JobCounts(t.Context()); n != (catalog.JobCounts{Waiting: 1, Stalled: 1, Failed: 1}) {
			t.Fatalf("%+v, want one that waits and one failed, %v", n, err)
		}
		if len(stalled) != 1 || <-stalled != "derive storage-unavailable" {
			t.Error("nobody was told that a job waits")
		}
		for len(ran) > 0 {
			<-ran
		}
		jobs, err = c.StartJobs(t.Context(), options(nil))
		must(t, err)
		must(t, c.JobsIdle(soon(t)))
		must(t, jobs.Stop(t.Context()))
		if len(ran) != 1 || <-ran != "derive" {
			t.Error("the wrong job was tried again")
		}
	})
}

// stalls is a JobOptions.Backoff that makes a job wait for hours once it has been tried often enough to count as stalled.
func stalls(attempt int) time.Duration {
	if attempt > 14 {
		return 9 * time.Hour
	}
	return 0
}

// TestPatientJobs: a kind of job that no number of failures says anything about goes on, except when a job ends its process.
func TestPatientJobs(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		var runs atomic.Int64
		away := atomic.Bool{}
		away.Store(true)
		options := catalog.JobOptions{Backoff: stalls, Settings: map[catalog.JobKind]catalog.JobSettings{"derive": {Patient: true}},
			Handlers: map[catalog.JobKind]catalog.Handler{"derive": func(context.Context, catalog.Job, catalog.Attempt) error {
				if runs.Add(1); away.Load() {
					return errors.New("who knows")
				}
				return nil
			}}}
		must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error { return tx.Enqueue(ctx, catalog.Job{Kind: "derive"}) }))
		jobs, err := c.StartJobs(t.Context(), options)
		must(t, err)
		wants(t, c.JobsIdle(soon(t)), archive.Unavailable, "jobs-stalled")
		if n := runs.Load(); n < 10 {
			t.Errorf("tried %d times", n)
		}
		away.Store(false)
		must(t, c.WakeJobs(t.Context())) // hours before it would try again
		must(t, c.JobsIdle(soon(t)))
		must(t, jobs.Stop(t.Context()))
	})
}

// TestWaitsOnce: equal jobs that wait for storage are one, and do not keep the next process from starting.
func TestWaitsOnce(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		ran := make(chan archive.WorkID, 99)
		options := func(storage error) catalog.JobOptions {
			return catalog.JobOptions{Backoff: stalls, Handlers: map[catalog.JobKind]catalog.Handler{
				"preserve": func(_ context.Context, j catalog.Job, _ catalog.Attempt) error {
					ran <- j.Work
					return storage
				},
			}}
		}
		jobs, err := c.StartJobs(t.Context(), options(archive.Fail(archive.Unavailable, "storage-unavailable")))
		must(t, err)
		for range 2 {
			must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
				return errors.Join(tx.Enqueue(ctx, catalog.Job{Kind: "preserve", Work: "a", Unique: true}),
					tx.Enqueue(ctx, catalog.Job{Kind: "preserve", Work: "b", Unique: true}))
			}))
			wants(t, c.JobsIdle(soon(t)), archive.Unavailable, "jobs-stalled")
		}
		must(t, jobs.Stop(t.Context()))
		for len(ran) > 0 {
			<-ran
		}
		jobs, err = c.StartJobs(t.Context(), options(nil))
		must(t, err)
		must(t, c.JobsIdle(soon(t)))
		must(t, jobs.Stop(t.Context()))
		runs := map[archive.WorkID]int{}
		for len(ran) > 0 {
			runs[<-ran]++
		}
		if len(runs) != 2 || runs["a"] != 1 || runs["b"] != 1 {
			t.Errorf("runs %v, want each once", runs)
		}
	})
}

// TestLockGivenBackLate: a lock that could not be given back, since the database did not answer, is free once it does, here and
// elsewhere; the one taken after it is left alone.
func TestLockGivenBackLate(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c, other := catalogtest.OpenWith(t, opt), catalogtest.OpenWith(t, opt)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		lose := func() {
			lock, err := c.LockObject(soon(t), "urn:uuid:1")
			must(t, err)
			if err := lock.Unlock(gone); err == nil {
				t.Fatal("given back to a database that does not answer")
			}
		}
		lose()
		lock, err := c.LockObject(soon(t), "urn:uuid:1")
		must(t, err)
		must(t, catalog.Confirm(t.Context(), c))
		must(t, lock.Check(t.Context()))
		must(t, lock.Unlock(t.Context()))
		lose()
		must(t, catalog.Confirm(t.Context(), c))
		lock, err = other.LockObject(soon(t), "urn:uuid:1")
		must(t, err)
		must(t, lock.Unlock(t.Context()))
	})
}
