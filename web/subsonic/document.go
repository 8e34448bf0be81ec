package subsonic

import (
	"encoding/json"
	"encoding/xml"
)

// list is a list that is never null in JSON; in XML each entry is an element.
type list[T any] []T

// MarshalJSON writes an empty list as [].
func (l list[T]) MarshalJSON() ([]byte, error) {
	if len(l) == 0 {
		return []byte("[]"), nil
	}
	return json.Marshal([]T(l))
}

// response is the document of every answer; one of the pointers is set.
type response struct {
	XMLName       xml.Name `xml:"http://subsonic.org/restapi subsonic-response" json:"-"`
	Status        string   `xml:"status,attr" json:"status"`
	Version       string   `xml:"version,attr" json:"version"`
	Type          string   `xml:"type,attr" json:"type"`
	ServerVersion string   `xml:"serverVersion,attr" json:"serverVersion"`
	OpenSubsonic  bool     `xml:"openSubsonic,attr" json:"openSubsonic"`

	Error        *failed          `xml:"error" json:"error,omitempty"`
	License      *license         `xml:"license" json:"license,omitempty"`
	Extensions   list[extension]  `xml:"openSubsonicExtensions" json:"openSubsonicExtensions,omitempty"`
	TokenInfo    *token           `xml:"tokenInfo" json:"tokenInfo,omitempty"`
	User         *user            `xml:"user" json:"user,omitempty"`
	MusicFolders *folders         `xml:"musicFolders" json:"musicFolders,omitempty"`
	Indexes      *indexes         `xml:"indexes" json:"indexes,omitempty"`
	Directory    *directory       `xml:"directory" json:"directory,omitempty"`
	Artists      *artists         `xml:"artists" json:"artists,omitempty"`
	Artist       *artistAndAlbums `xml:"artist" json:"artist,omitempty"`
	Album        *albumAndSongs   `xml:"album" json:"album,omitempty"`
	AlbumList    *albums          `xml:"albumList2" json:"albumList2,omitempty"`
	Song         *song            `xml:"song" json:"song,omitempty"`
	Genres       *genres          `xml:"genres" json:"genres,omitempty"`
	RandomSongs  *songs           `xml:"randomSongs" json:"randomSongs,omitempty"`
	SongsByGenre *songs           `xml:"songsByGenre" json:"songsByGenre,omitempty"`
	Search       *found           `xml:"searchResult3" json:"searchResult3,omitempty"`
	Starred      *found           `xml:"starred2" json:"starred2,omitempty"`
	Lyrics       *lyrics          `xml:"lyrics" json:"lyrics,omitempty"`
	LyricsList   *lyricsList      `xml:"lyricsList" json:"lyricsList,omitempty"`
	Playlists    *playlists       `xml:"playlists" json:"playlists,omitempty"`
	Playlist     *playlistEntries `xml:"playlist" json:"playlist,omitempty"`
}

type failed struct {
	Code    int    `xml:"code,attr" json:"code"`
	Message string `xml:"message,attr" json:"message"`
}

type license struct {
	Valid bool `xml:"valid,attr" json:"valid"`
}

type extension struct {
	Name     string    `xml:"name,attr" json:"name"`
	Versions list[int] `xml:"versions" json:"versions"`
}

type token struct {
	Username string `xml:"username,attr" json:"username"`
}

// user says what an account may do through this protocol: listen, and take home what may be taken home.
type user struct {
	Username            string `xml:"username,attr" json:"username"`
	ScrobblingEnabled   bool   `xml:"scrobblingEnabled,attr" json:"scrobblingEnabled"`
	AdminRole           bool   `xml:"adminRole,attr" json:"adminRole"`
	SettingsRole        bool   `xml:"settingsRole,attr" json:"settingsRole"`
	DownloadRole        bool   `xml:"downloadRole,attr" json:"downloadRole"`
	UploadRole          bool   `xml:"uploadRole,attr" json:"uploadRole"`
	PlaylistRole        bool   `xml:"playlistRole,attr" json:"playlistRole"`
	CoverArtRole        bool   `xml:"coverArtRole,attr" json:"coverArtRole"`
	CommentRole         bool   `xml:"commentRole,attr" json:"commentRole"`
	PodcastRole         bool   `xml:"podcastRole,attr" json:"podcastRole"`
	StreamRole          bool   `xml:"streamRole,attr" json:"streamRole"`
	JukeboxRole         bool   `xml:"jukeboxRole,attr" json:"jukeboxRole"`
	ShareRole           bool   `xml:"shareRole,attr" json:"shareRole"`
	VideoConversionRole bool   `xml:"videoConversionRole,attr" json:"videoConversionRole"`
}

type folders struct {
	Folder list[folder] `xml:"musicFolder" json:"musicFolder"`
}

