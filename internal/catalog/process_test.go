package catalog_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
)

// child is the second process: it does what its role says, and says on standard output when it has come so far.
func child(ctx context.Context, role string) (err error) {
	opt := catalog.Options{Poll: catalogtest.Poll}
	if err := json.Unmarshal([]byte(os.Getenv("VANNGHE_CATALOG_OPTIONS")), &opt); err != nil {
		return err
	}
	c, err := catalog.Open(ctx, opt)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	id := archive.WorkID(os.Getenv("VANNGHE_CATALOG_WORK"))
	switch role {
	case "worker": // takes a job and never ends it
		_, err := c.StartJobs(ctx, catalog.JobOptions{Handlers: map[catalog.JobKind]catalog.Handler{
			"derive": func(context.Context, catalog.Job, catalog.Attempt) error {
				say("running")
				select {}
			},
		}})
		if err != nil {
			return err
		}
		select {}
	case "locker": // takes a lock and never gives it back
		lock, err := c.LockObject(ctx, "urn:uuid:1")
		if err != nil {
			return err
		}
		if err := c.Beat(ctx, catalog.Indexer{Node: "child", Applied: 1}); err != nil {
			return err
		}
		say("locked", lock.Fence())
		select {}
	case "writer":
		for range 40 {
			if err := c.Update(ctx, grow(id)); err != nil {
				return err
			}
		}
		say("written")
	}
	return nil
}

// say tells the test how far the child has come.
func say(words ...any) { fmt.Fprintln(os.Stdout, words...) }

// grow adds a letter to the description of a work and a job and an event to the catalogue.
func grow(id archive.WorkID) func(ctx context.Context, tx *catalog.Tx) error {
	return func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		w.Description += "x"
		return errors.Join(tx.PutWork(ctx, &w), tx.Enqueue(ctx, catalog.Job{Kind: "preserve", Work: id}),
			tx.AddEvent(ctx, archive.Event{Work: id, Type: archive.EventModification, Agent: "child"}))
	}
}

// process is a child of the test.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

func start(t *testing.T, opt catalog.Options, role string, work archive.WorkID) *process {
	t.Helper()
	doc, err := json.Marshal(map[string]string{"DSN": opt.DSN})
	must(t, err)
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "VANNGHE_CATALOG_CHILD="+role, "VANNGHE_CATALOG_OPTIONS="+string(doc), "VANNGHE_CATALOG_WORK="+string(work))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	p := &process{t: t, cmd: cmd, lines: bufio.NewScanner(out)}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // when the test failed before
	return p
}

// says waits for a line of the child.
func (p *process) says(want string) {
	p.t.Helper()
	if !p.lines.Scan() || !strings.HasPrefix(p.lines.Text(), want) {
		p.t.Fatalf("the child says %q, want %q (%v)", p.lines.Text(), want, p.lines.Err())
	}
}

// kill is kill -9.
func (p *process) kill() {
	p.t.Helper()
	must(p.t, p.cmd.Process.Kill())
	_ = p.cmd.Wait() // killed, as it says
}

// eventually asks again and again until the condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx := soon(t)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("it does not come true that %s", what)
		}
	}
}

func TestKilledWorkerLosesNoJob(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		for range 6 { // more deaths than a job has attempts
			if n, err := c.JobCounts(t.Context()); err != nil || n.Waiting+n.Running == 0 {
				must(t, err)
				must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
					return tx.Enqueue(ctx, catalog.Job{Kind: "derive", Note: "once"})
				}))
			}
			p := start(t, opt, "worker", "")
			p.says("running")
			if n, err := c.Workers(t.Context()); n != 1 {
				t.Fatalf("%d workers while the child lives, %v", n, err)
			}
			p.kill()
			// PostgreSQL hears of the death through the socket, in its own time.
			eventually(t, "the worker is gone", func() bool {
				n, err := c.Workers(t.Context())
				must(t, err)
				return n == 0
			})
		}
		ran := make(chan catalog.Attempt, 9)
		jobs, err := c.StartJobs(t.Context(), catalog.JobOptions{Handlers: map[catalog.JobKind]catalog.Handler{
			"derive": func(_ context.Context, _ catalog.Job, a catalog.Attempt) error {
				ran <- a
				return nil
			},
		}})
		must(t, err)
		select {
		case a := <-ran:
			if a.Number != 1 || a.Last {
				t.Errorf("attempt %+v, want the first: a process that dies is not the job's fault", a)
			}
		case <-time.After(10 * time.Second):
			t.Error("the job was not taken up")
		}
		must(t, c.JobsIdle(soon(t)))
		must(t, jobs.Stop(t.Context()))
		if len(ran) != 0 {
			t.Error("the job ran twice")
		}
	})
}

