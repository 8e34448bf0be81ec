package web_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage"
	"vannghe/web"
)

const guest = "u=khach&p=khach&v=1.16.1&c=test&f=json"

// player is a music library: an album of two songs with words, a single, one for members, a film that is none of its business.
type player struct {
	*world
	n               *node
	album, single   *archive.Work
	members         *archive.Work
	collection      archive.CollectionID
	secret, revoked string
}

func newPlayer(t *testing.T) *player {
	t.Helper()
	p := &player{world: newWorld(t, 1, nil)}
	p.n = p.nodes[0]
	p.film("Thuyền qua trăng", 100)
	p.single = p.song("Lời ru bên sông", "Một mình")
	p.album = p.song("Tiếng nước", "Một", "Hai")
	f := p.album.Representations[0].Files[0]
	words := catalogtest.File("Một.lrc")
	sung := []byte("[00:01.50]À ơi\n[00:05.00]Con nước lớn\n")
	words.Format, words.Position, words.Size = "lrc", 2, int64(len(sung))
	p.store(storage.Key(words.Key), sung)
	p.album.Representations[0].Files = append(p.album.Representations[0].Files, words)
	p.collection = p.collect("Sông nước", p.album, p.single)
	p.parts(p.album, f, archive.Part{Work: p.album.ID, Kind: "stanza", Locator: "kho-1", Text: "À ơi\nCon nước lớn", Language: "vi"})
	p.members = p.song("Kín", "Kín")
	p.members.Audience = archive.AudienceMembers
	p.put(p.members)
	a := account.New(p.catalog)
	_, err := a.Add(t.Context(), "van", "Lâm Tịnh Vân", archive.Member)
	p.must(err)
	kept, err := a.AddPassword(t.Context(), "van", "điện thoại")
	p.must(err)
	ended, err := a.AddPassword(t.Context(), "van", "máy cũ")
	p.must(err)
	p.must(a.RevokePassword(t.Context(), "van", ended.ID))
	p.secret, p.revoked = kept.Secret, ended.Secret
	p.settle()
	return p
}

func (p *player) member() string { return "apiKey=" + p.secret + "&v=1.16.1&c=test&f=json" }

// ask calls a method and returns the answer within its envelope.
func (p *player) ask(method, login, more string) map[string]any {
	p.t.Helper()
	doc := p.n.get("/rest/"+method+"?"+login+more).expect(p.t, http.StatusOK).json(p.t)
	inner, ok := doc["subsonic-response"].(map[string]any)
	if !ok {
		p.t.Fatalf("%s: no envelope in %v", method, doc)
	}
	return inner
}

// code is the code of a failure, -1 for success.
func (p *player) code(method, login, more string) int {
	p.t.Helper()
	doc := p.ask(method, login, more)
	if doc["status"] == "ok" {
		return -1
	}
	failure, ok := doc["error"].(map[string]any)
	if !ok || doc["status"] != "failed" {
		p.t.Fatalf("%s: %v", method, doc)
	}
	code, _ := failure["code"].(float64)
	return int(code)
}

// at walks into a document.
func at(doc any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := doc.(map[string]any)
			doc = m[step]
		case int:
			l, _ := doc.([]any)
			if step >= len(l) {
				return nil
			}
			doc = l[step]
		}
	}
	return doc
}

func names(doc any, list, field string) string {
	var all []string
	items, _ := at(doc, list).([]any)
	for _, one := range items {
		all = append(all, fmt.Sprint(at(one, field)))
	}
	return strings.Join(all, "; ")
}

func hash(secret, salt string) string {
	sum := md5.Sum([]byte(secret + salt))
	return hex.EncodeToString(sum[:])
}

