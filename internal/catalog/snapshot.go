package catalog

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"
)

// A snapshot is the whole catalogue as one state of it, in a form that is neither SQLite's nor PostgreSQL's: lines of JSON. The first says what it is,
// then each table comes with its columns and its rows, then the jobs that wait or run, and last how many rows there were and the digest of all
// that stands before. What belongs to running processes (their list, their locks, River's own tables) is not in it.

// snapshotFormat grows when an older reader would misunderstand a newer snapshot.
const snapshotFormat = 1

// savedTable is one that a snapshot holds. A row's key orders it, so that two snapshots of the same rows are the same bytes.
type savedTable struct {
	name string
	key  string
}

// snapshotTables are the tables of a snapshot; those to which others refer come first.
func snapshotTables() []savedTable {
	return []savedTable{
		{"genre", "id"}, {"account", "id"}, {"agent", "id"}, {"agent_name", "agent, position"}, {"collection", "id"},
		{"work", "id"}, {"work_title", "work, position"}, {"representation", "id"}, {"file", "id"}, {"derivative", "file, recipe, version"},
		{"part", "file, number"}, {"credit", "holder, position"}, {"relation", "work, position"}, {"collection_work", "collection, work"},
		{"chain", "work"}, {"event", "work, sequence"}, // chains are known before their events: one that lost its end stays known as that
		{"setting", "name"}, {"record", "note"}, {"change", "kind, id"}, {"change_counter", "id"},
		{"app_password", "id"}, {"session", "id"}, {"invitation", "id"}, {"star", "account, thing"}, {"play", "account, file"}, {"upload", "id"},
		{"intake", "id"}, {"intake_file", "intake, path"}, {"intake_row", "intake, number"}, {"batch", "id"}, {"batch_work", "batch, number"},
		{"comment", "id"}, {"edit", "account, work, step"}, {"work_case", "id"}, {"help", "code"}, {"follow", "token"}, {"purge", "work"},
		{"royalty_rate", "genre, from_day"}, {"royalty_sheet", "id"}, {"royalty_row", "id"}, {"roll", "id"}, {"deed", "id"},
		{"notice_seen", "account, key"}, {"mailbox", "account"}, {"mailed", "account, key"},
	}
}

// unsavedTables are those that a snapshot leaves out.
func unsavedTables() []string {
	return []string{"process", "indexer", "object_lock", "goose_db_version",
		"river_job", "river_leader", "river_queue", "river_client", "river_client_queue", "river_migration", "river_notification"}
}

// Snapshot says what a snapshot holds.
type Snapshot struct {
	Format int            `json:"format"`
	Schema int64          `json:"schema"` // the step of the schema whose columns it has
	Time   time.Time      `json:"time"`
	Change int64          `json:"change"` // LastChange
	Rows   map[string]int `json:"rows,omitempty"`
	Jobs   int            `json:"jobs,omitempty"`
}

// The other lines of a snapshot.
type (
	tableLine struct {
		Table   string   `json:"table"`
		Columns []string `json:"columns"`
	}
	jobLine struct {
		Job *savedJob `json:"job"`
	}
	endLine struct {
		End    bool           `json:"end"`
		Rows   map[string]int `json:"rows"`
		Jobs   int            `json:"jobs"`
		SHA256 string         `json:"sha256"`
	}
	savedJob struct {
		Kind     JobKind         `json:"kind"`
		Queue    Queue           `json:"queue"`
		Priority int             `json:"priority"`
		Args     json.RawMessage `json:"args"`
	}
	savedBytes struct {
		Base64 []byte `json:"base64"`
	}
)

// Save writes a snapshot of the catalogue as it stands at one instant, while others go on changing it, and returns what is in it.
func (c *Catalog) Save(ctx context.Context, w io.Writer) (Snapshot, error) {
	var s Snapshot
	err := c.view(ctx, "save the catalogue", func(q querier) (err error) {
		s, err = c.save(ctx, q, w)
		return err
	})
	return s, err
}

