package ffmpeg

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"vannghe/internal/archive"
)

// describe reads back the media files <name>.m4s in dir, the largest picture first, writes their playlists, and the multivariant
// playlist over all. Rates and codecs are those of what was made, not what was asked for.
func describe(dir string, names []string, rate float64) (*Rendition, error) {
	r := &Rendition{Master: masterName}
	thin := thinnest(names)
	for _, name := range names {
		v, err := readVariant(dir, name, slices.Contains(thin, name))
		if err != nil {
			return nil, err
		}
		switch name {
		case SoundName:
			r.Audio = &v
			continue
		case LowName:
			r.Low = &v
			continue
		}
		v.FrameRate = rate
		r.Variants = append(r.Variants, v)
		r.Duration = duration(v.seconds)
	}
	if r.Audio != nil && r.Low != nil {
		r.Listen = listenName
		if err := writeFile(filepath.Join(dir, listenName), r.listen()); err != nil {
			return nil, err
		}
	}
	if len(thin) > 0 {
		r.Quick = quickName
		if err := writeFile(filepath.Join(dir, quickName), r.quick()); err != nil {
			return nil, err
		}
	}
	return r, writeFile(filepath.Join(dir, masterName), r.master())
}

// thinnest returns the names of what a thin line gets where there is a choice: the smallest of several pictures, and the sound it goes with.
func thinnest(names []string) []string {
	pictures := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == SoundName || name == LowName })
	if len(pictures) < 2 {
		return nil
	}
	thin := []string{pictures[len(pictures)-1]}
	for _, sound := range []string{LowName, SoundName} {
		if slices.Contains(names, sound) {
			return append(thin, sound)
		}
	}
	return thin
}

// readVariant reads a media file and writes its playlists, of what is thin also that of short segments.
func readVariant(dir, name string, thin bool) (Variant, error) {
	v := Variant{Name: name, Playlist: name + ".m3u8", Media: mediaName(name)}
	t, err := openTrack(filepath.Join(dir, v.Media))
	if err != nil {
		return v, err
	}
	segments := t.segments(usual)
	if v.PeakRate, v.AverageRate = rates(segments); v.AverageRate == 0 {
		return v, archive.Fail(archive.Invalid, "media-unreadable")
	}
	if err := writeFile(filepath.Join(dir, v.Playlist), playlistOf(v.Media, len(t.init), segments, independent)); err != nil {
		return v, err
	}
	if thin {
		v.Quick = name + "-quick.m3u8"
		if err := writeFile(filepath.Join(dir, v.Quick), playlistOf(v.Media, len(t.init), t.segments(short), independent)); err != nil {
			return v, err
		}
	}
	if name == SoundName || name == LowName {
		v.Codecs = "mp4a.40.2" // AAC-LC is all that is written
		return v, nil
	}
	if v.Codecs, v.Width, v.Height = parseAVC(t.init); v.Codecs == "" {
		return v, malformed(v.Media + " holds no H.264 configuration")
	}
	for _, s := range segments {
		v.seconds += s.seconds
	}
	pictures := t.iframes()
	v.IFrames = name + "-iframes.m3u8"
	v.PeakIFrames, v.AverageIFrames = rates(pictures)
	return v, writeFile(filepath.Join(dir, v.IFrames), playlistOf(v.Media, len(t.init), pictures, onlyIFrames))
}

func mediaName(name string) string { return name + ".m4s" }

// parseAVC finds the sample entry "avc1" (ISO/IEC 14496-12 §12.1.3: width and height 24 bytes after its name) and in it
// "avcC" (14496-15 §5.3.3.1: version, profile, compatibility, level), and returns the codec as RFC 6381 writes it.
func parseAVC(b []byte) (codec string, width, height int) {
	entry := bytes.Index(b, []byte("avc1\x00\x00\x00\x00\x00\x00"))
	if entry < 0 || len(b) < entry+32 {
		return "", 0, 0
	}
	width = int(binary.BigEndian.Uint16(b[entry+28:]))
	height = int(binary.BigEndian.Uint16(b[entry+30:]))
	box := bytes.Index(b[entry:], []byte("avcC\x01"))
	if box < 0 || len(b) < entry+box+8 {
		return "", 0, 0
	}
	config := b[entry+box+5:]
	return fmt.Sprintf("avc1.%02x%02x%02x", config[0], config[1], config[2]), width, height
}

