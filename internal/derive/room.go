package derive

import "vannghe/internal/archive"

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
		return known(f.Duration > 0, seconds*bytesPerSecondHLS, f)
	case recipeLadder:
		return known(f.Duration > 0, seconds*bytesPerSecondLadder, f)
	case recipeMP4:
		return known(f.Duration > 0, seconds*bytesPerSecondMP4, f)
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

func known(told bool, room int64, f archive.File) int64 {
	if told {
		return room
	}
	return timesSource * f.Size
}
