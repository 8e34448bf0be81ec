package ffmpeg

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"vannghe/internal/archive"
)

// segment is one line of a media playlist.
type segment struct {
	seconds float64
	bytes   int64
}

// parsePlaylist reads the media playlists that ffmpeg writes: EXTINF and EXT-X-BYTERANGE (RFC 8216 §4.3.2).
func parsePlaylist(b []byte) []segment {
	var segments []segment
	var now segment
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if s, ok := strings.CutPrefix(line, "#EXTINF:"); ok {
			s, _, _ = strings.Cut(s, ",")
			if seconds, ok := moment([]byte(s)); ok {
				now.seconds = max(seconds, 0)
			}
		} else if s, ok := strings.CutPrefix(line, "#EXT-X-BYTERANGE:"); ok {
			s, _, _ = strings.Cut(s, "@")
			now.bytes = integer(s)
		} else if line != "" && !strings.HasPrefix(line, "#") {
			segments = append(segments, now)
			now = segment{}
		}
	}
	return segments
}

// rates returns the bit rate of the heaviest segment and the average (RFC 8216 §4.3.4.2). A segment under half a second
// counts as that long: the last one of a film may hold a single frame, and is no measure of the line it needs.
func rates(segments []segment) (peak, average int64) {
	var seconds, total float64
	for _, s := range segments {
		bits := 8 * float64(s.bytes)
		peak = max(peak, int64(bits/max(s.seconds, 0.5)))
		seconds += s.seconds
		total += bits
	}
	if seconds > 0 {
		average = int64(total / seconds)
	}
	return max(peak, average), average
}

// readVariant reads back the playlist and the head of the media file that ffmpeg wrote.
func readVariant(dir, name string) (Variant, error) {
	v := Variant{Name: name, Playlist: name + ".m3u8", Media: name + ".m4s"}
	b, err := os.ReadFile(filepath.Join(dir, v.Playlist))
	if err != nil {
		return v, fmt.Errorf("read the playlist: %w", err)
	}
	segments := parsePlaylist(b)
	if v.PeakRate, v.AverageRate = rates(segments); v.AverageRate == 0 {
		return v, archive.Fail(archive.Invalid, "media-unreadable")
	}
	head, err := readHead(filepath.Join(dir, v.Media))
	if err != nil {
		return v, err
	}
	if name == audioName {
		v.Codecs = "mp4a.40.2" // AAC-LC is all that is written
		return v, nil
	}
	if v.Codecs, v.Width, v.Height = parseAVC(head); v.Codecs == "" {
		return v, archive.Fail(archive.Internal, "internal").Because(fmt.Errorf("%s holds no H.264 configuration", v.Media))
	}
	return v, nil
}

// headSize holds the initialisation segment of a fragmented MP4, which is below 2 KiB here.
const headSize = 64 << 10

func readHead(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the media file: %w", err)
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, headSize))
	if err != nil {
		return nil, fmt.Errorf("read the media file: %w", err)
	}
	return head, nil
}

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

// master writes the multivariant playlist.
func (r *Rendition) master() []byte {
	var b bytes.Buffer
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n")
	var sound Variant
	group := ""
	if r.Audio != nil {
		sound = *r.Audio
		group = `,AUDIO="` + audioName + `"`
		fmt.Fprintf(&b, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"%s\",NAME=\"%s\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"%s\"\n",
			audioName, audioName, sound.Playlist)
	}
	for _, v := range r.Variants {
		codecs := v.Codecs
		if r.Audio != nil {
			codecs += "," + sound.Codecs
		}
		fmt.Fprintf(&b, "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS=\"%s\",RESOLUTION=%dx%d%s%s\n%s\n",
			v.PeakRate+sound.PeakRate, v.AverageRate+sound.AverageRate, codecs, v.Width, v.Height, frameRate(v.FrameRate), group, v.Playlist)
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
