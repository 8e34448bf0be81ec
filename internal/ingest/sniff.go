package ingest

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"vannghe/internal/archive"
)

// Kind is what a file is, read from its content.
type Kind struct {
	Format  string         // short name, such as "mp4"; "unknown" when nothing here knows it
	Type    string         // media type, such as "video/mp4"
	Medium  archive.Medium // how it would be played or read
	Problem archive.Reason // why nothing may be made of it; "" when something may
}

// headSize is how much of a file's beginning sniffing looks at, in bytes.
const headSize = 8 << 10

const octets = "application/octet-stream"

// unknown is the kind of what nothing here recognises.
func unknown() Kind { return Kind{Format: "unknown", Type: octets, Medium: archive.Other} }

// kinds maps every format to its media type and medium.
var kinds = map[string]Kind{
	"mp4":       {Type: "video/mp4", Medium: archive.Video},
	"mov":       {Type: "video/quicktime", Medium: archive.Video},
	"3gp":       {Type: "video/3gpp", Medium: archive.Video},
	"mkv":       {Type: "video/x-matroska", Medium: archive.Video},
	"webm":      {Type: "video/webm", Medium: archive.Video},
	"avi":       {Type: "video/x-msvideo", Medium: archive.Video},
	"mpegps":    {Type: "video/mpeg", Medium: archive.Video},
	"mpegts":    {Type: "video/mp2t", Medium: archive.Video},
	"asf":       {Type: "video/x-ms-asf", Medium: archive.Video},
	"flv":       {Type: "video/x-flv", Medium: archive.Video},
	"ogv":       {Type: "video/ogg", Medium: archive.Video},
	"mp3":       {Type: "audio/mpeg", Medium: archive.Audio},
	"m4a":       {Type: "audio/mp4", Medium: archive.Audio},
	"aac":       {Type: "audio/aac", Medium: archive.Audio},
	"flac":      {Type: "audio/flac", Medium: archive.Audio},
	"wav":       {Type: "audio/wav", Medium: archive.Audio},
	"ogg":       {Type: "audio/ogg", Medium: archive.Audio},
	"opus":      {Type: "audio/ogg", Medium: archive.Audio},
	"wma":       {Type: "audio/x-ms-wma", Medium: archive.Audio},
	"aiff":      {Type: "audio/aiff", Medium: archive.Audio},
	"amr":       {Type: "audio/amr", Medium: archive.Audio},
	"jpeg":      {Type: "image/jpeg", Medium: archive.Image},
	"png":       {Type: "image/png", Medium: archive.Image},
	"tiff":      {Type: "image/tiff", Medium: archive.Image},
	"webp":      {Type: "image/webp", Medium: archive.Image},
	"heic":      {Type: "image/heic", Medium: archive.Image},
	"avif":      {Type: "image/avif", Medium: archive.Image},
	"gif":       {Type: "image/gif", Medium: archive.Image},
	"bmp":       {Type: "image/bmp", Medium: archive.Image},
	"jp2":       {Type: "image/jp2", Medium: archive.Image},
	"svg":       {Type: "image/svg+xml", Medium: archive.Image},
	"psd":       {Type: "image/vnd.adobe.photoshop", Medium: archive.Image},
	"pdf":       {Type: "application/pdf", Medium: archive.Paged},
	"docx":      {Type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Medium: archive.Text},
	"odt":       {Type: "application/vnd.oasis.opendocument.text", Medium: archive.Text},
	"epub":      {Type: "application/epub+zip", Medium: archive.Text},
	"doc":       {Type: "application/msword", Medium: archive.Text},
	"rtf":       {Type: "application/rtf", Medium: archive.Text},
	"html":      {Type: "text/html", Medium: archive.Text},
	"markdown":  {Type: "text/markdown", Medium: archive.Text},
	"text":      {Type: "text/plain", Medium: archive.Text},
	"srt":       {Type: "application/x-subrip", Medium: archive.Text},
	"vtt":       {Type: "text/vtt", Medium: archive.Text},
	"ass":       {Type: "text/x-ssa", Medium: archive.Text},
	"lrc":       {Type: "text/plain", Medium: archive.Text},
	"xml":       {Type: "application/xml", Medium: archive.Other},
	"xlsx":      {Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Medium: archive.Other},
	"pptx":      {Type: "application/vnd.openxmlformats-officedocument.presentationml.presentation", Medium: archive.Other},
	"ods":       {Type: "application/vnd.oasis.opendocument.spreadsheet", Medium: archive.Other},
	"odp":       {Type: "application/vnd.oasis.opendocument.presentation", Medium: archive.Other},
	"ole":       {Type: "application/x-ole-storage", Medium: archive.Other},
	"midi":      {Type: "audio/midi", Medium: archive.Other},
	"zip":       {Type: "application/zip", Medium: archive.Other},
	"gzip":      {Type: "application/gzip", Medium: archive.Other},
	"7z":        {Type: "application/x-7z-compressed", Medium: archive.Other},
	"rar":       {Type: "application/vnd.rar", Medium: archive.Other},
	"xz":        {Type: "application/x-xz", Medium: archive.Other},
	formatLists: {Type: octets, Medium: archive.Other, Problem: "playlist-refused"},
}

