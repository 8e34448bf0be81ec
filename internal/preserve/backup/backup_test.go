package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
	"vannghe/internal/ingest"
	"vannghe/internal/ocfl"
	"vannghe/internal/preserve"
	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/storage/memstore"
	"vannghe/storage/miniostore"
	"vannghe/storage/miniostore/miniotest"
	"vannghe/storage/storagetest"
)

// place is an archive with a target for backups that fails on command.
type place struct {
	*Backup
	keep   *preserve.Preserve
	ingest *ingest.Ingest
	target *storagetest.Faulty
}

func newPlace(t testing.TB, c *catalog.Catalog, source, target storage.Driver) place {
	t.Helper()
	bucket := storage.NewBucket(source)
	root, err := ocfl.Open(t.Context(), bucket, "archive")
	must(t, err)
	faulty := storagetest.NewFaulty(target)
	return place{
		Backup: New(Options{Catalog: c, Bucket: bucket, Root: root, Target: storage.NewBucket(faulty), Scratch: t.TempDir(), Derived: true}),
		keep:   preserve.New(preserve.Options{Catalog: c, Bucket: bucket, Root: root}),
		ingest: ingest.New(ingest.Options{Catalog: c, Bucket: bucket}),
		target: faulty,
	}
}

func simple(t testing.TB) place {
	t.Helper()
	return newPlace(t, catalogtest.Open(t), memstore.New(), memstore.New())
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// bring imports one work of one text. It lies in staging until it is preserved.
func (p place) bring(ctx context.Context, dir, text string) (id archive.WorkID, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "bài.txt"), []byte(text), 0o600); err != nil {
		return "", err
	}
	_, err = p.ingest.Import(ctx, ingest.ImportOptions{Folder: dir}, func(r ingest.FileResult) { id = r.Work })
	return id, err
}

// preserved imports a work and moves it into the archive of record.
func (p place) preserved(t testing.TB, text string) archive.WorkID {
	t.Helper()
	id, err := p.bring(t.Context(), t.TempDir(), text)
	must(t, err)
	must(t, p.move(t.Context(), id))
	return id
}

func (p place) move(ctx context.Context, id archive.WorkID) error {
	return p.keep.Handlers()[editorial.JobPreserve](ctx, catalog.Job{Kind: editorial.JobPreserve, Work: id}, catalog.Attempt{Number: 1})
}

func (p place) back(t testing.TB) Generation {
	t.Helper()
	g, err := p.Run(t.Context())
	must(t, err)
	return g
}

func (p place) drill(t testing.TB, name string) Drilled {
	t.Helper()
	g, err := Newest(t.Context(), p.Target, name)
	must(t, err)
	d, err := Drill(t.Context(), g, DrillOptions{From: p.Target, Live: p.Catalog, Scratch: t.TempDir()})
	must(t, err)
	return d
}

func keys(t testing.TB, b *storage.Bucket, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for o, err := range b.List(t.Context(), folder) {
		must(t, err)
		body, _, err := b.Open(t.Context(), o.Key)
		must(t, err)
		var all bytes.Buffer
		_, err = all.ReadFrom(body)
		must(t, errors.Join(err, body.Close()))
		found[strings.TrimPrefix(string(o.Key), folder+"/")] = all.String()
	}
	return found
}

func same(t testing.TB, what string, got, want map[string]string) {
	t.Helper()
	for key, content := range want {
		if found, ok := got[key]; !ok || found != content {
			t.Errorf("%s: %s is there: %v, the same: %v", what, key, ok, found == content)
		}
	}
	for key := range got {
		if _, ok := want[key]; !ok {
			t.Errorf("%s: %s is too much", what, key)
		}
	}
}

func rowsOf(t testing.TB, c *catalog.Catalog) string {
	t.Helper()
	var b strings.Builder
	var all bytes.Buffer
	_, err := c.Save(t.Context(), &all)
	must(t, err)
	_, err = catalog.ReadSnapshot(t.Context(), &all, catalog.SnapshotReader{Row: func(table string, _ []string, values []any) error {
		if table != "setting" || !strings.HasPrefix(fmt.Sprint(values[0]), "catalog.") {
			fmt.Fprintln(&b, table, values)
		}
		return nil
	}})
	must(t, err)
	return b.String()
}

