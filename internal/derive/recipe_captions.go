package derive

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/derive/caption"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/internal/viet"
)

// Since 2 each line of a part has its own second, chapters are made, and lyrics are read: LRC files, and the tags of songs.
const captionsVersion = 2

// track is one language of subtitles.
type track struct {
	language string // BCP 47
	label    string
	cues     []caption.Cue
}

// makeCaptions makes WebVTT of the text subtitles and the chapters inside a recording, or of a subtitle file that lies beside one,
// and parts that lead to the second at which the words are spoken.
func makeCaptions(ctx context.Context, t task) (made, error) {
	if classOf(t.file.Format) == classCaptions {
		return captionFile(t)
	}
	info, err := t.probe(ctx)
	if err != nil {
		return made{}, err
	}
	m, err := keepChapters(t, made{program: tool.FFmpeg}, chapters(info))
	if err != nil {
		return made{}, err
	}
	if info.Video == nil && info.Tags.Lyrics != "" {
		return makeLyrics(t, m, viet.Normalize(info.Tags.Lyrics), languageTag("", t.work.Language))
	}
	tracks, err := embeddedTracks(ctx, t, info)
	if err != nil && (!final(err) || len(m.assets) == 0) {
		return made{}, err
	}
	return keepTracks(t, m, tracks)
}

// chapters are those of a recording, in order.
func chapters(info *ffmpeg.Info) []caption.Cue {
	var list []caption.Cue
	for _, c := range info.Chapters {
		list = append(list, caption.Cue{Start: c.Start, End: c.End, Text: viet.Clean(c.Title)})
	}
	return caption.Chapters(list, info.Duration)
}

// keepChapters writes the chapters for browsers, as WebVTT, and for podcast programs, as JSON Chapters 1.2 of Podcasting 2.0.
func keepChapters(t task, m made, list []caption.Cue) (made, error) {
	if len(list) == 0 {
		return m, nil
	}
	forPodcasts, err := podcastChapters(list)
	if err != nil {
		return made{}, err
	}
	language := languageTag("", t.work.Language)
	for _, f := range []struct {
		name, mediaType string
		text            []byte
	}{{"chapters.vtt", "text/vtt", []byte(caption.WebVTT(list))}, {"chapters.json", archive.PodcastChapters, forPodcasts}} {
		if err := os.WriteFile(t.out(f.name), f.text, 0o600); err != nil {
			return made{}, scratchError(err)
		}
		m.assets = append(m.assets, archive.Asset{Kind: "chapters", Path: f.name, Type: f.mediaType, Language: language})
	}
	for _, c := range list {
		m.parts = append(m.parts, archive.Part{Kind: "chapter", Locator: locator(c.Start), Text: c.Text, Language: t.work.Language})
	}
	return m, nil
}

func podcastChapters(list []caption.Cue) ([]byte, error) {
	type chapter struct {
		Start float64 `json:"startTime"` // seconds
		Title string  `json:"title"`
	}
	all := struct {
		Version  string    `json:"version"`
		Chapters []chapter `json:"chapters"`
	}{Version: "1.2.0"}
	for _, c := range list {
		all.Chapters = append(all.Chapters, chapter{c.Start.Seconds(), c.Text})
	}
	b, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("write chapters: %w", err)
	}
	return b, nil
}

func locator(at time.Duration) string { return archive.Instant + wholeSeconds(at) }

func wholeSeconds(at time.Duration) string { return strconv.Itoa(int(at / time.Second)) }

// captionFile reads a file of subtitles or lyrics. Unlike ffmpeg it takes the encodings that came before Unicode.
func captionFile(t task) (made, error) {
	text, err := readText(t, caption.MaxBytes)
	if err != nil {
		return made{}, err
	}
	language := fileLanguage(t.file.Name, t.work.Language)
	if t.file.Format == "lrc" {
		return makeLyrics(t, made{}, text, language)
	}
	cues, err := caption.Parse(text)
	if err != nil {
		return made{}, err
	}
	return keepTracks(t, made{}, []track{{language: language, cues: cues}})
}

