package catalog

import (
	"context"
	"encoding/json"
	"fmt"

	"vannghe/internal/archive"
)

const derivativeColumns = "d.work, d.file, d.recipe, d.version, d.state, d.problem, d.prefix, d.assets, d.made"

func scanDerivative(row scanner) (archive.Derivative, error) {
	var d archive.Derivative
	var assets string
	var made *int64
	err := row.Scan(&d.Work, &d.File, &d.Recipe, &d.Version, &d.State, &d.Problem, &d.Prefix, &assets, &made)
	if err != nil {
		return d, err
	}
	d.Made = moment(made)
	if err := json.Unmarshal([]byte(assets), &d.Assets); err != nil {
		return d, fmt.Errorf("read the assets of %s of file %s: %w", d.Recipe, d.File, err)
	}
	return d, nil
}

// Derivatives returns what was or is to be made from the originals of the works: of each recipe of each file the newest version
// that is ready, so that a newer one replaces it only when it is made; the newest in any state where none is ready. Works that
// the viewer may not see have no entry.
func (r *Reader) Derivatives(ctx context.Context, works ...archive.WorkID) (map[archive.WorkID][]archive.Derivative, error) {
	v := r.sight()
	found := make(map[archive.WorkID][]archive.Derivative, len(works))
	for chunk := range chunks(works) {
		s := in(sql("SELECT "+derivativeColumns+` FROM derivative d JOIN work w ON w.id = d.work
			JOIN file f ON f.id = d.file JOIN representation p ON p.id = f.representation
			WHERE NOT EXISTS (SELECT 1 FROM derivative n WHERE n.file = d.file AND n.recipe = d.recipe AND n.version <> d.version
				AND CASE WHEN (n.state = 'ready') = (d.state = 'ready') THEN n.version > d.version ELSE n.state = 'ready' END)
			AND d.work IN `), chunk)
		v.whereOf(s, "w").add(" ORDER BY d.work, p.position, p.id, f.position, f.id, d.recipe")
		err := each(ctx, r.c.db.read(), s, func(row scanner) error {
			d, err := scanDerivative(row)
			found[d.Work] = append(found[d.Work], d)
			return err
		})
		if err != nil {
			return nil, r.c.fail(ctx, "read derivatives", err)
		}
	}
	return found, nil
}

// DerivativeVersions returns every version of every derivative of the work, in every state; none when the viewer may not see it.
func (r *Reader) DerivativeVersions(ctx context.Context, work archive.WorkID) ([]archive.Derivative, error) {
	v := r.sight()
	s := sql("SELECT "+derivativeColumns+" FROM derivative d JOIN work w ON w.id = d.work WHERE d.work = ?", work)
	found, err := collect(ctx, r.c.db.read(), v.whereOf(s, "w").add(" ORDER BY d.file, d.recipe, d.version"), scanDerivative)
	if err != nil {
		return nil, r.c.fail(ctx, "read derivatives", err)
	}
	return found, nil
}

// DerivedWorks tells staff of at most so many works with derivatives, in the order of their identifiers, from the first after the
// given one ("": from the beginning). Forbidden "staff-only" to others.
func (r *Reader) DerivedWorks(ctx context.Context, after archive.WorkID, limit int) ([]archive.WorkID, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	s := sql("SELECT DISTINCT work FROM derivative WHERE work > ? ORDER BY work LIMIT ?", after, limit)
	works, err := collect(ctx, r.c.db.read(), s, value[archive.WorkID])
	if err != nil {
		return nil, r.c.fail(ctx, "list the works with derivatives", err)
	}
	return works, nil
}

// DerivativeRef names one derivative.
type DerivativeRef struct {
	Work    archive.WorkID
	File    archive.FileID
	Recipe  string
	Version int
}

