package catalog

import (
	"context"

	"vannghe/internal/archive"
)

// JobFixity looks whether the archive of record is still what it was. It goes on for days and nobody waits for it: JobCounts and JobsIdle pass over it.
const JobFixity JobKind = "fixity"

// KeptRecord is a thing other than a work of which versions are owed to the archive of record.
type KeptRecord struct {
	Note      string // as of JobPreserve
	Version   int64
	Preserved int64 // the version that is there
}

// Kept returns the identifiers of at most so many works after the given one, in their order: every work there is. Forbidden "staff-only".
func (r *Reader) Kept(ctx context.Context, after archive.WorkID, limit int) ([]archive.WorkID, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	works, err := collect(ctx, r.c.db.read(), sql("SELECT id FROM work WHERE id > ? ORDER BY id LIMIT ?", after, limit), value[archive.WorkID])
	return works, r.c.fail(ctx, "list the works of the archive", err)
}

// KeptRecords returns at most so many things other than works after the given note, in the order of their notes. Forbidden "staff-only".
func (r *Reader) KeptRecords(ctx context.Context, after string, limit int) ([]KeptRecord, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	list, err := collect(ctx, r.c.db.read(), sql("SELECT note, version, preserved FROM record WHERE note > ? AND substr(note, 1, 5) <> 'work:' ORDER BY note LIMIT ?", after, limit),
		scanKept)
	return list, r.c.fail(ctx, "list the records of the archive", err)
}

// KeptRecord returns what is kept of what the note names. NotFound "record-unknown"; Forbidden "staff-only".
func (r *Reader) KeptRecord(ctx context.Context, note string) (KeptRecord, error) {
	if err := r.staffOnly(); err != nil {
		return KeptRecord{}, err
	}
	k, err := one(ctx, r.c.db.read(), sql("SELECT note, version, preserved FROM record WHERE note = ?", note), scanKept)
	return k, r.c.fail(ctx, "read what is kept of "+note, missing(err, "record-unknown"))
}

func scanKept(row scanner) (KeptRecord, error) {
	var k KeptRecord
	err := row.Scan(&k.Note, &k.Version, &k.Preserved)
	return k, err
}
