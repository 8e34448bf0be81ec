package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"vannghe/internal/archive"
)

// AddDeed appends to the record of what is done beside works. ID and Time are set here.
func (tx *Tx) AddDeed(ctx context.Context, d archive.Deed) error {
	s := sql("INSERT INTO deed (id, time, agent, name, kind, thing, label, detail) VALUES ").
		values(archive.NewID[string](), tx.now.UnixMicro(), text(d.Agent), text(d.Name), string(d.Kind), text(d.Thing), text(d.Label), text(d.Detail()))
	if _, err := run(ctx, tx.q, s); err != nil {
		return fmt.Errorf("record %s: %w", d.Kind, err)
	}
	tx.oweLater("deeds:" + tx.now.Format(time.DateOnly))
	return nil
}

// DeedsOf lists what was done beside works on a day (UTC), such as "2026-11-26", the oldest first. Forbidden "staff-only"; Invalid "date-invalid".
func (r *Reader) DeedsOf(ctx context.Context, day string) ([]archive.Deed, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	from, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return nil, archive.Fail(archive.Invalid, "date-invalid", day).Because(err)
	}
	s := sql("SELECT id, time, agent, name, kind, thing, label, detail FROM deed WHERE time >= ? AND time < ? ORDER BY time, id", from.UnixMicro(), from.AddDate(0, 0, 1).UnixMicro())
	list, err := collect(ctx, r.c.db.read(), s, scanDeed)
	return list, r.c.fail(ctx, "read the deeds of a day", err)
}

// AccountDeeds lists what was done since an instant to make accounts, to invite them and to their roles, the oldest first. Agent is ""
// when no account did it.
func (tx *Tx) AccountDeeds(ctx context.Context, since time.Time) ([]archive.Deed, error) {
	s := sql(`SELECT d.id, d.time, coalesce(a.id, ''), d.name, d.kind, d.thing, d.label, d.detail FROM deed d LEFT JOIN account a ON a.id = d.agent
		WHERE d.time >= ? AND d.kind IN (?, ?, ?) ORDER BY d.time, d.id`, since.UnixMicro(),
		string(archive.DeedAccountAdded), string(archive.DeedAccountInvited), string(archive.DeedAccountRoles))
	list, err := collect(ctx, tx.q, s, scanDeed)
	if err != nil {
		return nil, fmt.Errorf("list what was done to accounts: %w", err)
	}
	return list, nil
}

func scanDeed(row scanner) (archive.Deed, error) {
	var d archive.Deed
	var at int64
	var detail string
	if err := row.Scan(&d.ID, &at, &d.Agent, &d.Name, &d.Kind, &d.Thing, &d.Label, &detail); err != nil {
		return d, err
	}
	d.Time = moment(&at)
	if err := json.Unmarshal([]byte(detail), &d.Changes); err != nil {
		return d, fmt.Errorf("read a deed: %w", err)
	}
	return d, nil
}

// Recorded is one line of the whole record: an event of a work, or a deed.
type Recorded struct {
	Time    time.Time
	Agent   string // an account, or a part of the program
	Name    string // who that was then; "" where only the account is on record
	Kind    string // an archive.EventType or an archive.DeedKind
	Work    archive.WorkID
	Title   string // of the work, or what the thing was called
	Thing   string // of a deed
	Outcome archive.Outcome
	Detail  string            // of an event
	Changes []archive.Changed // of a deed
	place   RecordPlace
}

// RecordPlace is where a line stands in the record, the latest first; the zero place is before all.
type RecordPlace struct {
	Time   int64
	Key    string
	Number int64
}

// Place is where the line stands.
func (r *Recorded) Place() RecordPlace { return r.place }

// RecordFilter chooses among the record; what is zero chooses nothing.
type RecordFilter struct {
	Agent       string
	Kind        string
	Work        archive.WorkID
	From, Until time.Time // from this instant, before that one
	After       RecordPlace
	Limit       int
}

// Record lists what happened, the latest first. Forbidden "staff-only" to others than staff.
func (r *Reader) Record(ctx context.Context, f RecordFilter) ([]Recorded, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	s := sql(`SELECT * FROM (SELECT e.time AS t, e.work AS k, e.sequence AS n, e.agent, '' AS name, e.type, e.work, w.title, '' AS thing, e.outcome, e.detail
		FROM event e JOIN work w ON w.id = e.work WHERE 1 = 1`)
	f.narrow(s, columns{time: "e.time", key: "e.work", number: "e.sequence", agent: "e.agent", kind: "e.type"})
	if f.Work != "" {
		s.add(" AND e.work = ?", f.Work)
	}
	s.add(" ORDER BY e.time DESC, e.work DESC, e.sequence DESC LIMIT ?) AS x", f.Limit)
	if f.Work == "" {
		s.add(` UNION ALL SELECT * FROM (SELECT d.time AS t, d.id AS k, 0 AS n, d.agent, d.name, d.kind, '' AS work, d.label, d.thing, 'success' AS outcome, d.detail
			FROM deed d WHERE 1 = 1`)
		f.narrow(s, columns{time: "d.time", key: "d.id", number: "0", agent: "d.agent", kind: "d.kind"})
		s.add(" ORDER BY d.time DESC, d.id DESC LIMIT ?) AS y", f.Limit)
	}
	list, err := collect(ctx, r.c.db.read(), s.add(" ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT ?", f.Limit), scanRecorded)
	return list, r.c.fail(ctx, "read the record", err)
}

// columns are those of one half of the record.
type columns struct{ time, key, number, agent, kind string }

func (f RecordFilter) narrow(s *statement, c columns) {
	if f.Agent != "" {
		s.add(" AND "+c.agent+" = ?", text(f.Agent))
	}
	if f.Kind != "" {
		s.add(" AND "+c.kind+" = ?", text(f.Kind))
	}
	if !f.From.IsZero() {
		s.add(" AND "+c.time+" >= ?", f.From.UnixMicro())
	}
	if !f.Until.IsZero() {
		s.add(" AND "+c.time+" < ?", f.Until.UnixMicro())
	}
	if a := f.After; a != (RecordPlace{}) {
		s.add(" AND "+c.time+" <= ? AND ("+c.time+" < ? OR "+c.key+" < ? OR ("+c.key+" = ? AND "+c.number+" < ?))", a.Time, a.Time, text(a.Key), text(a.Key), a.Number)
	}
}

func scanRecorded(row scanner) (Recorded, error) {
	var r Recorded
	p := &r.place
	if err := row.Scan(&p.Time, &p.Key, &p.Number, &r.Agent, &r.Name, &r.Kind, &r.Work, &r.Title, &r.Thing, &r.Outcome, &r.Detail); err != nil {
		return r, err
	}
	r.Time = moment(&p.Time)
	if r.Work != "" {
		return r, nil
	}
	err := json.Unmarshal([]byte(r.Detail), &r.Changes)
	r.Detail = ""
	if err != nil {
		err = fmt.Errorf("read a deed: %w", err)
	}
	return r, err
}
