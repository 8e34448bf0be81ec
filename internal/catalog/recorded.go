package catalog

import (
	"context"

	"vannghe/internal/archive"
)

// RecordedOrder is the order of a listing of recorded works.
type RecordedOrder string

// The orders. Often and Lately are those of the viewer's account and hold only what it has heard.
const (
	RecordedNewest RecordedOrder = ""
	RecordedTitle  RecordedOrder = "title"
	RecordedYear   RecordedOrder = "year" // oldest first
	RecordedRandom RecordedOrder = "random"
	RecordedOften  RecordedOrder = "often"
	RecordedLately RecordedOrder = "lately"
)

// RecordedFilter chooses published works whose primary medium is sound. Empty fields do not narrow it.
type RecordedFilter struct {
	Order      RecordedOrder
	Reverse    bool // the other way round
	Genre      archive.GenreID
	Agent      archive.AgentID
	Collection archive.CollectionID // then in its order, whatever Order says
	From, To   int                  // years, both included; 0 for open
	Skip       int
	Size       int // 1 to 500
}

// MaxRecorded is the greatest RecordedFilter.Size.
const MaxRecorded = 500

// Recorded lists works that the viewer may see, whole. Protocols of music players page by number, so that a listing which grows meanwhile
// may repeat an entry.
func (r *Reader) Recorded(ctx context.Context, f RecordedFilter) ([]archive.Work, error) {
	s := r.recorded(f)
	var found []archive.Work
	err := r.c.view(ctx, "list recordings", func(q querier) error {
		works, err := collect(ctx, q, s, scanWork)
		if err != nil {
			return err
		}
		if err := load(ctx, q, r.sight(), works); err != nil {
			return err
		}
		for _, w := range works {
			found = append(found, *w)
		}
		return nil
	})
	return found, err
}

func (r *Reader) recorded(f RecordedFilter) *statement {
	s := sql("SELECT " + workColumns + " FROM work w")
	if f.Collection != "" {
		s.add(" JOIN collection_work c ON c.work = w.id AND c.collection = ?", f.Collection)
	}
	heard := f.Order == RecordedOften || f.Order == RecordedLately
	if heard {
		s.add(" JOIN (SELECT work, sum(times) AS times, max(last) AS last FROM play WHERE account = ? GROUP BY work) h ON h.work = w.id", r.viewer.Account)
	}
	s.add(" WHERE w.state = 'published' AND w.medium = 'audio'")
	r.sight().where(s, "w")
	if f.Genre != "" {
		s.add(" AND w.genre = ?", f.Genre)
	}
	if f.From != 0 {
		s.add(" AND w.year >= ?", f.From)
	}
	if f.To != 0 {
		s.add(" AND w.year > 0 AND w.year <= ?", f.To)
	}
	if f.Agent != "" {
		s.add(" AND w.id IN (SELECT work FROM credit WHERE agent = ?)", f.Agent)
	}
	return s.add(" ORDER BY "+f.order()+" LIMIT ? OFFSET ?", min(max(f.Size, 1), MaxRecorded), max(f.Skip, 0))
}

// order is made of constants only.
func (f RecordedFilter) order() string {
	column, descending := "w.newest", true
	switch f.Order {
	case RecordedTitle:
		column, descending = "w.title_sort", false
	case RecordedYear:
		column, descending = "w.year", false
	case RecordedRandom:
		return "random()"
	case RecordedOften:
		column = "h.times"
	case RecordedLately:
		column = "h.last"
	}
	if f.Collection != "" {
		column, descending = "c.position", false
	}
	if descending != f.Reverse {
		return column + " DESC, w.id"
	}
	return column + ", w.id"
}

// RecordedAgents returns how many of the recorded works that the viewer may see each agent is credited with.
func (r *Reader) RecordedAgents(ctx context.Context) (map[archive.AgentID]int, error) {
	s := sql("SELECT c.agent, count(DISTINCT w.id) FROM work w JOIN credit c ON c.work = w.id WHERE w.state = 'published' AND w.medium = 'audio'")
	return recordedCount[archive.AgentID](ctx, r, "recorded-agents", r.sight().where(s, "w").add(" GROUP BY c.agent"))
}

// RecordedCollections returns how many recorded works that the viewer may see each collection holds.
func (r *Reader) RecordedCollections(ctx context.Context) (map[archive.CollectionID]int, error) {
	s := sql("SELECT c.collection, count(*) FROM work w JOIN collection_work c ON c.work = w.id WHERE w.state = 'published' AND w.medium = 'audio'")
	return recordedCount[archive.CollectionID](ctx, r, "recorded-collections", r.sight().where(s, "w").add(" GROUP BY c.collection"))
}

// GenreCount is what a genre holds of recordings.
type GenreCount struct {
	Works int
	Files int
}

// RecordedGenres returns what each genre holds of the recorded works that the viewer may see.
func (r *Reader) RecordedGenres(ctx context.Context) (map[archive.GenreID]GenreCount, error) {
	s := sql(`SELECT w.genre, count(DISTINCT w.id), count(f.id) FROM work w JOIN representation p ON p.work = w.id AND p.medium = 'audio'
		JOIN file f ON f.representation = p.id AND f.duration > 0 WHERE w.state = 'published' AND w.medium = 'audio'`)
	r.sight().where(s, "w").add(" GROUP BY w.genre")
	found := map[archive.GenreID]GenreCount{}
	err := each(ctx, r.c.db.read(), s, func(row scanner) error {
		var id archive.GenreID
		var n GenreCount
		err := row.Scan(&id, &n.Works, &n.Files)
		found[id] = n
		return err
	})
	if err != nil {
		return nil, r.c.fail(ctx, "count genres of recordings", err)
	}
	return found, nil
}

func recordedCount[T ~string](ctx context.Context, r *Reader, name string, s *statement) (map[T]int, error) {
	var found map[T]int
	err := r.c.view(ctx, "count recordings", func(q querier) (err error) {
		found, err = counted(ctx, r, q, r.sight(), name, func() (map[T]int, error) {
			works := map[T]int{}
			return works, each(ctx, q, s, func(row scanner) error {
				var id T
				var n int
				err := row.Scan(&id, &n)
				works[id] = n
				return err
			})
		})
		return err
	})
	return found, err
}
