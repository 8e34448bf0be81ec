package catalog

import (
	"context"
	"fmt"

	"vannghe/internal/archive"
)

// Failed is something that could not be made of an original.
type Failed struct {
	// Derivative names the work, the file, the recipe and why. Without a recipe it is the file itself that could not be looked into.
	archive.Derivative
	Title string // of the work
	Name  string // of the file, as given
}

// FailedFilter chooses among what failed.
type FailedFilter struct {
	Work   archive.WorkID   // "": of every work
	Except []archive.Reason // that are no failures for whoever asks
	Limit  int
}

// Failed lists what could not be made, work by work, without what a later version has made since. Forbidden "staff-only" to others
// than staff.
func (r *Reader) Failed(ctx context.Context, f FailedFilter) ([]Failed, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	list, err := f.read(ctx, r.c.db.read())
	return list, r.c.fail(ctx, "list what could not be made", err)
}

// Failed is that of a Reader, as it stands in this transaction.
func (tx *Tx) Failed(ctx context.Context, f FailedFilter) ([]Failed, error) {
	list, err := f.read(ctx, tx.q)
	if err != nil {
		return nil, fmt.Errorf("list what could not be made: %w", err)
	}
	return list, nil
}

func (f FailedFilter) read(ctx context.Context, q querier) ([]Failed, error) {
	s := sql("SELECT " + derivativeColumns + `, w.title, f.name FROM derivative d JOIN work w ON w.id = d.work JOIN file f ON f.id = d.file
		WHERE d.state = 'failed' AND f.state = 'archived' AND NOT EXISTS (SELECT 1 FROM derivative n
			WHERE n.file = d.file AND n.recipe = d.recipe AND (n.state = 'ready' OR n.version > d.version))`)
	f.narrow(s, "d")
	s.add(` UNION ALL SELECT f.work, f.id, '', 0, 'failed', f.problem, '', '[]', NULL, w.title, f.name FROM file f JOIN work w ON w.id = f.work
		WHERE f.state = 'archived' AND f.problem <> '' AND NOT EXISTS (SELECT 1 FROM derivative d WHERE d.file = f.id)`)
	f.narrow(s, "f")
	return collect(ctx, q, s.add(" ORDER BY 1, 2, 3 LIMIT ?", f.Limit), func(row scanner) (Failed, error) {
		var one Failed
		var name []byte // as given, whatever its encoding
		d, err := scanDerivative(trailing{row, []any{&one.Title, &name}})
		one.Derivative, one.Name = d, string(name)
		return one, err
	})
}

func (f FailedFilter) narrow(s *statement, table string) {
	if f.Work != "" {
		s.add(" AND "+table+".work = ?", f.Work)
	}
	if len(f.Except) > 0 {
		in(s.add(" AND "+table+".problem NOT IN "), f.Except)
	}
}

// trailing scans further columns behind those that are asked for.
type trailing struct {
	scanner
	more []any
}

// Scan is part of scanner.
func (t trailing) Scan(into ...any) error { return t.scanner.Scan(append(into, t.more...)...) }