// TestBackUpAndRestore goes there and back on both pairs, from the one to the other.
func TestBackUpAndRestore(t *testing.T) {
	dsn := miniotest.Start(t)
	minio := func(bucket string) storage.Driver {
		d, err := miniostore.Open(t.Context(), dsn.DSN(bucket))
		must(t, err)
		return d
	}
	for _, pair := range []struct {
		name           string
		from, to       catalog.Options
		source, target storage.Driver
		empty          storage.Driver
	}{
		{"to MinIO and PostgreSQL", catalogtest.SQLite(t), catalogtest.OnPostgres(t), memstore.New(), memstore.New(), minio("moi")},
		{"from MinIO and PostgreSQL", catalogtest.OnPostgres(t), catalogtest.NoFile(t), minio("kho"), minio("sao-luu"), memstore.New()},
	} {
		t.Run(pair.name, func(t *testing.T) {
			c := catalogtest.OpenWith(t, pair.from)
			p := newPlace(t, c, pair.source, pair.target)
			p.preserved(t, "Trăng sáng")
			_, err := p.bring(t.Context(), t.TempDir(), "còn ở chỗ tạm")
			must(t, err)
			g := p.back(t)
			if len(g.Problems) > 0 || g.Works() != 2 || g.Files < 10 {
				t.Fatalf("%+v", g)
			}
			empty := storage.NewBucket(pair.empty)
			done, err := Restore(t.Context(), g, RestoreOptions{From: p.Target, To: empty, Catalog: pair.to})
			must(t, err)
			if len(done.Lost) > 0 {
				t.Errorf("%+v", done.Lost)
			}
			same(t, "the store", keys(t, empty, ""), keys(t, p.Bucket, ""))
			again := catalogtest.OpenWith(t, pair.to)
			if was, is := rowsOf(t, c), rowsOf(t, again); was != is {
				t.Errorf("the catalogue is another:\n%s\n%s", was, is)
			}
			if n, err := again.JobCounts(t.Context()); err != nil || n.Waiting == 0 {
				t.Errorf("the jobs of the staged work are gone: %+v %v", n, err)
			}
			if _, err := Restore(t.Context(), g, RestoreOptions{From: p.Target, To: empty, Catalog: pair.to}); archive.ReasonOf(err) != "storage-filled" {
				t.Errorf("a store that is filled was not refused: %v", err)
			}
		})
	}
}

// TestBackUpAgain: a second run copies what is new, and each generation brings back its own time.
func TestBackUpAgain(t *testing.T) {
	p := simple(t)
	first := p.preserved(t, "một")
	one := p.back(t)
	before := p.target.Calls()
	p.back(t)
	if calls := p.target.Calls() - before; calls > 60 {
		t.Errorf("a run in which nothing was new asked the target %d times", calls)
	}
	must(t, p.Catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, first)
		if err != nil {
			return err
		}
		w.Title = "Tựa mới"
		return editorial.Keep(ctx, tx, &w)
	}))
	must(t, p.move(t.Context(), first))
	p.preserved(t, "hai")
	p.back(t)
	if d := p.drill(t, ""); !d.Whole() || d.Works != 2 || d.Originals != 2 || d.Newer != 0 {
		t.Errorf("%+v", d)
	}
	if d := p.drill(t, one.Name); !d.Whole() || d.Works != 1 || d.Newer != 1 { // its inventory was replaced meanwhile
		t.Errorf("%+v", d)
	}
}

func (p place) overwrite(t testing.TB, b *storage.Bucket, key storage.Key, content string) {
	t.Helper()
	_, err := b.Put(t.Context(), key, strings.NewReader(content), int64(len(content)), storage.PutOptions{})
	must(t, err)
}

func (p place) original(t testing.TB, id archive.WorkID) storage.Key {
	t.Helper()
	w, err := p.Catalog.Reader(archive.System("test")).Work(t.Context(), id)
	must(t, err)
	return storage.Key(w.Representations[0].Files[0].Key)
}

// TestDamage: what is wrong is told, by whoever can know it, and never spreads into what was right.
func TestDamage(t *testing.T) {
	p := simple(t)
	flipped, gone, kept := p.preserved(t, "một hai"), p.preserved(t, "ba bốn"), p.preserved(t, "năm sáu")
	p.back(t)
	// In the archive: the copies of before stay, and the run says so.
	p.overwrite(t, p.Bucket, p.original(t, flipped), "một hax")
	must(t, p.Bucket.Delete(t.Context(), p.original(t, gone)))
	g := p.back(t)
	want := []Problem{{Gone, p.original(t, gone)}, {Changed, p.original(t, flipped)}}
	for _, problem := range want {
		if !slices.Contains(g.Problems, problem) {
			t.Errorf("not told: %+v of %+v", problem, g.Problems)
		}
	}
	if d := p.drill(t, ""); !d.Whole() || d.Originals != 3 {
		t.Errorf("the backup lost what the archive lost: %+v", d)
	}
	// In the backup: the drill says so, and a run that reads the copies again makes them anew.
	copied := storage.Key("files").Join(string(p.original(t, kept)))
	p.overwrite(t, p.Target, copied, "năm sáx")
	if d := p.drill(t, ""); d.Whole() || d.Lost[0].Key != p.original(t, kept) {
		t.Errorf("a flipped byte was not found: %+v", d)
	}
	p.Reread = true
	p.back(t)
	p.Reread = false
	if d := p.drill(t, ""); !d.Whole() {
		t.Errorf("the copy was not made again: %+v", d)
	}
	must(t, p.Target.Delete(t.Context(), copied))
	if d := p.drill(t, ""); d.Whole() {
		t.Error("a missing copy was not found")
	}
	// The documents of a generation.
	cut := g.key(catalogueName)
	whole := keys(t, p.Target, string(storage.Key("generations").Join(g.Name)))[catalogueName]
	for _, content := range []string{whole[:len(whole)/2], whole[:len(whole)/2] + "x" + whole[len(whole)/2+1:]} {
		p.overwrite(t, p.Target, cut, content)
		if _, err := Drill(t.Context(), g, DrillOptions{From: p.Target, Scratch: t.TempDir()}); archive.CodeOf(err) != archive.Invalid {
			t.Errorf("a broken snapshot: %v", err)
		}
	}
}

