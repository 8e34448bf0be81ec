package ffmpeg

import (
	"bytes"
	"strconv"
	"time"

	"vannghe/internal/archive"
)

// packets reads ffprobe's list of packets as it comes, a line each: pts, dts, duration in seconds, flags. "N/A" is allowed
// in every place; a video of hours makes millions of lines, so none is kept.
type packets struct {
	rest        []byte // of a line not yet ended
	count       int
	first, last float64 // seconds: start of the first, end of the last shown
	key         float64 // the newest key frame
	keys        int
	interval    float64 // longest distance between key frames so far
}

// longestLine bounds a line; ffprobe's are below 100 bytes.
const longestLine = 4 << 10

func (p *packets) Write(b []byte) (int, error) {
	n := len(b)
	for {
		line, rest, ended := bytes.Cut(b, []byte("\n"))
		if !ended {
			if len(p.rest)+len(b) <= longestLine {
				p.rest = append(p.rest, b...)
			}
			return n, nil
		}
		p.line(append(p.rest, line...))
		p.rest, b = p.rest[:0], rest
	}
}

func (p *packets) line(line []byte) {
	fields := bytes.Split(line, []byte(","))
	if len(fields) < 4 {
		return
	}
	at, ok := moment(fields[0])
	if !ok {
		at, ok = moment(fields[1])
	}
	if !ok {
		return
	}
	length, _ := moment(fields[2])
	if p.count == 0 || at < p.first {
		p.first = at
	}
	if p.count == 0 || at+length > p.last {
		p.last = at + length
	}
	p.count++
	if bytes.HasPrefix(fields[3], []byte("K")) {
		p.keyFrame(at)
	}
}

func (p *packets) keyFrame(at float64) {
	if p.keys > 0 {
		p.interval = max(p.interval, at-p.key)
	}
	p.key = at
	p.keys++
}

func moment(b []byte) (float64, bool) {
	f, err := strconv.ParseFloat(string(b), 64)
	return f, err == nil && f > -maxSeconds && f < maxSeconds
}

// settle puts what was counted into info. The error is Invalid "media-unreadable" when there was no packet at all.
func (p *packets) settle(info *Info) error {
	if len(p.rest) > 0 {
		p.line(p.rest)
		p.rest = nil
	}
	if p.count == 0 {
		return archive.Fail(archive.Invalid, "media-unreadable")
	}
	counted := duration(p.last - p.first)
	if promised := info.promised; promised > 0 {
		missing := promised - counted
		info.Truncated = missing > time.Second && missing > promised/50
	}
	if counted > 0 {
		info.Duration = counted
	}
	if info.Video != nil && p.keys > 0 {
		info.Video.KeyInterval = duration(max(p.interval, p.last-p.key))
	}
	return nil
}

func duration(seconds float64) time.Duration {
	return time.Duration(seconds * float64(time.Second)).Round(time.Millisecond)
}
