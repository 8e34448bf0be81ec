package search

import (
	"encoding/binary"
	"errors"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// card is what order and suggestions need to know of a work. It is held in memory: about 200 bytes each.
type card struct {
	id        archive.WorkID
	title     string
	folded    string // words of the title without marks, joined by spaces
	sortKey   string
	published int64
	date      int32 // yyyymmdd, 0 when unknown
}

// entry is all that is stored with the document of a work. Words that many works share are numbers of a dictionary.
type entry struct {
	card
	sight
	genre       uint32
	year        int32
	media       uint8    // bit i: archive.Media()[i]
	agents      []uint32 // each once, as the next two
	chapters    []uint32 // of the agents
	collections []uint32
}

// audiences gives each audience its number in a card.
var audiences = []archive.Audience{archive.AudiencePublic, archive.AudienceMembers, archive.AudienceStaff}

// audienceBits returns a bit for each of the audiences. An unknown audience has none, so nobody sees what is kept for it.
func audienceBits(list []archive.Audience) uint8 {
	var bits uint8
	for _, a := range list {
		if i := slices.Index(audiences, a); i >= 0 {
			bits |= 1 << i
		}
	}
	return bits
}

func mediaBits(list []archive.Medium) uint8 {
	var bits uint8
	for _, m := range list {
		if i := slices.Index(archive.Media(), m); i >= 0 {
			bits |= 1 << i
		}
	}
	return bits
}

// encodeCard writes the card of w: numbers as varints, texts with their length before them.
func encodeCard(w *Work) []byte {
	sortKey := w.SortKey
	if sortKey == "" {
		sortKey = viet.SortKey(w.Title)
	}
	var b []byte
	b = appendText(b, w.Title)
	b = appendText(b, sortKey)
	b = appendText(b, string(w.Genre))
	b = appendTexts(b, w.GenreLabels)
	b = append(b, mediaBits(w.Media), audienceBits([]archive.Audience{w.Audience}))
	for _, n := range []int64{int64(w.Year), int64(w.Date), w.PublicFrom, w.PublicUntil, w.Published} {
		b = binary.AppendVarint(b, n)
	}
	b = binary.AppendUvarint(b, uint64(len(w.Agents)))
	for _, a := range w.Agents {
		b = appendText(b, string(a.ID))
		b = appendText(b, a.Chapter)
		b = appendTexts(b, a.Names)
	}
	b = binary.AppendUvarint(b, uint64(len(w.Collections)))
	for _, c := range w.Collections {
		b = appendText(b, string(c.ID))
		b = appendText(b, c.Title)
	}
	return b
}

func appendTexts(b []byte, texts []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(texts)))
	for _, s := range texts {
		b = appendText(b, s)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// errCard says that the stored bytes of a card make no sense: the index is damaged.
var errCard = errors.New("search: unreadable card")

// cardReader reads what encodeCard wrote. After the first failure all reads give zero values.
type cardReader struct {
	b   []byte
	bad bool
}

func (r *cardReader) number() int64 {
	n, size := binary.Varint(r.b)
	return int64(r.advance(uint64(n), size))
}

func (r *cardReader) count() int {
	n, size := binary.Uvarint(r.b)
	n = r.advance(n, size)
	if n > uint64(len(r.b)) { // each thing counted takes at least a byte
		r.fail()
		return 0
	}
	return int(n)
}

func (r *cardReader) advance(n uint64, size int) uint64 {
	if size <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *cardReader) fail() { r.b, r.bad = nil, true }

func (r *cardReader) text() string {
	n := r.count()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *cardReader) texts() []string {
	var all []string
	for range r.count() {
		all = append(all, r.text())
	}
	return all
}

func (r *cardReader) byte() byte {
	if len(r.b) == 0 {
		r.fail()
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

// decodeCard reads the entry of the work id, whose names it enters into the dictionaries.
func decodeCard(id archive.WorkID, b []byte, d *dictionaries) (*entry, error) {
	r := &cardReader{b: b}
	e := &entry{card: card{id: id, title: r.text(), sortKey: r.text()}}
	e.folded = foldedWords(e.title)
	e.genre = d.genres.number(r.text())
	d.genreNames.set(e.genre, r.texts())
	e.media, e.audience = r.byte(), r.byte()
	e.year, e.date, e.from, e.until, e.published = int32(r.number()), int32(r.number()), r.number(), r.number(), r.number()
	e.readAgents(r, d)
	for range r.count() {
		collection := d.collections.number(r.text())
		d.collectionNames.set(collection, []string{r.text()})
		e.collections = once(e.collections, collection)
	}
	if r.bad {
		return nil, errCard
	}
	return e, nil
}

func (e *entry) readAgents(r *cardReader, d *dictionaries) {
	for range r.count() {
		agent := d.agents.number(r.text())
		chapter := d.chapters.number(r.text())
		d.agentNames.set(agent, r.texts())
		e.agents, e.chapters = once(e.agents, agent), once(e.chapters, chapter)
	}
}

// once appends n unless it is there.
func once(numbers []uint32, n uint32) []uint32 {
	if slices.Contains(numbers, n) {
		return numbers
	}
	return append(numbers, n)
}
