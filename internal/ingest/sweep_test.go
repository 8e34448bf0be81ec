package ingest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage"
	"vannghe/storage/memstore"
	"vannghe/storage/storagetest"
)

// watched calls at before each call of the store; at may itself use the store.
type watched struct {
	storage.Driver
	at func(call string, n int) // n counts the calls of this kind from 1

	mu    sync.Mutex
	calls map[string]int
	about []int64 // said to Create
}

func (w *watched) see(call string) {
	w.mu.Lock()
	if w.calls == nil {
		w.calls = map[string]int{}
	}
	w.calls[call]++
	n, at := w.calls[call], w.at
	w.mu.Unlock()
	if at != nil {
		at(call, n)
	}
}

func (w *watched) Create(ctx context.Context, key storage.Key, about int64) (storage.DriverWriter, error) {
	w.see("create")
	w.mu.Lock()
	w.about = append(w.about, about)
	w.mu.Unlock()
	return w.Driver.Create(ctx, key, about)
}

func (w *watched) Head(ctx context.Context, key storage.Key) (storage.Object, error) {
	o, err := w.Driver.Head(ctx, key)
	w.see("head") // after it: what it saw may be gone when its caller goes on
	return o, err
}

func (w *watched) Delete(ctx context.Context, key storage.Key) error {
	w.see("delete")
	return w.Driver.Delete(ctx, key)
}

// databases runs a test on both, with two processes on one database and one store.
func databases(t *testing.T, test func(t *testing.T, driver *watched, here, there bench)) {
	for name, open := range map[string]func(testing.TB) catalog.Options{"sqlite": catalogtest.SQLite, "postgres": func(t testing.TB) catalog.Options { return catalogtest.OnPostgres(t) }} {
		t.Run(name, func(t *testing.T) {
			opt := open(t)
			driver := &watched{Driver: memstore.New()}
			here := benchOn(t, catalogtest.OpenWith(t, opt), storage.NewBucket(driver))
			there := benchOn(t, catalogtest.OpenWith(t, opt), here.bucket)
			there.now = func() time.Time { return time.Now().Add(25 * time.Hour) } // everything is old to its sweep
			test(t, driver, here, there)
		})
	}
}

// whole fails unless the bytes of every recorded file are there, and returns how many files are recorded.
func (b bench) whole(t *testing.T) int {
	t.Helper()
	changes, err := b.catalog.Changes(t.Context(), 0, 10000)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range changes {
		if c.Kind != catalog.ChangeWork {
			continue
		}
		w := b.work(t, archive.WorkID(c.ID))
		for _, f := range allFiles(&w) {
			n++
			if _, err := b.bucket.Head(t.Context(), storage.Key(f.Key)); err != nil {
				t.Errorf("%s is recorded, but its bytes: %v", f.Name, err)
			}
		}
	}
	return n
}

func (b bench) sweepNow(t *testing.T) {
	t.Helper()
	if err := b.Sweep(t.Context()); err != nil {
		t.Error(err)
	}
}

// tapes is a folder of n files that are one work, so that all are staged before any is recorded.
func tapes(t *testing.T, n int) ImportOptions {
	t.Helper()
	files := map[string]string{}
	rows := "file,work\n"
	for i := range n {
		name := fmt.Sprintf("%d.txt", i)
		files[name], rows = fmt.Sprint("băng ", i), rows+name+",băng\n"
	}
	files["works.csv"] = rows
	return ImportOptions{Folder: tree(t, files), Manifest: "works.csv"}
}

// A work whose staging takes longer than a day is not swept from under the import that is staging it.
func TestSweepSparesALivingImport(t *testing.T) {
	databases(t, func(t *testing.T, driver *watched, here, there bench) {
		swept := 0
		driver.at = func(call string, n int) {
			if call != "create" || n != 3 {
				return
			}
			there.sweepNow(t)
			swept = 2 - len(here.staged(t))
		}
		_, _, totals := here.bring(t, tapes(t, 3))
		if swept != 0 || totals.Added != 3 || here.whole(t) != 3 {
			t.Errorf("%d files were swept, totals %+v", swept, totals)
		}
		r, err := here.register(t.Context())
		if err != nil || len(r.Imports) != 0 {
			t.Errorf("after the import the register says %+v, %v", r, err)
		}
	})
}