// TestBackupKilled stops the target before and after every change of it: the last generation stays whole, and the next run ends as if nothing had been.
func TestBackupKilled(t *testing.T) {
	p := simple(t)
	p.preserved(t, "một")
	p.back(t)
	p.preserved(t, "hai")
	for change := 1; ; change += 2 {
		p.target.StopAt(change, storagetest.Moment(change/2%2))
		_, err := p.Run(t.Context())
		p.target.Heal()
		if d := p.drill(t, ""); !d.Whole() {
			t.Fatalf("stopped at change %d: %+v", change, d)
		}
		if err == nil {
			if change < 5 {
				t.Errorf("a run ends after %d changes", change)
			}
			break
		}
	}
	if d := p.drill(t, ""); d.Works != 2 || !d.Whole() {
		t.Errorf("%+v", d)
	}
}

// TestRestoreKilled stops a restore at instants drawn from a seed (VANNGHE_SEED) and goes on with it.
func TestRestoreKilled(t *testing.T) {
	seed := uint64(20261126)
	if text := os.Getenv("VANNGHE_SEED"); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		must(t, err)
	}
	random := rand.New(rand.NewPCG(seed, 1))
	p := simple(t)
	p.preserved(t, "một")
	p.preserved(t, "hai")
	g := p.back(t)
	to := storagetest.NewFaulty(memstore.New())
	opt := RestoreOptions{From: p.Target, To: storage.NewBucket(to), Catalog: catalogtest.NoFile(t)}
	kills := 0
	for ; ; kills++ {
		to.StopAt(1+random.IntN(6*(kills+1)), storagetest.Moment(random.IntN(2)))
		_, err := Restore(t.Context(), g, opt)
		to.Heal()
		if err == nil {
			break
		}
		if marked, e := Restoring(t.Context(), opt.To); e != nil || !marked && kills > 1 {
			t.Errorf("seed %d: the store does not say that it is not whole: %v after %v", seed, e, err)
		}
	}
	t.Logf("seed %d: %d kills", seed, kills)
	same(t, "the store", keys(t, opt.To, ""), keys(t, p.Bucket, ""))
	if was, is := rowsOf(t, p.Catalog), rowsOf(t, catalogtest.OpenWith(t, opt.Catalog)); was != is {
		t.Errorf("seed %d: the catalogue is another", seed)
	}
}

