package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// Prefix is what has been typed so far, and by whom.
type Prefix struct {
	Text      string
	Size      int                // suggestions wanted; 0 means 8
	Now       int64              // µs since 1970 UTC
	Audiences []archive.Audience // as in Query
}

// Bounds of suggesting.
const (
	suggestSize  = 8
	suggestWords = 8
	// maxExpansion is how many terms a prefix may stand for in a segment. A Vietnamese syllable has far fewer continuations.
	maxExpansion = 500
	// maxAgentShare of the suggestions are agents, as long as there are titles for the rest.
	maxAgentShare = 3
)

// Suggest completes p: titles and agents of works that the viewer may see, in which every word but the last occurs and the last begins a word.
// Titles and names that begin with what was typed come first, those with its marks before. The errors are those of Search.
func (x *Index) Suggest(ctx context.Context, p Prefix) ([]Suggestion, error) {
	typed := newTyped(p)
	if len(typed.words) == 0 {
		return nil, nil
	}
	var all []Suggestion
	err := x.consult(ctx, func(v *view) (err error) {
		all, err = v.suggest(ctx, typed)
		return err
	})
	return all, err
}

// typed is a Prefix taken apart.
type typed struct {
	words   []string // folded; all but the last are whole
	begins  []string // what the text may begin with, folded: the words joined by spaces, the last one also as the reform writes it
	exact   string   // the words joined by spaces, with their marks
	endings []string // the forms of the last word
	size    int
	filter  filter
}

func newTyped(p Prefix) typed {
	t := typed{size: p.Size, filter: filter{now: p.Now, audiences: audienceBits(p.Audiences)}}
	if t.size <= 0 {
		t.size = suggestSize
	}
	var exact []string
	for k := range viet.Tokens(p.Text) {
		if len(t.words) == suggestWords {
			break
		}
		t.words = append(t.words, k.Folded)
		exact = append(exact, k.Exact)
	}
	if len(t.words) == 0 {
		return t
	}
	last := len(t.words) - 1
	for i := range last {
		t.words[i], exact[i] = viet.OneI(t.words[i]), viet.OneI(exact[i])
	}
	t.exact = strings.Join(exact, " ")
	// What begins with ky may become kỳ, which is indexed as kì; what begins with quy may become quyên.
	t.endings = slices.Compact([]string{t.words[last], viet.OneI(t.words[last])})
	before := strings.Join(t.words[:last], " ")
	for _, e := range t.endings {
		t.begins = append(t.begins, strings.TrimLeft(before+" "+e, " "))
	}
	return t
}

// scored is a suggestion with what orders it.
type scored struct {
	Suggestion
	rank  int
	works int // of an agent
}

func (v *view) suggest(ctx context.Context, t typed) ([]Suggestion, error) {
	t.filter.look(v)
	titled, err := v.worksWith(ctx, fieldTitle, t)
	if err != nil {
		return nil, err
	}
	credited, err := v.worksWith(ctx, fieldAgent, t)
	if err != nil {
		return nil, err
	}
	spoken, err := v.suggestTexts(ctx, t)
	if err != nil {
		return nil, err
	}
	phrases := v.together(v.suggestPhrases(titled, t), spoken, titled)
	works, agents := v.suggestWorks(titled, t), v.suggestAgents(credited, t)
	n := min(len(agents), max(t.size/maxAgentShare, t.size-len(works)-len(phrases)))
	var all []Suggestion
	for _, s := range slices.Concat(agents[:n], phrases, works) {
		if len(all) == t.size {
			break
		}
		all = append(all, s.Suggestion)
	}
	return all, nil
}

// worksWith returns the visible works whose field has all words of t.
func (v *view) worksWith(ctx context.Context, field string, t typed) ([]uint32, error) {
	var all []uint32
	for i := range v.segments {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s := &v.segments[i]
		docs, err := s.docsWith(field, &t)
		if err != nil {
			return nil, err
		}
		for doc := range each(docs) {
			if work := s.works[doc]; t.filter.visible(work) {
				all = append(all, work)
			}
		}
	}
	return all, nil
}

// docsWith returns the documents of the segment whose field has all words of t.
func (s *viewSegment) docsWith(field string, t *typed) (*roaring.Bitmap, error) {
	last := len(t.words) - 1
	docs, err := s.beginning(field, t.endings)
	if err != nil {
		return nil, err
	}
	for _, w := range t.words[:last] {
		with, err := s.with(field, w)
		if err != nil {
			return nil, err
		}
		docs.And(with)
	}
	return docs, nil
}

