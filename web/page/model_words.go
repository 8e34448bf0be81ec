package page

import (
	"cmp"
	"slices"
	"strconv"
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
			if at, ok := instant(p.Locator); ok && p.Kind == "cue" && (said != o || !speaks(beside, p.Language)) {
				scripts = v.withCue(scripts, p.Language, ui.Cue{
					Start: at, URL: v.text.Path(address.Part(&m.work, said.File.ID, p.Locator)), Anchor: address.Anchor(&m.work, said.File.ID, p.Locator), Text: p.Text,
				})
			}
		}
	}
	return scripts
}

func speaks(scripts []ui.Script, language string) bool {
	return slices.ContainsFunc(scripts, func(s ui.Script) bool { return s.Language == language })
}

func (v *visit) withCue(scripts []ui.Script, language string, c ui.Cue) []ui.Script {
	if !speaks(scripts, language) {
		scripts = append(scripts, ui.Script{Language: language, Label: languageName(v.text, language)})
	}
	n := slices.IndexFunc(scripts, func(s ui.Script) bool { return s.Language == language })
	scripts[n].Cues = append(scripts[n].Cues, c)
	return scripts
}

// instant reads the locator of a moment, such as "t=95".
func instant(locator string) (time.Duration, bool) {
	at, ok := strings.CutPrefix(locator, "t=")
	if !ok {
		return 0, false
	}
	return parseSeconds(at)
}

// parseSeconds reads a number of seconds from 0 to a year; anything else is no moment of a recording.
func parseSeconds(s string) (time.Duration, bool) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n >= 0 && n < 365*24*3600) {
		return 0, false
	}
	return seconds(n), true
}

// languageName is what the reader calls a language; its tag when there is no word for it.
func languageName(t ui.Text, tag string) string {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if key := "language." + cmp.Or(primary, "vi"); t.Has(key) {
		return t.Text(key)
	}
	return tag
}
