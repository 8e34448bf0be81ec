package iiif

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// A directory knows where each stored entry of a zip file lies, so that an entry is one read. archive/zip would read every
// local header first, which from an object store is a request for each of thousands of tiles.
type directory struct {
	entries map[string]entry
}

// entry is where the local header of an entry begins, where its data end at the latest, and how long they are.
type entry struct {
	offset int64
	end    int64
	size   int64
}

// readAt reads length bytes of the zip from offset.
type readAt func(ctx context.Context, offset, length int64) ([]byte, error)

// Sizes and signatures of the records of a zip file (PKWARE APPNOTE 6.3.10, §4.3 and §4.5.3).
const (
	endSize       = 22
	endMark       = 0x06054b50
	locatorSize   = 20
	locatorMark   = 0x07064b50
	end64Size     = 56
	end64Mark     = 0x06064b50
	centralSize   = 46
	centralMark   = 0x02014b50
	localSize     = 30
	localMark     = 0x04034b50
	extra64       = 1
	in64          = 1<<32 - 1 // the value stands in the zip64 field instead
	maxComment    = 1<<16 - 1
	maxDirectory  = 64 << 20 // half a million tiles, a picture of more than a hundred gigapixels
	methodStored  = 0
	flagEncrypted = 1
	maxExtra      = 256 // bytes of extra fields in a local header; vips writes 29
)

var errZip = errors.New("not a zip file that can be served")

// u16, u32 and u64 read a number of b. A u64 beyond an int64 becomes negative and fails every check of bounds.
func u16(b []byte, at int) int { return int(binary.LittleEndian.Uint16(b[at:])) }

func u32(b []byte, at int) int64 { return int64(binary.LittleEndian.Uint32(b[at:])) }

func u64(b []byte, at int) int64 { return int64(binary.LittleEndian.Uint64(b[at:])) }

// readDirectory reads the central directory of a zip of size bytes. Names lose their first segment, the folder that vips puts
// around a pyramid.
func readDirectory(ctx context.Context, size int64, read readAt) (*directory, error) {
	from := max(0, size-endSize-maxComment-locatorSize)
	tail, err := read(ctx, from, size-from)
	if err != nil {
		return nil, err
	}
	at := findEnd(tail)
	if at < 0 {
		return nil, fmt.Errorf("%w: no end record", errZip)
	}
	length, start := u32(tail, at+12), u32(tail, at+16)
	if length == in64 || start == in64 || u16(tail, at+10) == 1<<16-1 {
		if length, start, err = readEnd64(ctx, tail[:at], size, read); err != nil {
			return nil, err
		}
	}
	if length < 0 || length > maxDirectory || start < 0 || start > size-length {
		return nil, fmt.Errorf("%w: directory of %d bytes at %d", errZip, length, start)
	}
	if start >= from {
		return parseCentral(tail[start-from:start-from+length], start)
	}
	central, err := read(ctx, start, length)
	if err != nil {
		return nil, err
	}
	return parseCentral(central, start)
}

// findEnd returns where the end record begins in the last bytes of a zip, -1 when it is not there. Its comment must reach the
// end exactly, so that bytes of a comment are not taken for the record.
func findEnd(tail []byte) int {
	for i := len(tail) - endSize; i >= 0; i-- {
		if u32(tail, i) == endMark && u16(tail, i+20) == len(tail)-i-endSize {
			return i
		}
	}
	return -1
}

// readEnd64 follows the locator, which stands right before the end record, to the zip64 end record.
func readEnd64(ctx context.Context, before []byte, size int64, read readAt) (length, start int64, err error) {
	at := len(before) - locatorSize
	if at < 0 || u32(before, at) != locatorMark {
		return 0, 0, fmt.Errorf("%w: no zip64 locator", errZip)
	}
	where := u64(before, at+8)
	if where < 0 || where > size-end64Size {
		return 0, 0, fmt.Errorf("%w: zip64 end record outside", errZip)
	}
	b, err := read(ctx, where, end64Size)
	if err != nil {
		return 0, 0, err
	}
	if len(b) < end64Size || u32(b, 0) != end64Mark {
		return 0, 0, fmt.Errorf("%w: no zip64 end record", errZip)
	}
	return u64(b, 40), u64(b, 48), nil
}

// parseCentral reads the records of the central directory, which begins at start of the file.
func parseCentral(b []byte, start int64) (*directory, error) {
	d := &directory{entries: make(map[string]entry, len(b)/centralSize/2)}
	for len(b) > 0 {
		if len(b) < centralSize || u32(b, 0) != centralMark {
			return nil, fmt.Errorf("%w: directory record", errZip)
		}
		name, extra := centralSize+u16(b, 28), centralSize+u16(b, 28)+u16(b, 30)
		next := extra + u16(b, 32)
		if len(b) < next {
			return nil, fmt.Errorf("%w: directory record cut short", errZip)
		}
		e, err := parseEntry(b[:centralSize], b[name:extra], start)
		if err != nil {
			return nil, err
		}
		e.end = min(e.offset+localSize+int64(name-centralSize)+maxExtra+e.size, start)
		stored := u16(b, 10) == methodStored && u16(b, 8)&flagEncrypted == 0
		if _, short, found := strings.Cut(string(b[centralSize:name]), "/"); found && stored && e.size > 0 {
			d.entries[short] = e
		}
		b = b[next:]
	}
	return d, nil
}

// parseEntry reads size and offset of a record, from its zip64 field where they stand there: that field holds, in this
// order, only those of size, compressed size and offset that are missing in the record.
func parseEntry(record, extra []byte, start int64) (entry, error) {
	values := [3]int64{u32(record, 24), u32(record, 20), u32(record, 42)}
	field := findExtra(extra, extra64)
	for i := range values {
		if values[i] == in64 && len(field) >= 8 {
			values[i], field = u64(field, 0), field[8:]
		}
	}
	e := entry{size: values[0], offset: values[2]}
	if e.offset < 0 || e.size < 0 || e.offset >= start || e.size > start-e.offset {
		return entry{}, fmt.Errorf("%w: entry outside", errZip)
	}
	return e, nil
}

func findExtra(b []byte, id int) []byte {
	for len(b) >= 4 {
		length := 4 + u16(b, 2)
		if length > len(b) {
			return nil
		}
		if u16(b, 0) == id {
			return b[4:length]
		}
		b = b[length:]
	}
	return nil
}

// read returns the bytes of an entry, by one read; false when there is none of that name.
func (d *directory) read(ctx context.Context, name string, read readAt) ([]byte, bool, error) {
	e, ok := d.entries[name]
	if !ok {
		return nil, false, nil
	}
	b, err := read(ctx, e.offset, e.end-e.offset)
	if err != nil {
		return nil, true, err
	}
	if len(b) < localSize || u32(b, 0) != localMark {
		return nil, true, fmt.Errorf("%w: local header of %s", errZip, name)
	}
	// A local header may carry other extra fields than the central record: its own lengths say where the data begin.
	begin := int64(localSize + u16(b, 26) + u16(b, 28))
	if begin+e.size > int64(len(b)) {
		return nil, true, fmt.Errorf("%w: data of %s", errZip, name)
	}
	return b[begin : begin+e.size], true, nil
}
