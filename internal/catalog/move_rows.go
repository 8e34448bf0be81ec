package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"vannghe/internal/archive"
)

// moveRows is how many rows are read and written at a time; a text of a work may have some 100 KB.
const moveRows = 200

// TableSum tells of all rows of a table: two that are alike hold the same rows.
type TableSum struct {
	Rows   int64
	SHA256 string
}

// Sums reads all rows that are moved, in one state of the database, and returns the sum of each table.
func (s *Still) Sums(ctx context.Context) (map[string]TableSum, error) {
	sums := map[string]TableSum{}
	err := s.db.view(ctx, func(q querier) error {
		for _, t := range s.tables {
			h, rows := sha256.New(), int64(0)
			err := each(ctx, q, sql("SELECT "+t.selected()+" FROM "+t.name+t.where()+t.order()), func(row scanner) error {
				r, err := t.scan(row)
				if err == nil {
					r.writeTo(h)
					rows++
				}
				return err
			})
			if err != nil {
				return fmt.Errorf("add up table %s: %w", t.name, err)
			}
			sums[t.name] = TableSum{Rows: rows, SHA256: hex.EncodeToString(h.Sum(nil))}
		}
		return nil
	})
	return sums, s.fail("add up the catalogue", err)
}

// Take makes the rows of s those of from, table by table, and tells progress the table and how many of its rows are done. What is equal already is left as
// it is, so that a move that was broken off, by whatever, is gone on with by taking again.
func (s *Still) Take(ctx context.Context, from *Still, progress func(table string, rows int64)) error {
	if err := sameTables(s.tables, from.tables); err != nil {
		return err
	}
	for _, t := range slices.Backward(s.tables) {
		if err := s.takeTable(ctx, from, t, removing, progress); err != nil {
			return err
		}
	}
	for _, t := range s.tables {
		if err := s.takeTable(ctx, from, t, adding, progress); err != nil {
			return err
		}
		if len(t.own) == 0 {
			continue
		}
		if err := s.takeTable(ctx, from, t, completing, progress); err != nil { // what refers to rows that came later
			return err
		}
	}
	return nil
}

func sameTables(a, b []table) error {
	if !slices.EqualFunc(a, b, func(a, b table) bool {
		return a.name == b.name && slices.Equal(a.columns, b.columns) && slices.Equal(a.key, b.key)
	}) {
		return archive.Fail(archive.Internal, "internal").Because(errors.New("the two databases have other tables"))
	}
	return nil
}

// taking is one way through a table.
type taking int

const (
	removing   taking = iota // rows that must not be there
	adding                   // rows that are missing or other, without what refers to the table itself
	completing               // the rest
)

// takeTable goes through the rows of a table in both databases, in the order of the key.
func (s *Still) takeTable(ctx context.Context, from *Still, t table, how taking, progress func(string, int64)) error {
	var last moved
	done := int64(0)
	for {
		theirs, err := from.rowsAfter(ctx, t, last, nil)
		if err != nil {
			return from.fail("read table "+t.name, err)
		}
		var upTo moved
		if len(theirs) == moveRows {
			upTo = t.keyOf(theirs[len(theirs)-1])
		}
		ours, err := s.rowsAfter(ctx, t, last, upTo)
		if err == nil && upTo == nil && len(ours) == moveRows { // there may be more of ours than of theirs
			upTo = t.keyOf(ours[len(ours)-1])
			theirs, err = from.rowsAfter(ctx, t, last, upTo)
		}
		if err != nil {
			return s.fail("read table "+t.name, err)
		}
		if err := s.settle(ctx, t, how, theirs, ours); err != nil {
			return s.fail("write table "+t.name, err)
		}
		done += int64(len(theirs))
		if how == adding {
			progress(t.name, done)
		}
		if upTo == nil {
			return nil
		}
		last = upTo
	}
}

// rowsAfter returns the rows behind a key (nil: from the beginning): up to another, or the next moveRows when that is nil.
func (s *Still) rowsAfter(ctx context.Context, t table, after, upTo moved) ([]moved, error) {
	st := sql("SELECT " + t.selected() + " FROM " + t.name + t.where())
	key := " AND (" + strings.Join(t.key, ", ") + ")"
	if after != nil {
		st.add(key + " > ").values(after...)
	}
	if upTo != nil {
		st.add(key + " <= ").values(upTo...)
		return collect(ctx, s.db.read(), st.add(t.order()), t.scan)
	}
	return collect(ctx, s.db.read(), st.add(t.order()+" LIMIT ?", moveRows), t.scan)
}

// settle makes ours, rows of a stretch of the table, those of theirs, as far as how says.
func (s *Still) settle(ctx context.Context, t table, how taking, theirs, ours []moved) error {
	have := make(map[[sha256.Size]byte]moved, len(ours))
	for _, r := range ours {
		have[t.keyOf(r).digest()] = r
	}
	var missing []moved
	var statements []*statement
	for _, r := range theirs {
		key := t.keyOf(r)
		id := key.digest()
		mine, there := have[id]
		delete(have, id)
		switch {
		case how == removing:
		case !there:
			missing = append(missing, t.withoutOwn(r, how))
		case t.withoutOwn(mine, how).digest() != t.withoutOwn(r, how).digest():
			statements = append(statements, t.replace(t.withoutOwn(r, how), key))
		}
	}
	if how == removing {
		for _, r := range have {
			statements = append(statements, t.remove(t.keyOf(r)))
		}
	}
	if len(missing) > 0 {
		statements = append(statements, t.insert(missing))
	}
	if len(statements) == 0 {
		return nil
	}
	return s.update(ctx, "write table "+t.name, statements...)
}

// withoutOwn is the row without what refers to the table itself, while those rows may not be there yet.
func (t table) withoutOwn(r moved, how taking) moved {
	if how != adding || len(t.own) == 0 {
		return r
	}
	r = slices.Clone(r)
	for _, c := range t.own {
		r[slices.Index(t.columns, c)] = nil
	}
	return r
}

func (t table) insert(rows []moved) *statement {
	st := sql("INSERT INTO " + t.name + " (" + strings.Join(t.columns, ", ") + ") VALUES ")
	for i, r := range rows {
		if i > 0 {
			st.add(", ")
		}
		st.values(r...)
	}
	return st
}

func (t table) replace(r, key moved) *statement {
	st := sql("UPDATE " + t.name + " SET ")
	first := true
	for i, c := range t.columns {
		if slices.Contains(t.key, c) {
			continue
		}
		if !first {
			st.add(", ")
		}
		first = false
		st.add(c+" = ?", r[i])
	}
	return t.at(st, key)
}

func (t table) remove(key moved) *statement { return t.at(sql("DELETE FROM "+t.name), key) }

func (t table) at(st *statement, key moved) *statement {
	st.add(" WHERE (" + strings.Join(t.key, ", ") + ") = ")
	return st.values(key...)
}
