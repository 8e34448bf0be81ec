// Package subsonic speaks the OpenSubsonic protocol (Subsonic 1.16.1) under /rest, so that music players on telephones and computers play
// the recordings of the archive: agents are artists, each recorded work is an album with its files as songs, collections are playlists and,
// by their identifiers, albums too.
//
// Everything is read through the viewer who signs in; what is kept (stars, plays) goes through internal/account. It must not transcode or
// decide who may see what.
package subsonic

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/search"
	"vannghe/web/media"
	"vannghe/web/request"
)

// Root is the first segment of every address here.
const Root = "/rest"

// version is that of the protocol.
const version = "1.16.1"

// Options is what a Handler needs.
type Options struct {
	Catalog *catalog.Catalog
	Search  func() *search.Index // nil while the index is being opened
	Media   *media.Handler
}

// Handler answers under Root. Make it with New.
type Handler struct {
	Options
	accounts *account.Accounts
	methods  map[string]method
}

// method answers one call: with a document, or by having sent bytes itself (nil).
type method func(*call) (*response, error)

// New returns a Handler.
func New(o Options) *Handler {
	h := &Handler{Options: o, accounts: account.New(o.Catalog)}
	h.methods = map[string]method{
		"ping": ping, "getLicense": getLicense, "tokenInfo": tokenInfo, "getUser": getUser, "getMusicFolders": getMusicFolders,
		"getIndexes": getIndexes, "getMusicDirectory": getMusicDirectory, "getArtists": getArtists, "getArtist": getArtist, "getAlbum": getAlbum, "getSong": getSong, "getGenres": getGenres,
		"getAlbumList2": getAlbumList2, "getRandomSongs": getRandomSongs, "getSongsByGenre": getSongsByGenre, "search3": search3,
		"stream": stream, "download": download, "getCoverArt": getCoverArt, "getLyrics": getLyrics, "getLyricsBySongId": getLyricsBySongID,
		"getPlaylists": getPlaylists, "getPlaylist": getPlaylist, "star": star, "unstar": unstar, "getStarred2": getStarred2, "scrobble": scrobble,
	}
	return h
}

// Answer answers GET and POST at Root/<method>, with or without ".view". Failures are documents of the protocol, with status 200 as it wants;
// only an unknown method is 404.
func (h *Handler) Answer(c *fiber.Ctx) error {
	name := strings.TrimSuffix(c.Params("method"), ".view")
	k := &call{Handler: h, c: c, ctx: request.Context(c)}
	if name == "getOpenSubsonicExtensions" { // must be answered before anybody has signed in
		return k.send(getExtensions(), fiber.StatusOK)
	}
	run, ok := h.methods[name]
	if !ok {
		return k.fail(archive.Fail(archive.NotFound, "subsonic-unknown", name), fiber.StatusNotFound)
	}
	if err := k.signIn(); err != nil {
		return k.fail(err, fiber.StatusOK)
	}
	doc, err := run(k)
	if err != nil {
		return k.fail(err, fiber.StatusOK)
	}
	if doc == nil {
		return nil
	}
	return k.send(doc, fiber.StatusOK)
}
