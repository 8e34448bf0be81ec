package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	ff "github.com/u2takey/ffmpeg-go"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// Order is what Ladder is to make.
type Order struct {
	Dir    string   // where everything is written
	Rungs  []Rung   // to be encoded, the largest first
	Sounds []string // names of the sounds to be encoded, in the same process
	Whole  []string // names of variants, smaller than Rungs, and of sounds, that lie in Dir already
	// Kept is called now and then while the rungs grow, nil for never: the first bytes of each rung's file, by its name, are final
	// and hold the same stretch of time. It is told the last time before Ladder returns.
	Kept func(ctx context.Context, grown []Growth)
}

// Growth is how much of a rung's file is final.
type Growth struct {
	File  string // name in Order.Dir
	Bytes int64
}

// Ladder encodes the picture at each rung, decoding once, to o.Dir as HLS: H.264 that every browser plays, key frames aligned
// across rungs every two seconds, constant frame rate, square pixels, upright, even sizes. Where files of the rungs lie in o.Dir,
// as a run that was cut left them, it goes on behind what all of them hold. Errors as Remux.
func (t *Tool) Ladder(ctx context.Context, info *Info, o Order) (*Rendition, error) {
	if info.Video == nil || len(o.Rungs)+len(o.Whole) == 0 {
		return nil, archive.Fail(archive.Invalid, "video-missing")
	}
	if err := tool.CheckPath(o.Dir); err != nil {
		return nil, err
	}
	c := &climb{order: o, rate: constantRate(info.Video)}
	if err := c.goOn(); err != nil {
		return nil, err
	}
	if c.since > 0 || len(o.Rungs) == 0 {
		// A sound has no seam that is not heard: it is not gone on with, but made anew, which is quick.
		if err := c.soundAlone(ctx, t, info); err != nil {
			return nil, err
		}
	}
	if len(o.Rungs) > 0 {
		if err := c.run(ctx, t, info); err != nil {
			return nil, err
		}
	}
	return describe(o.Dir, c.names(), c.rate.number)
}

func (c *climb) soundAlone(ctx context.Context, t *Tool, info *Info) error {
	if len(c.order.Sounds) == 0 {
		return nil
	}
	return t.Sound(ctx, info, c.order.Dir, c.order.Sounds...)
}

// run is one process that decodes once.
func (c *climb) run(ctx context.Context, t *Tool, info *Info) error {
	outs, err := c.outputs(info)
	if err != nil {
		return err
	}
	err = t.watched(ctx, outs, watch{dir: c.order.Dir, limits: encoding(info.Duration), tick: func() error { return c.gather(ctx) }})
	if err == nil || archive.ReasonOf(err) == "media-unreadable" && c.some() {
		err = c.gather(ctx) // a film that breaks off plays as far as it goes
	}
	if err != nil {
		return err
	}
	for _, r := range c.order.Rungs {
		if err := os.Remove(c.take(r)); err != nil {
			return fmt.Errorf("remove a take: %w", err)
		}
	}
	return nil
}

// names lists what lies in the folder: pictures, the largest first, then sounds.
func (c *climb) names() []string {
	var names []string
	for _, r := range c.order.Rungs {
		names = append(names, r.Name())
	}
	return append(append(names, c.order.Whole...), c.order.Sounds...)
}

// climb is a ladder under way. What ffmpeg writes in one run is a take; its whole fragments go over to the rung's file, as many
// in each rung.
type climb struct {
	order Order
	rate  pace
	rungs []*step
	since float64 // seconds of the film at which this take begins
}

// step is one rung of a climb.
type step struct {
	done  *track // the rung's file
	take  *track // what ffmpeg writes now
	moved int    // fragments of take that are in done
}

func (c *climb) path(r Rung) string { return filepath.Join(c.order.Dir, mediaName(r.Name())) }
func (c *climb) take(r Rung) string { return filepath.Join(c.order.Dir, r.Name()+".take") }

// goOn opens what a former run left and cuts it to what all rungs have.
func (c *climb) goOn() error {
	least := -1
	for _, r := range c.order.Rungs {
		t, err := openTrack(c.path(r))
		if errors.Is(err, os.ErrNotExist) {
			t, err = &track{}, nil
		}
		if err != nil {
			return err
		}
		c.rungs = append(c.rungs, &step{done: t, take: &track{}})
		if n := len(t.fragments); least < 0 || n < least {
			least = n
		}
	}
	for n, r := range c.order.Rungs {
		if err := c.rungs[n].cut(c.path(r), least); err != nil {
			return err
		}
	}
	if least > 0 {
		t := c.rungs[0].done
		last := t.fragments[least-1]
		c.since = float64(last.start+last.ticks) / float64(t.timescale)
	}
	return nil
}

