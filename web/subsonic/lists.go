package subsonic

import (
	"strconv"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/message"
	"vannghe/search"
	"vannghe/web/find"
)

// The usual numbers of entries, as the protocol says.
const (
	usualAlbums  = 10
	usualFound   = 20
	maxSkip      = 1_000_000
	starredLimit = 1000
)

// albumOrders are the lists of albums that are an order of all; "highest" has no ratings here and is the newest.
var albumOrders = map[string]catalog.RecordedFilter{
	"newest": {}, "highest": {}, "random": {Order: catalog.RecordedRandom}, "frequent": {Order: catalog.RecordedOften}, "recent": {Order: catalog.RecordedLately},
	"alphabeticalByName": {Order: catalog.RecordedTitle}, "alphabeticalByArtist": {Order: catalog.RecordedTitle},
}

func getAlbumList2(k *call) (*response, error) {
	kind, err := k.needed("type")
	if err != nil {
		return nil, err
	}
	if kind == "starred" {
		marked, err := k.starred()
		if err != nil {
			return nil, err
		}
		return &response{AlbumList: &albums{page(marked.Album, k.number("offset", 0, maxSkip), k.number("size", usualAlbums, catalog.MaxRecorded))}}, nil
	}
	f, err := k.albumFilter(kind)
	if err != nil {
		return nil, err
	}
	f.Skip, f.Size = k.number("offset", 0, maxSkip), k.number("size", usualAlbums, catalog.MaxRecorded)
	if f.Size == 0 {
		return &response{AlbumList: &albums{}}, nil
	}
	records, err := k.recorded(f)
	return &response{AlbumList: &albums{albumsOf(records)}}, err
}

func (k *call) albumFilter(kind string) (catalog.RecordedFilter, error) {
	switch kind {
	case "byGenre":
		name, err := k.needed("genre")
		if err != nil {
			return catalog.RecordedFilter{}, err
		}
		id, err := k.genreOf(name)
		return catalog.RecordedFilter{Genre: id, Order: catalog.RecordedTitle}, err
	case "byYear":
		return k.years()
	}
	f, known := albumOrders[kind]
	if !known {
		return f, archive.Fail(archive.Invalid, "subsonic-parameter", "type")
	}
	return f, nil
}

// years is from one year to another, backwards when the first is the later.
func (k *call) years() (catalog.RecordedFilter, error) {
	f := catalog.RecordedFilter{Order: catalog.RecordedYear}
	for name, into := range map[string]*int{"fromYear": &f.From, "toYear": &f.To} {
		n, err := strconv.Atoi(k.param(name))
		if err != nil {
			return f, archive.Fail(archive.Invalid, "subsonic-parameter", name)
		}
		*into = n
	}
	if f.From > f.To {
		f.From, f.To, f.Reverse = f.To, f.From, true
	}
	return f, nil
}

// page is a part of a list.
func page[T any](all list[T], skip, size int) list[T] {
	skip = min(skip, len(all))
	return all[skip:min(skip+size, len(all))]
}

func getRandomSongs(k *call) (*response, error) {
	f := catalog.RecordedFilter{
		Order: catalog.RecordedRandom, From: k.number("fromYear", 0, 9999), To: k.number("toYear", 0, 9999), Size: k.number("size", usualAlbums, catalog.MaxRecorded),
	}
	if name := k.param("genre"); name != "" {
		id, err := k.genreOf(name)
		if err != nil {
			return nil, err
		}
		f.Genre = id
	}
	records, err := k.recorded(f)
	if err != nil {
		return nil, err
	}
	return &response{RandomSongs: &songs{page(songsOf(records), 0, f.Size)}}, nil
}

func songsOf(records []record) list[song] {
	var all list[song]
	for i := range records {
		all = append(all, records[i].songs()...)
	}
	return all
}

// getSongsByGenre pages through the songs, so works before the page are read too: as many as there may be songs in front of it.
func getSongsByGenre(k *call) (*response, error) {
	name, err := k.needed("genre")
	if err != nil {
		return nil, err
	}
	id, err := k.genreOf(name)
	if err != nil {
		return nil, err
	}
	skip, count := k.number("offset", 0, maxSkip), k.number("count", usualAlbums, catalog.MaxRecorded)
	all, err := k.songsUpTo(catalog.RecordedFilter{Genre: id, Order: catalog.RecordedTitle}, skip+count)
	return &response{SongsByGenre: &songs{page(all, skip, count)}}, err
}

