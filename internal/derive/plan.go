package derive

import (
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/tool/ffmpeg"
)

// The recipes by name, with the version that is made now. A version is raised when what a recipe makes changes so that
// what was made before should be made again.
const (
	recipeHLS      = "hls"
	recipeLadder   = "ladder"
	recipeSprite   = "sprite"
	recipeMP4      = "mp4"
	recipePoster   = "poster"
	recipeCaptions = "captions"
	recipeAudio    = "audio"
	recipeCover    = "cover"
	recipeWaveform = "waveform"
	recipeImages   = "images"
	recipeTiles    = "tiles"
	recipeText     = "text"
	recipePages    = "pages"
	recipePageText = "pagetext"
)

// Look is what inspecting a file's bytes told about it, beside the facts that are kept on the file.
type Look struct {
	Video    bool // moving pictures, not a cover
	Audio    bool
	Cover    bool // a picture inside a sound file
	Captions bool // embedded subtitles that are text, chapters, or lyrics in the tags of a sound
	Remux    bool // the video plays in browsers as it is: HLS is a copy
	RareKeys bool // small pictures of the video are quickly made only of its ladder
	CopyMP4  bool // the whole file plays in browsers as it is: MP4 is a copy
}

// Step is a derivative to be made.
type Step struct {
	Recipe   string
	Version  int
	Queue    catalog.Queue // Heavy for what takes all cores for minutes
	Priority int           // 1 first … 4 last: what brings a page to life is made before what completes it
}

// Plan says what is to be made of a file. It is a table: the same file always gets the same steps, in order of priority.
// An empty plan means that the file is kept as an original only; then Problem says why.
func Plan(f archive.File, look Look) []Step {
	switch classOf(f.Format) {
	case classMedia:
		return planMedia(f, look)
	case classImage:
		return steps(light(recipeImages, imagesVersion, 1), light(recipeTiles, tilesVersion, 3))
	case classText:
		return steps(light(recipeText, textVersion, 1))
	case classCaptions:
		return steps(light(recipeCaptions, captionsVersion, 2))
	case classPDF:
		return steps(light(recipePages, pagesVersion, 2), light(recipePageText, pageTextVersion, 2))
	default:
		return nil
	}
}

func planMedia(f archive.File, look Look) []Step {
	if look.Video {
		plan := steps(light(recipePoster, posterVersion, 1), transcode(recipeHLS, hlsVersion, look.Remux))
		if climbs(f) {
			plan = append(plan, transcode(recipeLadder, ladderVersion, false))
		}
		plan = append(plan, transcode(recipeMP4, mp4Version, look.CopyMP4), planSprite(f, look))
		return inOrder(withCaptions(plan, look))
	}
	if !look.Audio {
		return nil
	}
	plan := steps(light(recipeWaveform, waveformVersion, 1), light(recipeAudio, audioVersion, 2)) // which takes what the first measured
	plan = withCaptions(plan, look)
	if look.Cover {
		plan = append(plan, light(recipeCover, coverVersion, 2))
	}
	return inOrder(plan)
}

// planSprite has the small pictures made after the ladder of the same film, where that spares decoding the film once more: an eighth
// of all its encoding was measured.
func planSprite(f archive.File, look Look) Step {
	if look.RareKeys && climbs(f) {
		return Step{Recipe: recipeSprite, Version: spriteVersion, Queue: catalog.Heavy, Priority: 4}
	}
	return light(recipeSprite, spriteVersion, 3)
}

func withCaptions(plan []Step, look Look) []Step {
	if !look.Captions {
		return plan
	}
	return append(plan, light(recipeCaptions, captionsVersion, 2))
}

// climbs reports whether a film has more than one size: of a small one the first HLS is all there is to make.
func climbs(f archive.File) bool {
	return len(ffmpeg.Rungs(&ffmpeg.Video{Width: max(f.Width, 1), Height: max(f.Height, 1)})) > 1
}

func steps(s ...Step) []Step { return s }

func inOrder(plan []Step) []Step {
	slices.SortStableFunc(plan, func(a, b Step) int { return a.Priority - b.Priority })
	return plan
}

func light(recipe string, version, priority int) Step {
	return Step{Recipe: recipe, Version: version, Queue: catalog.Light, Priority: priority}
}

// transcode is light when it only copies packets. What plays of a film early comes before the ladder of any, and the MP4 after the
// ladder of the same film, from which it is joined.
func transcode(recipe string, version int, copies bool) Step {
	switch {
	case copies:
		return light(recipe, version, 2)
	case recipe == recipeMP4, recipe == recipeLadder:
		return Step{Recipe: recipe, Version: version, Queue: catalog.Heavy, Priority: 4}
	default:
		return Step{Recipe: recipe, Version: version, Queue: catalog.Heavy, Priority: 3}
	}
}

// recovered is the step of a derivative whose job is lost. Whether its transcode only copies is not known any more.
func recovered(m archive.Derivative) Step {
	switch m.Recipe {
	case recipeHLS, recipeLadder, recipeMP4:
		return transcode(m.Recipe, m.Version, false)
	default:
		return light(m.Recipe, m.Version, 3)
	}
}

// class is what a format is inspected with and planned as.
type class int

const (
	classNone class = iota
	classMedia
	classImage
	classText
	classCaptions
	classPDF
)

// classOf sorts the formats that internal/ingest tells apart. A format that is not here is kept and not looked into: old
// Word files and drawings in SVG (no reader here is both safe and faithful), archives, unknown bytes.
func classOf(format string) class {
	switch format {
	case "mp4", "mov", "mkv", "webm", "avi", "mpegps", "mpegts", "asf", "flv", "ogv", "3gp",
		"mp3", "m4a", "aac", "flac", "wav", "ogg", "opus", "wma", "aiff", "amr":
		return classMedia
	case "jpeg", "png", "tiff", "webp", "heic", "avif", "gif":
		return classImage
	case "text", "markdown", "html", "docx", "odt", "epub", "rtf":
		return classText
	case "srt", "vtt", "ass", "lrc":
		return classCaptions
	case "pdf":
		return classPDF
	default:
		return classNone
	}
}
