package derive

import (
	"context"
	"fmt"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/storage"
)

const (
	ladderVersion = 2
	// ladderWithoutLow is the same without the low sound and the short first segments.
	ladderWithoutLow = 1
)

// makeLadder encodes a film at all sizes that it is watched in. What plays early has the sound already, and the lowest rung where it
// was encoded: neither is made again. The multivariant playlist lists none but whole rungs, since it is written after them.
func makeLadder(ctx context.Context, t task) (made, error) {
	info, err := t.probe(ctx)
	if err != nil {
		return made{}, err
	}
	rungs := ffmpeg.Rungs(info.Video)
	whole, err := inherit(ctx, t, info)
	if err != nil {
		return made{}, err
	}
	has := func(name string) bool { return slices.Contains(whole, name) }
	c := climbing{recipe: recipeLadder, version: ladderVersion, whole: whole,
		rungs:  slices.DeleteFunc(slices.Clone(rungs), func(r ffmpeg.Rung) bool { return has(r.Name()) }),
		sounds: slices.DeleteFunc(info.Sounds(), has)}
	r, how, err := climb(ctx, t, info, c)
	return madeHLS(info, r, fmt.Sprintf("encoded at %d sizes%s%s", len(rungs), c.told(), how)), err
}

// told says what was there before.
func (c *climbing) told() string {
	if len(c.rungs) == 0 {
		return ", all by the former version"
	}
	return ""
}

// inherit brings what was made of the ladder before, and returns its names: all pictures of a ladder of the former version, else
// what the early HLS holds.
func inherit(ctx context.Context, t task, info *ffmpeg.Info) ([]string, error) {
	former, ok, err := t.ready(ctx, recipeLadder, ladderWithoutLow)
	if err != nil {
		return nil, err
	}
	if ok {
		return takeOver(ctx, t, former, true)
	}
	early, ok, err := t.ready(ctx, recipeHLS, hlsVersion)
	if err != nil || !ok {
		return nil, err
	}
	return takeOver(ctx, t, early, !info.Remuxable()) // a copied picture is not of the ladder's kind
}

// takeOver brings the sounds of an HLS derivative, and its pictures if they are wanted.
func takeOver(ctx context.Context, t task, from archive.Derivative, pictures bool) ([]string, error) {
	r := rendition(from.Assets)
	var names []string
	if pictures {
		for _, v := range r.Variants {
			names = append(names, v.Name)
		}
	}
	for _, sound := range []*ffmpeg.Variant{r.Audio, r.Low} {
		if sound != nil {
			names = append(names, sound.Name)
		}
	}
	for _, name := range names {
		file := name + ".m4s"
		if err := t.deriver.copyOut(ctx, storage.Key(from.Prefix).Join(file), t.out(file)); err != nil {
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
	sounds  []string
	whole   []string // what lies among the task's assets already
}

// climb encodes rungs and sounds. What a former try has finished is taken up, of which how tells, and what is
// finished now is put where the next try finds it.
func climb(ctx context.Context, t task, info *ffmpeg.Info, c climbing) (r *ffmpeg.Rendition, how string, err error) {
	s := newStash(ctx, t, c)
	if err := s.restore(ctx); err != nil {
		return nil, "", err
	}
	if s.pieces > 0 {
		how = fmt.Sprintf(", %d pieces of it by former tries", s.pieces)
	}
	r, err = t.ffmpeg().Ladder(ctx, info, ffmpeg.Order{Dir: t.out(""), Rungs: c.rungs, Sounds: c.sounds, Whole: c.whole, Kept: s.keep})
	return r, how, err
}
