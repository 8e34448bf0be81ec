package ocfl_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/ocfl"
	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/storage/memstore"
	"vannghe/storage/storagetest"
)

// The states of the object through the story that the stop tests tell.
var (
	stateOne = map[string]string{"Bến trăng.mp4": "phim", "metadata.json": "1", "poster.jpg": "ảnh"}
	stateTwo = map[string]string{"Bến trăng.mp4": "phim", "metadata.json": "2", "phụ đề.vtt": "WEBVTT"}
)

func create(t testing.TB, r *ocfl.Root, b *storage.Bucket) *ocfl.Update {
	u := r.Update(id, 0, ocfl.Alone)
	u.Add("Bến trăng.mp4", stage(t, b, "staging/1", []byte("phim")))
	u.Add("metadata.json", ocfl.FromBytes([]byte("1")))
	u.Add("poster.jpg", ocfl.FromBytes([]byte("ảnh")))
	return u
}

func change(t testing.TB, r *ocfl.Root, b *storage.Bucket) *ocfl.Update {
	u := r.Update(id, 1, ocfl.Alone)
	u.KeepAll()
	u.Remove("poster.jpg")
	u.Add("phụ đề.vtt", stage(t, b, "staging/2", []byte("WEBVTT")))
	u.Add("metadata.json", ocfl.FromBytes([]byte("2")))
	return u
}

// tale is one update with what holds before and after it.
type tale struct {
	name          string
	prepare       func(testing.TB, *ocfl.Root, *storage.Bucket)
	update        func(testing.TB, *ocfl.Root, *storage.Bucket) *ocfl.Update
	before, after map[string]string
	head          int
}

func tales() []tale {
	return []tale{
		{"create", func(testing.TB, *ocfl.Root, *storage.Bucket) {}, create, nil, stateOne, 0},
		{"change", func(t testing.TB, r *ocfl.Root, b *storage.Bucket) { commit(t, create(t, r, b), "một") }, change, stateOne, stateTwo, 1},
	}
}

// stopped plays the tale on driver, with the world stopping at the n-th change, and reports whether it did.
func (s tale) stopped(t *testing.T, driver storage.Driver, n int, moment storagetest.Moment) bool {
	t.Helper()
	whole := storage.NewBucket(driver)
	s.prepare(t, openRoot(t, whole), whole)
	faulty := storagetest.NewFaulty(driver)
	b := storage.NewBucket(faulty)
	u := s.update(t, openRoot(t, b), b)
	faulty.StopAt(n, moment)
	_, err := u.Commit(t.Context(), info("hai"))
	if faulty.Stopped() {
		if !errors.Is(err, storagetest.ErrStopped) {
			t.Fatalf("stopped at change %d, but: %v", n, err)
		}
		return true
	}
	if err != nil {
		t.Fatal(err)
	}
	return false
}

// settled checks that the object is wholly before or after, valid, and can be taken on from there.
func (s tale) settled(t *testing.T, driver storage.Driver) {
	t.Helper()
	b := storage.NewBucket(driver)
	r := openRoot(t, b)
	got := state(t, r, id)
	switch {
	case got == nil && s.before == nil:
		if left := keys(t, b, "archive"); len(left) != 3 {
			t.Fatalf("there is no object, but: %q", left)
		}
		commit(t, create(t, r, b), "lại")
	case maps.Equal(got, s.before):
		valid(t, r, id)
		commit(t, s.update(t, r, b), "lại")
	case maps.Equal(got, s.after):
		valid(t, r, id)
		u := r.Update(id, s.head+1, ocfl.Alone)
		u.KeepAll()
		commit(t, u, "tiếp")
	default:
		t.Fatalf("neither before nor after: %q", got)
	}
	valid(t, r, id)
	if got := state(t, r, id); !maps.Equal(got, s.after) {
		t.Fatalf("going on led to %q", got)
	}
}

// readable checks that a reader who comes before any recovery sees one whole version.
func (s tale) readable(t *testing.T, driver storage.Driver) {
	t.Helper()
	got := state(t, openRoot(t, storage.NewBucket(driver)), id)
	none := got == nil && s.before == nil
	if !none && !maps.Equal(got, s.before) && !maps.Equal(got, s.after) {
		t.Fatalf("a reader sees neither before nor after: %q", got)
	}
}

func TestStopAnywhere(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) storage.Driver{
		"memory": func(*testing.T) storage.Driver { return memstore.New() },
		"disk": func(t *testing.T) storage.Driver {
			d, err := diskstore.Open(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			return d
		},
	} {
		for _, s := range tales() {
			t.Run(name+"/"+s.name, func(t *testing.T) {
				for _, moment := range []storagetest.Moment{storagetest.BeforeEffect, storagetest.AfterEffect} {
					stops := 0
					for n := 1; ; n++ {
						driver := open(t)
						if !s.stopped(t, driver, n, moment) {
							break
						}
						stops++
						s.readable(t, driver)
						r := openRoot(t, storage.NewBucket(driver))
						for range 2 { // the second time there is nothing to do
							if err := r.Recover(t.Context(), id, ocfl.Alone); err != nil {
								t.Fatalf("stop %d: %v", n, err)
							}
						}
						s.settled(t, driver)
					}
					if stops < 6 {
						t.Errorf("only %d places to stop: the story is too short", stops)
					}
				}
			})
		}
	}
}

