package ffmpeg

import (
	"context"
	"path/filepath"
	"strconv"

	ff "github.com/u2takey/ffmpeg-go"

	"vannghe/internal/archive"
)

// lowRate is what the sound for thin lines takes, in bits per second: with its headers and playlists it is heard on a line of
// 100 kbit/s while as much again is loaded ahead.
const lowRate = 48_000

// Sounds names the sounds that a film is played with, the better one first: none when it is silent, no low one when Remux hands on
// the sound as it came and that takes hardly more.
func (i *Info) Sounds() []string {
	switch {
	case i.Audio == nil:
		return nil
	case i.Remuxable() && i.Audio.plain() && i.Audio.BitRate > 0 && i.Audio.BitRate < lowRate*3/2:
		return []string{SoundName}
	default:
		return []string{SoundName, LowName}
	}
}

// copiedSounds are those that Remux writes. It must be quick: the low one is made with the ladder, when there will be one.
func (i *Info) copiedSounds() []string {
	all := i.Sounds()
	if len(all) > 1 && len(Rungs(i.Video)) > 1 {
		return all[:1]
	}
	return all
}

// Sound writes sounds, by their names, as AAC to dir, where Ladder expects them. Errors as AudioAAC.
func (t *Tool) Sound(ctx context.Context, info *Info, dir string, names ...string) error {
	if info.Audio == nil {
		return archive.Fail(archive.Invalid, "audio-missing")
	}
	in, err := info.Source.input(nil)
	if err != nil {
		return err
	}
	var outs []*ff.Stream
	for _, name := range names {
		outs = append(outs, soundOut(in, info.Audio, filepath.Join(dir, mediaName(name)), encodedSound(name)))
	}
	return t.watched(ctx, outs, watch{dir: dir, limits: encoding(info.Duration)})
}

// soundOut is an output of sound alone: apart from the pictures it is stored once, and fetched once whichever picture is shown.
func soundOut(in *ff.Stream, a *Audio, path string, args ff.KwArgs) *ff.Stream {
	args = fragmented(args, "")
	args["frag_duration"] = groupSeconds * 1_000_000
	return ff.Output([]*ff.Stream{in.Get(strconv.Itoa(a.Stream))}, "file:"+path, args)
}

// copied are the settings of a sound beside a picture that is copied.
func (a *Audio) copied(name string) ff.KwArgs {
	if name == LowName {
		return lowAAC()
	}
	return soundFor(a)
}

func encodedSound(name string) ff.KwArgs {
	if name == LowName {
		return lowAAC()
	}
	return aac("128k")
}

// aac are the settings of the encoder for sound.
func aac(rate string) ff.KwArgs {
	return ff.KwArgs{
		"c:a": "aac",
		"b:a": rate,
		// Two channels at a rate that every device plays.
		"ac": 2,
		"ar": 48000,
		"af": together,
	}
}

// together makes silence of holes in the time stamps, so that sound and picture stay together.
const together = "aresample=async=1:first_pts=0"

// lowAAC are the settings for thin lines. Both channels hold the same, so that the encoder, which must then write them as middle and
// side, spends all on one; a single channel would be as small, but players drop what they have loaded when the number of channels
// changes with the picture. Same sampling rate as the other sound: their fragments begin at the same instants.
func lowAAC() ff.KwArgs {
	args := aac(strconv.Itoa(lowRate))
	args["af"] = together + ",aformat=channel_layouts=stereo,pan=stereo|c0=.5*c0+.5*c1|c1=.5*c0+.5*c1"
	args["aac_ms"] = 1
	// The default coder spends half on the empty side: 15 to 20 dB more noise below 500 Hz, measured on three pieces of music.
	args["aac_coder"] = "fast"
	// By default cut to 5.7 kHz, as for two channels of 24 kbit/s.
	args["cutoff"] = 12000
	return args
}
