package derive_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/tool/ffmpeg"
)

// TestAnAlbumOfTwoDiscs: the tags of real files order it once, with an event; looking again changes nothing.
func TestAnAlbumOfTwoDiscs(t *testing.T) {
	b := newBench(t)
	song := func(disc, track string) []byte {
		return b.film(ffmpeg.Spec{Format: "flac", Duration: 200 * time.Millisecond, Melody: tune(), Tags: ffmpeg.Tags{Disc: disc, Track: track}})
	}
	id := b.accession("ca-khuc", original{"a.flac", "flac", song("2", "1")}, original{"b.flac", "flac", song("1", "2/2")}, original{"c.flac", "flac", song("1", "1/2")})
	b.drain()
	for range 2 {
		r := b.result(id).settled()
		var names []string
		for _, f := range r.files {
			names = append(names, f.Name)
		}
		if got := strings.Join(names, " "); got != "c.flac b.flac a.flac" {
			t.Errorf("they stand %s", got)
		}
		if n := strings.Count(r.details(), "by disc and track"); n != 1 {
			t.Errorf("the record tells %d times of it:\n%s", n, r.details())
		}
		b.enqueuePlan(id)
		b.drain()
	}
}

// Songs that are works of their own stand in their collection by disc and track; what a person has ordered stays, and so does a collection
// that holds something else.
func TestACollectionOfSongsStandsByDiscAndTrack(t *testing.T) {
	b := newBench(t)
	shelf := archive.NewID[archive.CollectionID]()
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutCollection(ctx, archive.Collection{ID: shelf, Title: "Tiếng hát bến sông"})
	})
	names := map[archive.WorkID]string{}
	add := func(name, disc, track string) archive.WorkID {
		song := b.film(ffmpeg.Spec{Format: "flac", Duration: 200 * time.Millisecond, Melody: tune(), Tags: ffmpeg.Tags{Disc: disc, Track: track}})
		id := b.accession("ca-khuc", original{name + ".flac", "flac", song})
		names[id] = name
		b.update(func(ctx context.Context, tx *catalog.Tx) error {
			w, err := tx.Work(ctx, id)
			if err != nil {
				return err
			}
			w.Collections = []archive.CollectionID{shelf}
			return tx.PutWork(ctx, &w)
		})
		return id
	}
	stands := func(when, want string) {
		t.Helper()
		b.drain()
		order, err := b.catalog.Reader(archive.Viewer{Roles: []archive.Role{archive.Archivist}, Account: "aaaaaaaaaaaa"}).CollectionOrder(t.Context(), shelf)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, id := range order {
			got = append(got, names[id])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s they stand %v, not %s", when, got, want)
		}
	}
	a, second := add("a", "2", "1"), add("b", "1", "2")
	c := add("c", "1", "1")
	stands("by their tags", "c b a")
	add("d", "1", "3")
	stands("with one more", "c b d a")
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		return tx.ArrangeCollection(ctx, shelf, []archive.WorkID{second, a, c})
	})
	add("e", "1", "4")
	stands("as a person has ordered", "b a c d e")
}
