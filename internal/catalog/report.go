package catalog

import (
	"context"
	"fmt"
	"time"

	"vannghe/internal/archive"
)

// ReportFilter says which published works a report counts: those of whole years, by their own date or by when they were first published here.
type ReportFilter struct {
	Admitted    bool // by when they were first published
	From, Until int  // years, both counted
	Agent       archive.AgentID
}

// ReportCount is how many works there are of a year, a genre and a chapter. Year 0 holds those whose own date is not known.
type ReportCount struct {
	Year    int
	Genre   archive.GenreID
	Chapter string // of the first who is credited and has one; "" for none
	Works   int
}

// AgentCount is how many works of an agent there are of a year and a genre.
type AgentCount struct {
	Agent archive.AgentID
	Year  int
	Genre archive.GenreID
	Works int
}

// firstChapter is the chapter of the first of those credited who has one, those of the whole work before those of one of its forms: a work counts once.
const firstChapter = `coalesce((SELECT a.chapter FROM credit c JOIN agent a ON a.id = c.agent WHERE c.work = w.id AND a.chapter <> ''
	ORDER BY CASE WHEN c.representation IS NULL THEN 0 ELSE 1 END, c.position, c.holder LIMIT 1), '')`

// ReportCounts counts for the yearly report. Forbidden "staff-only" to others than staff.
func (r *Reader) ReportCounts(ctx context.Context, f ReportFilter) ([]ReportCount, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	s := sql("SELECT y, genre, chapter, count(*) FROM (SELECT ")
	f.year(s).add(" AS y, w.genre, " + firstChapter + " AS chapter FROM work w WHERE w.state = 'published'")
	f.span(s).add(") AS counted GROUP BY y, genre, chapter ORDER BY y, genre, chapter")
	return remembering(ctx, r, fmt.Sprintf("report %+v", f), func(q querier) ([]ReportCount, error) {
		return collect(ctx, q, s, func(row scanner) (c ReportCount, err error) {
			return c, row.Scan(&c.Year, &c.Genre, &c.Chapter, &c.Works)
		})
	})
}

// remembering counts once as long as nothing changes: of a large archive it takes a second or more, and who looks at a report takes it along as a
// workbook and on paper. What it returns is shared and must not be changed.
func remembering[T any](ctx context.Context, r *Reader, name string, count func(q querier) ([]T, error)) (list []T, err error) {
	err = r.c.view(ctx, "count works for a report", func(q querier) (err error) {
		list, err = counted(ctx, r, q, r.sight(), name, func() ([]T, error) { return count(q) })
		return err
	})
	return list, err
}

// AgentCounts counts the works of each agent, or of one. A work of two counts for both. Forbidden "staff-only" to others than staff.
func (r *Reader) AgentCounts(ctx context.Context, f ReportFilter) ([]AgentCount, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	s := sql("SELECT agent, y, genre, count(*) FROM (SELECT DISTINCT c.agent, w.id, w.genre, ")
	f.year(s).add(" AS y FROM credit c JOIN work w ON w.id = c.work WHERE w.state = 'published'")
	f.span(s)
	if f.Agent != "" {
		s.add(" AND c.agent = ?", f.Agent)
	}
	s.add(") AS counted GROUP BY agent, y, genre ORDER BY agent, y, genre")
	return remembering(ctx, r, fmt.Sprintf("report of agents %+v", f), func(q querier) ([]AgentCount, error) {
		return collect(ctx, q, s, func(row scanner) (c AgentCount, err error) { return c, row.Scan(&c.Agent, &c.Year, &c.Genre, &c.Works) })
	})
}

// year appends the year of a work. Instants are told apart by where years begin in Vietnam, which both databases compare alike; what is a year of an
// instant they do not agree on.
func (f ReportFilter) year(s *statement) *statement {
	if !f.Admitted {
		return s.add("w.year")
	}
	s.add("CASE")
	for y := f.From; y < f.Until; y++ {
		s.add(" WHEN w.published < ? THEN CAST(? AS INTEGER)", yearBegins(y+1), y)
	}
	if f.From >= f.Until {
		s.add(" WHEN 1 = 0 THEN 0")
	}
	return s.add(" ELSE CAST(? AS INTEGER) END", f.Until)
}

func (f ReportFilter) span(s *statement) *statement {
	if f.Admitted {
		return s.add(" AND w.published >= ? AND w.published < ?", yearBegins(f.From), yearBegins(f.Until+1))
	}
	return s.add(" AND (w.year = 0 OR (w.year >= ? AND w.year <= ?))", f.From, f.Until)
}

func yearBegins(y int) int64 { return time.Date(y, 1, 1, 0, 0, 0, 0, archive.Vietnam).UnixMicro() }
