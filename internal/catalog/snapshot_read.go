package catalog

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"vannghe/internal/archive"
)

// SnapshotReader is told what a snapshot holds, in its order. A function that is nil is passed over.
type SnapshotReader struct {
	Begin func(Snapshot) error                                     // what it is, without Rows and Jobs
	Row   func(table string, columns []string, values []any) error // int64, string, []byte or nil; the slices are used again
	job   func(savedJob) error
}

// ReadSnapshot reads a snapshot to its end. Invalid "snapshot-broken" when it is cut, changed or none at all, with where; Unavailable "database-newer" when a later
// version of the program wrote it. What was told before an error must not be kept.
func ReadSnapshot(ctx context.Context, from io.Reader, to SnapshotReader) (Snapshot, error) {
	r := &snapshotLines{to: to, buffer: bufio.NewReaderSize(from, 1<<16), sum: sha256.New(), rows: map[string]int{}}
	for !r.ended {
		if err := ctx.Err(); err != nil {
			return Snapshot{}, err
		}
		if err := r.next(); err != nil {
			return Snapshot{}, fmt.Errorf("read line %d of a snapshot: %w", r.lines, err)
		}
	}
	r.head.Rows, r.head.Jobs = r.rows, r.jobs
	return r.head, nil
}

// snapshotLines is a snapshot that is being read.
type snapshotLines struct {
	to     SnapshotReader
	buffer *bufio.Reader
	sum    hash.Hash
	lines  int
	head   Snapshot
	at     tableLine
	rows   map[string]int
	jobs   int
	ended  bool
}

func broken(cause error) error {
	return archive.Fail(archive.Invalid, "snapshot-broken").Because(cause)
}

func (r *snapshotLines) next() error {
	line, err := r.buffer.ReadBytes('\n')
	r.lines++
	switch {
	case err != nil && errors.Is(err, io.EOF):
		return broken(errors.New("it ends too early"))
	case err != nil:
		return err // of the store, or of the compression: the caller knows
	case r.lines == 1:
		err = r.begin(line)
	case line[0] == '[':
		err = r.row(line)
	default:
		err = r.other(line)
	}
	r.sum.Write(line)
	return err
}

func (r *snapshotLines) begin(line []byte) error {
	var head struct {
		What string `json:"vannghe"`
		Snapshot
	}
	if err := json.Unmarshal(line, &head); err != nil || head.What != "catalogue" {
		return broken(errors.Join(errors.New("this is no snapshot of a catalogue"), err))
	}
	if head.Format > snapshotFormat {
		return archive.Fail(archive.Unavailable, "database-newer", head.Format, snapshotFormat)
	}
	r.head = head.Snapshot
	if r.to.Begin == nil {
		return nil
	}
	return r.to.Begin(r.head)
}

func (r *snapshotLines) row(line []byte) error {
	values, err := rowOf(line)
	if err != nil || len(values) != len(r.at.Columns) {
		return broken(errors.Join(fmt.Errorf("a row of table %q", r.at.Table), err))
	}
	r.rows[r.at.Table]++
	if r.to.Row == nil {
		return nil
	}
	return r.to.Row(r.at.Table, r.at.Columns, values)
}

func rowOf(line []byte) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var values []any
	if err := d.Decode(&values); err != nil {
		return nil, err
	}
	for i, v := range values {
		var err error
		switch v := v.(type) {
		case nil, string:
		case json.Number:
			values[i], err = v.Int64()
		case map[string]any:
			values[i], err = bytesOf(line, i)
		default:
			err = fmt.Errorf("value %d is a %T", i, v)
		}
		if err != nil {
			return nil, err
		}
	}
	return values, nil
}

// bytesOf reads the value at that place of a line as bytes.
func bytesOf(line []byte, at int) ([]byte, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil {
		return nil, err
	}
	var b savedBytes
	if err := json.Unmarshal(raw[at], &b); err != nil {
		return nil, err
	}
	if b.Base64 == nil {
		b.Base64 = []byte{}
	}
	return b.Base64, nil
}

func (r *snapshotLines) other(line []byte) error {
	var l struct {
		tableLine
		jobLine
		endLine
	}
	if err := json.Unmarshal(line, &l); err != nil {
		return broken(err)
	}
	switch {
	case l.Table != "":
		if !slices.ContainsFunc(snapshotTables(), func(t savedTable) bool { return t.name == l.Table }) {
			return broken(fmt.Errorf("there is no table %q", l.Table))
		}
		r.at = l.tableLine
		r.rows[l.Table] += 0 // an empty table is there
		return nil
	case l.Job != nil:
		r.jobs++
		if r.to.job == nil {
			return nil
		}
		return r.to.job(*l.Job)
	case l.End:
		return r.end(l.endLine)
	}
	return broken(errors.New("a line says nothing"))
}

func (r *snapshotLines) end(l endLine) error {
	if l.SHA256 != hex.EncodeToString(r.sum.Sum(nil)) {
		return broken(errors.New("its digest is not that of its lines"))
	}
	if _, err := r.buffer.ReadByte(); !errors.Is(err, io.EOF) {
		return broken(errors.New("something follows its end"))
	}
	r.ended = true
	return nil
}

// NamedRow is a row of a snapshot whose values are asked for by name.
type NamedRow struct {
	columns []string
	values  []any
}

// Named names the values of a row.
func Named(columns []string, values []any) NamedRow { return NamedRow{columns, values} }

// Get returns a text; "" for another kind of value, for none and for an unknown column.
func (r NamedRow) Get(column string) string {
	s, _ := r.value(column).(string)
	return s
}

func (r NamedRow) value(column string) any {
	if i := slices.Index(r.columns, column); i >= 0 {
		return r.values[i]
	}
	return nil
}