func TestSubsonicSignIn(t *testing.T) {
	p := newPlayer(t)
	const rest = "&v=1.16.1&c=test&f=json"
	for sentence, c := range map[string]struct {
		login string
		want  int
	}{
		"the guest's name and password are published":     {guest, -1},
		"the guest may send a token":                      {"u=khach&t=" + hash("khach", "xy12ab") + "&s=xy12ab" + rest, -1},
		"the guest's password is not any":                 {"u=khach&p=x" + rest, 40},
		"an account sends a token of its app password":    {"u=van&t=" + hash(p.secret, "abcdef") + "&s=abcdef" + rest, -1},
		"in capitals too":                                 {"u=VAN&t=" + strings.ToUpper(hash(p.secret, "abcdef")) + "&s=abcdef" + rest, -1},
		"or the password itself":                          {"u=van&p=" + p.secret + rest, -1},
		"or in hexadecimal":                               {"u=van&p=enc:" + hex.EncodeToString([]byte(p.secret)) + rest, -1},
		"hexadecimal that is none":                        {"u=van&p=enc:zz" + rest, 40},
		"or as an API key":                                {p.member(), -1},
		"a token with another salt":                       {"u=van&t=" + hash(p.secret, "abcdef") + "&s=abcdeg" + rest, 40},
		"a wrong password":                                {"u=van&p=wrong" + rest, 40},
		"nobody of that name":                             {"u=nobody&p=" + p.secret + rest, 40},
		"the guest's password does not open accounts":     {"u=van&p=khach" + rest, 40},
		"a revoked password":                              {"u=van&p=" + p.revoked + rest, 40},
		"a revoked key":                                   {"apiKey=" + p.revoked + rest, 44},
		"no name":                                         {"p=x" + rest, 10},
		"no password":                                     {"u=van" + rest, 10},
		"a token without its salt":                        {"u=van&t=00" + rest, 10},
		"a key and a name":                                {"apiKey=" + p.secret + "&u=van" + rest, 43},
		"a password and a token":                          {"u=van&p=x&t=00&s=1" + rest, 43},
		"a program that speaks a newer protocol":          {"u=khach&p=khach&v=2.0.0&c=test&f=json", 30},
		"a program that speaks one that is too old":       {"u=khach&p=khach&v=0.9&c=test&f=json", 20},
		"a program that does not say what it speaks":      {"u=khach&p=khach&f=json", -1},
		"an empty key is no key":                          {"apiKey=&" + guest, -1},
		"a name of bytes that are no text is just no one": {"u=%ff%00&p=%ff" + rest, 40},
	} {
		if got := p.code("ping", c.login, ""); got != c.want {
			t.Errorf("%s: code %d, want %d", sentence, got, c.want)
		}
	}
	if strings.Contains(p.log.String(), p.secret) {
		t.Error("the log holds a password")
	}
	// formPost, also from a page of another site: the request itself brings the password.
	a := p.n.do(http.MethodPost, "/rest/ping.view", strings.NewReader(url.Values{"u": {"van"}, "p": {p.secret}, "f": {"json"}}.Encode()),
		"Content-Type: application/x-www-form-urlencoded", "Origin: https://player.example", "Sec-Fetch-Site: cross-site")
	a.expect(t, 200, `"status":"ok"`)
	if a.Header.Get("Access-Control-Allow-Origin") != "*" || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", a.Header)
	}
	p.n.get("/rest/getOpenSubsonicExtensions?f=json").expect(t, 200, "apiKeyAuthentication", "formPost", "songLyrics")
	p.n.get("/rest/jukeboxControl?"+guest).expect(t, 404, `"status":"failed"`)
	if got := p.n.get("/rest/ping?" + strings.Replace(guest, "f=json", "f=jsonp&callback=x", 1)); strings.HasPrefix(string(got.body), "x(") || !strings.HasPrefix(got.Header.Get("Content-Type"), "application/xml") {
		t.Errorf("JSONP is spoken: %s", got.body)
	}
}

