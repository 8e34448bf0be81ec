package subsonic

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
	"vannghe/web/media"
)

// record is a work with everything that its album and songs are made of.
type record struct {
	work   archive.Work
	offers []media.Offer
	genre  string
	stars  map[string]time.Time
}

// stamp writes a time as the protocol wants it, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// tracks are the files that can be played, in their order.
func (r *record) tracks() []*media.Offer {
	var list []*media.Offer
	for i := range r.offers {
		if r.offers[i].First("audio") != nil {
			list = append(list, &r.offers[i])
		}
	}
	return list
}

// leading are the roles after which people look for music, the first found counts.
var leading = []archive.Relator{archive.Composer, archive.Singer, archive.Performer, archive.Author, archive.Lyricist}

// artist is the credit under which an album stands: its composer, else who is heard. The zero Credit when nobody is credited.
func (r *record) artist() archive.Credit {
	for _, role := range leading {
		for _, c := range r.work.Credits {
			if c.Relator == role {
				return c
			}
		}
	}
	if len(r.work.Credits) > 0 {
		return r.work.Credits[0]
	}
	return archive.Credit{}
}

// artists lists who is credited, each once; of them the display name is made.
func (r *record) artists() (all list[named], shown string) {
	var names []string
	for _, c := range r.work.Credits {
		one := named{ID: string(c.Agent), Name: c.Name}
		if !slices.Contains(all, one) {
			all, names = append(all, one), append(names, c.Name)
		}
	}
	return all, strings.Join(names, ", ")
}

func (r *record) contributors() list[contributor] {
	var all list[contributor]
	for _, c := range r.work.Credits {
		all = append(all, contributor{Role: string(c.Relator), Artist: named{ID: string(c.Agent), Name: c.Name}})
	}
	return all
}

func (r *record) cover() string {
	if media.Face(r.offers, coverWidth) == nil {
		return ""
	}
	return string(r.work.ID)
}

func (r *record) album() album {
	w, first := &r.work, r.artist()
	everybody, shown := r.artists()
	a := album{
		ID: string(w.ID), Name: w.Title, Artist: first.Name, ArtistID: string(first.Agent), CoverArt: r.cover(), Created: stamp(cmp.Or(w.Published, w.Created)),
		Starred: stamp(r.stars[string(w.ID)]), Year: w.Date.Year(), Genre: r.genre, Genres: list[genred]{{r.genre}}, Artists: everybody,
		DisplayArtist: shown, SortName: viet.SortKey(w.Title),
	}
	for _, o := range r.tracks() {
		a.SongCount++
		a.Duration += duration(o)
	}
	return a
}

// duration of a recording in whole seconds.
func duration(o *media.Offer) int {
	d := o.File.Duration
	if d == 0 {
		d = time.Duration(o.First("audio").Duration * float64(time.Second))
	}
	return int(d.Round(time.Second).Seconds())
}

func (r *record) songs() list[song] {
	var all list[song]
	for i, o := range r.tracks() {
		all = append(all, r.song(o, i+1))
	}
	return all
}

func (r *record) song(o *media.Offer, track int) song {
	w, first, a := &r.work, r.artist(), o.First("audio")
	everybody, shown := r.artists()
	s := song{
		ID: string(o.File.ID), Parent: string(w.ID), Title: r.title(o, track), Album: w.Title, AlbumID: string(w.ID), Artist: first.Name, ArtistID: string(first.Agent),
		Track: track, Year: w.Date.Year(), Genre: r.genre, CoverArt: r.cover(), Size: a.Bytes, ContentType: a.Type, Suffix: "m4a", Duration: duration(o),
		Created: stamp(cmp.Or(w.Published, w.Created)), Starred: stamp(r.stars[string(o.File.ID)]), Type: "music", MediaType: "song", DisplayArtist: shown,
		Genres: list[genred]{{r.genre}}, Artists: everybody, Contributors: r.contributors(), ReplayGain: gain(a),
	}
	s.Path = strings.Join([]string{media.SafeName(cmp.Or(first.Name, "…")), media.SafeName(w.Title), media.SafeName(s.Title) + ".m4a"}, "/")
	disc, _, _ := strings.Cut(o.File.Tags["disc"], "/")
	if n, err := strconv.Atoi(disc); err == nil && n > 0 {
		s.DiscNumber = n // the number of the track goes on from disc to disc
	}
	if s.Duration > 0 {
		s.BitRate = int(a.Bytes * 8 / 1000 / int64(s.Duration))
	}
	return s
}