// formatLists is the format of a file that names other files to be fetched: HLS, DASH, concat scripts and their kin.
// Dressed as a recording, such a file makes ffmpeg read what it names; it is kept, and nothing is ever made of it.
const formatLists = "playlist"

func kindOf(format string) Kind {
	k, ok := kinds[format]
	if !ok {
		return unknown()
	}
	k.Format = format
	return k
}

// MediumOf returns the medium in which a file of a sniffed format is played or read, Other when nothing plays it.
func MediumOf(format string) archive.Medium { return kindOf(format).Medium }

// Sniff says what a file is from its first bytes (at most headSize are looked at). The name decides only between kinds of
// text, once the content has said that it is text.
func Sniff(head []byte, name string) Kind {
	head = head[:min(len(head), headSize)]
	for _, ask := range []func([]byte) string{bySignature, byBox, byRIFF, byOgg, byEBML, byASF, byZip, byMPEG} {
		if format := ask(head); format != "" {
			return kindOf(format)
		}
	}
	if format := byText(head, name); format != "" {
		return kindOf(format)
	}
	return unknown()
}

// signature is a fixed run of bytes at a fixed place.
type signature struct {
	offset int
	bytes  string
	format string
}

var signatures = []signature{
	{0, "\xff\xd8\xff", "jpeg"},
	{0, "\x89PNG\r\n\x1a\n", "png"},
	{0, "GIF87a", "gif"}, {0, "GIF89a", "gif"},
	{0, "II*\x00", "tiff"}, {0, "MM\x00*", "tiff"}, {0, "II+\x00", "tiff"}, {0, "MM\x00+", "tiff"}, // the last two: BigTIFF
	{0, "\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"}, {0, "\xff\x4f\xff\x51", "jp2"},
	{0, "8BPS\x00", "psd"},
	{0, "fLaC", "flac"},
	{0, "#!AMR", "amr"},
	{0, "MThd\x00\x00\x00\x06", "midi"},
	{0, "FLV\x01", "flv"},
	{0, "{\\rtf", "rtf"},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"},
	{0, "\x1f\x8b", "gzip"}, {0, "7z\xbc\xaf\x27\x1c", "7z"}, {0, "Rar!\x1a\x07", "rar"}, {0, "\xfd7zXZ\x00", "xz"},
	{0, "\x00\x00\x01\xba", "mpegps"},
	{0, "ID3", formatTagged},
}

// formatTagged is the passing name of what begins with an ID3v2 tag: what follows the tag decides (see refine).
const formatTagged = "id3"

func bySignature(head []byte) string {
	for _, s := range signatures {
		if len(head) >= s.offset+len(s.bytes) && string(head[s.offset:s.offset+len(s.bytes)]) == s.bytes {
			return s.format
		}
	}
	if len(head) >= 18 && string(head[:2]) == "BM" && slices.Contains([]uint32{12, 40, 52, 56, 64, 108, 124}, binary.LittleEndian.Uint32(head[14:])) {
		return "bmp"
	}
	if bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) { // ISO 32000-1 annex H: readers accept it in the first 1024 bytes
		return "pdf"
	}
	return ""
}

