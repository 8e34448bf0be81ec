package ffmpeg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"vannghe/internal/archive"
)

// track is a fragmented MP4 of one stream as ffmpeg writes it: an initialisation segment, then fragments (ISO/IEC 14496-12 §8.8).
// What is not whole at its end, because it is still being written or its writer was killed, does not count.
type track struct {
	init      []byte // ftyp and moov, at the beginning of the file
	timescale int64
	fragments []fragment
}

// fragment is a moof box with the mdat that follows it.
type fragment struct {
	offset, size int64
	start, ticks int64 // in the track's timescale: of its first sample, and of all
	first        int64 // bytes from offset to the end of its first sample
}

func (f fragment) end() int64 { return f.offset + f.size }

// seconds returns how long the fragment lasts.
func (t *track) seconds(f fragment) float64 { return float64(f.ticks) / float64(t.timescale) }

// end returns the size in bytes of what is whole.
func (t *track) end() int64 {
	if n := len(t.fragments); n > 0 {
		return t.fragments[n-1].end()
	}
	return int64(len(t.init))
}

// Bounds of what is read into memory: a moov holds no samples here, and a moof those of a few seconds.
const (
	maxBox       = 4 << 20
	maxTimescale = 1 << 31
)

func openTrack(path string) (*track, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the media file: %w", err)
	}
	info, err := f.Stat()
	var t *track
	if err == nil {
		t, err = readTrack(f, info.Size())
	}
	return t, errors.Join(err, f.Close())
}

// readTrack reads the boxes of a file of size bytes. The error is Internal "internal" for what ffmpeg does not write.
func readTrack(r io.ReaderAt, size int64) (*track, error) {
	t := &track{}
	return t, t.read(r, size, 0)
}

// read goes on from offset, where a box begins.
func (t *track) read(r io.ReaderAt, size, offset int64) error {
	var moof *fragment
	for offset+8 <= size {
		kind, length, err := boxAt(r, offset)
		if err != nil {
			return err
		}
		if length < 8 || length > size-offset {
			return nil // not whole
		}
		switch {
		case kind == "moov":
			err = t.readInit(r, offset+length)
		case kind == "moof":
			moof, err = t.readMoof(r, offset, length)
		case kind == "mdat" && moof != nil:
			moof.size = offset + length - moof.offset
			t.fragments = append(t.fragments, *moof)
			moof = nil
		}
		if err != nil {
			return err
		}
		offset += length
	}
	return nil
}

// boxAt reads the head of a box. A length of 1 is followed by one of eight bytes.
func boxAt(r io.ReaderAt, offset int64) (kind string, length int64, err error) {
	var head [16]byte
	n, err := r.ReadAt(head[:], offset)
	if n < 8 {
		return "", 0, fmt.Errorf("read a box: %w", err)
	}
	length = int64(binary.BigEndian.Uint32(head[:]))
	if length == 1 && n == 16 {
		length = int64(binary.BigEndian.Uint64(head[8:]) & (1<<62 - 1))
	}
	return string(head[4:8]), length, nil
}

func malformed(what string) error {
	return archive.Fail(archive.Internal, "internal").Because(errors.New("fragmented MP4: " + what))
}

func (t *track) readInit(r io.ReaderAt, end int64) error {
	if end > maxBox {
		return malformed("moov too large")
	}
	t.init = make([]byte, end)
	if _, err := r.ReadAt(t.init, 0); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the initialisation segment: %w", err)
	}
	moov, _ := child(t.init, "moov")
	mdhd, ok := child(moov, "trak", "mdia", "mdhd")
	at := 12 // after version, flags and two times of four bytes
	if ok && len(mdhd) > 0 && mdhd[0] == 1 {
		at = 20
	}
	if len(mdhd) < at+4 {
		return malformed("no mdhd")
	}
	t.timescale = int64(binary.BigEndian.Uint32(mdhd[at:]))
	if t.timescale == 0 || t.timescale > maxTimescale {
		return malformed("no timescale")
	}
	return nil
}

