package preserve

import (
	"bytes"
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/ocfl"
	"vannghe/storage"
	"vannghe/storage/memstore"
)

// vault is an archive with three works, the records of the others, and a second store that holds the same.
type vault struct {
	bench
	driver *flipping
	works  []archive.WorkID
	mirror *storage.Bucket
	db     *stdsql.DB // past everything that keeps the catalogue from being changed so
}

// flipping is a store that gives a wrong byte as often as it is told to.
type flipping struct {
	storage.Driver

	wrong atomic.Int64
	under string // part of the keys of which
}

func (f *flipping) Open(ctx context.Context, key storage.Key, span storage.Span) (io.ReadCloser, storage.Object, error) {
	body, o, err := f.Driver.Open(ctx, key, span)
	if err != nil || !strings.Contains(string(key), f.under) || f.wrong.Add(-1) < 0 {
		return body, o, err
	}
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, o, errors.Join(err, body.Close())
	}
	data[0] ^= 1
	return io.NopCloser(bytes.NewReader(data)), o, body.Close()
}

func newVault(t *testing.T) *vault {
	t.Helper()
	opt := catalogtest.SQLite(t)
	driver := &flipping{Driver: memstore.New(), under: "/original/"}
	v := &vault{bench: benchOn(t, catalogtest.OpenWith(t, opt), driver), driver: driver}
	for i := range 3 {
		id := v.bring(t, map[string]string{fmt.Sprintf("bài %d.txt", i): fmt.Sprintf("Con đò thứ %d", i)})
		if err := v.keep(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		v.works = append(v.works, id)
	}
	v.keepRecords(t)
	v.mirror = storage.NewBucket(memstore.New())
	for o, err := range v.bucket.List(t.Context(), "archive") {
		if err != nil {
			t.Fatal(err)
		}
		v.put(t, v.mirror, o.Key, v.bytes(t, o.Key))
	}
	var err error
	if v.db, err = stdsql.Open("sqlite", strings.TrimPrefix(opt.DSN, "sqlite:")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.db.Close() })
	v.sql(t, "DROP TRIGGER event_no_update")
	v.sql(t, "DROP TRIGGER event_no_delete")
	return v
}

// keepRecords writes what is owed of agents, collections and the like.
func (v *vault) keepRecords(t *testing.T) {
	t.Helper()
	list, err := v.catalog.Reader(viewer()).KeptRecords(t.Context(), "", 100)
	if err != nil || len(list) < 2 {
		t.Fatalf("%d records, %v", len(list), err)
	}
	for _, k := range list {
		if err := v.keepOther(t.Context(), k.Note); err != nil {
			t.Fatal(err)
		}
	}
}

