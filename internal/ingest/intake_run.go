package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
)

const (
	// intakeTurn is how long one job is at work on an intake before it makes room for others and goes on in the next.
	intakeTurn = 20 * time.Second
	// intakeWorks is how many works are looked at together. They are looked at in one transaction, for which others wait.
	intakeWorks = 40
	// intakeStore is how many rows are stored in one transaction.
	intakeStore = 500
)

// errRehearsed ends a transaction in which nothing was to happen.
var errRehearsed = errors.New("this was only a rehearsal")

// RunIntake goes on with an intake for a while, and enqueues its next turn when more is left. It may be ended and begun again at any instant: what
// has happened is known by the row. What keeps the whole from going on is told on the intake and is no error.
func (in *Ingest) RunIntake(ctx context.Context, id archive.IntakeID) error {
	i, err := in.catalog.Reader(viewer()).Intake(ctx, id)
	if archive.CodeOf(err) == archive.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	turn := &intakeJob{in: in, intake: i}
	for until := in.now().Add(intakeTurn); turn.under(); {
		if !in.now().Before(until) {
			return in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return goOn(ctx, tx, id) })
		}
		if err := turn.step(ctx); err != nil {
			return fmt.Errorf("intake %s: %w", id, err)
		}
	}
	return nil
}

// intakeJob is an intake at which a job is at work.
type intakeJob struct {
	in     *Ingest
	intake catalog.Intake
	who    archive.Viewer
	genres []archive.Genre
}

func (j *intakeJob) under() bool {
	return j.intake.Stage == catalog.IntakeChecking || j.intake.Stage == catalog.IntakeTaking
}

func (j *intakeJob) step(ctx context.Context) error {
	err := j.ready(ctx)
	if err == nil && j.intake.Next == 0 {
		err = j.layOut(ctx)
	} else if err == nil {
		err = j.goOn(ctx)
	}
	if told, ok := errors.AsType[*archive.Error](err); ok && settles(told) {
		return j.halt(ctx, told)
	}
	return err
}

// settles reports whether an error will be the same at the next try.
func settles(e *archive.Error) bool {
	return slices.Contains([]archive.Code{archive.Invalid, archive.NotFound, archive.Gone, archive.Forbidden, archive.TooLarge}, e.Code)
}

// ready asks again, at every step, whether the person may still do this.
func (j *intakeJob) ready(ctx context.Context) error {
	reader := j.in.catalog.Reader(viewer())
	account, err := reader.AccountOf(ctx, j.intake.Account)
	switch {
	case err != nil:
		return err
	case !account.Ended.IsZero():
		return archive.Fail(archive.Forbidden, "account-needed")
	}
	j.who = account.Viewer()
	if err := j.who.May(archive.DescribeWorks); err != nil {
		return err
	}
	j.genres, err = reader.Genres(ctx)
	return err
}

// halt ends the work on an intake until the person has seen to what is wrong.
func (j *intakeJob) halt(ctx context.Context, why *archive.Error) error {
	next := j.intake
	next.Stage, next.Detail.Trouble = catalog.IntakeGathering, catalog.Remark(why)
	return j.put(ctx, next, nil)
}

func (j *intakeJob) put(ctx context.Context, next catalog.Intake, rows []catalog.IntakeRow) error {
	err := j.in.changeIntake(ctx, j.intake, next, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutIntakeRows(ctx, next.ID, rows)
	})
	if err == nil {
		j.intake = next
	}
	return err
}

// layOut stores the rows of the list.
func (j *intakeJob) layOut(ctx context.Context) error {
	rows, err := j.in.listed(ctx, j.intake)
	if err != nil {
		return err
	}
	err = j.in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.ClearIntake(ctx, j.intake.ID) })
	for chunk := range slices.Chunk(rows, intakeStore) {
		if err != nil {
			return err
		}
		err = j.in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutIntakeRows(ctx, j.intake.ID, chunk) })
	}
	if err != nil {
		return err
	}
	next := j.intake
	next.Next = 1
	return j.put(ctx, next, nil)
}

// goOn looks at the next works, or brings them in.
func (j *intakeJob) goOn(ctx context.Context) error {
	rows, err := j.in.catalog.Reader(viewer()).IntakeGroups(ctx, j.intake.ID, j.intake.Next, intakeWorks)
	if err != nil {
		return err
	}
	next := j.intake
	if len(rows) == 0 {
		next.Stage, next.Next = catalog.IntakeChecked, 1
		if j.intake.Stage == catalog.IntakeTaking {
			next.Stage = catalog.IntakeTaken
		}
		return j.put(ctx, next, nil)
	}
	next.Next = rows[len(rows)-1].Group + 1
	part := j.part(ctx, rows)
	if j.intake.Stage == catalog.IntakeTaking {
		if err := part.take(ctx); err != nil {
			return err
		}
		return j.put(ctx, next, part.failed())
	}
	if err := part.rehearse(ctx); err != nil {
		return err
	}
	return j.put(ctx, next, part.rows)
}

// intakePart is some works of an intake with the rows that make them.
type intakePart struct {
	*intakeJob
	rows    []catalog.IntakeRow
	entries []Entry
	of      [][]int // which rows each entry's files are
	err     error   // neither a row's nor a work's
}

