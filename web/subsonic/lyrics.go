package subsonic

import (
	"context"
	"fmt"
	"io"
	"strings"

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

// timed reads words with their times. The file was made here, but lies in a store.
func (k *call) timed(a media.Asset) (list[line], error) {
	d, err := k.reader.Derivative(k.ctx, a.From)
	if err != nil {
		return nil, err
	}
	text, err := k.text(k.ctx, d, a)
	if err != nil {
		return nil, err
	}
	cues, err := caption.Parse(text)
	if err != nil {
		return nil, err
	}
	var lines list[line]
	for _, c := range cues {
		start := c.Start.Milliseconds()
		lines = append(lines, line{Start: &start, Value: c.Text})
	}
	return lines, nil
}

func (k *call) text(ctx context.Context, d archive.Derivative, a media.Asset) (text string, err error) {
	r, err := k.Media.Open(ctx, d, a.Asset)
	if err != nil {
		return "", err
	}
	defer func() {
		if closing := r.Close(); closing != nil && err == nil {
			err = fmt.Errorf("close captions: %w", closing)
		}
	}()
	b, err := io.ReadAll(io.LimitReader(r, caption.MaxBytes))
	if err != nil {
		return "", fmt.Errorf("read captions: %w", err)
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
