package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"vannghe/internal/archive"
)

// IntakeStage says how far an intake has come.
type IntakeStage string

// The stages. While checking and taking a job is at work; adding files begins again at gathering.
const (
	IntakeGathering IntakeStage = "gathering"
	IntakeChecking  IntakeStage = "checking"
	IntakeChecked   IntakeStage = "checked"
	IntakeTaking    IntakeStage = "taking"
	IntakeTaken     IntakeStage = "taken"
)

// Intake is what somebody brings in by a list of files.
type Intake struct {
	ID       archive.IntakeID
	Account  archive.AccountID
	Stage    IntakeStage
	Next     int            // rows before it are settled in this stage; 0: the list has still to be read
	Manifest archive.FileID // the upload that is the list; "": names of files serve
	Detail   IntakeDetail
	Created  time.Time
	Changed  time.Time
	Files    int // that were sent, without the list
}

// IntakeDetail is what an intake needs beside.
type IntakeDetail struct {
	ManifestName string         `json:"manifest_name,omitempty"`
	Found        string         `json:"found,omitempty"`    // the encoding of the list as it was recognised
	Encoding     string         `json:"encoding,omitempty"` // the one that the person chose; "" until then
	Update       bool           `json:"update,omitempty"`   // change what exists
	Submit       bool           `json:"submit,omitempty"`   // hand new works to the editors at once
	Wrong        *archive.Error `json:"-"`                  // why the list cannot be read
	Trouble      IntakeRemark   `json:"trouble,omitzero"`   // the same, as it is kept
}

// IntakeRemark is an archive.Error as it is kept.
type IntakeRemark struct {
	Code   archive.Code   `json:"code,omitempty"`
	Reason archive.Reason `json:"reason,omitempty"`
	Args   []any          `json:"args,omitempty"`
}

// Remark keeps an error.
func Remark(e *archive.Error) IntakeRemark {
	if e == nil {
		return IntakeRemark{}
	}
	return IntakeRemark{Code: e.Code, Reason: e.Reason, Args: e.Args}
}

// Error gives back what was kept; nil for nothing.
func (r IntakeRemark) Error() *archive.Error {
	if r.Code == "" {
		return nil
	}
	args := make([]any, len(r.Args))
	for i, a := range r.Args {
		if n, ok := a.(float64); ok && n == float64(int64(n)) {
			a = int64(n) // JSON has one kind of number
		}
		args[i] = a
	}
	return &archive.Error{Code: r.Code, Reason: r.Reason, Args: args}
}

// IntakeFate is what becomes of a file.
type IntakeFate string

// The fates. FateUnnamed is a file that no row of the list names.
const (
	FateWaiting IntakeFate = "" // not looked at yet
	FateNew     IntakeFate = "new"
	FateJoins   IntakeFate = "joins"   // becomes part of the new work of another row
	FateAdds    IntakeFate = "adds"    // is added to a work that exists
	FateExists  IntakeFate = "exists"  // is there, and nothing changes
	FateChanges IntakeFate = "changes" // is there, and what is said of its work changes
	FateFailed  IntakeFate = "failed"
	FateUnnamed IntakeFate = "unnamed"
)

// IntakeFates lists the fates in the order in which they are shown.
func IntakeFates() []IntakeFate {
	return []IntakeFate{FateFailed, FateNew, FateJoins, FateAdds, FateChanges, FateExists, FateUnnamed, FateWaiting}
}

// IntakeRow is one file of an intake.
type IntakeRow struct {
	Number int // of the list, as a spreadsheet counts; without a list, or for a file it does not name, a number of its own
	Group  int // the first row of the same work
	File   string
	Upload archive.FileID    // "" when it was not sent
	Cells  map[string]string // what the list says; nil when there is none
	Fate   IntakeFate
	Done   bool // it has happened
	Work   archive.WorkID
	Remark IntakeRemark
}

// IntakeFile is a file that was sent for an intake.
type IntakeFile struct {
	Upload archive.FileID
	Path   string // below the folder that was chosen, or the mere name
}