type folder struct {
	ID   int    `xml:"id,attr" json:"id"`
	Name string `xml:"name,attr" json:"name"`
}

// directory is a folder of the archive as old players walk it.
type directory struct {
	ID     string    `xml:"id,attr" json:"id"`
	Parent string    `xml:"parent,attr,omitempty" json:"parent,omitempty"`
	Name   string    `xml:"name,attr" json:"name"`
	Child  list[any] `xml:"child" json:"child"` // subfolder or song
}

type subfolder struct {
	ID       string `xml:"id,attr" json:"id"`
	Parent   string `xml:"parent,attr" json:"parent"`
	IsDir    bool   `xml:"isDir,attr" json:"isDir"`
	Title    string `xml:"title,attr" json:"title"`
	Album    string `xml:"album,attr,omitempty" json:"album,omitempty"`
	Artist   string `xml:"artist,attr,omitempty" json:"artist,omitempty"`
	ArtistID string `xml:"artistId,attr,omitempty" json:"artistId,omitempty"`
	CoverArt string `xml:"coverArt,attr,omitempty" json:"coverArt,omitempty"`
	Year     int    `xml:"year,attr,omitempty" json:"year,omitempty"`
	Genre    string `xml:"genre,attr,omitempty" json:"genre,omitempty"`
	Created  string `xml:"created,attr,omitempty" json:"created,omitempty"`
}

type artists struct {
	IgnoredArticles string        `xml:"ignoredArticles,attr" json:"ignoredArticles"`
	Index           list[letters] `xml:"index" json:"index"`
}

type indexes struct {
	IgnoredArticles string        `xml:"ignoredArticles,attr" json:"ignoredArticles"`
	LastModified    int64         `xml:"lastModified,attr" json:"lastModified"` // ms
	Index           list[letters] `xml:"index" json:"index"`
}

type letters struct {
	Name   string       `xml:"name,attr" json:"name"`
	Artist list[artist] `xml:"artist" json:"artist"`
}

type artist struct {
	ID         string `xml:"id,attr" json:"id"`
	Name       string `xml:"name,attr" json:"name"`
	SortName   string `xml:"sortName,attr,omitempty" json:"sortName,omitempty"`
	AlbumCount int    `xml:"albumCount,attr" json:"albumCount"`
	Starred    string `xml:"starred,attr,omitempty" json:"starred,omitempty"`
}

type artistAndAlbums struct {
	artist
	Album list[album] `xml:"album" json:"album"`
}

type named struct {
	ID   string `xml:"id,attr,omitempty" json:"id,omitempty"`
	Name string `xml:"name,attr" json:"name"`
}

type contributor struct {
	Role   string `xml:"role,attr" json:"role"`
	Artist named  `xml:"artist" json:"artist"`
}

type album struct {
	ID            string       `xml:"id,attr" json:"id"`
	Name          string       `xml:"name,attr" json:"name"`
	Artist        string       `xml:"artist,attr,omitempty" json:"artist,omitempty"`
	ArtistID      string       `xml:"artistId,attr,omitempty" json:"artistId,omitempty"`
	CoverArt      string       `xml:"coverArt,attr,omitempty" json:"coverArt,omitempty"`
	SongCount     int          `xml:"songCount,attr" json:"songCount"`
	Duration      int          `xml:"duration,attr" json:"duration"` // seconds
	Created       string       `xml:"created,attr" json:"created"`
	Starred       string       `xml:"starred,attr,omitempty" json:"starred,omitempty"`
	Year          int          `xml:"year,attr,omitempty" json:"year,omitempty"`
	Genre         string       `xml:"genre,attr,omitempty" json:"genre,omitempty"`
	SortName      string       `xml:"sortName,attr,omitempty" json:"sortName,omitempty"`
	DisplayArtist string       `xml:"displayArtist,attr,omitempty" json:"displayArtist,omitempty"`
	Compilation   bool         `xml:"isCompilation,attr" json:"isCompilation"`
	Genres        list[genred] `xml:"genres" json:"genres"`
	Artists       list[named]  `xml:"artists" json:"artists"`
}

// genred is a genre of an album or song.
type genred struct {
	Name string `xml:"name,attr" json:"name"`
}

type albumAndSongs struct {
	album
	Song list[song] `xml:"song" json:"song"`
}

type albums struct {
	Album list[album] `xml:"album" json:"album"`
}