func TestSubsonicLibrary(t *testing.T) {
	p := newPlayer(t)
	id := func(w *archive.Work) string { return string(w.ID) }
	agent := string(p.album.Credits[0].Agent)
	first := p.album.Representations[0].Files[0]
	artists := p.ask("getArtists", guest, "")
	if got := at(artists, "artists", "index", 0, "name"); got != "K" {
		t.Errorf("Đỗ Vân Khoa stands under %v", got)
	}
	if got := at(artists, "artists", "index", 0, "artist", 0); at(got, "id") != agent || at(got, "albumCount") != 2.0 {
		t.Errorf("artist %v", got)
	}
	if got := at(p.ask("getArtists", p.member(), ""), "artists", "index", 0, "artist", 0, "albumCount"); got != 3.0 {
		t.Errorf("a member sees %v albums", got)
	}
	if got := names(at(p.ask("getArtist", guest, "&id="+agent), "artist"), "album", "name"); got != "Tiếng nước; Lời ru bên sông" && got != "Lời ru bên sông; Tiếng nước" {
		t.Errorf("albums of the artist: %s", got)
	}
	album := at(p.ask("getAlbum.view", guest, "&id="+id(p.album)), "album")
	if names(album, "song", "title") != "Một; Hai" || at(album, "songCount") != 2.0 || at(album, "duration") != 122.0 || at(album, "year") != 1987.0 || at(album, "artist") != "Đỗ Vân Khoa" {
		t.Errorf("album %v", album)
	}
	one := at(album, "song", 0)
	if at(one, "replayGain", "trackGain") != -2.0 || at(one, "replayGain", "trackPeak") != 0.1 || at(one, "contentType") != "audio/mp4" || at(one, "id") != string(first.ID) || at(album, "song", 1, "replayGain") != nil {
		t.Errorf("song %v", one)
	}
	if got := at(p.ask("getAlbum", guest, "&id="+string(p.collection)), "album"); names(got, "song", "album") != "Tiếng nước; Tiếng nước; Lời ru bên sông" || at(got, "isCompilation") != true {
		t.Errorf("the collection as an album: %v", got)
	}
	if got := names(at(p.ask("getPlaylists", guest, ""), "playlists"), "playlist", "name"); got != "Sông nước" {
		t.Errorf("playlists %s", got)
	}
	if got := at(p.ask("getPlaylist", guest, "&id="+string(p.collection)), "playlist"); at(got, "songCount") != 3.0 || at(got, "readonly") != true || names(got, "entry", "title") != "Một; Hai; Lời ru bên sông" {
		t.Errorf("playlist %v", got)
	}
	for kind, want := range map[string]string{
		"alphabeticalByName": "Lời ru bên sông; Tiếng nước", "byYear&fromYear=1987&toYear=1980": "2", "byYear&fromYear=1990&toYear=1999": "0", "byGenre&genre=Ca+kh%C3%BAc": "Lời ru bên sông; Tiếng nước",
		"newest": "2", "random": "2", "frequent": "0", "recent": "0", "starred": "0", "alphabeticalByName&size=1&offset=1": "Tiếng nước", "newest&offset=9": "0", "newest&size=0": "0",
	} {
		got := at(p.ask("getAlbumList2", guest, "&type="+kind), "albumList2")
		list, _ := at(got, "album").([]any)
		if fmt.Sprint(len(list)) != want && names(got, "album", "name") != want {
			t.Errorf("list %s: %s", kind, names(got, "album", "name"))
		}
	}
	if got := at(p.ask("getGenres", guest, ""), "genres", "genre", 0); at(got, "value") != "Ca khúc" || at(got, "albumCount") != 2.0 || at(got, "songCount") != 3.0 {
		t.Errorf("genre %v", got)
	}
	if got := names(at(p.ask("getSongsByGenre", guest, "&genre=ca-khuc&count=2&offset=1"), "songsByGenre"), "song", "title"); got != "Một; Hai" {
		t.Errorf("songs of the genre %s", got)
	}
	if got := names(at(p.ask("getRandomSongs", guest, "&size=2"), "randomSongs"), "song", "id"); len(strings.Split(got, "; ")) != 2 {
		t.Errorf("random songs %s", got)
	}
	for query, want := range map[string]string{"tieng+nuoc": "Tiếng nước", "%22%22": "Lời ru bên sông; Tiếng nước", "kin": ""} {
		// Works that hold only some of the words may follow.
		if got := names(at(p.ask("search3", guest, "&query="+query), "searchResult3"), "album", "name"); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("search for %s: %s", query, got)
		}
	}
	second := at(p.ask("getLyricsBySongId", guest, "&id="+string(p.album.Representations[0].Files[1].ID)), "lyricsList", "structuredLyrics")
	if at(second, 0, "synced") != false {
		t.Errorf("the words of the first song go with the second: %v", second)
	}
	if got := names(at(p.ask("search3", guest, "&query=do+van+khoa"), "searchResult3"), "artist", "name"); got != "Đỗ Vân Khoa" {
		t.Errorf("artists found: %s", got)
	}
	words := at(p.ask("getLyricsBySongId", guest, "&id="+string(first.ID)), "lyricsList", "structuredLyrics")
	if at(words, 0, "synced") != true || at(words, 0, "line", 0, "start") != 1500.0 || at(words, 0, "line", 1, "value") != "Con nước lớn" || at(words, 1, "synced") != false || at(words, 1, "line", 0, "value") != "À ơi" {
		t.Errorf("words %v", words)
	}
	if got := at(p.ask("getLyrics", guest, "&title=Ti%E1%BA%BFng+n%C6%B0%E1%BB%9Bc&artist=%C4%90%E1%BB%97+V%C3%A2n+Khoa"), "lyrics", "value"); got != "À ơi\nCon nước lớn" {
		t.Errorf("words by title: %v", got)
	}
}