const (
	intakeColumns = "i.id, i.account, i.stage, i.next, i.manifest, i.detail, i.created, i.changed, (SELECT count(*) FROM intake_file f WHERE f.intake = i.id)"
	intakeRow     = "number, grp, file, upload, cells, fate, done, work, remark"
)

func scanIntake(row scanner) (Intake, error) {
	var i Intake
	var detail string
	var created, changed int64
	if err := row.Scan(&i.ID, &i.Account, &i.Stage, &i.Next, &i.Manifest, &detail, &created, &changed, &i.Files); err != nil {
		return i, err
	}
	i.Created, i.Changed = moment(&created), moment(&changed)
	if err := json.Unmarshal([]byte(detail), &i.Detail); err != nil {
		return i, fmt.Errorf("read intake %s: %w", i.ID, err)
	}
	i.Detail.Wrong = i.Detail.Trouble.Error()
	return i, nil
}

func scanIntakeRow(row scanner) (IntakeRow, error) {
	var r IntakeRow
	var cells, remark string
	var done int64
	if err := row.Scan(&r.Number, &r.Group, &r.File, &r.Upload, &cells, &r.Fate, &done, &r.Work, &remark); err != nil {
		return r, err
	}
	r.Done = done == 1
	for from, into := range map[string]any{cells: &r.Cells, remark: &r.Remark} {
		if from == "" {
			continue
		}
		if err := json.Unmarshal([]byte(from), into); err != nil {
			return r, fmt.Errorf("read row %d of an intake: %w", r.Number, err)
		}
	}
	return r, nil
}

func scanIntakeFile(row scanner) (IntakeFile, error) {
	var f IntakeFile
	return f, row.Scan(&f.Upload, &f.Path)
}

// Intake returns an intake of the viewer's own. NotFound "intake-missing", also for those of others.
func (r *Reader) Intake(ctx context.Context, id archive.IntakeID) (Intake, error) {
	return r.oneIntake(ctx, r.owned(sql("SELECT "+intakeColumns+" FROM intake i WHERE i.id = ?", text(id))))
}

func (r *Reader) oneIntake(ctx context.Context, s *statement) (Intake, error) {
	i, err := one(ctx, r.c.db.read(), s, scanIntake)
	if err != nil {
		return Intake{}, r.c.fail(ctx, "read an intake", missing(err, "intake-missing"))
	}
	return i, nil
}

// owned restricts intakes to those of the viewer's account, as mine does uploads.
func (r *Reader) owned(s *statement) *statement {
	if r.viewer.Account == "" && r.viewer.Staff() {
		return s
	}
	return s.add(" AND i.account = ?", r.viewer.Account)
}

// Intakes lists the viewer's intakes, the newest first, at most so many.
func (r *Reader) Intakes(ctx context.Context, limit int) ([]Intake, error) {
	s := r.owned(sql("SELECT " + intakeColumns + " FROM intake i WHERE 1 = 1"))
	list, err := collect(ctx, r.c.db.read(), s.add(" ORDER BY i.created DESC, i.id LIMIT ?", limit), scanIntake)
	return list, r.c.fail(ctx, "list intakes", err)
}

// AccountOf returns the account of an identifier, for the program itself. Forbidden "staff-only"; NotFound "account-missing".
func (r *Reader) AccountOf(ctx context.Context, id archive.AccountID) (Account, error) {
	list, err := r.accounts(ctx, sql("SELECT "+accountColumns+" FROM account a WHERE a.id = ?", text(id)))
	if err == nil && len(list) == 0 {
		err = archive.Fail(archive.NotFound, "account-missing", string(id))
	}
	if err != nil {
		return Account{}, err
	}
	return list[0], nil
}

// The methods below are asked only by whoever has read the intake as its viewer.

