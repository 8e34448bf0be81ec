package subsonic

import (
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

func ping(*call) (*response, error) { return &response{}, nil }

// getLicense: the archive is free.
func getLicense(*call) (*response, error) { return &response{License: &license{Valid: true}}, nil }

// getExtensions lists what is spoken beyond Subsonic.
func getExtensions() *response {
	return &response{Extensions: list[extension]{
		{"apiKeyAuthentication", list[int]{1}}, {"formPost", list[int]{1}}, {"songLyrics", list[int]{1}},
	}}
}

func tokenInfo(k *call) (*response, error) { return &response{TokenInfo: &token{k.user}}, nil }

// getUser tells an account about itself; about others nothing is told.
func getUser(k *call) (*response, error) {
	if name := k.param("username"); name != "" && !strings.EqualFold(name, k.user) {
		return nil, archive.Fail(archive.Forbidden, "staff-only")
	}
	return &response{User: &user{Username: k.user, StreamRole: true, DownloadRole: true, ScrobblingEnabled: k.viewer.Account != ""}}, nil
}

// getMusicFolders: the whole archive is one.
func getMusicFolders(*call) (*response, error) {
	return &response{MusicFolders: &folders{list[folder]{{wholeArchive, folderName}}}}, nil
}

// folderName is what the one music folder is called.
const folderName = "Văn nghệ"

func (k *call) index() (list[letters], error) {
	works, err := k.reader.RecordedAgents(k.ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]archive.AgentID, 0, len(works))
	for id := range works {
		ids = append(ids, id)
	}
	agents, err := k.reader.UncountedAgents(k.ctx, ids)
	if err != nil {
		return nil, err
	}
	if err := k.names(); err != nil {
		return nil, err
	}
	return byLetter(agents, works, k.stars), nil
}

func getArtists(k *call) (*response, error) {
	index, err := k.index()
	return &response{Artists: &artists{Index: index}}, err
}

// getIndexes is getArtists in the older form. lastModified is the change sequence: it only has to grow.
func getIndexes(k *call) (*response, error) {
	index, err := k.index()
	if err != nil {
		return nil, err
	}
	last, err := k.Catalog.LastChange(k.ctx)
	return &response{Indexes: &indexes{LastModified: last, Index: index}}, err
}

func getArtist(k *call) (*response, error) {
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	records, err := k.recorded(catalog.RecordedFilter{Agent: archive.AgentID(id), Size: catalog.MaxRecorded})
	if err != nil {
		return nil, err
	}
	agents, err := k.reader.UncountedAgents(k.ctx, []archive.AgentID{archive.AgentID(id)})
	if err != nil {
		return nil, err
	}
	a, ok := agents[archive.AgentID(id)]
	if !ok || len(records) == 0 { // a name may tell of what is not public
		return nil, archive.Fail(archive.NotFound, "agent-missing")
	}
	return &response{Artist: &artistAndAlbums{artistOf(&a, len(records), k.stars), albumsOf(records)}}, nil
}

func albumsOf(records []record) list[album] {
	var all list[album]
	for i := range records {
		all = append(all, records[i].album())
	}
	return all
}

// getAlbum answers for a work, and for a collection.
func getAlbum(k *call) (*response, error) {
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	r, err := k.record(archive.WorkID(id))
	if archive.CodeOf(err) == archive.NotFound {
		c, err := k.collection(archive.CollectionID(id))
		if err != nil {
			return nil, err
		}
		return &response{Album: &albumAndSongs{c.album(), c.songs()}}, nil
	}
	if err != nil {
		return nil, err
	}
	if len(r.tracks()) == 0 {
		return nil, archive.Fail(archive.NotFound, "work-missing")
	}
	return &response{Album: &albumAndSongs{r.album(), r.songs()}}, nil
}

func getSong(k *call) (*response, error) {
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	r, o, number, err := k.track(archive.FileID(id))
	if err != nil {
		return nil, err
	}
	s := r.song(o, number)
	return &response{Song: &s}, nil
}

func getGenres(k *call) (*response, error) {
	counts, err := k.reader.RecordedGenres(k.ctx)
	if err != nil {
		return nil, err
	}
	if err := k.names(); err != nil {
		return nil, err
	}
	doc := &genres{}
	for id, n := range counts {
		doc.Genre = append(doc.Genre, genre{SongCount: n.Files, AlbumCount: n.Works, Value: k.genres[id]})
	}
	slices.SortFunc(doc.Genre, func(a, b genre) int { return strings.Compare(a.Value, b.Value) })
	return &response{Genres: doc}, nil
}