// beginning returns the documents of the segment whose field has a term that begins with one of the prefixes.
func (s *viewSegment) beginning(field string, prefixes []string) (*roaring.Bitmap, error) {
	dict, err := s.Segment().Dictionary(field)
	if err != nil {
		return nil, fmt.Errorf("open dictionary of field %s: %w", field, err)
	}
	terms, err := expandAll(dict, prefixes)
	if err != nil {
		return nil, err
	}
	all := make([]*roaring.Bitmap, len(terms))
	for i, term := range terms {
		if all[i], err = s.with(field, term); err != nil {
			return nil, err
		}
	}
	return roaring.FastOr(all...), nil
}

func expandAll(dict segment.TermDictionary, prefixes []string) ([]string, error) {
	var all []string
	for _, p := range prefixes {
		terms, err := expand(dict, p)
		if err != nil {
			return nil, err
		}
		all = append(all, terms...)
	}
	return all, nil
}

// expand returns the terms that begin with prefix.
func expand(dict segment.TermDictionary, prefix string) ([]string, error) {
	var terms []string
	end := []byte(prefix + "\xFF") // no term holds this byte
	for it := dict.AutomatonIterator(nil, []byte(prefix), end); len(terms) < maxExpansion; {
		e, err := it.Next()
		if err != nil {
			return nil, fmt.Errorf("expand %q: %w", prefix, err)
		}
		if e == nil {
			break
		}
		terms = append(terms, e.Term)
	}
	return terms, nil
}

func (v *view) suggestWorks(works []uint32, t typed) []scored {
	all := ranking{size: t.size}
	for _, work := range works {
		if all.tooLong(int(v.facts.all[work].length)) {
			continue
		}
		c := v.cards[work]
		s := Suggestion{Kind: SuggestWork, ID: string(c.id), Text: c.title}
		all.add(scored{Suggestion: s, rank: t.rank(c.title, c.folded)})
	}
	return all.best
}

// suggestAgents returns the agents of the works one of whose names has the words of t.
func (v *view) suggestAgents(works []uint32, t typed) []scored {
	ids := v.dict.agents.all()
	counts := make([]uint32, len(ids))
	for _, work := range works {
		countEach(counts, v.facts.agentsOf(work))
	}
	all := ranking{size: t.size}
	for a, n := range counts {
		if n == 0 {
			continue
		}
		names := v.dict.agentNames.of(uint32(a))
		rank := -1
		for i, folded := range names.folded {
			if t.within(folded) {
				rank = max(rank, t.rank(names.written[i], folded))
			}
		}
		if rank >= 0 {
			all.add(scored{Suggestion{Kind: SuggestAgent, ID: ids[a], Text: names.written[0]}, rank, int(n)})
		}
	}
	return all.best
}

// within reports whether a folded name has all the words.
func (t *typed) within(folded string) bool {
	words := strings.Fields(folded)
	last := len(t.words) - 1
	for _, w := range t.words[:last] {
		if !slices.Contains(words, w) {
			return false
		}
	}
	return slices.ContainsFunc(words, func(w string) bool { return beginsWith(w, t.endings) })
}

// bestRank is the highest.
const bestRank = 2

// rank is bestRank for a text that begins with what was typed, marks and all, 1 for one that begins with its letters, 0 for the others.
func (t *typed) rank(text, folded string) int {
	switch {
	case !beginsWith(folded, t.begins):
		return 0
	case strings.HasPrefix(exactBeginning(text, len(t.words)), t.exact):
		return bestRank
	default:
		return 1
	}
}

func beginsWith(s string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// ranking keeps the first suggestions in order, the same text only once. A hundred thousand titles may have a word that begins with two letters:
// sorting them all would take longer than a suggestion may.
type ranking struct {
	size int
	best []scored
}

func (r *ranking) add(s scored) {
	if len(r.best) == r.size && inOrder(s, r.best[r.size-1]) >= 0 {
		return
	}
	if i := slices.IndexFunc(r.best, func(o scored) bool { return o.Text == s.Text }); i >= 0 {
		if inOrder(s, r.best[i]) >= 0 {
			return
		}
		r.best = slices.Delete(r.best, i, i+1)
	}
	i, _ := slices.BinarySearchFunc(r.best, s, inOrder)
	r.best = slices.Insert(r.best, i, s)
	r.best = r.best[:min(len(r.best), r.size)]
}

// tooLong reports whether a title of so many bytes is behind all that are kept, however well it matches.
func (r *ranking) tooLong(bytes int) bool {
	if len(r.best) < r.size {
		return false
	}
	last := &r.best[r.size-1]
	return last.rank == bestRank && bytes > len(last.Text)
}

func inOrder(a, b scored) int {
	return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(b.works, a.works),
		cmp.Compare(len(a.Text), len(b.Text)), cmp.Compare(a.Text, b.Text), cmp.Compare(a.ID, b.ID))
}

// best returns the first n suggestions in order, the same text only once.
func best(all []scored, n int) []scored {
	r := ranking{size: n}
	for _, s := range all {
		r.add(s)
	}
	return r.best
}