// IntakeCounts counts the rows of an intake by their fate.
func (r *Reader) IntakeCounts(ctx context.Context, id archive.IntakeID) (map[IntakeFate]int, error) {
	counts := map[IntakeFate]int{}
	s := sql("SELECT fate, count(*) FROM intake_row WHERE intake = ? GROUP BY fate", id)
	err := each(ctx, r.c.db.read(), s, func(row scanner) error {
		var fate IntakeFate
		var n int
		err := row.Scan(&fate, &n)
		counts[fate] = n
		return err
	})
	return counts, r.c.fail(ctx, "count the rows of an intake", err)
}

// IntakeDone counts the rows that have happened.
func (r *Reader) IntakeDone(ctx context.Context, id archive.IntakeID) (int, error) {
	n, err := one(ctx, r.c.db.read(), sql("SELECT count(*) FROM intake_row WHERE intake = ? AND done = 1", id), value[int])
	return n, r.c.fail(ctx, "count what was taken", err)
}

// IntakeQuery asks for rows of an intake.
type IntakeQuery struct {
	Fate  *IntakeFate // nil: any
	After int         // rows with a greater number
	Limit int
}

// IntakeRows lists rows by their number.
func (r *Reader) IntakeRows(ctx context.Context, id archive.IntakeID, q IntakeQuery) ([]IntakeRow, error) {
	s := sql("SELECT "+intakeRow+" FROM intake_row WHERE intake = ? AND number > ?", id, q.After)
	if q.Fate != nil {
		s.add(" AND fate = ?", *q.Fate)
	}
	list, err := collect(ctx, r.c.db.read(), s.add(" ORDER BY number LIMIT ?", q.Limit), scanIntakeRow)
	return list, r.c.fail(ctx, "list the rows of an intake", err)
}

// IntakeGroups returns all rows of the next works at or after a row, of at most so many works, of which any row may still go in.
func (r *Reader) IntakeGroups(ctx context.Context, id archive.IntakeID, from, works int) ([]IntakeRow, error) {
	groups, err := collect(ctx, r.c.db.read(),
		sql("SELECT DISTINCT grp FROM intake_row WHERE intake = ? AND grp >= ? AND fate NOT IN ('failed', 'unnamed') AND done = 0 ORDER BY grp LIMIT ?", id, from, works), value[int])
	if err != nil || len(groups) == 0 {
		return nil, r.c.fail(ctx, "list the works of an intake", err)
	}
	list, err := collect(ctx, r.c.db.read(), sql("SELECT "+intakeRow+" FROM intake_row WHERE intake = ? AND grp BETWEEN ? AND ? ORDER BY grp, number",
		id, groups[0], groups[len(groups)-1]), scanIntakeRow)
	return list, r.c.fail(ctx, "list the works of an intake", err)
}

// IntakeFiles lists the files that were sent, by their paths.
func (r *Reader) IntakeFiles(ctx context.Context, id archive.IntakeID) ([]IntakeFile, error) {
	list, err := collect(ctx, r.c.db.read(), sql("SELECT upload, path FROM intake_file WHERE intake = ? ORDER BY path, upload", id), scanIntakeFile)
	return list, r.c.fail(ctx, "list the files of an intake", err)
}

// AddIntake stores a new intake.
func (tx *Tx) AddIntake(ctx context.Context, i Intake) error {
	detail, err := json.Marshal(i.Detail)
	if err != nil {
		return fmt.Errorf("encode intake %s: %w", i.ID, err)
	}
	s := sql("INSERT INTO intake (id, account, stage, next, manifest, detail, created, changed) VALUES ").values(
		i.ID, i.Account, i.Stage, i.Next, i.Manifest, text(string(detail)), tx.now.UnixMicro(), tx.now.UnixMicro())
	if _, err := run(ctx, tx.q, s); err != nil {
		return fmt.Errorf("store intake %s: %w", i.ID, err)
	}
	return nil
}

