package ffmpeg

import (
	"bytes"
	"fmt"
	"math"
)

// segment is a stretch of a media file that is fetched at once: whole fragments.
type segment struct {
	offset, bytes int64
	seconds       float64
}

// segments groups fragments to stretches of about segmentSeconds: none is longer, unless a fragment is. The rungs
// of a ladder have the same fragments, and so the same segments.
func (t *track) segments() []segment {
	var all []segment
	for _, f := range t.fragments {
		seconds := t.seconds(f)
		if n := len(all) - 1; n >= 0 && all[n].seconds+seconds <= segmentSeconds+slack {
			all[n].bytes += f.size
			all[n].seconds += seconds
			continue
		}
		all = append(all, segment{offset: f.offset, bytes: f.size, seconds: seconds})
	}
	return all
}

// slack forgives what rounding adds up to, in seconds.
const slack = 0.1

// iframes returns the first picture of fragments, each standing until the next one. Of a film of many hours only some are named,
// so that the list stays small.
func (t *track) iframes() []segment {
	var all []segment
	step := 1 + (len(t.fragments)-1)/maxIFrames
	for n, f := range t.fragments {
		if n%step != 0 {
			all[len(all)-1].seconds += t.seconds(f)
			continue
		}
		all = append(all, segment{offset: f.offset, bytes: f.first, seconds: t.seconds(f)})
	}
	return all
}

// maxIFrames bounds an I-frame playlist: one picture every two seconds of four hours.
const maxIFrames = 7200

// playlistOf writes a media playlist (RFC 8216 §4.3.3) over media, whose initialisation segment has init bytes. kind is a line that
// the header needs besides.
func playlistOf(media string, init int, segments []segment, kind string) []byte {
	var b bytes.Buffer
	longest := 0.0
	for _, s := range segments {
		longest = max(longest, s.seconds)
	}
	fmt.Fprintf(&b, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:%d\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n%s",
		max(1, int(math.Ceil(longest-slack))), kind)
	fmt.Fprintf(&b, "#EXT-X-MAP:URI=\"%s\",BYTERANGE=\"%d@0\"\n", media, init)
	for _, s := range segments {
		fmt.Fprintf(&b, "#EXTINF:%.5f,\n#EXT-X-BYTERANGE:%d@%d\n%s\n", s.seconds, s.bytes, s.offset, media)
	}
	b.WriteString("#EXT-X-ENDLIST\n")
	return b.Bytes()
}

// The lines by which I-frame playlists and others differ.
const (
	onlyIFrames = "#EXT-X-I-FRAMES-ONLY\n"
	independent = "#EXT-X-INDEPENDENT-SEGMENTS\n"
)

// rates returns the bit rate of the heaviest segment and the average (RFC 8216 §4.3.4.2). A segment under half a second
// counts as that long: the last one of a film may hold a single frame, and is no measure of the line it needs.
func rates(segments []segment) (peak, average int64) {
	var seconds, total float64
	for _, s := range segments {
		bits := 8 * float64(s.bytes)
		peak = max(peak, int64(math.Ceil(bits/max(s.seconds, 0.5))))
		seconds += s.seconds
		total += bits
	}
	if seconds > 0 {
		average = int64(math.Ceil(total / seconds))
	}
	return max(peak, average), average
}
