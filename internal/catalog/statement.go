package catalog

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"

	"vannghe/internal/archive"
)

// statement is SQL text and its arguments. Values only ever enter as arguments.
type statement struct {
	text strings.Builder
	args []any
}

// sql starts a statement. Every "?" in text stands for the next argument.
func sql(text string, args ...any) *statement {
	return new(statement).add(text, args...)
}

// add appends text, whose "?" stand for args.
func (s *statement) add(text string, args ...any) *statement {
	before, after, found := strings.Cut(text, "?")
	for found {
		s.text.WriteString(before)
		s.arg(args[0])
		args = args[1:]
		before, after, found = strings.Cut(after, "?")
	}
	s.text.WriteString(before)
	return s
}

func (s *statement) arg(v any) {
	s.args = append(s.args, v)
	s.text.WriteString("$" + strconv.Itoa(len(s.args)))
}

func (s *statement) String() string { return s.text.String() }

// in appends "(…)" holding every value; an empty list matches nothing.
func in[T ~string](s *statement, values []T) *statement {
	if len(values) == 0 {
		return s.add("(NULL)")
	}
	s.add("(")
	for i := range listLength(len(values)) {
		if i > 0 {
			s.add(", ")
		}
		if i < len(values) {
			s.arg(string(values[i]))
		} else {
			s.again(0)
		}
	}
	return s.add(")")
}

// listLength is how many values stand in a list of n: the last one is repeated up to a power of two, so that lists of all lengths make few texts,
// which stay prepared.
func listLength(n int) int { return 1 << bits.Len(uint(n-1)) }

// again appends the argument so many before the last one once more.
func (s *statement) again(before int) *statement {
	s.text.WriteString("$" + strconv.Itoa(len(s.args)-before))
	return s
}

// values appends "(?, ?, …)" for the arguments of an INSERT.
func (s *statement) values(args ...any) *statement {
	s.add("(")
	for i, v := range args {
		if i > 0 {
			s.add(", ")
		}
		s.arg(v)
	}
	return s.add(")")
}

// upsert is an INSERT of the columns that, where a row of the same key stands, replaces every other column.
func upsert(table, key string, columns []string, args ...any) *statement {
	s := sql(fmt.Sprintf("INSERT INTO %s (%s) VALUES ", table, strings.Join(columns, ", "))).values(args...)
	s.add(" ON CONFLICT (" + key + ") DO UPDATE SET ")
	first := true
	for _, c := range columns {
		if isKey(key, c) {
			continue
		}
		if !first {
			s.add(", ")
		}
		first = false
		s.add(c + " = excluded." + c)
	}
	return s
}

func isKey(key, column string) bool {
	for k := range strings.SplitSeq(key, ", ") {
		if k == column {
			return true
		}
	}
	return false
}

// text is a string as both databases keep it: PostgreSQL refuses the zero byte and invalid UTF-8.
func text[T ~string](s T) string {
	return strings.ReplaceAll(strings.ToValidUTF8(string(s), "\uFFFD"), "\x00", "")
}

// null is the value of a reference that may be missing.
func null[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// flag is a boolean as both databases keep it.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// micros is a time as both databases keep it; NULL when it is not set.
func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// moment reads what micros wrote.
func moment(v *int64) time.Time {
	if v == nil {
		return time.Time{}
	}
	return time.UnixMicro(*v).UTC()
}

// missing replaces errNoRow by NotFound with the reason.
func missing(err error, reason archive.Reason) error {
	if errors.Is(err, errNoRow) {
		return archive.Fail(archive.NotFound, reason)
	}
	return err
}

// maxIn bounds the values of one IN list: SQLite takes 32,766 arguments, but long lists are slow to prepare.
const maxIn = 500

// chunks splits a long list for statements with IN.
func chunks[T any](list []T) func(yield func([]T) bool) { return slices.Chunk(list, maxIn) }