// TestStopInRecovery stops the recovery of every stop, everywhere, and recovers again.
func TestStopInRecovery(t *testing.T) {
	for _, s := range tales() {
		for n := 1; ; n++ {
			if !s.stopped(t, memstore.New(), n, storagetest.AfterEffect) {
				break
			}
			for m := 1; ; m++ {
				driver := memstore.New()
				s.stopped(t, driver, n, storagetest.AfterEffect)
				faulty := storagetest.NewFaulty(driver)
				r := openRoot(t, storage.NewBucket(faulty))
				faulty.StopAt(m, storagetest.AfterEffect)
				err := r.Recover(t.Context(), id, ocfl.Alone)
				s.readable(t, driver)
				if err := openRoot(t, storage.NewBucket(driver)).Recover(t.Context(), id, ocfl.Alone); err != nil {
					t.Fatalf("%s, stop %d, then %d: %v", s.name, n, m, err)
				}
				s.settled(t, driver)
				if err == nil {
					break
				}
			}
		}
	}
}

// TestFailAnywhere fails every single call of an update once, whatever its kind, while the world goes on.
func TestFailAnywhere(t *testing.T) {
	errFull := archive.Fail(archive.Unavailable, "storage-full")
	for _, s := range tales() {
		for n := 1; ; n++ {
			driver := memstore.New()
			whole := storage.NewBucket(driver)
			s.prepare(t, openRoot(t, whole), whole)
			faulty := storagetest.NewFaulty(driver)
			b := storage.NewBucket(faulty)
			u := s.update(t, openRoot(t, b), b)
			faulty.FailAt(n, errFull)
			before := faulty.Calls()
			_, err := u.Commit(t.Context(), info("hai"))
			calls := faulty.Calls() - before
			if err != nil && !errors.Is(err, errFull) {
				t.Fatalf("%s: call %d failed, the update says: %v", s.name, n, err)
			}
			s.readable(t, driver)
			if err := openRoot(t, whole).Recover(t.Context(), id, ocfl.Alone); err != nil {
				t.Fatalf("%s, call %d: %v", s.name, n, err)
			}
			s.settled(t, driver)
			if err == nil && calls < n {
				break
			}
		}
	}
}

// A failure while content is written leaves nothing behind: a full disk must not stay full.
func TestFailureCleansUp(t *testing.T) {
	driver := memstore.New()
	faulty := storagetest.NewFaulty(driver)
	b := storage.NewBucket(faulty)
	r := openRoot(t, b)
	u := create(t, r, b)
	errFull := archive.Fail(archive.Unavailable, "storage-full")
	u.Add("zz", ocfl.FromKey("staging/none", 1, archive.Digest(strings.Repeat("ab", 64)), strings.Repeat("ab", 32)))
	if _, err := u.Commit(t.Context(), info("x")); archive.CodeOf(err) != archive.NotFound {
		t.Fatalf("a missing source: %v", err)
	}
	if left := keys(t, b, "archive"); len(left) != 3 {
		t.Errorf("left behind: %q", left)
	}
	u = create(t, r, b)
	faulty.FailAt(5, errFull)
	if _, err := u.Commit(t.Context(), info("x")); !errors.Is(err, errFull) {
		t.Fatalf("a full disk: %v", err)
	}
	if left := keys(t, b, "archive"); len(left) != 3 {
		t.Errorf("left behind: %q", left)
	}
}

// What no stopped writer of ours can have left is reported and not touched.
func TestRecoverRefuses(t *testing.T) {
	for name, damage := range map[string]func(b *storage.Bucket, folder storage.Key) error{
		"the root inventory is lost": func(b *storage.Bucket, folder storage.Key) error {
			return b.Delete(t.Context(), folder.Join("inventory.json"))
		},
		"the root inventory is damaged": func(b *storage.Bucket, folder storage.Key) error {
			return write(t, b, folder.Join("inventory.json"), `{"id":`)
		},
		"a version from nowhere": func(b *storage.Bucket, folder storage.Key) error {
			return write(t, b, folder.Join("v4/content/x"), "x")
		},
	} {
		b := storage.NewBucket(memstore.New())
		r := openRoot(t, b)
		commit(t, create(t, r, b), "một")
		commit(t, change(t, r, b), "hai")
		key, err := r.ContentKey(t.Context(), id, "Bến trăng.mp4")
		if err != nil {
			t.Fatal(err)
		}
		if err := damage(b, key[:strings.Index(string(key), "/v1/")]); err != nil {
			t.Fatal(err)
		}
		before := keys(t, b, "")
		if err := r.Recover(t.Context(), id, ocfl.Alone); !errors.Is(err, archive.Fail(archive.Internal, "object-damaged")) {
			t.Errorf("%s: %v", name, err)
		}
		if after := keys(t, b, ""); !slices.Equal(before, after) {
			t.Errorf("%s: touched", name)
		}
	}
}

// A sealed version whose content was damaged meanwhile is not promoted.
func TestRecoverReadsContent(t *testing.T) {
	s := tales()[1]
	for n := 1; ; n++ {
		driver := memstore.New()
		if !s.stopped(t, driver, n, storagetest.AfterEffect) {
			t.Fatal("never stopped between seal and promotion")
		}
		b := storage.NewBucket(driver)
		all := keys(t, b, "archive")
		i := slices.IndexFunc(all, func(k string) bool { return strings.HasSuffix(k, "/v2/content/metadata.json") })
		sealed := slices.ContainsFunc(all, func(k string) bool { return strings.HasSuffix(k, "/v2/inventory.json.sha512") })
		if !sealed {
			continue
		}
		if err := write(t, b, storage.Key(all[i]), "hỏng"); err != nil {
			t.Fatal(err)
		}
		r := openRoot(t, b)
		if err := r.Recover(t.Context(), id, ocfl.Alone); err != nil {
			t.Fatal(err)
		}
		if got := state(t, r, id); !maps.Equal(got, s.before) {
			t.Errorf("after recovery: %q", got)
		}
		valid(t, r, id)
		return
	}
}
