package backup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ocfl"
	"vannghe/storage"
	"vannghe/storage/diskstore"
)

// DrillOptions are what Drill needs.
type DrillOptions struct {
	From     *storage.Bucket  // a target of Backup
	Live     *catalog.Catalog // the archive's own; nil: compared with nothing
	Scratch  string           // folder for the restored archive, which takes as much as the whole backup; it is removed again. "": that of the system
	Log      *slog.Logger     // nil: slog.Default
	Progress func(files int, bytes int64)
}

// Drilled is what a drill came to.
type Drilled struct {
	Restored
	Works     int // that came back
	Originals int // that came back whole
	Newer     int // works that the archive has today and the backup does not
}

// Whole reports whether everything is there.
func (d *Drilled) Whole() bool { return len(d.Lost) == 0 }

// Drill restores a generation into a scratch folder, as on an empty machine, and compares: every file with its digest, every object with the
// OCFL specification, every original that the catalogue names with the file that came back, every chain of events. What is not as it should be
// stands in Lost. The scratch folder is gone afterwards.
func Drill(ctx context.Context, g Generation, opt DrillOptions) (Drilled, error) {
	folder, err := os.MkdirTemp(opt.Scratch, "drill-")
	if err != nil {
		return Drilled{}, archive.Fail(archive.Unavailable, "data-folder", opt.Scratch).Because(err)
	}
	d := &drill{DrillOptions: opt, folder: folder}
	err = d.run(ctx, g)
	if err = errors.Join(err, os.RemoveAll(folder)); err != nil {
		return d.done, fmt.Errorf("drill: %w", err)
	}
	return d.done, nil
}

// drill is one under way.
type drill struct {
	DrillOptions
	folder string
	done   Drilled
	early  []string // folders of content without any inventory
}

func (d *drill) run(ctx context.Context, g Generation) error {
	driver, err := diskstore.Open(filepath.Join(d.folder, "storage"))
	if err != nil {
		return err
	}
	bucket := storage.NewBucket(driver)
	database := catalog.Options{DSN: "sqlite:" + filepath.Join(d.folder, "catalog.db"), Log: d.Log}
	d.done.Restored, err = Restore(ctx, g, RestoreOptions{From: d.From, To: bucket, Catalog: database, Log: d.Log, Progress: d.Progress})
	if err == nil {
		err = d.compare(ctx, bucket, database)
	}
	return errors.Join(err, bucket.Close())
}

func (d *drill) compare(ctx context.Context, bucket *storage.Bucket, database catalog.Options) error {
	c, err := catalog.Open(ctx, database)
	if err != nil {
		return err
	}
	err = errors.Join(d.objects(ctx, bucket), d.works(ctx, bucket, c))
	return errors.Join(err, c.Close())
}

func (d *drill) lost(kind ProblemKind, key storage.Key) {
	for _, known := range d.done.Lost {
		if known.Key == key {
			return
		}
	}
	d.done.Lost = append(d.done.Lost, Problem{kind, key})
}

// objects validates every object of the restored archive of record. Its bytes were compared while they were copied.
func (d *drill) objects(ctx context.Context, bucket *storage.Bucket) error {
	root, err := ocfl.Open(ctx, bucket, "archive")
	if err != nil {
		return err
	}
	for l, err := range root.Lying(ctx) {
		if err != nil {
			return err
		}
		if !l.Begun() { // an original in its place before its work was preserved, or all that is left of an object
			d.early = append(d.early, "archive/"+l.Folder)
			continue
		}
		inv, err := root.Read(ctx, l) // as the first writer would after a restore
		if err != nil {
			d.lost(Damaged, storage.Key("archive/"+l.Folder))
			continue
		}
		problems, err := root.Validate(ctx, inv.ID, ocfl.Structure)
		if err != nil {
			return err
		}
		if len(problems) > 0 {
			d.lost(Damaged, storage.Key("archive/"+l.Folder))
		}
	}
	return nil
}

// works looks at every work of the restored catalogue.
func (d *drill) works(ctx context.Context, bucket *storage.Bucket, c *catalog.Catalog) error {
	ids, err := c.WorkIDs(ctx)
	if err != nil {
		return err
	}
	if len(ids) != d.done.Generation.Works() {
		return archive.Fail(archive.Internal, "backup-broken", d.done.Generation.Name)
	}
	reader := c.Reader(archive.System("drill"))
	there := make(map[archive.WorkID]bool, len(ids))
	for _, id := range ids {
		there[id] = true
		w, err := reader.Work(ctx, id)
		if err != nil {
			return err
		}
		if err := d.originals(ctx, bucket, &w); err != nil {
			return err
		}
		events, err := reader.Events(ctx, id)
		if err != nil {
			return err
		}
		if archive.CheckChain(events) != nil {
			d.lost(Changed, storage.Key("work").Join(string(id)))
		}
	}
	for _, folder := range d.early {
		d.lost(Damaged, storage.Key(folder))
	}
	d.done.Works = len(ids)
	return d.countNewer(ctx, there)
}

func (d *drill) originals(ctx context.Context, bucket *storage.Bucket, w *archive.Work) error {
	for _, form := range w.Representations {
		for _, f := range form.Files {
			if f.State == archive.FilePurged || f.Key == "" {
				continue
			}
			o, err := bucket.Head(ctx, storage.Key(f.Key))
			if err != nil && archive.CodeOf(err) != archive.NotFound {
				return err
			}
			if err != nil || o.Size != f.Size {
				d.lost(Missing, storage.Key(f.Key))
				continue
			}
			if f.State == archive.FileStaged {
				d.early = slices.DeleteFunc(d.early, func(folder string) bool { return strings.HasPrefix(f.Key, folder+"/") })
			}
			d.done.Originals++
		}
	}
	return nil
}

func (d *drill) countNewer(ctx context.Context, there map[archive.WorkID]bool) error {
	if d.Live == nil {
		return nil
	}
	ids, err := d.Live.WorkIDs(ctx)
	for _, id := range ids {
		if !there[id] {
			d.done.Newer++
		}
	}
	return err
}
