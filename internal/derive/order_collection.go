package derive

import (
	"context"
	"fmt"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// mostOriginals bounds the collections that are looked at as albums: a box of discs with words and covers, not all songs that there are.
const mostOriginals = 2000

// arrangeCollections orders the collections of a work whose songs are works of their own by disc and track, under the conditions of
// arrange. The facts of findings must have been put.
func arrangeCollections(ctx context.Context, tx *catalog.Tx, w *archive.Work, findings []finding) error {
	if !slices.ContainsFunc(findings, func(f finding) bool { _, ok := placeOf(f.file.Tags); return ok && sounding(f.file) }) {
		return nil
	}
	for _, id := range w.Collections {
		songs, err := songsOf(ctx, tx, id)
		if err != nil {
			return err
		}
		a, ok := gather(songs)
		if !ok || slices.IsSortedFunc(songs, a.byTags) || !a.unordered(findings) {
			continue
		}
		var order []archive.WorkID
		for _, f := range slices.SortedFunc(slices.Values(songs), a.byTags) {
			order = append(order, f.Work)
		}
		if err := tx.ArrangeCollection(ctx, id, order); err != nil {
			return fmt.Errorf("order by disc and track: %w", err)
		}
	}
	return nil
}

// songsOf returns the recordings of a collection in which each work is one song, in its order; none of any other.
func songsOf(ctx context.Context, tx *catalog.Tx, id archive.CollectionID) ([]archive.File, error) {
	files, works, err := tx.CollectionFiles(ctx, id, mostOriginals)
	if err != nil || len(files) == mostOriginals {
		return nil, err
	}
	songs := slices.DeleteFunc(files, func(f archive.File) bool { return !sounding(f) })
	of := make(map[archive.WorkID]bool, len(songs))
	for _, f := range songs {
		of[f.Work] = true
	}
	if len(songs) != works || len(of) != works {
		return nil, nil
	}
	return songs, nil
}