// cut leaves the first fragments of a file.
func (s *step) cut(path string, fragments int) error {
	if fragments == 0 {
		s.done = &track{}
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("begin a rung anew: %w", err)
		}
		return nil
	}
	s.done.fragments = s.done.fragments[:fragments]
	if err := os.Truncate(path, s.done.end()); err != nil {
		return fmt.Errorf("go on with a rung: %w", err)
	}
	return nil
}

// outputs are those of one process that decodes once.
func (c *climb) outputs(info *Info) ([]*ff.Stream, error) {
	seek := ff.KwArgs{}
	if c.since > 0 {
		seek["ss"] = strconv.FormatFloat(c.since, 'f', 6, 64)
	}
	in, err := info.Source.input(seek)
	if err != nil {
		return nil, err
	}
	width, height := info.Video.fit(c.order.Rungs[0].ShortSide)
	split := toned(normalised(in, info.Video, c.rate), info.Video, width, height).Split()
	outs := c.sounds(in, info)
	for n, r := range c.order.Rungs {
		width, height := info.Video.fit(r.ShortSide)
		args := h264(c.rate, r.MaxRate)
		if c.since > 0 {
			args["output_ts_offset"] = seek["ss"]
		}
		outs = append(outs, picture(scaled(split.Get(strconv.Itoa(n)), width, height), c.take(r), args))
	}
	return outs, nil
}

// sounds are the outputs of sound, unless it was made before.
func (c *climb) sounds(in *ff.Stream, info *Info) []*ff.Stream {
	var outs []*ff.Stream
	if c.since > 0 || info.Audio == nil {
		return nil
	}
	for _, name := range c.order.Sounds {
		outs = append(outs, soundOut(in, info.Audio, filepath.Join(c.order.Dir, mediaName(name)), encodedSound(name)))
	}
	return outs
}

// some reports whether there is anything to show.
func (c *climb) some() bool {
	return !slices.ContainsFunc(c.rungs, func(s *step) bool { return len(s.done.fragments)+len(s.take.fragments) == 0 })
}

// gather moves fragments that all takes have to the rungs' files, and says so.
func (c *climb) gather(ctx context.Context) error {
	least := -1
	for n, r := range c.order.Rungs {
		s := c.rungs[n]
		if err := s.look(c.take(r)); err != nil {
			return err
		}
		if found := len(s.take.fragments); least < 0 || found < least {
			least = found
		}
	}
	var grown []Growth
	for n, r := range c.order.Rungs {
		if err := c.rungs[n].move(c.take(r), c.path(r), least); err != nil {
			return err
		}
		grown = append(grown, Growth{File: mediaName(r.Name()), Bytes: c.rungs[n].done.end()})
	}
	if c.order.Kept != nil && least > 0 {
		c.order.Kept(ctx, grown)
	}
	return nil
}

// look reads how far the take has grown.
func (s *step) look(take string) error {
	f, err := os.Open(take)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at a take: %w", err)
	}
	info, err := f.Stat()
	if err == nil {
		err = s.take.read(f, info.Size(), s.take.end())
	}
	return errors.Join(err, f.Close())
}

// move appends fragments of the take, up to a number, to the rung's file.
func (s *step) move(take, path string, upTo int) error {
	if upTo <= s.moved {
		return nil
	}
	if s.done.init == nil {
		if err := writeFile(path, s.take.init); err != nil {
			return err
		}
		s.done.init, s.done.timescale = s.take.init, s.take.timescale
	}
	if !slices.Equal(s.done.init, s.take.init) {
		// Another encoder than that of the former run: its pictures would be decoded by the wrong settings.
		return malformed("a take does not go with what was made before")
	}
	from, to := s.take.fragments[s.moved].offset, s.take.fragments[upTo-1].end()
	at := s.done.end()
	if err := appendFile(path, take, from, to-from); err != nil {
		return err
	}
	for _, f := range s.take.fragments[s.moved:upTo] {
		f.offset += at - from
		s.done.fragments = append(s.done.fragments, f)
	}
	s.moved = upTo
	return nil
}

func appendFile(path, from string, offset, size int64) error {
	out, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("append to a rung: %w", err)
	}
	in, err := os.Open(from)
	if err != nil {
		return errors.Join(err, out.Close())
	}
	_, err = io.Copy(out, io.NewSectionReader(in, offset, size))
	return errors.Join(err, in.Close(), out.Close())
}