// Old players walk folders: the archive, an artist, an album or collection.
func TestSubsonicFolders(t *testing.T) {
	p := newPlayer(t)
	agent := string(p.album.Credits[0].Agent)
	folder := func(id string) any { return at(p.ask("getMusicDirectory", guest, "&id="+id), "directory") }
	top := at(p.ask("getMusicFolders", guest, ""), "musicFolders", "musicFolder", 0, "id")
	if got := folder(fmt.Sprint(top)); names(got, "child", "title") != "Đỗ Vân Khoa" || at(got, "child", 0, "id") != agent || at(got, "child", 0, "isDir") != true {
		t.Errorf("the archive: %v", got)
	}
	artist := folder(agent)
	if got := names(artist, "child", "title"); got != "Tiếng nước; Lời ru bên sông" && got != "Lời ru bên sông; Tiếng nước" || at(artist, "parent") != "1" || at(artist, "name") != "Đỗ Vân Khoa" {
		t.Errorf("the artist: %v", artist)
	}
	album := folder(string(p.album.ID))
	if names(album, "child", "title") != "Một; Hai" || at(album, "child", 0, "isDir") != false || at(album, "parent") != agent || at(album, "child", 1, "discNumber") != 2.0 {
		t.Errorf("the album: %v", album)
	}
	if got := folder(string(p.collection)); names(got, "child", "title") != "Một; Hai; Lời ru bên sông" {
		t.Errorf("the collection: %v", got)
	}
	for _, id := range []string{string(p.members.ID), "aaaaaaaaaaaa", "2", ""} {
		if got := p.code("getMusicDirectory", guest, "&id="+id); got != 70 && (id != "" || got != 10) {
			t.Errorf("folder %q: code %d", id, got)
		}
	}
	p.n.get("/rest/getMusicDirectory?u=khach&p=khach&v=1.16.1&c=test&id="+agent).expect(t, 200, `<directory id="`+agent+`" parent="1" name="Đỗ Vân Khoa"><child id="`)
}