// PutIntake changes an intake that stands as before says: its stage and row. Conflict "intake-changed" when it does not, or is gone.
func (tx *Tx) PutIntake(ctx context.Context, before, i Intake) error {
	detail, err := json.Marshal(i.Detail)
	if err != nil {
		return fmt.Errorf("encode intake %s: %w", i.ID, err)
	}
	n, err := run(ctx, tx.q, sql("UPDATE intake SET stage = ?, next = ?, manifest = ?, detail = ?, changed = ? WHERE id = ? AND stage = ? AND next = ?",
		i.Stage, i.Next, i.Manifest, text(string(detail)), tx.now.UnixMicro(), i.ID, before.Stage, before.Next))
	if err != nil {
		return fmt.Errorf("keep intake %s: %w", i.ID, err)
	}
	if n == 0 {
		return archive.Fail(archive.Conflict, "intake-changed")
	}
	return nil
}

// DropIntake removes an intake with its rows. Its uploads end by themselves.
func (tx *Tx) DropIntake(ctx context.Context, id archive.IntakeID) error {
	if err := tx.ClearIntake(ctx, id); err != nil {
		return err
	}
	for _, s := range []*statement{sql("DELETE FROM intake_file WHERE intake = ?", id), sql("DELETE FROM intake WHERE id = ?", id)} {
		if _, err := run(ctx, tx.q, s); err != nil {
			return fmt.Errorf("drop intake %s: %w", id, err)
		}
	}
	return nil
}

// ClearIntake removes the rows of an intake.
func (tx *Tx) ClearIntake(ctx context.Context, id archive.IntakeID) error {
	if _, err := run(ctx, tx.q, sql("DELETE FROM intake_row WHERE intake = ?", id)); err != nil {
		return fmt.Errorf("clear intake %s: %w", id, err)
	}
	return nil
}

// AddIntakeFiles adds files to an intake. One of the same path takes the place of what was sent before.
func (tx *Tx) AddIntakeFiles(ctx context.Context, id archive.IntakeID, files []IntakeFile) error {
	for _, f := range files {
		for _, s := range []*statement{
			sql("DELETE FROM intake_file WHERE upload = ?", f.Upload),
			upsert("intake_file", "intake, path", []string{"intake", "path", "upload"}, id, text(f.Path), f.Upload),
		} {
			if _, err := run(ctx, tx.q, s); err != nil {
				return fmt.Errorf("add a file to intake %s: %w", id, err)
			}
		}
	}
	return nil
}

// rowsAtOnce is how many rows one statement stores.
const rowsAtOnce = 50

// PutIntakeRows stores rows, replacing those of the same number. No number may stand twice.
func (tx *Tx) PutIntakeRows(ctx context.Context, id archive.IntakeID, rows []IntakeRow) error {
	for chunk := range slices.Chunk(rows, rowsAtOnce) {
		s := sql("INSERT INTO intake_row (intake, " + intakeRow + ") VALUES ")
		for n, r := range chunk {
			cells, remark, err := r.encode()
			if err != nil {
				return err
			}
			if n > 0 {
				s.add(", ")
			}
			s.values(id, r.Number, r.Group, text(r.File), r.Upload, text(cells), r.Fate, flag(r.Done), r.Work, text(remark))
		}
		s.add(` ON CONFLICT (intake, number) DO UPDATE SET grp = excluded.grp, file = excluded.file, upload = excluded.upload, cells = excluded.cells,
			fate = excluded.fate, done = excluded.done, work = excluded.work, remark = excluded.remark`)
		if _, err := run(ctx, tx.q, s); err != nil {
			return fmt.Errorf("store rows of intake %s: %w", id, err)
		}
	}
	return nil
}

func (r IntakeRow) encode() (cells, remark string, err error) {
	var b []byte
	if r.Cells != nil {
		if b, err = json.Marshal(r.Cells); err != nil {
			return "", "", fmt.Errorf("encode row %d: %w", r.Number, err)
		}
		cells = string(b)
	}
	if r.Remark.Code != "" {
		if b, err = json.Marshal(r.Remark); err != nil {
			return "", "", fmt.Errorf("encode row %d: %w", r.Number, err)
		}
		remark = string(b)
	}
	return cells, remark, nil
}
