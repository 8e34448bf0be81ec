package derive

import (
	"context"
	"fmt"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/storage"
)

const ladderVersion = 1

// makeLadder encodes a film at all sizes that it is watched in. What plays early has the sound already, and the lowest rung where it
// was encoded: neither is made again. The multivariant playlist lists none but whole rungs, since it is written after them.
func makeLadder(ctx context.Context, t task) (made, error) {
	info, err := t.probe(ctx)
	if err != nil {
		return made{}, err
	}
	rungs := ffmpeg.Rungs(info.Video)
	c := climbing{recipe: recipeLadder, version: ladderVersion, rungs: rungs}
	early, ok, err := t.ready(ctx, recipeHLS, hlsVersion)
	if err == nil && ok {
		c.whole, err = takeOver(ctx, t, early, info)
	}
	if err != nil {
		return made{}, err
	}
	if slices.Contains(c.whole, rungs[len(rungs)-1].Name()) {
		c.rungs = rungs[:len(rungs)-1]
	}
	r, how, err := climb(ctx, t, info, c)
	return madeHLS(info, r, fmt.Sprintf("encoded at %d sizes%s", len(rungs), how)), err
}

// soundName is how ffmpeg.Ladder knows the sound.
const soundName = "audio"

// takeOver brings what the early HLS holds of the ladder, and returns its names.
func takeOver(ctx context.Context, t task, early archive.Derivative, info *ffmpeg.Info) ([]string, error) {
	r := rendition(early.Assets)
	var names []string
	if !info.Remuxable() && len(ffmpeg.Rungs(info.Video)) > 1 { // a copy is not of the ladder's kind
		names = append(names, r.Variants[0].Name)
	}
	if r.Audio != nil {
		names = append(names, soundName)
	}
	for _, name := range names {
		file := name + ".m4s"
		if err := t.deriver.copyOut(ctx, storage.Key(early.Prefix).Join(file), t.out(file)); err != nil {
			return nil, fmt.Errorf("take over %s: %w", file, err)
		}
	}
	return names, nil
}

// climbing is what climb makes, and for which recipe.
type climbing struct {
	recipe  string
	version int
	rungs   []ffmpeg.Rung
	whole   []string // what lies among the task's assets already
}

// climb encodes rungs and, unless it is there, the sound. What a former try has finished is taken up, of which how tells, and what is
// finished now is put where the next try finds it.
func climb(ctx context.Context, t task, info *ffmpeg.Info, c climbing) (r *ffmpeg.Rendition, how string, err error) {
	if info.Audio != nil && !slices.Contains(c.whole, soundName) {
		if err := t.ffmpeg().Sound(ctx, info, t.out("")); err != nil {
			return nil, "", err
		}
		c.whole = append(c.whole, soundName)
	}
	s := newStash(ctx, t, c)
	if err := s.restore(ctx); err != nil {
		return nil, "", err
	}
	if s.pieces > 0 {
		how = fmt.Sprintf(", %d pieces of it by former tries", s.pieces)
	}
	r, err = t.ffmpeg().Ladder(ctx, info, ffmpeg.Order{Dir: t.out(""), Rungs: c.rungs, Whole: c.whole, Kept: s.keep})
	return r, how, err
}
