package ingest

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/internal/archive"
)

// kindOfBytes sniffs content the way Stage does.
func kindOfBytes(t testing.TB, content []byte, name string) Kind {
	t.Helper()
	k, err := refine(Sniff(content, name), int64(len(content)), func(offset, n int64) ([]byte, error) {
		if offset < 0 || n <= 0 || offset >= int64(len(content)) {
			t.Fatalf("refine asked for %d bytes at %d of %d", n, offset, len(content))
		}
		return content[offset:min(offset+n, int64(len(content)))], nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func zipOf(t testing.TB, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("<x/>")); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// mp3Frame is an MPEG-1 layer III frame of 128 kbit/s at 44.1 kHz: 417 bytes.
func mp3Frame() []byte { return append([]byte{0xff, 0xfb, 0x90, 0x00}, make([]byte, 413)...) }

// adtsFrame is an ADTS frame of 100 bytes.
func adtsFrame() []byte {
	return append([]byte{0xff, 0xf1, 0x50, 0x80, 100 >> 3, 100&7<<5 | 0x1f, 0xfc}, make([]byte, 93)...)
}

func tagged(body []byte) []byte {
	picture := 20000 // longer than what is sniffed at first
	tag := append([]byte{'I', 'D', '3', 4, 0, 0, 0, byte(picture >> 14), byte(picture >> 7 & 0x7f), byte(picture & 0x7f)}, make([]byte, picture)...)
	return append(tag, body...)
}

func ole(stream string) []byte {
	b := make([]byte, 2048)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	b[30], b[48] = 9, 2 // sectors of 512 bytes, directory in the third
	copy(b[3*512:], wide(stream))
	return b
}

func TestSniff(t *testing.T) {
	frames := bytes.Repeat(mp3Frame(), 3)
	for _, c := range []struct{ about, name, content, format string }{
		{"a JPEG named as a film", "phim.mp4", "\xff\xd8\xff\xe0\x00\x10JFIF", "jpeg"},
		{"PNG", "a", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", "png"},
		{"BMP", "a", "BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00", "bmp"},
		{"a text that begins with BM", "a.txt", "BM là chữ đầu của một câu dài", "text"},
		{"TIFF", "a", "MM\x00*\x00\x00\x00\x08", "tiff"},
		{"GIF", "a", "GIF89a\x01\x00\x01\x00", "gif"},
		{"JPEG 2000", "a", "\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"},
		{"MP4", "a.jpg", "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41", "mp4"},
		{"QuickTime", "a", "\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  ", "mov"},
		{"QuickTime without a file type box", "a", "\x00\x00\x10\x00moov\x00\x00\x00\x6cmvhd", "mov"},
		{"M4A", "a", "\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00isomM4A ", "m4a"},
		{"3GP", "a", "\x00\x00\x00\x14ftyp3gp4\x00\x00\x02\x003gp4", "3gp"},
		{"HEIC named by its compatible brand", "a", "\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "heic"},
		{"AVIF", "a", "\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif", "avif"},
		{"Matroska", "a", "\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska", "mkv"},
		{"WebM", "a", "\x1a\x45\xdf\xa3\x93\x42\x82\x84webm", "webm"},
		{"AVI", "a", "RIFF\x00\x00\x00\x00AVI LIST", "avi"},
		{"WAVE over 4 GiB", "a", "RF64\xff\xff\xff\xffWAVEds64", "wav"},
		{"WebP", "a", "RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"},
		{"AIFF", "a", "FORM\x00\x00\x00\x00AIFFCOMM", "aiff"},
		{"Ogg Vorbis", "a", "OggS\x00\x02\x01vorbis", "ogg"},
		{"Ogg Opus", "a", "OggS\x00\x02OpusHead", "opus"},
		{"Ogg with sound and Theora", "a", "OggS\x00\x02\x01vorbis....OggS\x80theora", "ogv"},
		{"Windows Media with video", "a", asfHeader + asfAudio + asfVideo, "asf"},
		{"Windows Media with sound alone", "a", asfHeader + asfAudio, "wma"},
		{"Flash video", "a", "FLV\x01\x05\x00\x00\x00\x09", "flv"},
		{"MPEG program stream", "a", "\x00\x00\x01\xba\x44", "mpegps"},
		{"MPEG transport stream", "a", strings.Repeat("\x47"+strings.Repeat("\x00", 187), 4), "mpegts"},
		{"MP3", "a", string(frames), "mp3"},
		{"MP3 behind a long tag", "a", string(tagged(frames)), "mp3"},
		{"FLAC behind a long tag", "a", string(tagged([]byte("fLaC\x00\x00\x00\x22"))), "flac"},
		{"AAC behind a long tag", "a", string(tagged(bytes.Repeat(adtsFrame(), 3))), "aac"},
		{"AAC", "a", string(bytes.Repeat(adtsFrame(), 3)), "aac"},
		{"AMR", "a", "#!AMR\n\x3c", "amr"},
		{"PDF behind a few bytes", "a", "\n\n%PDF-1.4\n", "pdf"},
		{"RTF", "a", `{\rtf1\ansi}`, "rtf"},
		{"an old Word document", "a", string(ole("WordDocument")), "doc"},
		{"another compound file", "a", string(ole("Workbook")), "ole"},
		{"DOCX", "a", string(zipOf(t, "docProps/app.xml", "[Content_Types].xml", "word/document.xml")), "docx"},
		{"XLSX", "a", string(zipOf(t, "[Content_Types].xml", "xl/workbook.xml")), "xlsx"},
		{"EPUB without its first entry", "a", string(zipOf(t, "META-INF/container.xml")), "epub"},
		{"any zip", "a.docx", string(zipOf(t, "x.txt")), "zip"},
		{"a cut zip", "a.docx", string(zipOf(t, "word/document.xml")[:60]), "zip"},
		{"OpenDocument", "a", "PK\x03\x04" + strings.Repeat("\x00", 26) + "mimetypeapplication/vnd.oasis.opendocument.text", "odt"},
		{"text", "thơ.txt", "Trăng sáng vườn chè\n", "text"},
		{"text with a byte order mark", "a", "\xef\xbb\xbfTrăng", "text"},
		{"UTF-16", "a", "\xff\xfeT\x00r\x00\x03\x01n\x00g\x00", "text"},
		{"TCVN3", "a", "Tr\xa8ng s\xb8ng v\xad\xean ch\xcc", "text"},
		{"text cut in a letter", "a", "Trăn\xe1\xba", "text"},
		{"Markdown, by its name", "a.md", "# Tựa\n", "markdown"},
		{"lyrics with times, by their name", "a.lrc", "[00:01.00] Trăng", "lrc"},
		{"subtitles, by content", "a.txt", "1\r\n00:00:01,000 --> 00:00:02,000\r\nChào", "srt"},
		{"WebVTT, by content", "a.txt", "WEBVTT\n\n00:01.000 --> 00:02.000\nChào", "vtt"},
		{"SubStation Alpha, by content", "a.txt", "[Script Info]\r\nTitle: x\r\n", "ass"},
		{"SubStation Alpha, by its name", "a.ssa", "; lời\nDialogue: 0,0:00:01.00\n", "ass"},
		{"subtitles in UTF-16", "a.srt", "\xff\xfe1\x00\n\x000\x000\x00:\x00\xa1\x1e", "srt"},
		{"subtitles in UTF-16 without a mark", "a.srt", "1\x00\n\x000\x000\x00:\x00\xa1\x1e", "srt"},
		{"the same the other way round", "a.srt", "\x001\x00\n\x000\x000\x00:\x1e\xa1", "srt"},
		{"small numbers of a program, which are no UTF-16", "a.srt", "\x01\x00\x02\x00\x03\x00\x04\x00", "unknown"},
		{"HTML, by content", "a.txt", "<!-- x -->\n<!DOCTYPE html><html>", "html"},
		{"HTML in capitals", "a.txt", "<HTML><BODY>", "html"},
		{"SVG named as text", "a.txt", "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\">", "svg"},
		{"XML", "a", "<?xml version=\"1.0\"?><note/>", "xml"},
		{"a verse that begins with a bracket", "a", "< im lặng >", "text"},
		{"a picture named as text", "a.md", "\x89PNG\r\n\x1a\n", "png"},
		{"nothing known", "phim.mp4", "\x01\x02\x03\x04\x05\x06\x07\x08\x00\x00", "unknown"},
		{"a playlist dressed as a film", "phim.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:1,\nfile:///etc/passwd\n", "playlist"},
		{"a playlist behind a byte order mark", "phim.mp4", "\xef\xbb\xbf\n#EXTM3U\n", "playlist"},
		{"a playlist in UTF-16", "phim.mp4", "\xff\xfe#\x00E\x00X\x00T\x00M\x003\x00U\x00", "playlist"},
		{"a concat script", "phim.mp4", "ffconcat version 1.0\nfile /etc/passwd\n", "playlist"},
		{"DASH", "phim.mp4", "<?xml version=\"1.0\"?>\n<!-- x --><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\">", "playlist"},
		{"ASX", "phim.wmv", "<ASX version=\"3.0\">", "playlist"},
		{"PLS", "a.mp3", "[playlist]\nFile1=http://127.0.0.1:9/\n", "playlist"},
	} {
		t.Run(c.about, func(t *testing.T) {
			got := kindOfBytes(t, []byte(c.content), c.name)
			if got.Format != c.format {
				t.Errorf("format %q, want %q", got.Format, c.format)
			}
			if got.Type == "" || got.Medium == "" {
				t.Errorf("kind without type or medium: %+v", got)
			}
			if refused := got.Problem == "playlist-refused"; refused != (c.format == "playlist") {
				t.Errorf("problem %q", got.Problem)
			}
		})
	}
}

func TestEveryFormatOfTheProjectHasAKind(t *testing.T) {
	const all = "mp4 mov mkv webm avi mpegps mpegts asf flv ogv 3gp mp3 m4a aac flac wav ogg opus wma aiff amr jpeg png tiff webp heic avif gif bmp " +
		"jp2 svg pdf docx odt epub doc rtf html markdown text srt vtt ass lrc zip unknown"
	for format := range strings.FieldsSeq(all) {
		if k := kindOf(format); k.Format != format || k.Type == "" || k.Medium == "" {
			t.Errorf("%s: %+v", format, k)
		}
	}
	if MediumOf("mp4") != archive.Video || MediumOf("nonsense") != archive.Other {
		t.Error("MediumOf does not answer by format")
	}
}

// TestSniffRealFiles needs the real material: what real programs wrote must be known by its content alone.
func TestSniffRealFiles(t *testing.T) {
	data := os.Getenv("VANNGHE_TESTDATA")
	if data == "" {
		t.Skip("VANNGHE_TESTDATA is not set")
	}
	byExtension := map[string]string{".mp4": "mp4", ".mov": "mov", ".mkv": "mkv", ".webm": "webm", ".avi": "avi", ".mpg": "mpegps", ".wmv": "asf",
		".flv": "flv", ".mp3": "mp3", ".m4a": "m4a", ".flac": "flac", ".wav": "wav", ".ogg": "ogg", ".opus": "opus", ".jpg": "jpeg", ".png": "png",
		".tif": "tiff", ".webp": "webp", ".heic": "heic", ".pdf": "pdf", ".docx": "docx", ".odt": "odt", ".epub": "epub", ".rtf": "rtf", ".srt": "srt",
		".vtt": "vtt", ".txt": "text", ".svg": "svg", ".html": "html", ".zip": "zip", ".xz": "xz", ".tar": "unknown"}
	hostile := map[string]string{"ffconcat.mp4": "playlist", "hls-file.mp4": "playlist"}
	err := filepath.WalkDir(filepath.Join(data, "dev"), func(name string, d os.DirEntry, err error) error {
		want := byExtension[strings.ToLower(filepath.Ext(name))]
		if h, ok := hostile[filepath.Base(name)]; ok {
			want = h
		}
		if err != nil || d.IsDir() || want == "" || d.Name() == "empty.mp4" {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if got := kindOfBytes(t, content, "không tên"); got.Format != want {
			t.Errorf("%s: %s, want %s", name, got.Format, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func FuzzSniff(f *testing.F) {
	for _, seed := range [][]byte{tagged(mp3Frame())[:64], ole("WordDocument"), zipOf(f, "word/document.xml"), []byte("#EXTM3U"),
		[]byte("\x00\x00\x00\x18ftypisom"), []byte("<?xml version='1.0'?><svg"), []byte("\xff\xfe\x00")} {
		f.Add(seed, "tên.mp4")
	}
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		if len(content) == 0 {
			return // Stage refuses it before
		}
		k := kindOfBytes(t, content, name)
		if kindOf(k.Format) != k {
			t.Errorf("not a kind of the table: %+v", k)
		}
		if bytes.HasPrefix(content, []byte("#EXTM3U")) && k.Format != formatLists && k.Format != "pdf" && k.Format != "unknown" {
			t.Errorf("a playlist passed as %s", k.Format)
		}
	})
}
