package derive

import (
	"math"

	"vannghe/internal/archive"
	"vannghe/internal/tool/ffmpeg"
)

// roomLeft must be free in the scratch folder beside what a recipe is expected to write.
const roomLeft = 64 << 20

// What a recipe writes at most for each second, pixel or page, as its own limits have it: films are handed on as they came up to
// 12 Mbit/s, and the ladder comes to less. An MP4 is joined from the HLS of the film, so that both lie there for a while. vips
// may keep what it decoded on disk.
const (
	bytesPerSecondHLS = 1_500_000
	// All rungs, each twice while it is encoded.
	bytesPerSecondLadder = 2_500_000
	bytesPerSecondMP4    = 2 * bytesPerSecondHLS
	bytesPerSecondAudio  = 64_000
	bytesPerPixel        = 8
	bytesPerPage         = 1_500_000
)

// Without the facts that tell how much a recipe writes, the original's size has to do.
const (
	timesSource   = 2
	timesDocument = 4 // a document is compressed, its text is not
)

// roomFor returns how many bytes of scratch a recipe needs for f, beside the original.
func roomFor(recipe string, f archive.File) int64 {
	seconds := int64(f.Duration.Seconds()) + 1
	pixels := int64(f.Width) * int64(f.Height)
	switch recipe {
	case recipeHLS:
		return known(f.Duration > 0, min(seconds*bytesPerSecondHLS, f.Size+encoded(f, seconds)), f)
	case recipeLadder:
		return known(f.Duration > 0, min(seconds*bytesPerSecondLadder, 2*encoded(f, seconds)), f)
	case recipeMP4:
		return known(f.Duration > 0, min(seconds*bytesPerSecondMP4, 2*(f.Size+encoded(f, seconds))), f)
	case recipeAudio:
		return known(f.Duration > 0, seconds*bytesPerSecondAudio, f)
	case recipeImages, recipeTiles:
		return known(pixels > 0, pixels*bytesPerPixel, f)
	case recipePages:
		return known(f.Pages > 0, int64(f.Pages)*bytesPerPage, f)
	case recipeText, recipePageText:
		return timesDocument * f.Size
	default: // a picture, a list of numbers, a few lines
		return 0
	}
}

// encoded returns how many bytes all sizes of a film and its sounds come to at most when they are encoded: few of a small one, however
// long it is.
func encoded(f archive.File, seconds int64) int64 {
	if f.Width <= 0 || f.Height <= 0 {
		return math.MaxInt64 / 8
	}
	rate := int64(200_000) // of the sounds
	for _, r := range ffmpeg.Rungs(&ffmpeg.Video{Width: f.Width, Height: f.Height, FrameRate: 60}) {
		rate += r.MaxRate
	}
	return seconds * rate / 8
}

func known(told bool, room int64, f archive.File) int64 {
	if told {
		return room
	}
	return timesSource * f.Size
}