// songsUpTo reads works of a listing until they hold so many songs.
func (k *call) songsUpTo(f catalog.RecordedFilter, enough int) (list[song], error) {
	var all list[song]
	f.Size = catalog.MaxRecorded
	for len(all) < enough {
		works, err := k.reader.Recorded(k.ctx, f)
		if err != nil || len(works) == 0 {
			return all, err
		}
		records, err := k.records(works)
		if err != nil {
			return nil, err
		}
		all = append(all, songsOf(records)...)
		f.Skip += len(works)
	}
	return all, nil
}

// search3 finds albums and artists by the archive's own search; the songs are those of the albums. An empty query, or "", asks for everything,
// page by page: so players copy a library.
func search3(k *call) (*response, error) {
	query := k.param("query")
	if query == "" || query == `""` {
		return k.everything()
	}
	finder := find.Finder{Catalog: k.Catalog, Index: k.Search, Viewer: k.viewer, Say: message.For(message.Vietnamese)}
	albumCount, songCount := k.number("albumCount", usualFound, search.MaxSize), k.number("songCount", usualFound, catalog.MaxRecorded)
	hits, err := finder.Find(k.ctx, find.Question{Text: query, Medium: archive.Audio, Size: search.MaxSize})
	if err != nil {
		return nil, err
	}
	works := make([]archive.Work, len(hits.Hits))
	for i, h := range hits.Hits {
		works[i] = h.Work
	}
	records, err := k.records(works)
	if err != nil {
		return nil, err
	}
	doc := &found{Album: page(albumsOf(records), k.number("albumOffset", 0, maxSkip), albumCount), Song: page(songsOf(records), k.number("songOffset", 0, maxSkip), songCount)}
	doc.Artist, err = k.findArtists(finder, query)
	return &response{Search: doc}, err
}

// findArtists finds agents by name: the search tells names only where nothing narrows it.
func (k *call) findArtists(finder find.Finder, query string) (list[artist], error) {
	count := k.number("artistCount", usualFound, search.MaxSize)
	if count == 0 || k.number("artistOffset", 0, maxSkip) > 0 {
		return nil, nil
	}
	hits, err := finder.Find(k.ctx, find.Question{Text: query, Size: 1})
	if err != nil {
		return nil, err
	}
	works, err := k.reader.RecordedAgents(k.ctx)
	if err != nil {
		return nil, err
	}
	var all list[artist]
	for _, a := range hits.Agents {
		if n := works[archive.AgentID(a.ID)]; n > 0 && len(all) < count {
			all = append(all, artist{ID: a.ID, Name: a.Name, AlbumCount: n, Starred: stamp(k.stars[a.ID])})
		}
	}
	return all, nil
}

func (k *call) everything() (*response, error) {
	doc := &found{}
	if count := k.number("albumCount", usualFound, catalog.MaxRecorded); count > 0 {
		records, err := k.recorded(catalog.RecordedFilter{Order: catalog.RecordedTitle, Skip: k.number("albumOffset", 0, maxSkip), Size: count})
		if err != nil {
			return nil, err
		}
		doc.Album = albumsOf(records)
	}
	if count, skip := k.number("songCount", usualFound, catalog.MaxRecorded), k.number("songOffset", 0, maxSkip); count > 0 {
		all, err := k.songsUpTo(catalog.RecordedFilter{Order: catalog.RecordedTitle}, skip+count)
		if err != nil {
			return nil, err
		}
		doc.Song = page(all, skip, count)
	}
	index, err := k.index()
	if err != nil {
		return nil, err
	}
	var all list[artist]
	for _, letter := range index {
		all = append(all, letter.Artist...)
	}
	doc.Artist = page(all, k.number("artistOffset", 0, maxSkip), k.number("artistCount", usualFound, catalog.MaxRecorded))
	return &response{Search: doc}, nil
}
