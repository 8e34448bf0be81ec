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

// segments groups fragments to stretches of at most longest(n) seconds each, unless a fragment is longer. The rungs of a ladder have the same
// fragments, and so the same segments.
func (t *track) segments(longest func(n int) float64) []segment {
	var all []segment
	for _, f := range t.fragments {
		seconds := t.seconds(f)
		if n := len(all) - 1; n >= 0 && all[n].seconds+seconds <= longest(n)+slack {
			all[n].bytes += f.size
			all[n].seconds += seconds
			continue
		}
		all = append(all, segment{offset: f.offset, bytes: f.size, seconds: seconds})
	}
	return all
}

// usual is how long the n-th segment may be, in seconds. The first six seconds come in three: a player shows nothing before its first segment is
// whole, and on a thin line stops when the second is much longer.
func usual(n int) float64 {
	if n < segmentSeconds/groupSeconds {
		return groupSeconds
	}
	return segmentSeconds
}

// short is how long the n-th segment may be where somebody who seeks on a thin line must not wait for six seconds of film.
func short(int) float64 { return groupSeconds }

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
	fmt.Fprintf(&b, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:%d\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n%s",
		targetOf(segments), kind)
	fmt.Fprintf(&b, "#EXT-X-MAP:URI=\"%s\",BYTERANGE=\"%d@0\"\n", media, init)
	for _, s := range segments {
		fmt.Fprintf(&b, "#EXTINF:%.5f,\n#EXT-X-BYTERANGE:%d@%d\n%s\n", s.seconds, s.bytes, s.offset, media)
	}
	b.WriteString("#EXT-X-ENDLIST\n")
	return b.Bytes()
}

// targetOf is the longest of segments, in whole seconds.
func targetOf(segments []segment) int {
	longest := 0.0
	for _, s := range segments {
		longest = max(longest, s.seconds)
	}
	return max(1, int(math.Ceil(longest-slack)))
}

// The lines by which I-frame playlists and others differ.
const (
	onlyIFrames = "#EXT-X-I-FRAMES-ONLY\n"
	independent = "#EXT-X-INDEPENDENT-SEGMENTS\n"
)

// rates returns the bit rate of the heaviest stretch and the average. A stretch is as RFC 8216 §4.1 has it: segments in a row of half
// to one and a half times the target duration together. So the last segment of a film, which may hold a single
// frame, is no measure of the line it needs.
func rates(segments []segment) (peak, average int64) {
	target := float64(targetOf(segments))
	var seconds, bits float64
	for n, s := range segments {
		seconds += s.seconds
		bits += 8 * float64(s.bytes)
		peak = max(peak, heaviest(segments[n:], target))
	}
	if seconds > 0 {
		average = int64(math.Ceil(bits / seconds))
	}
	return max(peak, average), average
}

// heaviest returns the highest rate of the stretches that begin with the first of segments, 0 when there is none.
func heaviest(segments []segment, target float64) int64 {
	var seconds, bits, most float64
	for _, s := range segments {
		seconds += s.seconds
		bits += 8 * float64(s.bytes)
		if seconds > 1.5*target+slack {
			break
		}
		if seconds >= 0.5*target {
			most = max(most, bits/seconds)
		}
	}
	return int64(math.Ceil(most))
}