func embeddedTracks(ctx context.Context, t task, info *ffmpeg.Info) ([]track, error) {
	var tracks []track
	var last error
	for _, s := range info.Subtitles {
		if !s.Text {
			continue
		}
		one, err := embeddedTrack(ctx, t, info, s)
		if err != nil && !final(err) {
			return nil, err
		}
		if err != nil {
			last = err // one empty language does not cost the others
			continue
		}
		tracks = append(tracks, one)
	}
	if len(tracks) == 0 && last == nil {
		last = archive.Fail(archive.Invalid, "captions-unreadable")
	}
	if len(tracks) == 0 {
		return nil, last
	}
	return tracks, nil
}

func embeddedTrack(ctx context.Context, t task, info *ffmpeg.Info, s ffmpeg.Subtitle) (track, error) {
	vtt, err := t.ffmpeg().Subtitles(ctx, info, s)
	if err != nil {
		return track{}, err
	}
	cues, err := caption.Parse(viet.Normalize(string(vtt)))
	if err != nil {
		return track{}, err
	}
	return track{language: languageTag(s.Language, t.work.Language), label: viet.Clean(s.Title), cues: cues}, nil
}

// keepTracks writes each track as <language>.vtt, a second one of the same language as <language>-2.vtt.
func keepTracks(t task, m made, tracks []track) (made, error) {
	count := map[string]int{}
	for _, one := range tracks {
		count[one.language]++
		name := one.language
		if n := count[one.language]; n > 1 {
			name += "-" + strconv.Itoa(n)
		}
		if err := os.WriteFile(t.out(name+".vtt"), []byte(caption.WebVTT(one.cues)), 0o600); err != nil {
			return made{}, scratchError(err)
		}
		m.assets = append(m.assets, archive.Asset{Kind: "captions", Path: name + ".vtt", Type: "text/vtt", Language: one.language})
		m.parts = append(m.parts, cueParts(one)...)
	}
	m.detail = fmt.Sprintf("%d languages", len(tracks))
	return m, nil
}

// cueParts makes a part of each passage; its locator has the second of every line.
func cueParts(one track) []archive.Part {
	var parts []archive.Part
	for _, p := range caption.Passages(one.cues) {
		var times, lines []string
		for _, l := range p.Lines {
			times = append(times, wholeSeconds(l.Start))
			lines = append(lines, viet.Normalize(l.Text))
		}
		parts = append(parts, archive.Part{Kind: "cue", Locator: archive.Instant + strings.Join(times, ","), Label: one.label,
			Text: strings.Join(lines, "\n"), Language: one.language})
	}
	return parts
}

// languageInName is the language that people write before the ending: "phim.vi.srt", "phim-en.vtt".
var languageInName = regexp.MustCompile(`[._-]([A-Za-z]{2,3})(?:[._-][A-Za-z-]+)?$`)

// fileLanguage reads the language of a subtitle file from its name, else takes the work's.
func fileLanguage(name, fallback string) string {
	base := strings.TrimSuffix(name, path.Ext(name))
	if m := languageInName.FindStringSubmatch(base); m != nil && knownLanguage(m[1]) != "" {
		return knownLanguage(m[1])
	}
	return languageTag("", fallback)
}

// languageTag returns the BCP 47 tag of a language as media files name it, in ISO 639-2, else fallback, else Vietnamese.
func languageTag(code, fallback string) string {
	if tag := knownLanguage(code); tag != "" {
		return tag
	}
	if tag := knownLanguage(fallback); tag != "" {
		return tag
	}
	return "vi"
}

// knownLanguage returns the BCP 47 tag for an ISO 639 code, "" for what is none of the languages met in these archives. The
// answer becomes a file name, so nothing else passes.
func knownLanguage(code string) string {
	code, _, _ = strings.Cut(strings.ToLower(code), "-")
	switch code {
	case "vi", "vie":
		return "vi"
	case "en", "eng":
		return "en"
	case "fr", "fra", "fre":
		return "fr"
	case "zh", "zho", "chi":
		return "zh"
	case "ru", "rus":
		return "ru"
	case "ja", "jpn":
		return "ja"
	case "ko", "kor":
		return "ko"
	case "de", "deu", "ger":
		return "de"
	case "es", "spa":
		return "es"
	case "th", "tha":
		return "th"
	case "lo", "lao":
		return "lo"
	case "km", "khm":
		return "km"
	case "tai", "tyz", "blt":
		return code // Tày, Tai Dam
	default:
		return ""
	}
}