func (c *Catalog) save(ctx context.Context, q querier, w io.Writer) (Snapshot, error) {
	out := newSnapshotWriter(w)
	s := Snapshot{Format: snapshotFormat, Time: c.now(), Rows: map[string]int{}}
	var err error
	if s.Schema, err = one(ctx, q, sql("SELECT max(version_id) FROM goose_db_version WHERE is_applied"), value[int64]); err != nil {
		return s, fmt.Errorf("read the step of the schema: %w", err)
	}
	if s.Change, err = lastChange(ctx, q); err != nil {
		return s, err
	}
	out.line(struct {
		What string `json:"vannghe"`
		Snapshot
	}{"catalogue", Snapshot{Format: s.Format, Schema: s.Schema, Time: s.Time, Change: s.Change}})
	for _, t := range snapshotTables() {
		if s.Rows[t.name], err = c.saveTable(ctx, q, t, out); err != nil {
			return s, fmt.Errorf("save table %s: %w", t.name, err)
		}
	}
	if s.Jobs, err = c.saveJobs(ctx, q, out); err != nil {
		return s, fmt.Errorf("save the jobs: %w", err)
	}
	return s, out.end(s)
}

// columnsOf returns the columns of a table in the order of their names, which is the same on both databases.
func (c *Catalog) columnsOf(ctx context.Context, q querier, name string) ([]string, error) {
	return collect(ctx, q, sql(c.db.dialect().columnsOf, name), value[string])
}

func (c *Catalog) saveTable(ctx context.Context, q querier, t savedTable, out *snapshotWriter) (int, error) {
	columns, err := c.columnsOf(ctx, q, t.name)
	if err != nil {
		return 0, err
	}
	out.line(tableLine{Table: t.name, Columns: columns})
	row := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range row {
		into[i] = &row[i]
	}
	rows := 0
	err = each(ctx, q, sql("SELECT "+strings.Join(columns, ", ")+" FROM "+t.name+" ORDER BY "+t.key), func(found scanner) error {
		if err := found.Scan(into...); err != nil {
			return err
		}
		for i, v := range row {
			if b, ok := v.([]byte); ok {
				row[i] = savedBytes{b}
			}
		}
		rows++
		out.line(row)
		return out.err
	})
	return rows, err
}

func (c *Catalog) saveJobs(ctx context.Context, q querier, out *snapshotWriter) (int, error) {
	args := fmt.Sprintf(c.db.dialect().jsonText, "args")
	s := sql("SELECT kind, queue, priority, " + args + " FROM river_job WHERE state IN ('available', 'pending', 'retryable', 'running', 'scheduled') ORDER BY id")
	jobs := 0
	return jobs, each(ctx, q, s, func(row scanner) error {
		var j savedJob
		var text string
		if err := row.Scan(&j.Kind, &j.Queue, &j.Priority, &text); err != nil {
			return err
		}
		j.Args = json.RawMessage(text)
		jobs++
		out.line(jobLine{&j})
		return out.err
	})
}

// snapshotWriter writes lines and digests them; the first error ends it.
type snapshotWriter struct {
	buffer *bufio.Writer
	sum    hash.Hash
	encode *json.Encoder
	err    error
}

func newSnapshotWriter(w io.Writer) *snapshotWriter {
	s := &snapshotWriter{sum: sha256.New()}
	s.buffer = bufio.NewWriterSize(w, 1<<16)
	s.encode = json.NewEncoder(io.MultiWriter(s.buffer, s.sum))
	s.encode.SetEscapeHTML(false)
	return s
}

func (s *snapshotWriter) line(v any) {
	if s.err == nil {
		s.err = s.encode.Encode(v)
	}
}

func (s *snapshotWriter) end(of Snapshot) error {
	s.line(endLine{End: true, Rows: of.Rows, Jobs: of.Jobs, SHA256: hex.EncodeToString(s.sum.Sum(nil))})
	if s.err == nil {
		s.err = s.buffer.Flush()
	}
	return s.err
}
