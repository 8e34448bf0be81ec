package catalog

import (
	"context"
	"math"
	"time"

	"vannghe/internal/archive"
)

// Reader reads as a viewer. Everything it returns is what that viewer may see at the moment of the call.
// Safe for concurrent use; it is cheap, make one for each request.
type Reader struct {
	c      *Catalog
	viewer archive.Viewer
}

// Reader returns a reader for the viewer; for archive.System it sees everything.
func (c *Catalog) Reader(v archive.Viewer) *Reader { return &Reader{c: c, viewer: v} }

// The ends of time, for works without dates.
const (
	always = math.MinInt64
	never  = math.MaxInt64
)

// opens and closes are the ends of the time in which the work may be shown, as the columns of the same name hold them.
func opens(w *archive.Work) int64 {
	if w.PublicFrom.IsZero() {
		return always
	}
	return w.PublicFrom.UnixMicro()
}

func closes(w *archive.Work) int64 {
	end := w.Closes()
	if end.IsZero() {
		return never
	}
	return end.UnixMicro()
}

// sight is what decides, for one call, which works are seen: archive.Viewer.Sees as a condition on columns.
type sight struct {
	viewer archive.Viewer
	now    time.Time
	stored bool // representations in the order given, whatever is ready of them
}

func (r *Reader) sight() sight { return sight{viewer: r.viewer, now: r.c.now()} }

// where appends " AND …" for the work called alias. Staff see every state, but works that were merged into others are for the program alone.
func (v sight) where(s *statement, alias string) *statement {
	if v.viewer.Program() {
		return s
	}
	if v.viewer.Staff() {
		return s.add(" AND " + alias + ".merged IS NULL")
	}
	s.add(" AND " + alias + ".state = 'published' AND " + alias + ".audience IN ")
	in(s, v.viewer.Audiences())
	// The signs keep SQLite, which has no statistics here, from taking an open end for something rare: it read and sorted every published work.
	now := v.now.UnixMicro()
	return s.add(" AND +"+alias+".opens <= ? AND +"+alias+".closes > ?", now, now)
}

// whereCollection appends " AND …" for the collection called c. To the public a collection exists when it, or one below it,
// holds a work that the viewer may see, or is a call that is still open; to staff every one does. The titles of the others tell
// of works that nobody may know of yet.
func (v sight) whereCollection(s *statement) *statement {
	if v.viewer.Staff() {
		return s
	}
	s.add(` AND c.id IN (WITH RECURSIVE shown (id, parent) AS (
		SELECT o.id, o.parent FROM collection o WHERE o.closes > ? OR EXISTS (
			SELECT 1 FROM collection_work h JOIN work w ON w.id = h.work WHERE h.collection = o.id`, v.now.UnixMicro())
	return v.whereOf(s, "w").add(`)
		UNION SELECT p.id, p.parent FROM collection p JOIN shown ON p.id = shown.parent)
		SELECT id FROM shown)`)
}

// whereOf is where for works that the statement chooses by their identifiers. No index serves a CASE: left the choice, SQLite, which has no
// statistics here, takes state and audience for rarer than twenty identifiers and reads every published work (40 ms at 20,000).
func (v sight) whereOf(s *statement, alias string) *statement {
	if v.viewer.Staff() {
		return v.where(s, alias)
	}
	return v.where(s.add(" AND CASE WHEN 1 = 1"), alias).add(" THEN 1 ELSE 0 END = 1")
}

// facts are the columns that Sees needs of a work, with factColumns.
const factColumns = "w.state, w.audience, w.public_from, w.public_until, w.licence_until, w.withdrawn_reason, coalesce(w.merged, '')"

type facts struct {
	work               archive.Work
	from, until, lapse *int64
}

func (f *facts) into() []any {
	return []any{&f.work.State, &f.work.Audience, &f.from, &f.until, &f.lapse, &f.work.WithdrawnReason, &f.work.MergedInto}
}

func scanFacts(row scanner) (*facts, error) {
	f := &facts{}
	return f, row.Scan(f.into()...)
}

// check asks archive.Viewer.Sees about the work whose facts were read.
func (v sight) check(f *facts) error {
	f.work.PublicFrom, f.work.PublicUntil = moment(f.from), moment(f.until)
	f.work.Rights.LicenceUntil = moment(f.lapse)
	return v.viewer.Sees(&f.work, v.now)
}

// sees answers like archive.Viewer.Sees for the work of that id, NotFound "work-missing" when there is none.
func (v sight) sees(ctx context.Context, q querier, id archive.WorkID) error {
	f, err := one(ctx, q, sql("SELECT "+factColumns+" FROM work w WHERE w.id = ?", id), scanFacts)
	if err != nil {
		return missing(err, "work-missing")
	}
	return v.check(f)
}

// staffOnly refuses everybody else.
func (r *Reader) staffOnly() error {
	if r.viewer.Staff() {
		return nil
	}
	return archive.Fail(archive.Forbidden, "staff-only")
}