// TestHowToListenWithOtherApps: the page tells the address and the published login, and every page leads to it.
func TestHowToListenWithOtherApps(t *testing.T) {
	w := newWorld(t, 0, nil)
	n := w.startNode(web.Options{BaseURL: "https://vannghe.example"})
	n.get("/ung-dung").expect(t, 200, "Nghe bằng ứng dụng khác", "https://vannghe.example", ">khach<", "https://vannghe.example/feed.xml")
	n.get("/en/ung-dung").expect(t, 200, "Listen with other apps", "Server address", ">khach<")
	n.get("/").expect(t, 200, `<a href="/ung-dung">Nghe bằng ứng dụng khác</a>`)
}

// What a viewer may not see is not there for its player either, by any method.
func TestSubsonicHides(t *testing.T) {
	p := newPlayer(t)
	hidden := p.members.Representations[0].Files[0]
	for _, method := range []string{"getAlbum&id=" + string(p.members.ID), "getSong&id=" + string(hidden.ID), "stream&id=" + string(hidden.ID), "download&id=" + string(hidden.ID),
		"getCoverArt&id=" + string(p.members.ID), "getCoverArt&id=" + string(hidden.ID), "getLyricsBySongId&id=" + string(hidden.ID), "scrobble&id=" + string(hidden.ID),
		"getAlbum&id=aaaaaaaaaaaa", "getArtist&id=aaaaaaaaaaaa", "getPlaylist&id=aaaaaaaaaaaa", "getSong&id=../../etc", "getAlbumList2&type=byGenre&genre=x"} {
		name, more, _ := strings.Cut(method, "&")
		if got := p.code(name, guest, "&"+more); got != 70 {
			t.Errorf("%s: code %d", method, got)
		}
	}
	for _, method := range []string{"getAlbum", "getSong", "stream", "getAlbumList2", "getAlbumList2&type=nonsense", "getAlbumList2&type=byYear&fromYear=x", "getSongsByGenre", "star", "scrobble", "getCoverArt"} {
		name, more, _ := strings.Cut(method, "&")
		if got := p.code(name, guest, "&"+more); got != 10 {
			t.Errorf("%s without its parameters: code %d", method, got)
		}
	}
	p.n.get("/rest/stream?"+p.member()+"&id="+string(hidden.ID)).expect(t, 200, "sound of Kín")
	if got := p.code("star", guest, "&id="+string(p.album.ID)); got != 50 {
		t.Errorf("the guest stars: code %d", got)
	}
	if got := p.code("getUser", guest, "&username=van"); got != 50 {
		t.Errorf("the guest reads about others: code %d", got)
	}
	p.withdraw(p.album.ID, "Theo yêu cầu")
	if got := p.code("stream", guest, "&id="+string(p.album.Representations[0].Files[0].ID)); got != 70 {
		t.Errorf("a withdrawn song: code %d", got)
	}
	if got := p.code("getAlbum", guest, "&id="+string(p.album.ID)); got != 70 {
		t.Errorf("a withdrawn album: code %d", got)
	}
}

func TestSubsonicStream(t *testing.T) {
	p := newPlayer(t)
	first := p.album.Representations[0].Files[0]
	path := "/rest/stream?" + guest + "&id=" + string(first.ID)
	whole := p.n.get(path).expect(t, 200, "sound of Một.mp3")
	if whole.Header.Get("Content-Type") != "audio/mp4" || whole.Header.Get("Accept-Ranges") != "bytes" {
		t.Errorf("headers %v", whole.Header)
	}
	part := p.n.get(path, "Range: bytes=3-6").expect(t, 206)
	if !bytes.Equal(part.body, whole.body[3:7]) {
		t.Errorf("range %q", part.body)
	}
	p.n.get(path, "If-None-Match: "+whole.Header.Get("ETag")).expect(t, 304)
	if a := p.n.do(http.MethodHead, path, nil); a.StatusCode != 200 || a.ContentLength != int64(len(whole.body)) {
		t.Errorf("HEAD: %d, %d bytes", a.StatusCode, a.ContentLength)
	}
	p.n.get("/rest/getCoverArt?"+guest+"&size=100&id="+string(p.album.ID)).expect(t, 200, "cover")
	p.n.get("/rest/getCoverArt?"+guest+"&id="+string(first.ID)).expect(t, 200, "cover")
	p.store(storage.Key(first.Key), []byte("whole"))
	p.n.get("/rest/download?"+guest+"&id="+string(first.ID)).expect(t, 200, "whole")
	p.n.get(path+"&format=raw").expect(t, 200, "whole")
	p.album.Rights.Statement = "https://rightsstatements.org/vocab/InC/1.0/"
	p.put(p.album)
	if got := p.code("download", guest, "&id="+string(first.ID)); got != 50 {
		t.Errorf("an original in copyright: code %d", got)
	}
	p.n.get(path+"&format=raw").expect(t, 200, "sound of Một.mp3")
}