// An import that was taken for dead ends as any other.
func TestForgottenImportEnds(t *testing.T) {
	b := newBench(t)
	release, err := b.hold(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.changeRegister(t.Context(), func(r *register) { r.Imports = nil }); err != nil {
		t.Fatal(err)
	}
	release()
	if r, err := b.register(t.Context()); err != nil || len(r.Imports) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// What an import has staged may vanish all the same (somebody tidied up, a session was cut): it is staged again.
func TestRecordStagesAgainWhatIsGone(t *testing.T) {
	databases(t, func(t *testing.T, driver *watched, here, _ bench) {
		driver.at = func(call string, n int) {
			if call != "create" || n != 3 {
				return
			}
			for _, key := range here.staged(t) {
				if err := here.bucket.Delete(t.Context(), storage.Key(key)); err != nil {
					t.Error(err)
				}
			}
		}
		_, results, totals := here.bring(t, tapes(t, 3))
		if totals.Added != 3 || here.whole(t) != 3 || len(here.staged(t)) != 3 {
			t.Errorf("totals %+v, staging %v", totals, here.staged(t))
		}
		w := here.work(t, results[0].Work)
		for i, f := range allFiles(&w) {
			if results[i].Added != f.ID {
				t.Errorf("file %d was reported as %s and is %s", i, results[i].Added, f.ID)
			}
		}
	})
}

// A sweep that takes an import for dead comes at each point of its recording: no row is ever written without its bytes.
func TestSweepMeetsRecord(t *testing.T) {
	for _, moment := range []struct {
		about, call string
		n           int
	}{
		{"before the first look", "head", 0},
		{"after the look at the first file", "head", 1},
		{"after the look at the last file, before the transaction", "head", 2},
	} {
		t.Run(moment.about, func(t *testing.T) {
			databases(t, func(t *testing.T, driver *watched, here, there bench) {
				again := func(ctx context.Context) (Staged, error) {
					return here.Stage(ctx, "a.txt", strings.NewReader("có gốc"))
				}
				files := []EntryFile{{Path: "a.txt", again: again}, {Path: "b.txt"}}
				for i := range files {
					staged, err := here.Stage(t.Context(), files[i].Path, strings.NewReader(files[i].Path))
					if err != nil {
						t.Fatal(err)
					}
					files[i].Staged = staged
				}
				if moment.n == 0 {
					there.sweepNow(t)
				}
				driver.at = func(call string, n int) {
					if call == moment.call && n == moment.n {
						there.sweepNow(t)
					}
				}
				_, err := here.Record(t.Context(), Entry{Title: "Hai tệp", Files: files})
				if archive.ReasonOf(err) != "staging-lost" || here.works(t) != 0 {
					t.Errorf("a file that cannot be staged again was swept, and Record says %v; %d works", err, here.works(t))
				}
				rec, err := here.Record(t.Context(), Entry{Title: "Một tệp", Files: files[:1]})
				if err != nil || !rec.Created || here.whole(t) != 1 {
					t.Errorf("what can be staged again: %+v, %v", rec, err)
				}
			})
		})
	}
}

// Record comes in the middle of a sweep, when the bytes are condemned and still there.
func TestRecordMeetsSweep(t *testing.T) {
	databases(t, func(t *testing.T, driver *watched, here, there bench) {
		staged, err := here.Stage(t.Context(), "a.txt", strings.NewReader("một"))
		if err != nil {
			t.Fatal(err)
		}
		driver.at = func(call string, n int) {
			if call != "delete" || n != 1 {
				return
			}
			if _, err := here.Record(t.Context(), Entry{Title: "Một", Files: []EntryFile{{Staged: staged}}}); archive.ReasonOf(err) != "staging-lost" {
				t.Errorf("condemned bytes were recorded: %v", err)
			}
		}
		there.sweepNow(t)
		if here.works(t) != 0 || len(here.staged(t)) != 0 {
			t.Errorf("%d works, staging %v", here.works(t), here.staged(t))
		}
	})
}

// A sweep condemns the bytes after Record has looked at them, and has not come to removing them when Record writes the row.
func TestRecordIsOvertakenBySweep(t *testing.T) {
	databases(t, func(t *testing.T, driver *watched, here, there bench) {
		staged, err := here.Stage(t.Context(), "a.txt", strings.NewReader("một"))
		if err != nil {
			t.Fatal(err)
		}
		driver.at = func(call string, n int) {
			if call != "head" || n != 1 {
				return
			}
			if err := there.condemn(t.Context(), []archive.FileID{staged.ID}); err != nil {
				t.Error(err)
			}
		}
		if _, err := here.Record(t.Context(), Entry{Title: "Một", Files: []EntryFile{{Staged: staged}}}); archive.ReasonOf(err) != "staging-lost" {
			t.Errorf("condemned bytes were recorded: %v", err)
		}
	})
}

// Many record while sweeps run without a pause.
func TestSweepAndRecordAtOnce(t *testing.T) {
	databases(t, func(t *testing.T, _ *watched, here, there bench) {
		const works = 40
		done, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			for {
				select {
				case <-done:
					return
				default:
					there.sweepNow(t)
				}
			}
		}()
		var all sync.WaitGroup
		for i := range works {
			all.Go(func() {
				again := func(ctx context.Context) (Staged, error) {
					return here.Stage(ctx, "a.txt", strings.NewReader(fmt.Sprint("tệp ", i)))
				}
				staged, err := again(t.Context())
				if err == nil {
					_, err = here.Record(t.Context(), Entry{Title: "a", Files: []EntryFile{{Staged: staged, again: again}}})
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		close(done)
		<-stopped
		if n := here.whole(t); n != works {
			t.Errorf("%d files are recorded, want %d", n, works)
		}
	})
}

// A sweep that dies over what it has condemned is finished by the next; an import that died keeps nothing from it.
func TestSweepAfterTheDead(t *testing.T) {
	faulty := storagetest.NewFaulty(memstore.New())
	opt := catalogtest.SQLite(t)
	b := benchOn(t, catalogtest.OpenWith(t, opt), storage.NewBucket(faulty))
	b.now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	if _, err := b.Stage(t.Context(), "a.txt", strings.NewReader("mồ côi")); err != nil {
		t.Fatal(err)
	}
	dead, err := catalog.Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(Options{Catalog: dead, Bucket: b.bucket}).hold(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.sweepNow(t)
	if got := b.staged(t); len(got) != 1 {
		t.Errorf("beside a living import: %v", got)
	}
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	faulty.StopAt(1, storagetest.BeforeEffect)
	if err := b.Sweep(t.Context()); err == nil {
		t.Error("the store did not stop")
	}
	faulty.Heal()
	if r, err := b.register(t.Context()); err != nil || len(r.Condemned) != 1 || len(r.Imports) != 0 {
		t.Errorf("after the death of import and sweep: %+v, %v", r, err)
	}
	b.now = time.Now // to this sweep nothing is old
	b.sweepNow(t)
	if r, err := b.register(t.Context()); err != nil || len(r.Condemned) != 0 || len(b.staged(t)) != 0 {
		t.Errorf("the next sweep: %+v, %v, staging %v", r, err, b.staged(t))
	}
}
