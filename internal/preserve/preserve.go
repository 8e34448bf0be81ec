// Package preserve writes the catalogue's records and the originals into the archive of record, the OCFL objects under
// archive/, and says what is in them. Whatever stands there can be read without this program.
//
// It must not know how bytes came in, what is derived from them, or who may see them: it keeps what the catalogue says about
// that as it keeps everything else.
package preserve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/internal/ocfl"
	"vannghe/storage"
)

// Options are what New needs.
type Options struct {
	Catalog *catalog.Catalog
	Bucket  *storage.Bucket // that of Root
	Root    *ocfl.Root
	Log     *slog.Logger     // nil: slog.Default
	Now     func() time.Time // nil: time.Now
}

// Preserve keeps the archive of record up to date with the catalogue. Safe for concurrent use, also by several processes: the
// catalogue's lock lets one at a time write an object.
type Preserve struct {
	catalog *catalog.Catalog
	bucket  *storage.Bucket
	root    *ocfl.Root
	log     *slog.Logger
	now     func() time.Time
}

// New returns a Preserve.
func New(opt Options) *Preserve {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	return &Preserve{catalog: opt.Catalog, bucket: opt.Bucket, root: opt.Root, log: opt.Log, now: opt.Now}
}

// Handlers returns the jobs of this package: editorial.JobPreserve, editorial.JobPurge and JobCatchUp.
func (p *Preserve) Handlers() map[catalog.JobKind]catalog.Handler {
	return map[catalog.JobKind]catalog.Handler{editorial.JobPreserve: p.handle, editorial.JobPurge: p.handle,
		JobCatchUp: func(ctx context.Context, _ catalog.Job, _ catalog.Attempt) error { return p.CatchUp(ctx) }}
}

// copyTimeout is how long one job may run: a recording of a whole evening, copied within a store that is slow.
const copyTimeout = 12 * time.Hour

// Settings says how the jobs of Handlers are run.
func (p *Preserve) Settings() map[catalog.JobKind]catalog.JobSettings {
	return map[catalog.JobKind]catalog.JobSettings{editorial.JobPreserve: {Timeout: copyTimeout, Queue: catalog.Light},
		editorial.JobPurge: {Timeout: copyTimeout, Queue: catalog.Light}, JobCatchUp: {Timeout: copyTimeout, Queue: catalog.Light}}
}

// OnFailed tells the record of the work, and the log, that it could not be preserved: it stays as it came in, and unpublished, until
// a later try. It belongs into catalog.JobOptions. Jobs of other kinds are ignored. Told twice of the same, it records it once.
func (p *Preserve) OnFailed(ctx context.Context, j catalog.Job, cause error) {
	if j.Kind == editorial.JobPurge {
		p.log.Error("the bytes of a work could not be destroyed; it is tried again at the next start", "work", j.Work, "err", cause)
	}
	if j.Kind != editorial.JobPreserve {
		return
	}
	p.log.Error("nothing was preserved; it is tried again, at the latest by the next start", "work", j.Work, "note", j.Note, "err", cause)
	if j.Work == "" {
		return
	}
	err := p.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return refuse(ctx, tx, j.Work, cause) })
	if err != nil {
		p.log.Error("that a work was not preserved could not be recorded", "work", j.Work, "err", err)
	}
}

// refuse records a failed accession, unless the last one failed alike.
func refuse(ctx context.Context, tx *catalog.Tx, id archive.WorkID, cause error) error {
	events, err := tx.Events(ctx, id)
	if err != nil {
		return err
	}
	failure := archive.Event{Work: id, Type: archive.EventAccession, Agent: "vannghe", Outcome: archive.Failure,
		Detail: fmt.Sprintf("%s: %s", WorkObject(id), archive.ReasonOf(cause))}
	for _, e := range slices.Backward(events) {
		if e.Type != archive.EventAccession {
			continue
		}
		if e.Outcome == failure.Outcome && e.Detail == failure.Detail {
			return nil
		}
		break
	}
	return tx.AddEvent(ctx, failure)
}

// batch is how many jobs one transaction of Recover enqueues.
const batch = 500

// Recover prepares the archive of record at the start of a process that runs jobs: everything of which a version is owed and that no
// job is going to write, such as what failed for good, is tried again, be it a work, an agent, a collection, the genres or a
// setting.
func (p *Preserve) Recover(ctx context.Context) error {
	err := p.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		jobs, err := duePurges(ctx, tx)
		for _, j := range jobs {
			err = errors.Join(err, tx.Enqueue(ctx, j))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("go on with purges: %w", err)
	}
	for _, owed := range []func(context.Context, *catalog.Tx) ([]catalog.Job, error){owedWorks, owedOthers} {
		for more := true; more; {
			err := p.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
				jobs, err := owed(ctx, tx)
				for _, j := range jobs {
					err = errors.Join(err, tx.Enqueue(ctx, j))
				}
				more = len(jobs) == batch
				return err
			})
			if err != nil {
				return fmt.Errorf("recover the archive of record: %w", err)
			}
		}
	}
	return p.recoverLate(ctx)
}

func owedWorks(ctx context.Context, tx *catalog.Tx) ([]catalog.Job, error) {
	works, err := tx.UnservedWorks(ctx, editorial.JobPreserve, batch)
	var jobs []catalog.Job
	for _, id := range works {
		jobs = append(jobs, catalog.Job{Kind: editorial.JobPreserve, Work: id, Unique: true, Priority: 3})
	}
	return jobs, err
}

func owedOthers(ctx context.Context, tx *catalog.Tx) ([]catalog.Job, error) {
	notes, err := tx.UnservedRecords(ctx, editorial.JobPreserve, batch)
	var jobs []catalog.Job
	for _, note := range notes {
		jobs = append(jobs, catalog.Job{Kind: editorial.JobPreserve, Note: note, Unique: true, Priority: 4})
	}
	return jobs, err
}

// namespace is that of the UUIDs below. It never changes: the identifiers of all objects follow from it.
var namespace = uuid.MustParse("5f0a4d4e-2f63-5c5b-9b3e-6a1f7f2f0c11")

// ObjectID returns the identifier of the object that keeps a thing: a UUID (RFC 9562 version 5) of its kind and identifier,
// such as "work" and "abcdefghijkl".
func ObjectID(kind, id string) string {
	return "urn:uuid:" + uuid.NewSHA1(namespace, []byte(kind+":"+id)).String()
}

// WorkObject returns the identifier of the object that keeps the work.
func WorkObject(id archive.WorkID) string { return ObjectID("work", string(id)) }

func viewer() archive.Viewer { return archive.System("preserve") }
