package catalog

import (
	"context"
	"fmt"
	"slices"

	"vannghe/internal/archive"
)

// A part is kept under its file with its number there. Its ordinal within the work, which is its public name, is that
// number plus the parts of all files before: a file whose parts change moves those behind it without touching them.

// PartRef names a part.
type PartRef struct {
	Work    archive.WorkID
	Ordinal int
}

// span is the run of ordinals that the parts of one file take in their work.
type span struct {
	work  archive.WorkID
	file  archive.FileID
	first int
	count int
}

func (v sight) spansOf(works []archive.WorkID) *statement {
	s := in(sql(`SELECT f.work, f.id, f.parts FROM file f JOIN work w ON w.id = f.work
		JOIN representation p ON p.id = f.representation WHERE f.parts > 0 AND f.work IN `), works)
	return v.whereOf(s, "w").add(" ORDER BY f.work, p.position, p.id, f.position, f.id")
}

// spans returns where the parts of each file lie, for the works that the viewer may see.
func (v sight) spans(ctx context.Context, q querier, works []archive.WorkID) ([]span, error) {
	var list []span
	for chunk := range chunks(works) {
		err := each(ctx, q, v.spansOf(chunk), func(row scanner) error {
			var sp span
			err := row.Scan(&sp.work, &sp.file, &sp.count)
			if n := len(list); n > 0 && list[n-1].work == sp.work {
				sp.first = list[n-1].first + list[n-1].count
			}
			list = append(list, sp)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Parts returns all parts of a work by ordinal; errors as Work.
func (r *Reader) Parts(ctx context.Context, work archive.WorkID) ([]archive.Part, error) {
	v := r.sight()
	var parts []archive.Part
	err := r.c.view(ctx, "read the parts of a work", func(q querier) error {
		if err := v.sees(ctx, q, work); err != nil {
			return err
		}
		spans, err := v.spans(ctx, q, []archive.WorkID{work})
		if err != nil {
			return err
		}
		for _, sp := range spans {
			found, err := sp.parts(ctx, q, sql("file = ?", sp.file))
			if err != nil {
				return err
			}
			parts = append(parts, found...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return parts, nil
}

// parts reads those parts of the file that the condition chooses.
func (sp span) parts(ctx context.Context, q querier, condition *statement) ([]archive.Part, error) {
	s := sql("SELECT " + partColumns + " FROM part WHERE " + condition.String() + " ORDER BY number")
	s.args = condition.args
	return collect(ctx, q, s, func(row scanner) (archive.Part, error) {
		p, err := scanPart(row)
		p.Work, p.File = sp.work, sp.file
		p.Ordinal += sp.first
		return p, err
	})
}

// partColumns are the columns that scanPart reads.
const partColumns = "number, kind, locator, label, text, language, edited_by, edited_at"

// scanPart reads a part, whose Ordinal is its number within the file; before stands for columns before its own.
func scanPart(row scanner, before ...any) (archive.Part, error) {
	var p archive.Part
	var edited *int64
	err := row.Scan(append(before, &p.Ordinal, &p.Kind, &p.Locator, &p.Label, &p.Text, &p.Language, &p.EditedBy, &edited)...)
	p.Edited = moment(edited)
	return p, err
}

// PartsByRef returns the parts asked for, in that order; those that are gone or that the viewer may not see are left out.
func (r *Reader) PartsByRef(ctx context.Context, refs []PartRef) ([]archive.Part, error) {
	v := r.sight()
	found := make(map[PartRef]archive.Part, len(refs))
	err := r.c.view(ctx, "read parts", func(q querier) error {
		spans, err := v.spans(ctx, q, worksOf(refs))
		if err != nil {
			return err
		}
		return pick(ctx, q, keysOf(refs, spans), found)
	})
	if err != nil {
		return nil, err
	}
	parts := make([]archive.Part, 0, len(refs))
	for _, ref := range refs {
		if p, ok := found[ref]; ok {
			parts = append(parts, p)
		}
	}
	return parts, nil
}

// partKey is a part with the key it is kept under.
type partKey struct {
	ref    PartRef
	file   archive.FileID
	number int
}

// keysOf finds the key of each part that lies in one of the spans.
func keysOf(refs []PartRef, spans []span) []partKey {
	of := make(map[archive.WorkID][]span, len(spans))
	for _, sp := range spans {
		of[sp.work] = append(of[sp.work], sp)
	}
	var keys []partKey
	for _, ref := range refs {
		for _, sp := range of[ref.Work] {
			if n := ref.Ordinal - sp.first; n >= 0 && n < sp.count {
				keys = append(keys, partKey{ref, sp.file, n})
			}
		}
	}
	return keys
}

// partsAt selects the parts of the keys.
func partsAt(keys []partKey) *statement {
	s := sql("SELECT file, " + partColumns + " FROM part WHERE (file, number) IN (VALUES ")
	for i := range listLength(len(keys)) {
		if i > 0 {
			s.add(", ")
		}
		if i < len(keys) {
			s.add("(CAST(? AS TEXT), CAST(? AS INTEGER))", keys[i].file, keys[i].number)
			continue
		}
		s.add("(CAST(").again(1).add(" AS TEXT), CAST(").again(0).add(" AS INTEGER))")
	}
	return s.add(")")
}

// pick reads the parts of the keys, whichever there are.
func pick(ctx context.Context, q querier, keys []partKey, into map[PartRef]archive.Part) error {
	refs := make(map[partKey]PartRef, len(keys))
	for _, k := range keys {
		refs[partKey{file: k.file, number: k.number}] = k.ref
	}
	for chunk := range chunks(keys) {
		err := each(ctx, q, partsAt(chunk), func(row scanner) error {
			var file archive.FileID
			p, err := scanPart(row, &file)
			p.File = file
			ref := refs[partKey{file: file, number: p.Ordinal}]
			p.Work, p.Ordinal = ref.Work, ref.Ordinal
			into[ref] = p
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func worksOf(refs []PartRef) []archive.WorkID {
	seen := make(map[archive.WorkID]bool, len(refs))
	var works []archive.WorkID
	for _, ref := range refs {
		if !seen[ref.Work] {
			seen[ref.Work] = true
			works = append(works, ref.Work)
		}
	}
	return works
}

// PutParts replaces the parts of a file by the given ones, in their order; their Work, File and Ordinal are not read. A part that a
// person edited stays as that person left it, in the place of the given one of its kind and locator, and also when there is none
// any more: only a given one that is edited itself replaces it. The work is announced.
func (tx *Tx) PutParts(ctx context.Context, f archive.File, parts []archive.Part) error {
	work, err := tx.fileWork(ctx, f.ID)
	if err != nil {
		return err
	}
	edited, err := span{work: work, file: f.ID}.parts(ctx, tx.q, sql("file = ? AND edited_by <> ''", f.ID))
	if err != nil {
		return fmt.Errorf("read the edited parts of file %s: %w", f.ID, err)
	}
	parts = keepEdited(parts, edited)
	if _, err := run(ctx, tx.q, sql("DELETE FROM part WHERE file = ?", f.ID)); err != nil {
		return fmt.Errorf("remove the parts of file %s: %w", f.ID, err)
	}
	for i, p := range parts {
		s := sql("INSERT INTO part (file, number, kind, locator, label, text, language, edited_by, edited_at) VALUES ").
			values(f.ID, i, text(p.Kind), text(p.Locator), text(p.Label), text(p.Text), text(p.Language), text(p.EditedBy), micros(p.Edited))
		if _, err := run(ctx, tx.q, s); err != nil {
			return fmt.Errorf("store part %d of file %s: %w", i, f.ID, err)
		}
	}
	if _, err := run(ctx, tx.q, sql("UPDATE file SET parts = ? WHERE id = ?", len(parts), f.ID)); err != nil {
		return fmt.Errorf("count the parts of file %s: %w", f.ID, err)
	}
	tx.changed(ChangeWork, string(work))
	tx.oweWork(work)
	return nil
}

// keepEdited puts the edited parts into the given ones; Ordinal of an edited one is where it stood before.
func keepEdited(parts, edited []archive.Part) []archive.Part {
	if len(edited) == 0 {
		return parts
	}
	parts = slices.Clone(parts)
	for _, e := range edited {
		at := slices.IndexFunc(parts, func(p archive.Part) bool { return p.Kind == e.Kind && p.Locator == e.Locator })
		switch {
		case at < 0:
			parts = slices.Insert(parts, min(e.Ordinal, len(parts)), e)
		case parts[at].EditedBy == "":
			parts[at] = e
		}
	}
	return parts
}
