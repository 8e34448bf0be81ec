package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"
)

// table is what the database itself says of one of its tables, so that a table that comes later is moved without anybody remembering it.
type table struct {
	name    string
	columns []string
	bytes   map[string]bool // columns that hold bytes, not text or numbers
	key     []string        // columns of the primary key
	own     []string        // columns that refer to the table itself
	refers  map[string]bool // other tables that it refers to
}

// notMoved are the tables that tell of running programs or of the schema. Jobs are moved by openJobs.
func notMoved(name string) bool {
	switch name {
	case "process", "indexer", "goose_db_version":
		return true
	}
	return strings.HasPrefix(name, "river_") || strings.HasPrefix(name, "sqlite_")
}

// readTables lists the tables that are moved, each behind those that it refers to.
func readTables(ctx context.Context, db database) ([]table, error) {
	found := map[string]*table{}
	keys := map[string]map[int64]string{}
	err := each(ctx, db.read(), sql(db.dialect().columns), func(row scanner) error {
		var name, column string
		var bytes, place int64
		if err := row.Scan(&name, &column, &bytes, &place); err != nil || notMoved(name) {
			return err
		}
		t := found[name]
		if t == nil {
			t = &table{name: name, bytes: map[string]bool{}, refers: map[string]bool{}}
			found[name], keys[name] = t, map[int64]string{}
		}
		t.columns = append(t.columns, column)
		if bytes == 1 {
			t.bytes[column] = true
		}
		if place > 0 {
			keys[name][place] = column
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	for name, t := range found {
		for _, place := range slices.Sorted(maps.Keys(keys[name])) {
			t.key = append(t.key, keys[name][place])
		}
		slices.Sort(t.columns) // steps of the schema may have added them in another order
	}
	if err := readReferences(ctx, db, found); err != nil {
		return nil, err
	}
	return inOrder(found)
}

func readReferences(ctx context.Context, db database, found map[string]*table) error {
	err := each(ctx, db.read(), sql(db.dialect().references), func(row scanner) error {
		var name, column, target string
		if err := row.Scan(&name, &column, &target); err != nil || found[name] == nil {
			return err
		}
		if name == target {
			found[name].own = append(found[name].own, column)
		} else {
			found[name].refers[target] = true
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("list what tables refer to: %w", err)
	}
	return nil
}

// inOrder puts tables behind those that they refer to.
func inOrder(found map[string]*table) ([]table, error) {
	var list []table
	done := map[string]bool{}
	for len(list) < len(found) {
		before := len(list)
		for _, name := range slices.Sorted(maps.Keys(found)) {
			t := found[name]
			if len(t.key) == 0 {
				return nil, fmt.Errorf("table %s has no primary key", name)
			}
			waits := slices.ContainsFunc(slices.Collect(maps.Keys(t.refers)), func(target string) bool { return !done[target] })
			if !done[name] && !waits {
				list, done[name] = append(list, *t), true
			}
		}
		if len(list) == before {
			return nil, errors.New("tables refer to each other in a ring")
		}
	}
	return list, nil
}

// selected is the list of the columns for SELECT. The processes that held locks are not there any more where the catalogue goes.
func (t table) selected() string {
	list := slices.Clone(t.columns)
	for i, c := range list {
		if t.name == "object_lock" && c == "process" {
			list[i] = "'' AS process"
		}
	}
	return strings.Join(list, ", ")
}

// where restricts what is moved of the table; further tests can be added with AND.
func (t table) where() string {
	if t.name == "setting" {
		return " WHERE name <> '" + movingName + "'"
	}
	return " WHERE 1 = 1"
}

func (t table) order() string { return " ORDER BY " + strings.Join(t.key, ", ") }

// moved is a row that is moved: its values in the order of the table's columns.
type moved []any

func (t table) scan(row scanner) (moved, error) {
	values := make(moved, len(t.columns))
	into := make([]any, len(values))
	for i := range values {
		into[i] = &values[i]
	}
	if err := row.Scan(into...); err != nil {
		return nil, err
	}
	for i, c := range t.columns {
		if err := values.plain(i, t.bytes[c]); err != nil {
			return nil, fmt.Errorf("column %s: %w", c, err)
		}
	}
	return values, nil
}

// plain makes a value what both databases understand by it.
func (r moved) plain(i int, bytes bool) error {
	switch v := r[i].(type) {
	case nil, int64:
	case string:
		if bytes {
			r[i] = []byte(v)
		}
	case []byte:
		if !bytes {
			r[i] = string(v)
		}
	default:
		return fmt.Errorf("a value of type %T", v)
	}
	return nil
}

// keyOf returns the values of the primary key.
func (t table) keyOf(r moved) moved {
	key := make(moved, len(t.key))
	for i, k := range t.key {
		key[i] = r[slices.Index(t.columns, k)]
	}
	return key
}

// writeTo writes the values so that no two rows are written alike.
func (r moved) writeTo(h hash.Hash) {
	for _, v := range r {
		kind, text := byte('n'), []byte(nil)
		switch v := v.(type) {
		case int64:
			kind, text = 'i', binary.BigEndian.AppendUint64(nil, uint64(v))
		case string:
			kind, text = 's', []byte(v)
		case []byte:
			kind, text = 'b', v
		}
		_, _ = h.Write(binary.BigEndian.AppendUint64([]byte{kind}, uint64(len(text))))
		_, _ = h.Write(text) // a hash does not fail
	}
}

func (r moved) digest() [sha256.Size]byte {
	h := sha256.New()
	r.writeTo(h)
	return [sha256.Size]byte(h.Sum(nil))
}