// title of a track: what the file says, where the album has several; the only one has that of its work.
func (r *record) title(o *media.Offer, track int) string {
	if len(r.tracks()) == 1 {
		return r.work.Title
	}
	return cmp.Or(o.File.Tags["title"], o.Representation.Label, r.work.Title+" "+strconv.Itoa(track))
}

// reference is the loudness to which ReplayGain 2.0 brings everything, in LUFS; silent is what is measured of silence.
const (
	reference = -18
	silent    = -70
)

// gain is how much louder or softer a recording, as it is sent, is to be played, nil when it was not measured or is silent. Recordings are made equally loud
// already, so that this is nearly the same for all.
func gain(a *media.Asset) *replayGain {
	if a.Loudness == nil || a.Loudness.Integrated <= silent {
		return nil
	}
	return &replayGain{TrackGain: reference - a.Loudness.Integrated, TrackPeak: math.Pow(10, a.Loudness.TruePeak/20)}
}

// collected is a collection with its recordings, as a playlist or as an album of many hands.
type collected struct {
	archive.Collection
	records []record
}

func (c *collected) songs() list[song] {
	var all list[song]
	for i := range c.records {
		all = append(all, c.records[i].songs()...)
	}
	return all
}

func (c *collected) playlist() playlist {
	p := playlist{ID: string(c.ID), Name: c.Title, Comment: c.Description, Public: true, Readonly: true}
	var created, changed time.Time
	for i := range c.records {
		r := &c.records[i]
		for _, o := range r.tracks() {
			p.SongCount++
			p.Duration += duration(o)
		}
		p.CoverArt = cmp.Or(p.CoverArt, r.cover())
		if created.IsZero() || r.work.Published.Before(created) {
			created = r.work.Published
		}
		if r.work.Updated.After(changed) {
			changed = r.work.Updated
		}
	}
	p.Created, p.Changed = stamp(created), stamp(changed)
	return p
}

func (c *collected) album() album {
	p := c.playlist()
	return album{ID: p.ID, Name: p.Name, CoverArt: p.CoverArt, SongCount: p.SongCount, Duration: p.Duration, Created: p.Created, Compilation: true, SortName: viet.SortKey(p.Name)}
}

// byLetter sorts agents into an index of their first letters.
func byLetter(agents map[archive.AgentID]archive.Agent, works map[archive.AgentID]int, stars map[string]time.Time) list[letters] {
	all := make([]archive.Agent, 0, len(agents))
	for _, a := range agents {
		if works[a.ID] > 0 {
			all = append(all, a)
		}
	}
	slices.SortFunc(all, func(a, b archive.Agent) int {
		return cmp.Or(strings.Compare(viet.SortKey(a.SortName()), viet.SortKey(b.SortName())), strings.Compare(string(a.ID), string(b.ID)))
	})
	var index list[letters]
	for i := range all {
		letter := cmp.Or(catalog.Letter(all[i].SortName()), "#")
		if len(index) == 0 || index[len(index)-1].Name != letter {
			index = append(index, letters{Name: letter})
		}
		last := &index[len(index)-1]
		last.Artist = append(last.Artist, artistOf(&all[i], works[all[i].ID], stars))
	}
	return index
}

func artistOf(a *archive.Agent, works int, stars map[string]time.Time) artist {
	return artist{ID: string(a.ID), Name: a.Name(), SortName: a.SortName(), AlbumCount: works, Starred: stamp(stars[string(a.ID)])}
}
