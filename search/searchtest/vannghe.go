package searchtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/index"
	"vannghe/internal/message"
	"vannghe/search"
	"vannghe/web/find"
)

// vannghe is what a visitor of the server asks: the index for "search", and for "page" what both the pages and the API answer from, web/find over a
// catalogue on SQLite that holds every work, its parts, agents and collections. Only templ's writing of the HTML is not in it.
type vannghe struct {
	folder  string
	catalog *catalog.Catalog
	search  *search.Index
	names   *names
}

// openVannghe opens an empty catalogue and an empty index in folder.
func openVannghe(ctx context.Context, folder string) (*vannghe, error) {
	c, err := catalog.Open(ctx, catalog.Options{DSN: "sqlite:" + filepath.Join(folder, "catalog.db")})
	if err != nil {
		return nil, err
	}
	v := &vannghe{folder: folder, catalog: c, names: newNames()}
	if v.search, err = search.Open(ctx, v.dir(), search.Options{}); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return v, nil
}

func (v *vannghe) dir() string { return filepath.Join(v.folder, "index") }

func (v *vannghe) version() string {
	return fmt.Sprintf("%s, Bleve %s, SQLite for the catalogue", runtime.Version(), moduleVersion("github.com/blevesearch/bleve/v2"))
}

// moduleVersion reads go.mod: the program of a test does not know the versions it was built from.
func moduleVersion(path string) string {
	for line := range strings.Lines(fileText("../../go.mod")) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == path {
			return fields[1]
		}
	}
	return "?"
}

func (v *vannghe) prepare(ctx context.Context, docs Docs) error {
	return v.names.fill(ctx, v.catalog, docs)
}

// index builds as `vannghe reindex` does, but from memory: what the catalogue takes is not the index's time.
func (v *vannghe) index(ctx context.Context, docs Docs) error {
	return v.search.Rebuild(ctx, func(_ context.Context, put func([]search.Work) error) (int64, error) {
		for some, err := range docs {
			if err != nil {
				return 0, err
			}
			if err := put(v.names.searchWorks(some)); err != nil {
				return 0, err
			}
		}
		return 1, nil
	})
}

func (v *vannghe) reopen(ctx context.Context) error {
	if err := settle(ctx, v.dir()); err != nil {
		return err
	}
	if err := v.search.Close(); err != nil {
		return err
	}
	debug.FreeOSMemory() // what indexing took is not what answering takes
	var err error
	v.search, err = search.Open(ctx, v.dir(), search.Options{})
	return err
}

func (v *vannghe) size() (int64, error) { return sizeOf(v.dir()) }

func (v *vannghe) process() process { return process(os.Getpid()) }

func (v *vannghe) find(ctx context.Context, q *Query) ([]archive.WorkID, error) {
	r, err := v.search.Search(ctx, search.Query{
		Text: q.Text, Genre: q.Genre, Size: pageSize, Now: time.Now().UnixMicro(), Audiences: archive.Public().Audiences(),
	})
	ids := make([]archive.WorkID, len(r.Hits))
	for i := range r.Hits {
		ids[i] = r.Hits[i].Work
	}
	return ids, err
}

func (v *vannghe) finder() find.Finder {
	return find.Finder{
		Catalog: v.catalog, Index: func() *search.Index { return v.search }, Viewer: archive.Public(), Say: message.For("vi"),
	}
}

func (v *vannghe) page(ctx context.Context, q *Query) error {
	_, err := v.finder().Find(ctx, find.Question{Text: q.Text, Genre: q.Genre, Size: pageSize})
	return err
}

func (v *vannghe) suggest(ctx context.Context, q *Query) error {
	if q.Mode == ModePage {
		_, err := v.finder().Suggest(ctx, q.Text, listSize)
		return err
	}
	_, err := v.search.Suggest(ctx, search.Prefix{Text: q.Text, Size: listSize, Now: time.Now().UnixMicro(), Audiences: archive.Public().Audiences()})
	return err
}

// How many works are put again to measure following, and how many at once: a portion of package index.
const (
	followed        = 2000
	followedPortion = 200
)

// Names of what only vannghe is asked.
const (
	extraReindex = "reindex from the catalogue"
	extraFollow  = "changed works put by the follower"
	extraSingle  = "single changed works put by the follower"
)

// extra measures the index with the catalogue that feeds it, as `vannghe reindex` runs it, and how fast it follows changes once it is as large as it is.
func (v *vannghe) extra(ctx context.Context, docs Docs) (map[string]float64, error) {
	follow, err := v.follow(ctx, docs, followed, followedPortion)
	if err != nil {
		return nil, err
	}
	single, err := v.follow(ctx, docs, 20, 1)
	if err != nil {
		return nil, err
	}
	extra := map[string]float64{extraFollow: follow, extraSingle: single}
	soon, cancel := context.WithTimeout(ctx, reindexBudget)
	defer cancel()
	reindex, err := v.reindex(soon)
	switch {
	case soon.Err() != nil && ctx.Err() == nil:
		fmt.Fprintf(os.Stderr, "  %s does not end within %v\n", extraReindex, reindexBudget)
		return extra, nil
	case err == nil:
		extra[extraReindex] = reindex
	}
	return extra, err
}

// reindexBudget is how long reindexing may take: measured to see that it does not grow with the square of the works.
const reindexBudget = 5 * time.Minute

// follow puts the last n works again, so many at once, and returns how many a second.
func (v *vannghe) follow(ctx context.Context, docs Docs, n, atOnce int) (float64, error) {
	var last []Doc
	for some, err := range docs {
		if err != nil {
			return 0, err
		}
		last = append(last, some...)
		last = last[max(0, len(last)-n):]
	}
	start := time.Now()
	for some := range slices.Chunk(last, atOnce) {
		if err := v.search.Apply(ctx, v.search.Applied()+1, v.names.searchWorks(some), nil); err != nil {
			return 0, err
		}
	}
	return float64(len(last)) / time.Since(start).Seconds(), nil
}

func (v *vannghe) reindex(ctx context.Context) (docsPerSecond float64, err error) {
	x, err := index.Open(ctx, index.Options{Catalog: v.catalog, Dir: filepath.Join(v.folder, "reindex")})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	start := time.Now()
	if err := x.Reindex(ctx); err != nil {
		return 0, err
	}
	return float64(v.names.works) / time.Since(start).Seconds(), nil
}

func (v *vannghe) close() error { return errors.Join(v.search.Close(), v.catalog.Close()) }
