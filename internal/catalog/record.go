package catalog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"vannghe/internal/archive"
)

// JobPreserve writes the catalogue's present record of Job.Work into the archive of record; with Job.Note set instead of a work, that
// of "agent:<id>", "collection:<id>", "case:<id>", "genres" or "setting:<name>". The catalogue enqueues the latter itself, in the transaction
// that changes the thing; a work's is enqueued by whoever has finished changing it.
const JobPreserve JobKind = "preserve"

// owe notes that the archive of record is owed a new version of what is not a work.
func (tx *Tx) owe(note string) {
	if tx.owed == nil {
		tx.owed = map[string]bool{}
	}
	tx.owed[text(note)] = true
}

// oweLater notes that the archive of record is owed a new version, which may wait for the next round (LateWorks, UnservedRecords): what comes in many small
// steps is then written once.
func (tx *Tx) oweLater(note string) {
	if tx.late == nil {
		tx.late = map[string]bool{}
	}
	tx.late[text(note)] = true
}

// oweWork is oweLater of what became of a work without a new version of its record: events, what was found out about its files, what was made
// from them, what was said about it.
func (tx *Tx) oweWork(id archive.WorkID) { tx.oweLater(WorkNote(id)) }

// workNotes begins the notes of WorkNote.
const workNotes = "work:"

// WorkNote is the note under which it is kept how much of what became of a work stands in the archive of record.
func WorkNote(id archive.WorkID) string { return workNotes + string(id) }

// oweSetting leaves out what is internal to the catalogue, such as when a periodic job ran last.
func (tx *Tx) oweSetting(name string) {
	if !strings.HasPrefix(name, "catalog.") {
		tx.owe("setting:" + name)
	}
}

// oweAll records what is owed and enqueues its jobs. What was read from the archive of record itself is owed to nobody.
func (tx *Tx) oweAll(ctx context.Context) error {
	notes := maps.Clone(tx.owed)
	if notes == nil {
		notes = map[string]bool{}
	}
	maps.Copy(notes, tx.late)
	for _, note := range slices.Sorted(maps.Keys(notes)) {
		if err := tx.oweOne(ctx, note); err != nil {
			return err
		}
	}
	if tx.rebuilds {
		return nil
	}
	for _, note := range slices.Sorted(maps.Keys(tx.owed)) {
		if err := tx.Enqueue(ctx, Job{Kind: JobPreserve, Note: note, Unique: true, Priority: 4}); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) oweOne(ctx context.Context, note string) error {
	s := sql(`INSERT INTO record (note, version, preserved) VALUES (?, 1, 0) ON CONFLICT (note) DO UPDATE SET version = record.version + 1`, note)
	if tx.rebuilds {
		s = sql("INSERT INTO record (note, version, preserved) VALUES (?, 1, 1) ON CONFLICT (note) DO UPDATE SET preserved = record.version", note)
	}
	if _, err := run(ctx, tx.q, s); err != nil {
		return fmt.Errorf("record that %s is to be preserved: %w", note, err)
	}
	return nil
}

// LateWorks returns, from the first after a given one on ("": from the beginning), at most so many works that were preserved once and of which something is owed
// to the archive of record that may wait.
func (r *Reader) LateWorks(ctx context.Context, after archive.WorkID, limit int) ([]archive.WorkID, error) {
	s := sql(`SELECT w.id FROM record r JOIN work w ON r.note = '`+workNotes+`' || w.id WHERE r.preserved < r.version AND w.preserved > 0 AND w.id > ?
		ORDER BY w.id LIMIT ?`, after, limit)
	works, err := collect(ctx, r.c.db.read(), s, value[archive.WorkID])
	return works, r.c.fail(ctx, "look for works with more to preserve", err)
}

// RecordVersion returns the version of what a job's note names, 0 when there is none. Read it before the thing itself.
func (r *Reader) RecordVersion(ctx context.Context, note string) (int64, error) {
	version, err := one(ctx, r.c.db.read(), sql("SELECT version FROM record WHERE note = ?", note), value[int64])
	if errors.Is(err, errNoRow) {
		return 0, nil
	}
	return version, r.c.fail(ctx, "read the version of "+note, err)
}

// SetRecordPreserved records that the archive of record holds that version of what the note names. An older version than the one
// recorded before changes nothing.
func (tx *Tx) SetRecordPreserved(ctx context.Context, note string, version int64) error {
	_, err := run(ctx, tx.q, sql("UPDATE record SET preserved = ? WHERE note = ? AND preserved < ? AND version >= ?", version, note, version, version))
	if err != nil {
		return fmt.Errorf("record that %s is preserved: %w", note, err)
	}
	return nil
}

// UnservedRecords returns the notes of at most so many things, other than works, of which a version is not preserved yet and for which
// no job of the kind waits or runs.
func (tx *Tx) UnservedRecords(ctx context.Context, kind JobKind, limit int) ([]string, error) {
	s := sql("SELECT note FROM record WHERE preserved < version AND substr(note, 1, 5) <> '"+workNotes+"' AND note NOT IN (").add(liveJobs("coalesce(args->>'note', '')"), kind)
	notes, err := collect(ctx, tx.q, s.add(") ORDER BY note LIMIT ?", limit), value[string])
	if err != nil {
		return nil, fmt.Errorf("look for records that nothing preserves: %w", err)
	}
	return notes, nil
}

// CollectionOrder returns the works of a collection that the viewer may see, in their order.
func (r *Reader) CollectionOrder(ctx context.Context, id archive.CollectionID) ([]archive.WorkID, error) {
	s := sql("SELECT c.work FROM collection_work c JOIN work w ON w.id = c.work WHERE c.collection = ?", id)
	works, err := collect(ctx, r.c.db.read(), r.sight().where(s, "w").add(" ORDER BY c.position, c.work"), value[archive.WorkID])
	if err != nil {
		return nil, r.c.fail(ctx, "read the order of a collection", err)
	}
	return works, nil
}