// master writes the multivariant playlist (RFC 8216 §4.3.4), the smallest picture first: a player that begins with the first begins
// at once on a slow line. Beside larger pictures the smallest goes with the low sound.
func (r *Rendition) master() []byte {
	b := bytes.NewBufferString(masterHead)
	groups := r.groups()
	for _, g := range groups {
		fmt.Fprintf(b, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"%s\",NAME=\"%s\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"%s\"\n",
			g.Name, SoundName, g.Playlist)
	}
	for n, v := range slices.Backward(r.Variants) {
		b.WriteString(streamInf(v, groupOf(groups, n == len(r.Variants)-1)))
	}
	for _, v := range slices.Backward(r.Variants) {
		fmt.Fprintf(b, "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS=\"%s\",RESOLUTION=%dx%d,URI=\"%s\"\n",
			v.PeakIFrames, v.AverageIFrames, v.Codecs, v.Width, v.Height, v.IFrames)
	}
	return b.Bytes()
}

// quick is master with the short segments of what has them.
func (r *Rendition) quick() []byte {
	q := Rendition{Audio: hurried(r.Audio), Low: hurried(r.Low)}
	for i := range r.Variants {
		q.Variants = append(q.Variants, *hurried(&r.Variants[i]))
	}
	return q.master()
}

// hurried is v by its short segments where it has them, nil for none.
func hurried(v *Variant) *Variant {
	if v == nil || v.Quick == "" {
		return v
	}
	quick := *v
	quick.Playlist = v.Quick
	return &quick
}

const masterHead = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"

// groups lists the sounds that the pictures go with, the better one first.
func (r *Rendition) groups() []Variant {
	switch {
	case r.Audio == nil:
		return nil
	case r.Low == nil, len(r.Variants) < 2: // who sees the only picture has a line for its sound
		return []Variant{*r.Audio}
	default:
		return []Variant{*r.Audio, *r.Low}
	}
}

func groupOf(groups []Variant, smallest bool) *Variant {
	switch {
	case len(groups) == 0:
		return nil
	case smallest:
		return &groups[len(groups)-1]
	default:
		return &groups[0]
	}
}

// streamInf names a picture with the sound it goes with, nil for none.
func streamInf(v Variant, sound *Variant) string {
	group := ""
	if sound != nil {
		v.PeakRate += sound.PeakRate
		v.AverageRate += sound.AverageRate
		v.Codecs += "," + sound.Codecs
		group = `,AUDIO="` + sound.Name + `"`
	}
	return fmt.Sprintf("#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS=\"%s\",RESOLUTION=%dx%d%s%s\n%s\n",
		v.PeakRate, v.AverageRate, v.Codecs, v.Width, v.Height, frameRate(v.FrameRate), group, v.Playlist)
}

// listen writes the multivariant playlist of the sounds alone, the low one first. They are not in the other one: players
// drop variants without a picture where there are pictures.
func (r *Rendition) listen() []byte {
	b := bytes.NewBufferString(masterHead)
	for _, v := range []*Variant{r.Low, r.Audio} {
		fmt.Fprintf(b, "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS=\"%s\"\n%s\n", v.PeakRate, v.AverageRate, v.Codecs, v.Playlist)
	}
	return b.Bytes()
}

func frameRate(f float64) string {
	if !(f > 0) {
		return ""
	}
	return ",FRAME-RATE=" + strconv.FormatFloat(f, 'f', 3, 64)
}

func writeFile(path string, b []byte) error {
	if err := os.WriteFile(path, b, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}