func (v *vault) sql(t *testing.T, text string, args ...any) {
	t.Helper()
	if _, err := v.db.ExecContext(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}

func (v *vault) bytes(t *testing.T, key storage.Key) []byte {
	t.Helper()
	body, _, err := v.bucket.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(body)
	if err = errors.Join(err, body.Close()); err != nil {
		t.Fatal(err)
	}
	return data
}

func (v *vault) put(t *testing.T, b *storage.Bucket, key storage.Key, data []byte) {
	t.Helper()
	if _, err := b.Put(t.Context(), key, bytes.NewReader(data), int64(len(data)), storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
}

// find returns the key of the second work's object that contains part.
func (v *vault) find(t *testing.T, part string) storage.Key {
	t.Helper()
	for o, err := range v.bucket.List(t.Context(), string(v.root.Folder(WorkObject(v.works[1])))) {
		if err == nil && strings.Contains(string(o.Key), part) {
			return o.Key
		}
	}
	t.Fatalf("there is no %s", part)
	return ""
}

func (v *vault) flip(t *testing.T, part string) {
	t.Helper()
	key := v.find(t, part)
	data := v.bytes(t, key)
	data[len(data)/2] ^= 1
	v.put(t, v.bucket, key, data)
}

func (v *vault) remove(t *testing.T, part string) {
	t.Helper()
	if err := v.bucket.Delete(t.Context(), v.find(t, part)); err != nil {
		t.Fatal(err)
	}
}

func (v *vault) look(t *testing.T) *ocfl.Root {
	t.Helper()
	root, err := ocfl.Look(t.Context(), v.mirror, "archive")
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func (v *vault) verify(t *testing.T, opt VerifyOptions) Round {
	t.Helper()
	round, err := v.Verify(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return round
}

// told writes damages as kind, whether it is of the second work, path and event.
func (v *vault) told(list []archive.Damage) string {
	var s []string
	for _, d := range list {
		line := string(d.Kind)
		if d.Work == v.works[1] {
			line += " of the work"
		}
		if d.Path != "" {
			line += " " + strings.ReplaceAll(d.Path, string(v.works[1]), "…")
		}
		if d.Event > 0 {
			line += fmt.Sprint(" ", d.Event)
		}
		if d.Name != "" {
			line += " (" + d.Name + ")"
		}
		s = append(s, line)
	}
	slices.Sort(s)
	return strings.Join(s, "; ")
}

// TestVerifyNamesEachDamage damages the archive in one way at a time: each is found and named by work and file, nothing else is, and what another copy
// can give back is repaired, after which everything is as it was.
func TestVerifyNamesEachDamage(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(t *testing.T, v *vault)
		want   string // parts of what is told, each of one damage
		mended bool
	}{
		{"nothing", func(*testing.T, *vault) {}, "", false},
		{"a flipped bit in an original", func(t *testing.T, v *vault) { v.flip(t, "/original/") }, "changed of the work v1/content/original/ (bài 1.txt)", true},
		{"a missing original", func(t *testing.T, v *vault) { v.remove(t, "/original/") }, "missing of the work v1/content/original/ (bài 1.txt)", true},
		{"an original that is cut", func(t *testing.T, v *vault) {
			key := v.find(t, "/original/")
			v.put(t, v.bucket, key, v.bytes(t, key)[:3])
		}, "changed of the work v1/content/original/ (bài 1.txt)", true},
		{"an added file beside an original", func(t *testing.T, v *vault) {
			v.put(t, v.bucket, v.find(t, "/original/")+".exe", []byte("x"))
		}, "added of the work v1/content/original/ .exe", false},
		{"an added version", func(t *testing.T, v *vault) {
			v.put(t, v.bucket, v.root.Folder(WorkObject(v.works[1])).Join("v7/content/x"), []byte("x"))
		}, "added of the work v7", false},
		{"a flipped bit in the record", func(t *testing.T, v *vault) { v.flip(t, "/metadata.json") }, "changed of the work v1/content/metadata.json", true},
		{"a flipped bit in the inventory", func(t *testing.T, v *vault) { v.flip(t, "/inventory.json") }, "changed of the work inventory.json", true},
		{"a flipped bit in the inventory of the version", func(t *testing.T, v *vault) { v.flip(t, "/v1/inventory.json") }, "changed of the work v1/inventory.json", true},
		{"a missing inventory", func(t *testing.T, v *vault) { v.remove(t, "/inventory.json") }, "missing of the work inventory.json", true},
		{"a missing sidecar", func(t *testing.T, v *vault) { v.remove(t, "/inventory.json.sha512") }, "missing of the work inventory.json.sha512", true},
		{"a missing declaration", func(t *testing.T, v *vault) { v.remove(t, "/0=ocfl_object") }, "missing of the work 0=ocfl_object_1.1", true},
		{"a whole object that is gone", func(t *testing.T, v *vault) {
			if err := v.bucket.DeletePrefix(t.Context(), string(v.root.Folder(WorkObject(v.works[1])))); err != nil {
				t.Fatal(err)
			}
		}, "object-missing of the work", true},
		{"an object that nobody knows", func(t *testing.T, v *vault) {
			u := v.root.Update("urn:uuid:0b6b5f7e-6f5c-4f0e-9d0a-2f6c3b1c7a11", 0, ocfl.Alone)
			u.Add("a.txt", ocfl.FromBytes([]byte("x")))
			if _, err := u.Commit(t.Context(), ocfl.VersionInfo{Created: time.Unix(1, 0), Message: "x", UserName: "x"}); err != nil {
				t.Fatal(err)
			}
		}, "object-unknown", false},
		{"a file outside of all objects", func(t *testing.T, v *vault) { v.put(t, v.bucket, "archive/abc/stray.txt", []byte("x")) }, "added abc/stray.txt", false},
		{"a changed event", func(t *testing.T, v *vault) {
			v.sql(t, "UPDATE event SET agent = 'somebody' WHERE work = ? AND sequence = 2", v.works[1])
		}, "event-changed of the work 2", false},
		{"a changed event that was sealed anew", func(t *testing.T, v *vault) {
			e := v.events(t, v.works[1])[1]
			e.Agent = "somebody"
			e.Seal(e.Previous)
			v.sql(t, "UPDATE event SET agent = 'somebody', hash = ? WHERE work = ? AND sequence = 2", e.Hash, v.works[1])
		}, "event-changed of the work 2", false},
		{"a dropped event", func(t *testing.T, v *vault) {
			v.sql(t, "DELETE FROM event WHERE work = ? AND sequence = 2", v.works[1])
		}, "event-missing of the work 2", false},
		{"an end that was cut off, beyond what the archive of record knows", func(t *testing.T, v *vault) {
			all := v.events(t, v.works[1])
			if all[len(all)-1].Type != archive.EventAccession {
				t.Fatalf("the last event is %s", all[len(all)-1].Type)
			}
			v.sql(t, "DELETE FROM event WHERE work = ? AND sequence = ?", v.works[1], len(all))
		}, "event-missing of the work", false},
		{"an end that was cut off with the note of where it was", func(t *testing.T, v *vault) {
			v.sql(t, "DROP TRIGGER chain_no_delete")
			v.sql(t, "DELETE FROM chain WHERE work = ?", v.works[1])
			all := v.events(t, v.works[1])
			v.sql(t, "DELETE FROM event WHERE work = ? AND sequence >= ?", v.works[1], len(all)-1) // of which the archive of record holds one
		}, "event-missing of the work", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := newVault(t)
			c.damage(t, v)
			round := v.verify(t, VerifyOptions{Round: "test"})
			wanted := 1
			if c.want == "" {
				wanted = 0
			}
			told := v.told(round.Damages)
			local := wanted == 1 && len(round.Damages) == 1 && round.Damages[0].Repaired // the object itself knew what was there
			if len(round.Damages) != wanted || !local && round.Problems() != wanted {
				t.Fatalf("found %q", told)
			}
			for part := range strings.SplitSeq(strings.ReplaceAll(c.want, "original/ ", "original/\x00"), "\x00") {
				if !strings.Contains(told, part) {
					t.Errorf("found %q, want %q", told, part)
				}
			}
			v.checkRecord(t, c.want)
			v.checkMended(t, c.mended || c.want == "")
		})
	}
}

// checkRecord looks whether the record of the work says how the check ended: not where the record itself is what is damaged.
func (v *vault) checkRecord(t *testing.T, damage string) {
	t.Helper()
	events, err := v.catalog.Reader(viewer()).Events(t.Context(), v.works[1])
	if err != nil {
		t.Fatal(err)
	}
	last := events[len(events)-1]
	switch {
	case strings.HasPrefix(damage, "event-"):
		if last.Type == archive.EventFixity {
			t.Error("an event was appended to a damaged chain")
		}
	case last.Type != archive.EventFixity:
		t.Errorf("the last event is %s", last.Type)
	case strings.Contains(damage, "of the work") == (last.Outcome == archive.Success) && !strings.Contains(last.Detail, "(repaired)"):
		t.Errorf("%q was recorded as %s: %s", damage, last.Outcome, last.Detail)
	}
}

// checkMended runs again with the second store, and again without: after the first nothing of what it can mend is left.
func (v *vault) checkMended(t *testing.T, all bool) {
	t.Helper()
	v.verify(t, VerifyOptions{Round: "test", Mirror: v.look(t)})
	left := v.verify(t, VerifyOptions{Round: "test"})
	if (left.Problems() == 0) != all {
		t.Errorf("after a repair: %q", v.told(left.Damages))
	}
	if !all {
		return
	}
	for o, err := range v.mirror.List(t.Context(), "archive") {
		body, _, openErr := v.mirror.Open(t.Context(), o.Key)
		if err = errors.Join(err, openErr); err != nil {
			t.Fatal(err)
		}
		was, err := io.ReadAll(body)
		if err != nil || !bytes.Equal(was, v.bytes(t, o.Key)) {
			t.Errorf("%s is not as it was, %v", o.Key, err)
		}
	}
}

// TestVerifyDoesNotRepairFromABadCopy: what the second store has is written only when it is what was archived.
func TestVerifyDoesNotRepairFromABadCopy(t *testing.T) {
	v := newVault(t)
	key := v.find(t, "/original/")
	v.flip(t, "/original/")
	damaged := v.bytes(t, key)
	v.put(t, v.mirror, key, []byte("something else"))
	if round := v.verify(t, VerifyOptions{Mirror: v.look(t)}); round.Problems() != 1 {
		t.Errorf("found %q", v.told(round.Damages))
	}
	if !bytes.Equal(v.bytes(t, key), damaged) {
		t.Error("bytes of a bad copy were written")
	}
	if err := v.mirror.DeletePrefix(t.Context(), "archive"); err != nil {
		t.Fatal(err)
	}
	if _, err := ocfl.Look(t.Context(), v.mirror, "archive"); archive.ReasonOf(err) != "archive-foreign" {
		t.Errorf("an empty second store: %v", err)
	}
}

// TestVerifyReadsAgainBeforeItAlarms: a byte that was read wrongly once is no damage.
func TestVerifyReadsAgainBeforeItAlarms(t *testing.T) {
	v := newVault(t)
	v.driver.wrong.Store(1)
	if round := v.verify(t, VerifyOptions{}); len(round.Damages) != 0 || v.driver.wrong.Load() >= 0 {
		t.Errorf("found %q", v.told(round.Damages))
	}
	v.driver.wrong.Store(100)
	if round := v.verify(t, VerifyOptions{}); len(round.Damages) != 3 {
		t.Errorf("found %q", v.told(round.Damages))
	}
}

// TestVerifyGoesOn stops a run after each object and has another go on: every work is looked at, and told of, once.
func TestVerifyGoesOn(t *testing.T) {
	v := newVault(t)
	v.flip(t, "/original/")
	stops := 0
	var round Round
	for {
		ctx, cancel := context.WithCancel(t.Context())
		var err error
		round, err = v.Verify(ctx, VerifyOptions{Round: "test", Progress: func(int, int) { cancel() }})
		cancel()
		if err == nil {
			break
		}
		if stops++; !errors.Is(err, context.Canceled) || stops > 100 {
			t.Fatal(err)
		}
	}
	if round.Problems() != 1 || round.Objects < 5 || stops < 3 {
		t.Errorf("%d objects, %d stops, found %q", round.Objects, stops, v.told(round.Damages))
	}
	for _, id := range v.works {
		n := 0
		for _, e := range v.events(t, id) {
			if e.Type == archive.EventFixity {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s was told of %d times", id, n)
		}
	}
	var kept []archive.Damage
	if err := v.catalog.Reader(viewer()).Setting(t.Context(), archive.FixityDamages, &kept); err != nil || len(kept) != 1 {
		t.Errorf("kept: %v, %v", kept, err)
	}
}

// TestVerifyBesideAWriter: a version that is owed and half written is no damage, and becomes whole.
func TestVerifyBesideAWriter(t *testing.T) {
	v := newVault(t)
	id := v.works[1]
	err := v.catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		w.Description = "thêm một dòng"
		return tx.PutWork(ctx, &w)
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; ; n++ {
		v.faulty.StopAt(n, 1)
		err := v.keep(t.Context(), id)
		v.faulty.Heal()
		if round := v.verify(t, VerifyOptions{}); len(round.Damages) != 0 {
			t.Errorf("stopped at change %d: found %q", n, v.told(round.Damages))
		}
		if err == nil {
			break
		}
	}
	if w := v.work(t, id); w.Preserved != w.Version {
		t.Errorf("version %d, preserved %d", w.Version, w.Preserved)
	}
}

// TestPace: no more is let through than was said, and a reader that paused gets no arrears.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		allow, begun := pace(1000), time.Now()
		for range 11 {
			if err := allow(t.Context(), 500); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(begun); took != 5*time.Second {
			t.Errorf("5,000 bytes after the first 500 took %v", took)
		}
		time.Sleep(time.Hour)
		begun = time.Now()
		for range 3 {
			if err := allow(t.Context(), 500); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(begun); took != time.Second {
			t.Errorf("1,000 bytes after a pause took %v", took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := allow(ctx, 500); err == nil {
			t.Error("a run that was stopped reads on")
		}
	})
}