func (t *track) readMoof(r io.ReaderAt, offset, length int64) (*fragment, error) {
	if length > maxBox || t.timescale == 0 {
		return nil, malformed("moof too large or before moov")
	}
	b := make([]byte, length)
	if _, err := r.ReadAt(b, offset); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read a fragment: %w", err)
	}
	moof, _ := child(b, "moof")
	traf, ok := child(moof, "traf")
	if !ok {
		return nil, malformed("no traf")
	}
	f := fragment{offset: offset}
	return &f, f.readTraf(traf)
}

// child returns the content of the first box of each kind, one inside the other.
func child(b []byte, kinds ...string) ([]byte, bool) {
	for _, kind := range kinds {
		found := false
		for len(b) >= 8 && !found {
			length := int64(binary.BigEndian.Uint32(b))
			if length < 8 || length > int64(len(b)) {
				return nil, false
			}
			if string(b[4:8]) == kind {
				b, found = b[8:length], true
			} else {
				b = b[length:]
			}
		}
		if !found {
			return nil, false
		}
	}
	return b, true
}

// readTraf reads tfhd (§8.8.7), tfdt (§8.8.12) and trun (§8.8.8).
func (f *fragment) readTraf(traf []byte) error {
	tfhd, _ := child(traf, "tfhd")
	tfdt, _ := child(traf, "tfdt")
	trun, ok := child(traf, "trun")
	if !ok || len(tfhd) < 8 || len(tfdt) < 8 {
		return malformed("traf not whole")
	}
	if f.start = int64(binary.BigEndian.Uint32(tfdt[4:])); tfdt[0] == 1 {
		if len(tfdt) < 12 {
			return malformed("tfdt not whole")
		}
		f.start = int64(binary.BigEndian.Uint64(tfdt[4:]) & (1<<62 - 1))
	}
	return f.readTrun(trun, defaultsOf(tfhd))
}

// defaults are the duration and size of samples that do not say their own.
type defaults struct{ ticks, size int64 }

func defaultsOf(tfhd []byte) defaults {
	flags := binary.BigEndian.Uint32(tfhd) & 0xffffff
	rest := fields{b: tfhd[8:]}
	rest.skip(flags, 0x01, 8)
	rest.skip(flags, 0x02, 4)
	var d defaults
	d.ticks, d.size = rest.take(flags, 0x08), rest.take(flags, 0x10)
	return d
}

// fields reads optional numbers of four bytes. Beyond the end they are 0.
type fields struct{ b []byte }

func (f *fields) skip(flags, flag uint32, n int) {
	if flags&flag != 0 {
		f.b = f.b[min(n, len(f.b)):]
	}
}

func (f *fields) take(flags, flag uint32) int64 {
	if flags&flag == 0 || len(f.b) < 4 {
		return 0
	}
	n := int64(binary.BigEndian.Uint32(f.b))
	f.b = f.b[4:]
	return n
}

func (f *fragment) readTrun(trun []byte, d defaults) error {
	if len(trun) < 8 {
		return malformed("trun not whole")
	}
	flags := binary.BigEndian.Uint32(trun) & 0xffffff
	count := int(binary.BigEndian.Uint32(trun[4:]))
	rest := fields{b: trun[8:]}
	data := rest.take(flags, 0x01)
	rest.skip(flags, 0x04, 4)
	each := 0
	for _, flag := range []uint32{0x100, 0x200, 0x400, 0x800} {
		if flags&flag != 0 {
			each += 4
		}
	}
	if count == 0 || each > 0 && len(rest.b)/each < count || count > maxBox {
		return malformed("trun not whole")
	}
	for n := range count {
		ticks, size := d.ticks, d.size
		if flags&0x100 != 0 {
			ticks = rest.take(flags, 0x100)
		}
		if flags&0x200 != 0 {
			size = rest.take(flags, 0x200)
		}
		rest.skip(flags, 0x400, 4)
		rest.skip(flags, 0x800, 4)
		if f.ticks += ticks; n == 0 {
			f.first = data + size
		}
	}
	return nil
}