// TestWorkerTakesOverWhileRunning: the death is noticed by a process that has been running all the time.
func TestWorkerTakesOverWhileRunning(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error { return tx.Enqueue(ctx, catalog.Job{Kind: "derive"}) }))
		p := start(t, opt, "worker", "")
		p.says("running")
		ran := make(chan struct{}, 9)
		jobs, err := c.StartJobs(t.Context(), catalog.JobOptions{Handlers: map[catalog.JobKind]catalog.Handler{
			"derive": func(context.Context, catalog.Job, catalog.Attempt) error {
				ran <- struct{}{}
				return nil
			},
		}})
		must(t, err)
		if n, err := c.Workers(t.Context()); n != 2 {
			t.Errorf("%d workers, want 2, %v", n, err)
		}
		if n, err := c.JobCounts(t.Context()); n.Running != 1 {
			t.Errorf("%+v jobs: that of a living process was taken away, %v", n, err)
		}
		p.kill()
		must(t, c.JobsIdle(soon(t)))
		must(t, jobs.Stop(t.Context()))
		if len(ran) != 1 {
			t.Errorf("the job ran %d times", len(ran))
		}
	})
}

// TestJobThatKillsEveryProcess ends: such a job must not be tried for ever.
func TestJobThatKillsEveryProcess(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error { return tx.Enqueue(ctx, catalog.Job{Kind: "derive"}) }))
		for range 14 { // ten deaths that do not count and four that do
			p := start(t, opt, "worker", "")
			p.says("running")
			p.kill()
			eventually(t, "the worker is gone", func() bool {
				n, err := c.Workers(t.Context())
				must(t, err)
				return n == 0
			})
		}
		told := make(chan error, 1)
		jobs, err := c.StartJobs(t.Context(), catalog.JobOptions{
			Handlers: map[catalog.JobKind]catalog.Handler{"derive": func(context.Context, catalog.Job, catalog.Attempt) error {
				t.Error("the job is tried again")
				return nil
			}},
			OnFailed: func(_ context.Context, _ catalog.Job, err error) { told <- err },
		})
		must(t, err)
		must(t, c.JobsIdle(soon(t)))
		must(t, jobs.Stop(t.Context()))
		wants(t, <-told, archive.Internal, "job-crashes")
	})
}

// TestOneFileTwoNames: processes that share a database know each other as living, by whichever name and from whichever data
// folder they opened it.
func TestOneFileTwoNames(t *testing.T) {
	opt := catalogtest.SQLite(t)
	c := catalogtest.OpenWith(t, opt)
	link := filepath.Join(t.TempDir(), "link.db")
	must(t, os.Symlink(strings.TrimPrefix(opt.DSN, "sqlite:"), link))
	other := catalogtest.OpenWith(t, catalog.Options{DSN: "sqlite:" + link, Poll: catalogtest.Poll})
	must(t, errors.Join(catalog.Reap(t.Context(), other), catalog.Reap(t.Context(), c)))
	must(t, errors.Join(c.Beat(t.Context(), catalog.Indexer{Node: "a", Applied: 1}), other.Beat(t.Context(), catalog.Indexer{Node: "b", Applied: 1})))
	if list, err := c.Indexers(t.Context()); len(list) != 2 {
		t.Errorf("indexers %v, want both, %v", list, err)
	}
}

func TestKilledLockerLosesItsLock(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		p := start(t, opt, "locker", "")
		p.says("locked 1")
		if list, err := c.Indexers(t.Context()); len(list) != 1 {
			t.Errorf("indexers %v while the child lives, %v", list, err)
		}
		got := make(chan *catalog.ObjectLock)
		go func() {
			lock, err := c.LockObject(t.Context(), "urn:uuid:1")
			if err != nil {
				t.Error(err)
			}
			got <- lock
		}()
		p.kill()
		lock := <-got
		if lock.Fence() != 2 {
			t.Errorf("fence %d, want one more than the dead process had", lock.Fence())
		}
		must(t, lock.Unlock(t.Context()))
		if list, err := c.Indexers(t.Context()); len(list) != 0 {
			t.Errorf("indexers %v although its lock was taken over, %v", list, err)
		}
	})
}

func TestTwoProcessesWrite(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		w := catalogtest.Work("Đếm")
		put(t, c, w)
		last, err := c.LastChange(t.Context())
		must(t, err)
		one, two := start(t, opt, "writer", w.ID), start(t, opt, "writer", w.ID)
		var tasks sync.WaitGroup
		tasks.Go(func() {
			for range 40 {
				if err := c.Update(t.Context(), grow(w.ID)); err != nil {
					t.Error(err)
				}
			}
		})
		must(t, c.AwaitChange(soon(t), last)) // woken by this process or by another
		one.says("written")
		two.says("written")
		tasks.Wait()
		must(t, one.cmd.Wait())
		must(t, two.cmd.Wait())
		r := c.Reader(archive.System("test"))
		got, err := r.Work(t.Context(), w.ID)
		must(t, err)
		events, err := r.Events(t.Context(), w.ID)
		must(t, err)
		n, err := c.JobCounts(t.Context())
		must(t, err)
		if len(got.Description) != 120 || len(events) != 120 || n.Waiting != 120 {
			t.Fatalf("%d changes, %d events, %d jobs; want 120 of each", len(got.Description), len(events), n.Waiting)
		}
		must(t, archive.CheckChain(events))
	})
}

// TestChangeOfAnotherProcessIsNoticed: nothing in this process wakes the one that waits.
func TestChangeOfAnotherProcessIsNoticed(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		w := catalogtest.Work("Đếm")
		put(t, c, w)
		last, err := c.LastChange(t.Context())
		must(t, err)
		p := start(t, opt, "writer", w.ID)
		must(t, c.AwaitChange(soon(t), last))
		p.says("written")
		must(t, p.cmd.Wait())
	})
}
