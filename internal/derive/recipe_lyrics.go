package derive

import (
	"vannghe/internal/archive"
	"vannghe/internal/derive/caption"
	"vannghe/internal/derive/reading"
)

// makeLyrics makes the words of a song: with their times they follow it, without they are a text to read. What is in m stays.
func makeLyrics(t task, m made, text, language string) (made, error) {
	cues, err := caption.Parse(text)
	if err == nil {
		return keepTracks(t, m, []track{{language: language, cues: cues}})
	}
	if archive.ReasonOf(err) != "captions-unreadable" {
		return made{}, err
	}
	doc, err := reading.Plain(caption.Words(text), reading.Verse)
	if err != nil {
		return made{}, err
	}
	return keepText(t, m, doc)
}
