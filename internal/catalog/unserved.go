package catalog

import (
	"context"
	"fmt"

	"vannghe/internal/archive"
)

// liveJobs selects a text of each job of the kind ? that waits or runs. It must not be null.
func liveJobs(text string) string {
	return "SELECT " + text + " FROM river_job WHERE kind = ? AND state IN ('available', 'pending', 'retryable', 'running', 'scheduled')"
}

// UnservedDerivatives returns at most so many derivatives, of every version, that are still to be made and for which no job of the
// kind waits or runs: nothing would ever settle them, and the work would wait for them. They are those that are pending, and
// those that failed although their file is not at fault.
func (tx *Tx) UnservedDerivatives(ctx context.Context, kind JobKind, limit int) ([]archive.Derivative, error) {
	s := sql("SELECT " + derivativeColumns + " FROM derivative d WHERE (d.state = 'pending' OR d.state = 'failed' AND d.problem IN ")
	in(s, archive.OurReasons()).add(") AND d.file || ' ' || d.recipe || ' ' || CAST(d.version AS TEXT) NOT IN (")
	s.add(liveJobs("coalesce(args->>'file', '') || ' ' || coalesce(args->>'recipe', '') || ' ' || coalesce(CAST(args->>'version' AS TEXT), '')"), kind)
	found, err := collect(ctx, tx.q, s.add(") ORDER BY d.work, d.file, d.recipe LIMIT ?", limit), scanDerivative)
	if err != nil {
		return nil, fmt.Errorf("look for derivatives that nothing makes: %w", err)
	}
	return found, nil
}

// UnplannedWorks returns at most so many works with files that nothing is planned for although they are not at fault, and for which
// no job of the kind waits or runs.
func (tx *Tx) UnplannedWorks(ctx context.Context, kind JobKind, limit int) ([]archive.WorkID, error) {
	s := unplanned("SELECT DISTINCT f.work", archive.OurReasons()).add(" AND f.work NOT IN (").add(liveJobs("coalesce(args->>'work', '')"), kind)
	found, err := collect(ctx, tx.q, s.add(") ORDER BY f.work LIMIT ?", limit), value[archive.WorkID])
	if err != nil {
		return nil, fmt.Errorf("look for works that nothing plans: %w", err)
	}
	return found, nil
}

// UnservedWorks returns at most so many works of which a version is not preserved yet and for which no job of the kind waits or runs.
func (tx *Tx) UnservedWorks(ctx context.Context, kind JobKind, limit int) ([]archive.WorkID, error) {
	s := sql("SELECT w.id FROM work w WHERE w.preserved < w.version AND w.id NOT IN (")
	s.add(liveJobs("coalesce(args->>'work', '')"), kind)
	found, err := collect(ctx, tx.q, s.add(") ORDER BY w.id LIMIT ?", limit), value[archive.WorkID])
	if err != nil {
		return nil, fmt.Errorf("look for works that nothing preserves: %w", err)
	}
	return found, nil
}
