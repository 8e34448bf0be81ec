package derive

import (
	"context"
	"path/filepath"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// recipe is how one kind of derivative is made.
type recipe struct {
	name    string
	version int
	parts   bool // what it makes includes the parts of the file, which are replaced each time
	make    func(ctx context.Context, t task) (made, error)
}

// recipes lists every recipe that is run now.
func recipes() []recipe {
	return []recipe{
		{name: recipePoster, version: posterVersion, make: makePoster},
		{name: recipeHLS, version: hlsVersion, make: makeHLS},
		{name: recipeLadder, version: ladderVersion, make: makeLadder},
		{name: recipeSprite, version: spriteVersion, make: makeSprite},
		{name: recipeMP4, version: mp4Version, make: makeMP4},
		{name: recipeCaptions, version: captionsVersion, parts: true, make: makeCaptions},
		{name: recipeAudio, version: audioVersion, make: makeAudio},
		{name: recipeCover, version: coverVersion, make: makeCover},
		{name: recipeWaveform, version: waveformVersion, make: makeWaveform},
		{name: recipeImages, version: imagesVersion, make: makeImages},
		{name: recipeTiles, version: tilesVersion, make: makeTiles},
		{name: recipeText, version: textVersion, parts: true, make: makeText},
		{name: recipePages, version: pagesVersion, make: makePages},
		{name: recipePageText, version: pageTextVersion, parts: true, make: makePageText},
	}
}

// task is what a recipe is given: an original and a place to work in.
type task struct {
	deriver *Deriver     // for what another recipe made of the same file
	work    archive.Work // for its genre and language
	file    archive.File
	input   string       // path of the original's bytes, read only, under a plain name
	folder  *tool.Folder // removed when the job ends
	kept    *int         // pieces that this try has stored for the next one
}

// scratch returns the path of an intermediate file.
func (t task) scratch(name string) string { return t.folder.File(name) }

// outFolder holds, below the scratch folder, what is stored when the recipe is done.
const outFolder = "out"

// out returns the path at which an asset is written.
func (t task) out(name string) string {
	return filepath.Join(t.folder.Path, outFolder, filepath.FromSlash(name))
}

// ready returns what another recipe made of the same file, if it is done.
func (t task) ready(ctx context.Context, name string, version int) (archive.Derivative, bool, error) {
	all, err := t.deriver.reader().DerivativeVersions(ctx, t.file.Work)
	if err != nil {
		return archive.Derivative{}, false, err
	}
	for _, m := range all {
		if m.File == t.file.ID && m.Recipe == name && m.Version == version && m.State == archive.DerivativeReady {
			return m, true, nil
		}
	}
	return archive.Derivative{}, false, nil
}

// made is what a recipe made: files written by task.out, listed here, and parts. Bytes of assets are filled in later.
type made struct {
	assets []archive.Asset
	parts  []archive.Part
	// note is something a person should know of a derivative that is ready nevertheless.
	note    archive.Reason
	program tool.Program // the chief one, for the record; "" when we made it ourselves
	work    archive.Work // as it was when this was begun
	detail  string       // how it was made, for the record, such as "copied", "ladder 720 480"
}