// part makes entries of rows the way that an import does of a manifest.
func (j *intakeJob) part(ctx context.Context, rows []catalog.IntakeRow) *intakePart {
	p := &intakePart{intakeJob: j, rows: rows}
	todo, at := p.plan()
	for n, it := range todo.items {
		if it.err != nil {
			p.fail(at[n], it.err)
		}
	}
	for _, b := range todo.batches {
		e, of := b.entry, []int(nil)
		for _, item := range b.items {
			row := at[item]
			files, err := j.in.Uploaded(ctx, j.who, []archive.FileID{p.rows[row].Upload})
			if err != nil {
				p.fail(row, err)
				continue
			}
			files[0].Path, files[0].Label = rowPath(p.rows[row].File), todo.items[item].label
			e.Files, of = append(e.Files, files[0]), append(of, row)
		}
		if len(of) == 0 {
			continue
		}
		e.By, e.For, e.genres = editorial.By{Agent: string(j.who.Account), Reason: "intake " + string(j.intake.ID)}, &j.who, j.genres
		e.Update, e.Submit = j.intake.Detail.Update, j.intake.Detail.Submit
		p.entries, p.of = append(p.entries, e), append(p.of, of)
	}
	return p
}

// plan is the plan of the rows that are left, and the row of each of its items.
func (p *intakePart) plan() (plan, []int) {
	var m Manifest
	var files []found
	byNumber, at := map[int]int{}, []int(nil)
	for n, r := range p.rows {
		if r.Fate == catalog.FateFailed || r.Fate == catalog.FateUnnamed || r.Done {
			continue
		}
		byNumber[r.Number] = n
		m.Rows = append(m.Rows, Row{Number: r.Number, cells: r.Cells})
		files, at = append(files, found{path: r.File}), append(at, n)
	}
	if p.intake.Manifest == "" {
		return planFolder(files, p.genres), at
	}
	todo := planRows(m, p.genres)
	for n, it := range todo.items {
		at[n] = byNumber[it.number]
	}
	return todo, at
}

// fail settles a row that cannot go in. What a later try may bring right is kept for the whole part.
func (p *intakePart) fail(row int, err error) {
	told, ok := errors.AsType[*archive.Error](err)
	switch {
	case !ok || !settles(told) && told.Code != archive.Conflict:
		p.err = errors.Join(p.err, err)
		return
	case p.intake.Stage == catalog.IntakeTaking:
		p.rows[row].Done = true
	}
	p.rows[row].Fate, p.rows[row].Remark, p.rows[row].Work = catalog.FateFailed, catalog.Remark(told), ""
}

// settle writes into the rows of an entry what became of them.
func (p *intakePart) settle(entry int, rec Recorded) []catalog.IntakeRow {
	var rows []catalog.IntakeRow
	for n, row := range p.of[entry] {
		r := p.rows[row]
		r.Fate, r.Work, r.Remark = fateOf(rec, n), rec.Work, catalog.IntakeRemark{}
		if reason := rec.Files[n].Reason; reason != "" {
			r.Remark = catalog.Remark(archive.Fail(archive.Invalid, reason))
		}
		if rec.Created && p.intake.Stage == catalog.IntakeChecking {
			r.Work = "" // of which only the rehearsal had a name
		}
		r.Done = p.intake.Stage == catalog.IntakeTaking
		rows = append(rows, r)
	}
	return rows
}

func fateOf(rec Recorded, n int) catalog.IntakeFate {
	switch {
	case rec.Created && n == 0:
		return catalog.FateNew
	case rec.Created:
		return catalog.FateJoins
	case rec.Files[n].Status == Added:
		return catalog.FateAdds
	case rec.Updated:
		return catalog.FateChanges
	default:
		return catalog.FateExists
	}
}

// rehearse records the entries and undoes it, so that what is shown is what will happen. After an entry that fails the transaction is lost, and
// the others are rehearsed in another.
func (p *intakePart) rehearse(ctx context.Context) error {
	for from := 0; from < len(p.entries) && p.err == nil; {
		settled := map[int][]catalog.IntakeRow{}
		failed, cause := -1, error(nil)
		err := p.in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
			clear(settled)
			failed = -1
			for at := from; at < len(p.entries); at++ {
				rec := &recording{tx: tx, entry: p.entries[at]}
				if cause = rec.run(ctx); cause != nil {
					failed = at
					return errRehearsed
				}
				settled[at] = p.settle(at, rec.out)
			}
			return errRehearsed
		})
		if !errors.Is(err, errRehearsed) {
			return err
		}
		for at, rows := range settled {
			p.keep(at, rows)
		}
		if failed < 0 {
			break
		}
		p.failEntry(failed, cause)
		from = failed + 1
	}
	return p.err
}

func (p *intakePart) keep(entry int, rows []catalog.IntakeRow) {
	for n, row := range p.of[entry] {
		p.rows[row] = rows[n]
	}
}

func (p *intakePart) failEntry(entry int, err error) {
	for _, row := range p.of[entry] {
		p.fail(row, err)
	}
}

// take records the entries, each with its rows in one transaction.
func (p *intakePart) take(ctx context.Context) error {
	for at := range p.entries {
		if p.err != nil {
			return p.err
		}
		e := p.entries[at]
		var rows []catalog.IntakeRow
		e.also = func(ctx context.Context, tx *catalog.Tx, rec Recorded) error {
			rows = p.settle(at, rec)
			return tx.PutIntakeRows(ctx, p.intake.ID, rows)
		}
		if _, err := p.in.Record(ctx, e); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			p.failEntry(at, err)
			continue
		}
		p.keep(at, rows)
	}
	return p.err
}

// failed are the rows that turned out not to go in.
func (p *intakePart) failed() []catalog.IntakeRow {
	return slices.DeleteFunc(slices.Clone(p.rows), func(r catalog.IntakeRow) bool { return r.Fate != catalog.FateFailed || !r.Done })
}