// Derivative returns a derivative that is ready and whose work the viewer may see, in one query: every request for
// media and tiles asks. The error is that of Work, or NotFound "derivative-missing".
func (r *Reader) Derivative(ctx context.Context, ref DerivativeRef) (archive.Derivative, error) {
	v := r.sight()
	s := sql("SELECT "+factColumns+", "+derivativeColumns+` FROM derivative d JOIN work w ON w.id = d.work
		WHERE d.file = ? AND d.recipe = ? AND d.version = ? AND d.work = ? AND d.state = 'ready'`, ref.File, text(ref.Recipe), ref.Version, ref.Work)
	d, err := one(ctx, r.c.db.read(), s, func(row scanner) (archive.Derivative, error) {
		known := &facts{}
		d, err := scanDerivative(factsFirst{row, known})
		if err != nil {
			return d, err
		}
		return d, v.check(known)
	})
	if err != nil {
		return archive.Derivative{}, r.c.fail(ctx, "read a derivative", missing(err, "derivative-missing"))
	}
	return d, nil
}

// PutDerivative stores a derivative by file, recipe and version, and announces its work.
func (tx *Tx) PutDerivative(ctx context.Context, d archive.Derivative) error {
	assets, err := json.Marshal(d.Assets)
	if err != nil {
		return fmt.Errorf("encode the assets of %s of file %s: %w", d.Recipe, d.File, err)
	}
	_, err = run(ctx, tx.q, upsert("derivative", "file, recipe, version",
		[]string{"file", "recipe", "version", "work", "state", "problem", "prefix", "assets", "made"},
		d.File, text(d.Recipe), d.Version, d.Work, d.State, d.Problem, text(d.Prefix), text(string(assets)), micros(d.Made)))
	if err != nil {
		return fmt.Errorf("store %s of file %s: %w", d.Recipe, d.File, err)
	}
	tx.changed(ChangeWork, string(d.Work))
	tx.oweWork(d.Work)
	return tx.setMedium(ctx, d.Work)
}

// DropDerivative removes a derivative, if it is there, and announces its work.
func (tx *Tx) DropDerivative(ctx context.Context, d archive.Derivative) error {
	_, err := run(ctx, tx.q, sql("DELETE FROM derivative WHERE file = ? AND recipe = ? AND version = ?", d.File, text(d.Recipe), d.Version))
	if err != nil {
		return fmt.Errorf("drop %s of file %s: %w", d.Recipe, d.File, err)
	}
	tx.changed(ChangeWork, string(d.Work))
	tx.oweWork(d.Work)
	return tx.setMedium(ctx, d.Work)
}

// PendingDerivatives returns how many derivatives of the work are still to be made, without those that nobody waits for (archive.Later).
func (tx *Tx) PendingDerivatives(ctx context.Context, id archive.WorkID) (int, error) {
	s := in(sql("SELECT count(*) FROM derivative WHERE work = ? AND state = 'pending' AND recipe NOT IN ", id), archive.Later())
	n, err := one(ctx, tx.q, s, value[int])
	if err != nil {
		return 0, fmt.Errorf("count the pending derivatives of work %s: %w", id, err)
	}
	return n, nil
}

// UnplannedFiles returns how many archived files of the work have not been looked into with success: nothing is planned for them,
// and they are not at fault. Those that a virus scanner has still to look into are among them.
func (tx *Tx) UnplannedFiles(ctx context.Context, id archive.WorkID) (int, error) {
	reasons := append(archive.OurReasons(), archive.ScanWaits)
	n, err := one(ctx, tx.q, unplanned("SELECT count(*)", reasons).add(" AND f.work = ?", id), value[int])
	if err != nil {
		return 0, fmt.Errorf("count the files of work %s that nothing is planned for: %w", id, err)
	}
	return n, nil
}

// unplanned selects something of each file f that nothing is planned for although it is not at fault: it has no problem, or one of these.
func unplanned(selected string, reasons []archive.Reason) *statement {
	s := sql(selected + ` FROM file f WHERE f.state = 'archived' AND NOT EXISTS (SELECT 1 FROM derivative d WHERE d.file = f.id)
		AND (f.problem = '' OR f.problem IN `)
	return in(s, reasons).add(")")
}