func TestSubsonicStars(t *testing.T) {
	p := newPlayer(t)
	song, agent := string(p.album.Representations[0].Files[1].ID), string(p.album.Credits[0].Agent)
	if got := p.code("star", p.member(), "&id="+song+"&id="+string(p.members.ID)+"&albumId="+string(p.album.ID)+"&artistId="+agent); got != -1 {
		t.Fatalf("star: code %d", got)
	}
	starred := at(p.ask("getStarred2", p.member(), ""), "starred2")
	if names(starred, "song", "title") != "Hai" || names(starred, "artist", "name") != "Đỗ Vân Khoa" || len(strings.Split(names(starred, "album", "name"), "; ")) != 2 {
		t.Errorf("starred %v", starred)
	}
	if got := at(p.ask("getSong", p.member(), "&id="+song), "song", "starred"); got == nil {
		t.Error("a starred song does not say so")
	}
	if got := at(p.ask("getSong", guest, "&id="+song), "song", "starred"); got != nil {
		t.Error("the guest sees somebody's star")
	}
	p.withdraw(p.album.ID, "Theo yêu cầu")
	starred = at(p.ask("getStarred2", p.member(), ""), "starred2")
	if names(starred, "song", "title") != "" || names(starred, "album", "name") != "Kín" {
		t.Errorf("after the withdrawal %v", starred)
	}
	p.code("unstar", p.member(), "&albumId="+string(p.members.ID))
	if got := names(at(p.ask("getStarred2", p.member(), ""), "starred2"), "album", "name"); got != "" {
		t.Errorf("still starred: %s", got)
	}
	single := string(p.single.Representations[0].Files[0].ID)
	if p.code("scrobble", p.member(), "&id="+single) != -1 || p.code("scrobble", p.member(), "&submission=false&id="+string(p.members.Representations[0].Files[0].ID)) != -1 || p.code("scrobble", guest, "&id="+single) != -1 {
		t.Error("scrobble fails")
	}
	for _, kind := range []string{"recent", "frequent"} {
		if got := names(at(p.ask("getAlbumList2", p.member(), "&type="+kind), "albumList2"), "album", "name"); got != "Lời ru bên sông" {
			t.Errorf("%s: %s", kind, got)
		}
	}
}

// The same answers in XML, as most players ask: well-formed, in the protocol's namespace, with attributes.
func TestSubsonicXML(t *testing.T) {
	p := newPlayer(t)
	var doc struct {
		XMLName xml.Name `xml:"http://subsonic.org/restapi subsonic-response"`
		Status  string   `xml:"status,attr"`
		Album   struct {
			Name string `xml:"name,attr"`
			Song []struct {
				Title string `xml:"title,attr"`
			} `xml:"song"`
		} `xml:"album"`
		Genres []struct {
			Songs int    `xml:"songCount,attr"`
			Name  string `xml:",chardata"`
		} `xml:"genres>genre"`
	}
	login := strings.TrimSuffix(guest, "&f=json")
	for _, path := range []string{"getAlbum?" + login + "&id=" + string(p.album.ID), "getGenres?" + login} {
		a := p.n.get("/rest/" + path)
		if err := xml.Unmarshal(a.expect(t, 200).body, &doc); err != nil || doc.Status != "ok" || a.Header.Get("Content-Type") != "application/xml; charset=utf-8" {
			t.Fatalf("%s: %v %s", path, err, a.body)
		}
	}
	if doc.Album.Name != "Tiếng nước" || len(doc.Album.Song) != 2 || doc.Album.Song[1].Title != "Hai" || len(doc.Genres) != 1 || doc.Genres[0].Name != "Ca khúc" || doc.Genres[0].Songs != 3 {
		t.Errorf("%+v", doc)
	}
	p.n.get("/rest/getAlbum?"+login+"&id=aaaaaaaaaaaa").expect(t, 200, `<error code="70"`)
}

