package search

import (
	"context"
	"sync"

	"vannghe/internal/archive"
)

// How much of what a view was asked for is remembered. What many look for is asked again and again, and every further page of it and every narrowing
// goes back to it.
const (
	answersKept   = 256 // twice as many at most
	longestAnswer = 512 // bytes of text and cursor of a query that is remembered
)

// asked is a Query without the moment.
type asked struct {
	text, chapter, cursor string
	genre                 archive.GenreID
	medium                archive.Medium
	person                archive.AgentID
	collection            archive.CollectionID
	yearFrom, yearTo      int
	order                 Order
	size                  int
	audiences             uint8
}

func (q *Query) asked() asked {
	return asked{text: q.Text, chapter: q.Chapter, cursor: q.Cursor, genre: q.Genre, medium: q.Medium, person: q.Person, collection: q.Collection,
		yearFrom: q.YearFrom, yearTo: q.YearTo, order: q.Order, size: q.Size, audiences: audienceBits(q.Audiences)}
}

// answer is what was found, or is being looked for, and when it holds.
type answer struct {
	done        chan struct{} // closed when the rest is set
	found       bool          // false: whoever looked for it gave up
	result      Result
	from, until int64 // µs since 1970 UTC; until is not in it
}

func (a *answer) holds(now int64) bool { return now >= a.from && now < a.until }

// answers are those of one view, which never changes: they hold until what the viewer may see changes with time. Those that were asked for last are in
// recent, those asked for longer ago in former.
type answers struct {
	mu             sync.Mutex
	recent, former map[asked]*answer
}

// take returns the answer to a question, and whether it is for the caller to look for it.
func (s *answers) take(key asked) (a *answer, own bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a = s.recent[key]; a == nil {
		a = s.former[key]
	}
	if own = a == nil; own {
		a = &answer{done: make(chan struct{})}
	}
	s.keep(key, a)
	return a, own
}

func (s *answers) keep(key asked, a *answer) {
	if s.recent == nil || len(s.recent) >= answersKept {
		s.former, s.recent = s.recent, make(map[asked]*answer, answersKept)
	}
	s.recent[key] = a
}

// drop forgets an answer that does not hold.
func (s *answers) drop(key asked, a *answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, kept := range []map[asked]*answer{s.recent, s.former} {
		if kept[key] == a {
			delete(kept, key)
		}
	}
}

// answer answers q from what is remembered, or looks for it: of many who ask the same at once one looks.
func (x *Index) answer(ctx context.Context, v *view, q Query) (Result, error) {
	if len(q.Text)+len(q.Chapter)+len(q.Cursor) > longestAnswer {
		r, _, err := x.look(ctx, v, q)
		return r, err
	}
	key := q.asked()
	for {
		a, own := v.answers.take(key)
		if own {
			return x.settle(ctx, v, q, a)
		}
		select {
		case <-a.done:
		case <-ctx.Done():
			return Result{}, ctx.Err()
		}
		if a.found && a.holds(q.Now) {
			return a.result, nil
		}
		v.answers.drop(key, a)
	}
}

// settle looks for what a is to be. What is not found, for whatever reason, is forgotten.
func (x *Index) settle(ctx context.Context, v *view, q Query, a *answer) (Result, error) {
	defer func() {
		if !a.found {
			v.answers.drop(q.asked(), a)
		}
		close(a.done)
	}()
	r, seen, err := x.look(ctx, v, q)
	if err == nil {
		a.found, a.result, a.from, a.until = true, r, seen.from, seen.until
	}
	return r, err
}

// look searches, and returns besides which works the viewer sees, and when.
func (x *Index) look(ctx context.Context, v *view, q Query) (Result, *seen, error) {
	s, err := x.newSearch(v, q)
	if err != nil {
		return Result{}, nil, err
	}
	defer s.release()
	r, err := s.run(ctx)
	return r, s.filter.seen, err
}
