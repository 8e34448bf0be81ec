package page

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/media"
	"vannghe/web/ui"
)

// begins returns where a recording begins: where the address says, if it means this one.
func (m material) begins(file archive.FileID) time.Duration {
	if m.start.file == file || m.start.file == "" && m.work.PlainSpots(file) {
		return m.start.at
	}
	return 0
}

// moments is the absolute address of the page to which only the moment is to be added.
func moments(m material, recording archive.FileID) string {
	if m.work.PlainSpots(recording) {
		return m.permalink
	}
	return m.permalink + "?" + address.InstantFile + "=" + string(recording)
}

// saidIn returns what holds the words of a recording: the files of words that lie beside it, and itself.
func (m material) saidIn(recording *media.Offer) []*media.Offer {
	var said []*media.Offer
	for i := range m.offers {
		o := &m.offers[i]
		if r := m.work.Recording(o.File.ID); r != nil && r.ID == recording.File.ID && o.Status == media.Ready {
			said = append(said, o)
		}
	}
	return append(said, recording)
}

// scripts are the words of a recording to read along, or of a file of words by itself; those of a language together. What lies in
// the recording is not told again where a file beside it has words in that language: somebody put that there.
func (v *visit) scripts(m material, o *media.Offer) []ui.Script {
	var scripts []ui.Script
	for _, said := range m.saidIn(o) {
		beside := slices.Clone(scripts)
		for _, p := range m.parts[said.File.ID] {
			if p.Kind != "cue" || said == o && speaks(beside, p.Language) {
				continue
			}
			n := slices.IndexFunc(scripts, func(s ui.Script) bool { return s.Language == p.Language })
			if n < 0 {
				n = len(scripts)
				scripts = append(scripts, ui.Script{Language: p.Language, Label: languageName(v.text, p.Language)})
			}
			scripts[n].Cues = append(scripts[n].Cues, v.cues(m, said.File.ID, &p)...)
		}
	}
	return scripts
}

// cues are the lines of a part of a file, each with its place.
func (v *visit) cues(m material, file archive.FileID, p *archive.Part) []ui.Cue {
	var cues []ui.Cue
	for _, l := range p.Spoken() {
		at, ok := instant(l.Locator)
		if !ok {
			continue
		}
		cues = append(cues, ui.Cue{Start: at, URL: v.text.Path(address.Part(&m.work, file, l.Locator)),
			Anchor: address.Anchor(&m.work, file, l.Locator), Text: l.Text})
	}
	return cues
}

// chapters are the named stretches of a recording.
func (v *visit) chapters(m material, recording *media.Offer) []ui.Cue {
	var list []ui.Cue
	for _, p := range m.parts[recording.File.ID] {
		if p.Kind == "chapter" {
			list = append(list, v.cues(m, recording.File.ID, &p)...)
		}
	}
	return list
}

func speaks(scripts []ui.Script, language string) bool {
	return slices.ContainsFunc(scripts, func(s ui.Script) bool { return s.Language == language })
}

// instant reads the locator of a moment, such as "t=95".
func instant(locator string) (time.Duration, bool) {
	at, ok := strings.CutPrefix(locator, archive.Instant)
	if !ok {
		return 0, false
	}
	return address.ParseInstant(at)
}

// languageName is what the reader calls a language; its tag when there is no word for it.
func languageName(t ui.Text, tag string) string {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if key := "language." + cmp.Or(primary, "vi"); t.Has(key) {
		return t.Text(key)
	}
	return tag
}
