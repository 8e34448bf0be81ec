package subsonic

import (
	"slices"
	"strings"

	"vannghe/internal/archive"
)

func star(k *call) (*response, error)   { return k.mark(true) }
func unstar(k *call) (*response, error) { return k.mark(false) }

// maxMarked is how many things one call may mark.
const maxMarked = 500

func (k *call) mark(starred bool) (*response, error) {
	things := slices.Concat(k.params("id"), k.params("albumId"), k.params("artistId"))
	if len(things) == 0 || len(things) > maxMarked {
		return nil, archive.Fail(archive.Invalid, "subsonic-parameter", "id")
	}
	for _, thing := range things {
		if !archive.ValidID(thing) {
			return nil, archive.Fail(archive.NotFound, "work-missing")
		}
	}
	return &response{}, k.accounts.Mark(k.ctx, k.viewer, starred, things...)
}

func getStarred2(k *call) (*response, error) {
	doc, err := k.starred()
	return &response{Starred: doc}, err
}

// starred is what the account has marked and may still see, last marked first.
func (k *call) starred() (*found, error) {
	if err := k.names(); err != nil {
		return nil, err
	}
	things := make([]string, 0, len(k.stars))
	for thing := range k.stars {
		things = append(things, thing)
	}
	slices.SortFunc(things, func(a, b string) int {
		if d := k.stars[b].Compare(k.stars[a]); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	things = things[:min(len(things), starredLimit)]
	doc := &found{}
	if err := k.starredAlbums(doc, things); err != nil {
		return nil, err
	}
	for _, thing := range things {
		r, o, number, err := k.track(archive.FileID(thing))
		if code := archive.CodeOf(err); code == archive.NotFound || code == archive.Gone {
			continue
		}
		if err != nil {
			return nil, err
		}
		doc.Song = append(doc.Song, r.song(o, number))
	}
	return doc, k.starredArtists(doc, things)
}

func (k *call) starredAlbums(doc *found, things []string) error {
	ids := make([]archive.WorkID, len(things))
	for i, thing := range things {
		ids[i] = archive.WorkID(thing)
	}
	works, err := k.reader.WorksByID(k.ctx, ids)
	if err != nil {
		return err
	}
	records, err := k.records(works)
	doc.Album = albumsOf(records)
	return err
}

func (k *call) starredArtists(doc *found, things []string) error {
	works, err := k.reader.RecordedAgents(k.ctx)
	if err != nil {
		return err
	}
	var ids []archive.AgentID
	for _, thing := range things {
		if works[archive.AgentID(thing)] > 0 {
			ids = append(ids, archive.AgentID(thing))
		}
	}
	agents, err := k.reader.UncountedAgents(k.ctx, ids)
	for _, id := range ids {
		if a, ok := agents[id]; ok {
			doc.Artist = append(doc.Artist, artistOf(&a, works[id], k.stars))
		}
	}
	return err
}

// scrobble counts what was heard to its end; that something has begun is not kept.
func scrobble(k *call) (*response, error) {
	ids := k.params("id")
	if len(ids) == 0 || len(ids) > maxMarked {
		return nil, archive.Fail(archive.Invalid, "subsonic-parameter", "id")
	}
	if k.param("submission") == "false" {
		return &response{}, nil
	}
	for _, id := range ids {
		f, err := k.reader.FileByID(k.ctx, archive.FileID(id))
		if err != nil {
			return nil, err
		}
		if err := k.accounts.Heard(k.ctx, k.viewer, f); err != nil {
			return nil, err
		}
	}
	return &response{}, nil
}