// byBox reads ISO base media files (ISO/IEC 14496-12) and QuickTime files from before the file type box.
func byBox(head []byte) string {
	if len(head) < 12 {
		return ""
	}
	switch string(head[4:8]) {
	case "ftyp":
		return byBrand(head)
	case "moov", "mdat", "wide", "pnot":
		return "mov"
	}
	return ""
}

func byBrand(head []byte) string {
	size := binary.BigEndian.Uint32(head)
	if size < 12 || size > 1<<12 {
		return ""
	}
	if format := brandFormat(string(head[8:12])); format != "" {
		return format
	}
	end := min(int(size), len(head))
	for at := 16; at+4 <= end; at += 4 {
		if format := brandFormat(string(head[at : at+4])); format == "heic" || format == "avif" {
			return format
		}
	}
	return "mp4"
}

func brandFormat(brand string) string {
	switch {
	case brand == "qt  ":
		return "mov"
	case strings.HasPrefix(brand, "M4A"), strings.HasPrefix(brand, "M4B"):
		return "m4a"
	case strings.HasPrefix(brand, "3g"):
		return "3gp"
	case slices.Contains([]string{"heic", "heix", "hevc", "heim", "heis"}, brand):
		return "heic"
	case brand == "avif" || brand == "avis":
		return "avif"
	}
	return ""
}

func byRIFF(head []byte) string {
	if len(head) < 12 {
		return ""
	}
	switch form, kind := string(head[:4]), string(head[8:12]); {
	case form == "RIFF" && kind == "AVI ":
		return "avi"
	case (form == "RIFF" || form == "RF64" || form == "BW64") && kind == "WAVE":
		return "wav"
	case form == "RIFF" && kind == "WEBP":
		return "webp"
	case form == "FORM" && (kind == "AIFF" || kind == "AIFC"):
		return "aiff"
	}
	return ""
}

// byOgg looks at the first packets of the streams: a video stream wins, whatever its order (RFC 3533, RFC 5334).
func byOgg(head []byte) string {
	if !bytes.HasPrefix(head, []byte("OggS")) {
		return ""
	}
	switch {
	case bytes.Contains(head, []byte("\x80theora")), bytes.Contains(head, []byte("\x01video\x00\x00\x00")):
		return "ogv"
	case bytes.Contains(head, []byte("OpusHead")):
		return "opus"
	default:
		return "ogg"
	}
}

func byEBML(head []byte) string {
	if !bytes.HasPrefix(head, []byte("\x1a\x45\xdf\xa3")) {
		return ""
	}
	switch start := head[:min(len(head), 256)]; {
	case bytes.Contains(start, []byte("webm")):
		return "webm"
	case bytes.Contains(start, []byte("matroska")):
		return "mkv"
	}
	return ""
}

// The identifiers of ASF (Advanced Systems Format specification §10.1, §10.4), as they lie in a file.
const (
	asfHeader = "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"
	asfVideo  = "\xc0\xef\x19\xbc\x4d\x5b\xcf\x11\xa8\xfd\x00\x80\x5f\x5c\x44\x2b"
	asfAudio  = "\x40\x9e\x69\xf8\x4d\x5b\xcf\x11\xa8\xfd\x00\x80\x5f\x5c\x44\x2b"
)

func byASF(head []byte) string {
	if !bytes.HasPrefix(head, []byte(asfHeader)) {
		return ""
	}
	if bytes.Contains(head, []byte(asfAudio)) && !bytes.Contains(head, []byte(asfVideo)) {
		return "wma"
	}
	return "asf"
}

// byZip recognises the packages that name themselves in a first, stored entry (OpenDocument part 2 §3.3, EPUB OCF §4.3);
// the others need their directory (see refine).
func byZip(head []byte) string {
	if !bytes.HasPrefix(head, []byte("PK\x03\x04")) && !bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return ""
	}
	if len(head) < 38 || string(head[30:38]) != "mimetype" {
		return "zip"
	}
	for _, format := range []string{"epub", "odt", "ods", "odp"} {
		if bytes.HasPrefix(head[38:], []byte(kinds[format].Type)) {
			return format
		}
	}
	return "zip"
}
