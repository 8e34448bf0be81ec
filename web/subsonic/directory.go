package subsonic

import (
	"strconv"

	"vannghe/internal/archive"
)

// wholeArchive is the identifier of the one music folder.
const wholeArchive = 1

// getMusicDirectory is for players that walk folders: the archive holds artists, an artist albums, an album or a collection songs.
func getMusicDirectory(k *call) (*response, error) {
	if k.param("id") == strconv.Itoa(wholeArchive) {
		return k.artistFolders()
	}
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	doc, err := getAlbum(k)
	if archive.CodeOf(err) == archive.NotFound {
		return k.albumFolders(archive.AgentID(id))
	}
	if err != nil {
		return nil, err
	}
	d := &directory{ID: id, Parent: doc.Album.ArtistID, Name: doc.Album.Name}
	for _, s := range doc.Album.Song {
		d.Child = append(d.Child, s)
	}
	return &response{Directory: d}, nil
}

func (k *call) artistFolders() (*response, error) {
	index, err := k.index()
	if err != nil {
		return nil, err
	}
	d := &directory{ID: strconv.Itoa(wholeArchive), Name: folderName}
	for _, letter := range index {
		for _, a := range letter.Artist {
			d.Child = append(d.Child, subfolder{ID: a.ID, Parent: d.ID, IsDir: true, Title: a.Name, Artist: a.Name, ArtistID: a.ID})
		}
	}
	return &response{Directory: d}, nil
}

func (k *call) albumFolders(id archive.AgentID) (*response, error) {
	doc, err := getArtist(k)
	if err != nil {
		return nil, err
	}
	d := &directory{ID: string(id), Parent: strconv.Itoa(wholeArchive), Name: doc.Artist.Name}
	for _, a := range doc.Artist.Album {
		d.Child = append(d.Child, subfolder{ID: a.ID, Parent: d.ID, IsDir: true, Title: a.Name, Album: a.Name, Artist: a.Artist, ArtistID: a.ArtistID,
			CoverArt: a.CoverArt, Year: a.Year, Genre: a.Genre, Created: a.Created})
	}
	return &response{Directory: d}, nil
}
