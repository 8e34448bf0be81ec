package find

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"vannghe/internal/archive"
	"vannghe/search"
)

// RelatedWorks is how many works the page of a work names beside it.
const RelatedWorks = 6

// Bounds of looking for related works, which no page waits for long.
const (
	relatedText = 6 << 10 // bytes of what a work says that are compared
	relatedTime = 250 * time.Millisecond
	maxNearby   = 4096 // works whose neighbours are remembered
)

// Related returns the published works most like w, at most RelatedWorks, best first; parts are those of w in their order. None while the
// index does not answer, or not soon enough: they are an offer, not what somebody came for.
func (f Finder) Related(ctx context.Context, w *archive.Work, parts []archive.Part) ([]archive.Work, error) {
	index := f.Index()
	if index == nil {
		return nil, nil
	}
	ids, err := f.near(ctx, index, w, parts)
	if err != nil {
		return nil, err
	}
	works, err := f.Catalog.Reader(f.Viewer).WorksByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(works, func(o archive.Work) bool { return o.State != archive.Published }), nil
}

// near asks the index, once for each work and state of the index.
func (f Finder) near(ctx context.Context, index *search.Index, w *archive.Work, parts []archive.Part) ([]archive.WorkID, error) {
	key, applied := nearbyKey{w.ID, fmt.Sprint(f.Viewer.Audiences())}, index.Applied()
	if ids, ok := f.Nearby.get(key, applied); ok {
		return ids, nil
	}
	soon, cancel := context.WithTimeout(ctx, relatedTime)
	defer cancel()
	ids, err := index.Related(soon, search.Likeness{
		Work: w.ID, Text: saying(w, parts), Size: RelatedWorks, Now: time.Now().UnixMicro(), Audiences: f.Viewer.Audiences(),
	})
	if archive.CodeOf(err) == archive.Unavailable || errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return nil, nil
	}
	if err == nil {
		f.Nearby.put(key, applied, ids)
	}
	return ids, err
}

// saying is the beginning of what a work says: its title, what is said of it, its text.
func saying(w *archive.Work, parts []archive.Part) string {
	var b strings.Builder
	b.WriteString(w.Title + "\n" + w.Description)
	for _, p := range parts {
		if b.Len() >= relatedText {
			break
		}
		b.WriteString("\n" + p.Text[:min(len(p.Text), relatedText)]) // a part may be as long as a book
	}
	return b.String()
}

// Nearby remembers which works are like which. It takes the index as long to say so as a search of everything. Safe for concurrent
// use; the zero Nearby is empty, and a nil one remembers nothing.
type Nearby struct {
	mu      sync.Mutex
	applied int64 // the change as of which of holds
	of      map[nearbyKey][]archive.WorkID
}

type nearbyKey struct {
	work      archive.WorkID
	audiences string
}

func (n *Nearby) get(key nearbyKey, applied int64) ([]archive.WorkID, bool) {
	if n == nil {
		return nil, false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.applied != applied {
		return nil, false
	}
	ids, ok := n.of[key]
	return ids, ok
}

func (n *Nearby) put(key nearbyKey, applied int64, ids []archive.WorkID) {
	if n == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.of == nil || n.applied != applied || len(n.of) >= maxNearby {
		n.of, n.applied = map[nearbyKey][]archive.WorkID{}, applied
	}
	n.of[key] = ids
}
