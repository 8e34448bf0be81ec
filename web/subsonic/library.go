package subsonic

import (
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/media"
)

// records adds to works what their albums and songs are made of.
func (k *call) records(works []archive.Work) ([]record, error) {
	ids := make([]archive.WorkID, len(works))
	for i := range works {
		ids[i] = works[i].ID
	}
	derivatives, err := k.reader.Derivatives(k.ctx, ids...)
	if err != nil {
		return nil, err
	}
	if err := k.names(); err != nil {
		return nil, err
	}
	all := make([]record, len(works))
	for i := range works {
		all[i] = record{work: works[i], genre: k.genres[works[i].Genre], stars: k.stars}
		all[i].offers = media.Offers(&all[i].work, derivatives[works[i].ID], false)
	}
	return all, nil
}

// names reads the names of genres and what the account has starred, once a call.
func (k *call) names() error {
	if k.genres != nil {
		return nil
	}
	list, err := k.reader.Genres(k.ctx)
	if err != nil {
		return err
	}
	k.genres = make(map[archive.GenreID]string, len(list))
	for _, g := range list {
		k.genres[g.ID] = g.Name
	}
	k.stars, err = k.reader.Stars(k.ctx)
	return err
}

// record reads one work.
func (k *call) record(id archive.WorkID) (*record, error) {
	w, err := k.reader.WorkOrLed(k.ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := k.records([]archive.Work{w})
	if err != nil {
		return nil, err
	}
	return &all[0], nil
}

// track reads the work of a file, and what there is of the file to play. NotFound "file-missing" when that is nothing.
func (k *call) track(id archive.FileID) (r *record, o *media.Offer, number int, err error) {
	f, err := k.reader.FileByID(k.ctx, id)
	if err != nil {
		return nil, nil, 0, err
	}
	if r, err = k.record(f.Work); err != nil {
		return nil, nil, 0, err
	}
	for i, o := range r.tracks() {
		if o.File.ID == id {
			return r, o, i + 1, nil
		}
	}
	return nil, nil, 0, archive.Fail(archive.NotFound, "file-missing")
}

// recorded lists works as records; those of which nothing can be played yet are left out.
func (k *call) recorded(f catalog.RecordedFilter) ([]record, error) {
	works, err := k.reader.Recorded(k.ctx, f)
	if err != nil {
		return nil, err
	}
	all, err := k.records(works)
	if err != nil {
		return nil, err
	}
	playable := all[:0]
	for _, r := range all {
		if len(r.tracks()) > 0 {
			playable = append(playable, r)
		}
	}
	return playable, nil
}

// collection reads a collection with its recordings. NotFound "collection-missing", also when it has none.
func (k *call) collection(id archive.CollectionID) (*collected, error) {
	c, err := k.reader.Collection(k.ctx, id)
	if err != nil {
		return nil, err
	}
	records, err := k.recorded(catalog.RecordedFilter{Collection: id, Size: catalog.MaxRecorded})
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, archive.Fail(archive.NotFound, "collection-missing")
	}
	return &collected{c, records}, nil
}

// genreOf finds a genre by the name that players were told, or by its identifier.
func (k *call) genreOf(name string) (archive.GenreID, error) {
	if err := k.names(); err != nil {
		return "", err
	}
	for id, shown := range k.genres {
		if shown == name || string(id) == name {
			return id, nil
		}
	}
	return "", archive.Fail(archive.NotFound, "genre-missing")
}
