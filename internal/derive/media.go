package derive

import (
	"context"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/internal/viet"
)

func (t task) ffmpeg() *ffmpeg.Tool { return ffmpeg.New(t.deriver.runner).Patient(t.deriver.patience) }

// probe looks into the task's film or sound.
func (t task) probe(ctx context.Context) (*ffmpeg.Info, error) {
	return t.deriver.probe(ctx, t.file, t.input)
}

// truncation notes that the end of a recording is missing: what there is plays.
func truncation(info *ffmpeg.Info) archive.Reason {
	if info.Truncated {
		return problemTruncated
	}
	return ""
}

// shortfall notes that less than a film promised could be decoded.
func shortfall(info *ffmpeg.Info, made time.Duration) archive.Reason {
	if missing := info.Duration - made; missing > time.Second && missing > info.Duration/50 {
		return problemTruncated
	}
	return truncation(info)
}

// lookMedia says what a film or sound is and sets the facts of f.
func lookMedia(f *archive.File, info *ffmpeg.Info) Look {
	f.Duration = info.Duration
	f.Tags = tags(info)
	look := Look{Video: info.Video != nil, Audio: info.Audio != nil, Cover: info.Cover != nil}
	if info.Video != nil {
		f.Width, f.Height = info.Video.Width, info.Video.Height
		look.Remux, look.CopyMP4, look.RareKeys = info.Remuxable(), info.Copyable(), info.RareKeys()
	}
	look.Captions = len(chapters(info)) > 0 || info.Video == nil && info.Tags.Lyrics != ""
	for _, s := range info.Subtitles {
		look.Captions = look.Captions || s.Text
	}
	return look
}

// tags are kept as the file says them, cleaned. They describe the file, and the work only where nobody else does (see said).
func tags(info *ffmpeg.Info) map[string]string {
	all := map[string]string{
		"title": info.Tags.Title, "artist": info.Tags.Artist, "album_artist": info.Tags.AlbumArtist, "album": info.Tags.Album,
		"composer": info.Tags.Composer, "lyricist": info.Tags.Lyricist, "track": info.Tags.Track, "disc": info.Tags.Disc, "date": info.Tags.Date,
		"genre": info.Tags.Genre, "comment": info.Tags.Comment, "lyrics": info.Tags.Lyrics, "language": info.Tags.Language,
	}
	for name, value := range all {
		if name == "lyrics" || name == "comment" {
			all[name] = viet.Normalize(value)
		} else {
			all[name] = viet.Clean(value)
		}
	}
	return kept(all)
}

// kept drops empty tags and cuts endless ones; nil when none is left.
func kept(all map[string]string) map[string]string {
	for name, value := range all {
		if value == "" {
			delete(all, name)
		} else {
			all[name] = cutTag(value)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// longestTag bounds a tag, in letters: lyrics are the longest that anybody means.
const longestTag = 20_000

func cutTag(s string) string {
	if letters := []rune(s); len(letters) > longestTag {
		return string(letters[:longestTag])
	}
	return s
}