type song struct {
	ID            string            `xml:"id,attr" json:"id"`
	Parent        string            `xml:"parent,attr" json:"parent"`
	IsDir         bool              `xml:"isDir,attr" json:"isDir"`
	Title         string            `xml:"title,attr" json:"title"`
	Album         string            `xml:"album,attr" json:"album"`
	AlbumID       string            `xml:"albumId,attr" json:"albumId"`
	Artist        string            `xml:"artist,attr,omitempty" json:"artist,omitempty"`
	ArtistID      string            `xml:"artistId,attr,omitempty" json:"artistId,omitempty"`
	Track         int               `xml:"track,attr" json:"track"`
	DiscNumber    int               `xml:"discNumber,attr,omitempty" json:"discNumber,omitempty"`
	Year          int               `xml:"year,attr,omitempty" json:"year,omitempty"`
	Genre         string            `xml:"genre,attr,omitempty" json:"genre,omitempty"`
	CoverArt      string            `xml:"coverArt,attr,omitempty" json:"coverArt,omitempty"`
	Size          int64             `xml:"size,attr" json:"size"`
	ContentType   string            `xml:"contentType,attr" json:"contentType"`
	Suffix        string            `xml:"suffix,attr" json:"suffix"`
	Duration      int               `xml:"duration,attr" json:"duration"` // seconds
	BitRate       int               `xml:"bitRate,attr,omitempty" json:"bitRate,omitempty"`
	Path          string            `xml:"path,attr" json:"path"`
	Video         bool              `xml:"isVideo,attr" json:"isVideo"`
	Created       string            `xml:"created,attr" json:"created"`
	Starred       string            `xml:"starred,attr,omitempty" json:"starred,omitempty"`
	Type          string            `xml:"type,attr" json:"type"`
	MediaType     string            `xml:"mediaType,attr" json:"mediaType"`
	DisplayArtist string            `xml:"displayArtist,attr,omitempty" json:"displayArtist,omitempty"`
	Genres        list[genred]      `xml:"genres" json:"genres"`
	Artists       list[named]       `xml:"artists" json:"artists"`
	Contributors  list[contributor] `xml:"contributors" json:"contributors"`
	ReplayGain    *replayGain       `xml:"replayGain" json:"replayGain,omitempty"`
}

type replayGain struct {
	TrackGain float64 `xml:"trackGain,attr" json:"trackGain"` // dB
	TrackPeak float64 `xml:"trackPeak,attr,omitempty" json:"trackPeak,omitempty"`
}

type songs struct {
	Song list[song] `xml:"song" json:"song"`
}

type genres struct {
	Genre list[genre] `xml:"genre" json:"genre"`
}

type genre struct {
	SongCount  int    `xml:"songCount,attr" json:"songCount"`
	AlbumCount int    `xml:"albumCount,attr" json:"albumCount"`
	Value      string `xml:",chardata" json:"value"`
}

// found is what a search found, or what is starred.
type found struct {
	Artist list[artist] `xml:"artist" json:"artist"`
	Album  list[album]  `xml:"album" json:"album"`
	Song   list[song]   `xml:"song" json:"song"`
}

type lyrics struct {
	Artist string `xml:"artist,attr,omitempty" json:"artist,omitempty"`
	Title  string `xml:"title,attr,omitempty" json:"title,omitempty"`
	Value  string `xml:",chardata" json:"value"`
}

type lyricsList struct {
	Lyrics list[structuredLyrics] `xml:"structuredLyrics" json:"structuredLyrics"`
}

type structuredLyrics struct {
	DisplayArtist string     `xml:"displayArtist,attr,omitempty" json:"displayArtist,omitempty"`
	DisplayTitle  string     `xml:"displayTitle,attr,omitempty" json:"displayTitle,omitempty"`
	Lang          string     `xml:"lang,attr" json:"lang"`
	Synced        bool       `xml:"synced,attr" json:"synced"`
	Line          list[line] `xml:"line" json:"line"`
}

type line struct {
	Start *int64 `xml:"start,attr,omitempty" json:"start,omitempty"` // ms; nil when not synced
	Value string `xml:",chardata" json:"value"`
}

type playlists struct {
	Playlist list[playlist] `xml:"playlist" json:"playlist"`
}

type playlist struct {
	ID        string `xml:"id,attr" json:"id"`
	Name      string `xml:"name,attr" json:"name"`
	Comment   string `xml:"comment,attr,omitempty" json:"comment,omitempty"`
	Public    bool   `xml:"public,attr" json:"public"`
	Readonly  bool   `xml:"readonly,attr" json:"readonly"`
	SongCount int    `xml:"songCount,attr" json:"songCount"`
	Duration  int    `xml:"duration,attr" json:"duration"` // seconds
	Created   string `xml:"created,attr" json:"created"`
	Changed   string `xml:"changed,attr" json:"changed"`
	CoverArt  string `xml:"coverArt,attr,omitempty" json:"coverArt,omitempty"`
}

type playlistEntries struct {
	playlist
	Entry list[song] `xml:"entry" json:"entry"`
}
