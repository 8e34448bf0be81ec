package subsonic

import (
	"cmp"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// maxPlaylists bounds the answer of getPlaylists.
const maxPlaylists = 200

// getPlaylists lists the collections that hold recordings. They are the editors': players may not change them.
func getPlaylists(k *call) (*response, error) {
	counts, err := k.reader.RecordedCollections(k.ctx)
	if err != nil {
		return nil, err
	}
	doc := &playlists{}
	ids := make([]archive.CollectionID, 0, len(counts))
	for id := range counts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids[:min(len(ids), maxPlaylists)] {
		c, err := k.collection(id)
		if archive.CodeOf(err) == archive.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		doc.Playlist = append(doc.Playlist, c.playlist())
	}
	slices.SortFunc(doc.Playlist, func(a, b playlist) int {
		return cmp.Or(strings.Compare(viet.SortKey(a.Name), viet.SortKey(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return &response{Playlists: doc}, nil
}

func getPlaylist(k *call) (*response, error) {
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	c, err := k.collection(archive.CollectionID(id))
	if err != nil {
		return nil, err
	}
	return &response{Playlist: &playlistEntries{c.playlist(), c.songs()}}, nil
}