// TestBackUpWhileWorksCome imports, preserves, publishes and withdraws without a pause while backups are made: each of them can be restored whole.
func TestBackUpWhileWorksCome(t *testing.T) {
	p := simple(t)
	ctx, cancel := context.WithCancel(t.Context())
	dir := t.TempDir()
	var busy sync.WaitGroup
	for worker := range 2 {
		busy.Go(func() {
			for i := 0; ctx.Err() == nil && i < 40; i++ {
				id, err := p.bring(ctx, filepath.Join(dir, fmt.Sprint(worker, "-", i)), fmt.Sprint("bài ", worker, i))
				if err == nil {
					err = p.move(ctx, id)
				}
				for _, state := range []archive.State{archive.Published, archive.Withdrawn} {
					if err == nil {
						err = p.turn(ctx, id, state)
					}
				}
				if err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 3 {
		if g := p.back(t); len(g.Problems) > 0 {
			t.Errorf("%+v", g.Problems)
		}
		if d := p.drill(t, ""); !d.Whole() {
			t.Errorf("%+v", d)
		}
	}
	cancel()
	busy.Wait()
}

func (p place) turn(ctx context.Context, id archive.WorkID, state archive.State) error {
	err := p.Catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		w.State, w.Published = state, tx.Now()
		return editorial.Keep(ctx, tx, &w)
	})
	if err != nil {
		return err
	}
	return p.move(ctx, id)
}

// TestPurgeReachesBackups: what was destroyed is in no generation and no copy any more once a backup was made after it.
func TestPurgeReachesBackups(t *testing.T) {
	const marker = "xq7BÍMẬTzv4"
	p := simple(t)
	id := p.preserved(t, marker)
	must(t, p.Catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		w.State, w.Description, w.Published = archive.Withdrawn, marker, tx.Now()
		return editorial.Keep(ctx, tx, &w)
	}))
	must(t, p.move(t.Context(), id))
	p.back(t)
	p.back(t)
	admin := func(name string) archive.Viewer {
		v := archive.Viewer{Account: archive.NewID[archive.AccountID](), Name: name, Roles: []archive.Role{archive.Administrator}}
		must(t, p.Catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
			return tx.AddAccount(ctx, catalog.Account{ID: v.Account, Name: name, Shown: name, Roles: v.Roles})
		}))
		return v
	}
	desk := editorial.New(editorial.Options{Catalog: p.Catalog})
	first, second := admin("mot"), admin("hai")
	reader := p.Catalog.Reader(archive.System("test"))
	w, err := reader.Work(t.Context(), id)
	must(t, err)
	must(t, desk.As(first).ProposePurge(t.Context(), id, editorial.PurgePlan{Seen: editorial.Seen(&w), Cause: archive.PurgePrivacy, Reason: "Theo thư."}))
	plan, err := reader.Purge(t.Context(), id)
	must(t, err)
	must(t, desk.As(second).ConfirmPurge(t.Context(), id, editorial.SeenPurge(plan)))
	must(t, p.keep.Handlers()[editorial.JobPurge](t.Context(), catalog.Job{Kind: editorial.JobPurge, Work: id}, catalog.Attempt{Number: 1}))
	must(t, p.move(t.Context(), id))
	if g := p.back(t); len(g.Problems) > 0 {
		t.Errorf("%+v", g.Problems)
	}
	for key, content := range keys(t, p.Target, "files") {
		if strings.Contains(content, marker) {
			t.Errorf("still in the copy of %s", key)
		}
	}
	if list, err := Generations(t.Context(), p.Target); err != nil || len(list) != 1 {
		t.Errorf("%d generations: those of before hold what was destroyed: %v", len(list), err)
	}
	if d := p.drill(t, ""); !d.Whole() {
		t.Errorf("%+v", d)
	}
}

// TestFullTarget: a disk without room for the backup is told as that and leaves the last generation; with more room the next run ends well.
func TestFullTarget(t *testing.T) {
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=1m"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI has to mount a small disk: %v", err)
		}
		t.Skipf("cannot mount a small disk: %v", err)
	}
	t.Cleanup(func() { must(t, syscall.Unmount(folder, syscall.MNT_DETACH)) })
	target, err := diskstore.Open(folder)
	must(t, err)
	p := newPlace(t, catalogtest.Open(t), memstore.New(), target)
	p.preserved(t, "một")
	p.back(t)
	p.preserved(t, strings.Repeat("một bài rất dài\n", 1<<16))
	if _, err := p.Run(t.Context()); archive.ReasonOf(err) != "backup-full" {
		t.Errorf("on a full disk: %v", err)
	}
	if d := p.drill(t, ""); !d.Whole() || d.Works != 1 {
		t.Errorf("%+v", d)
	}
	must(t, syscall.Mount("tmpfs", folder, "tmpfs", syscall.MS_REMOUNT, "size=8m"))
	p.back(t)
	if d := p.drill(t, ""); !d.Whole() || d.Works != 2 {
		t.Errorf("%+v", d)
	}
}

func TestKeptGenerations(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC).AddDate(0, 0, -n) }
	var list []Generation
	for i := range 500 {
		list = append(list, Generation{Name: strconv.Itoa(i), Time: day(i)})
	}
	stay, old := kept(list, time.Time{})
	if len(stay) != 7+11 || len(stay)+len(old) != 500 || !stay[7].Time.Equal(time.Date(2026, 10, 31, 3, 0, 0, 0, time.UTC)) {
		t.Errorf("%d stay, %d go, the eighth is of %s", len(stay), len(old), stay[7].Time)
	}
	if stay, _ = kept(list, day(2)); len(stay) != 3 {
		t.Errorf("%d stay of what was before something was destroyed", len(stay)-3)
	}
	list[0].Problems = []Problem{{Gone, "x"}}
	if stay, _ = kept(list, day(2)); len(stay) != 7+11 {
		t.Errorf("%d stay though the newest has problems", len(stay))
	}
}