// Every answer, good and bad, fits the official OpenAPI description; the check is ajv's.
func TestSubsonicFitsItsSchemas(t *testing.T) {
	data := os.Getenv("VANNGHE_TESTDATA")
	if data == "" {
		t.Skip("VANNGHE_TESTDATA is not set")
	}
	p := newPlayer(t)
	p.code("star", p.member(), "&id="+string(p.album.Representations[0].Files[0].ID)+"&albumId="+string(p.album.ID)+"&artistId="+string(p.album.Credits[0].Agent))
	song, agent := string(p.album.Representations[0].Files[0].ID), string(p.album.Credits[0].Agent)
	var lines bytes.Buffer
	count := 0
	feed := func(method string, answer []byte) {
		line, err := json.Marshal(map[string]any{"method": method, "answer": json.RawMessage(answer)})
		p.must(err)
		lines.Write(append(line, '\n'))
		count++
	}
	for method, more := range map[string][]string{
		"ping": {""}, "getLicense": {""}, "getOpenSubsonicExtensions": {""}, "getMusicFolders": {""}, "getIndexes": {""}, "getMusicDirectory": {"&id=1", "&id=" + string(p.album.Credits[0].Agent), "&id=" + string(p.album.ID)}, "getArtists": {""}, "tokenInfo": {""}, "getUser": {""},
		"getArtist": {"&id=" + agent, "&id=aaaaaaaaaaaa"}, "getAlbum": {"&id=" + string(p.album.ID), "&id=" + string(p.collection), ""}, "getSong": {"&id=" + song, "&id=x"},
		"getAlbumList2": {"&type=newest", "&type=starred", "&type=recent", ""}, "getGenres": {""}, "getSongsByGenre": {"&genre=ca-khuc", "&genre=x"}, "getRandomSongs": {"", "&size=0"},
		"search3": {"&query=tieng", "&query=", "&query=xyzzy"}, "getLyrics": {"&title=Ti%E1%BA%BFng+n%C6%B0%E1%BB%9Bc", ""}, "getLyricsBySongId": {"&id=" + song, ""},
		"getPlaylists": {""}, "getPlaylist": {"&id=" + string(p.collection), ""}, "star": {"&id=" + song, ""}, "unstar": {"&id=" + agent}, "getStarred2": {""}, "scrobble": {"&id=" + song, ""},
	} {
		for _, m := range more {
			feed(method, p.n.get("/rest/"+method+"?"+p.member()+m).expect(t, 200).body)
			feed(method, p.n.get("/rest/"+method+"?"+guest+m).expect(t, 200).body)
		}
	}
	check := func(in []byte) string {
		cmd := exec.CommandContext(t.Context(), "node", "build/opensubsonic.mjs", filepath.Join(data, "schemas", "opensubsonic", "openapi"))
		cmd.Dir, cmd.Stdin = "ui", bytes.NewReader(in)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("node: %v\n%s", err, out)
		}
		return string(out)
	}
	if out := check(lines.Bytes()); out != "" {
		t.Errorf("of %d answers these do not fit:\n%s", count, out)
	}
	if out := check([]byte(`{"method":"getAlbum","answer":{"subsonic-response":{"status":"ok","version":"1","type":"x","serverVersion":"1","openSubsonic":true,"album":{"id":1}}}}` + "\n")); out == "" {
		t.Error("the check takes an album without a name")
	}
}
