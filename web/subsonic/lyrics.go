package subsonic

import (
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"vannghe/internal/archive"
	"vannghe/internal/derive/caption"
	"vannghe/internal/message"
	"vannghe/internal/viet"
	"vannghe/web/find"
	"vannghe/web/media"
)

// getLyricsBySongID (extension songLyrics) gives the words with their times where there are, and as they are read.
func getLyricsBySongID(k *call) (*response, error) {
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	r, o, number, err := k.track(archive.FileID(id))
	if err != nil {
		return nil, err
	}
	doc := &lyricsList{}
	base := structuredLyrics{DisplayArtist: r.artist().Name, DisplayTitle: r.title(o, number)}
	for i := range r.offers {
		said := &r.offers[i]
		if said.File.Format == "lrc" && r.sung(said.File, o.File) {
			if lines := k.sung(said.File); len(lines) > 0 {
				doc.Lyrics = append(doc.Lyrics, base.with(r.work.Language, true, lines))
			}
			continue
		}
		beside := r.work.Recording(said.File.ID)
		if said != o && (beside == nil || beside.ID != o.File.ID) {
			continue
		}
		for _, a := range said.All("captions") {
			lines, err := k.timed(a)
			if err != nil {
				return nil, err
			}
			doc.Lyrics = append(doc.Lyrics, base.with(a.Language, true, lines))
		}
	}
	lines, err := k.read(r)
	if len(lines) > 0 {
		doc.Lyrics = append(doc.Lyrics, base.with(r.work.Language, false, lines))
	}
	return &response{LyricsList: doc}, err
}

func (s structuredLyrics) with(language string, synced bool, lines list[line]) structuredLyrics {
	s.Lang, s.Synced, s.Line = language, synced, lines
	if s.Lang == "" {
		s.Lang = "und"
	}
	return s
}

// sung reports whether a file of lyrics goes with a song: it has its name, or there is only one song.
func (r *record) sung(words, song *archive.File) bool {
	stem := func(name string) string { return strings.ToLower(strings.TrimSuffix(name, path.Ext(name))) }
	return len(r.tracks()) == 1 || stem(words.Name) == stem(song.Name)
}

// sung reads lyrics with their times from the file as it was given: pages show its words only. Without times, in an old encoding or out of
// reach there are none, which takes nothing from the words to read.
func (k *call) sung(f *archive.File) list[line] {
	if f.Size > caption.MaxBytes || f.State == archive.FilePurged {
		return nil
	}
	text, err := whole(k.Media.OpenOriginal(k.ctx, f))
	if err != nil || !utf8.ValidString(text) {
		return nil
	}
	cues, err := caption.Parse(text)
	if err != nil {
		return nil
	}
	return linesOf(cues)
}

// timed reads words with their times. The file was made here, but lies in a store.
func (k *call) timed(a media.Asset) (list[line], error) {
	d, err := k.reader.Derivative(k.ctx, a.From)
	if err != nil {
		return nil, err
	}
	text, err := whole(k.Media.Open(k.ctx, d, a.Asset))
	if err != nil {
		return nil, err
	}
	cues, err := caption.Parse(text)
	return linesOf(cues), err
}

func linesOf(cues []caption.Cue) list[line] {
	var lines list[line]
	for _, c := range cues {
		start := c.Start.Milliseconds()
		lines = append(lines, line{Start: &start, Value: c.Text})
	}
	return lines
}

// whole reads what was opened, and closes it.
func whole(r io.ReadCloser, opening error) (text string, err error) {
	if opening != nil {
		return "", opening
	}
	defer func() {
		if closing := r.Close(); closing != nil && err == nil {
			err = fmt.Errorf("close words: %w", closing)
		}
	}()
	b, err := io.ReadAll(io.LimitReader(r, caption.MaxBytes))
	if err != nil {
		return "", fmt.Errorf("read words: %w", err)
	}
	return string(b), nil
}

// read is the text of the work, line by line.
func (k *call) read(r *record) (list[line], error) {
	parts, err := k.reader.Parts(k.ctx, r.work.ID)
	if err != nil {
		return nil, err
	}
	var lines list[line]
	for _, p := range parts {
		if p.Kind != "stanza" && p.Kind != "section" {
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, line{})
		}
		for text := range strings.Lines(p.Text) {
			lines = append(lines, line{Value: strings.TrimSpace(text)})
		}
	}
	return lines, nil
}

// getLyrics finds the words of the first song of a title, as old players ask; nothing found is an empty answer, as the protocol wants.
func getLyrics(k *call) (*response, error) {
	title, artist := k.param("title"), k.param("artist")
	doc := &response{Lyrics: &lyrics{}}
	if title == "" {
		return doc, nil
	}
	finder := find.Finder{Catalog: k.Catalog, Index: k.Search, Viewer: k.viewer, Say: message.For(message.Vietnamese)}
	hits, err := finder.Find(k.ctx, find.Question{Text: title, Medium: archive.Audio, Size: usualFound})
	if err != nil {
		return nil, err
	}
	for _, h := range hits.Hits {
		r := record{work: h.Work}
		by, _ := r.artists()
		if viet.SortKey(h.Work.Title) != viet.SortKey(title) || artist != "" && !credited(by, artist) {
			continue
		}
		lines, err := k.read(&r)
		if err != nil || len(lines) == 0 {
			return doc, err
		}
		var words []string
		for _, l := range lines {
			words = append(words, l.Value)
		}
		doc.Lyrics = &lyrics{Artist: r.artist().Name, Title: h.Work.Title, Value: strings.Join(words, "\n")}
		return doc, nil
	}
	return doc, nil
}

func credited(names []named, name string) bool {
	for _, n := range names {
		if viet.SortKey(n.Name) == viet.SortKey(name) {
			return true
		}
	}
	return false
}
