package ingest

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"sync"

	"vannghe/internal/archive"
)

// copyBuffer is how much is read at a time; two of them are in use.
const copyBuffer = 256 << 10

// copyBytes copies until the end of src or of ctx, and tells a source that fails from a destination that does: the error of
// src becomes Invalid "file-unreadable", that of dst stays. The digests are computed beside reading and writing.
func copyBytes(ctx context.Context, dst io.Writer, sum *digester, src source) (int64, error) {
	defer sum.wait()
	room := int64(copyBuffer)
	if src.about > 0 {
		room = min(room, max(src.about, 4<<10))
	}
	buffers := [2][]byte{make([]byte, room), nil}
	var size int64
	for turn := 0; ; turn = 1 - turn { // the other is still being digested
		if err := ctx.Err(); err != nil {
			return size, err
		}
		if buffers[turn] == nil {
			buffers[turn] = make([]byte, room)
		}
		n, err := src.Read(buffers[turn])
		size += int64(n)
		sum.begin(buffers[turn][:n])
		if _, writeErr := dst.Write(buffers[turn][:n]); writeErr != nil {
			return size, writeErr
		}
		if errors.Is(err, io.EOF) {
			return size, nil
		}
		if err != nil {
			return size, archive.Fail(archive.Invalid, "file-unreadable").Because(err)
		}
	}
}

// digester computes both digests of an original in one pass. For one goroutine.
type digester struct {
	sha512, sha256 hash.Hash
	busy           sync.WaitGroup // whoever digests what was begun
}

func newDigester() *digester { return &digester{sha512: sha512.New(), sha256: sha256.New()} }

// alone is up to how many bytes are digested at once: to begin a goroutine would take about as long.
const alone = 8 << 10

// begin takes p into both digests and that of more, if any, beside what the caller goes on with; p must not change before wait, or the next
// begin. Digests are the larger part of bringing bytes in, and each can have a core of its own.
func (d *digester) begin(p []byte, more ...hash.Hash) {
	d.wait()
	for _, h := range append(more, d.sha512, d.sha256) {
		switch {
		case h == nil:
		case len(p) <= alone:
			h.Write(p) // a hash never returns an error
		default:
			d.busy.Go(func() { h.Write(p) })
		}
	}
}

// wait waits until all that was begun is in the digests.
func (d *digester) wait() { d.busy.Wait() }

// state returns what restoreDigester goes on from.
func (d *digester) state() (string, error) {
	d.wait()
	var parts []string
	for _, h := range []hash.Hash{d.sha512, d.sha256} {
		m, ok := h.(encoding.BinaryMarshaler)
		if !ok {
			return "", errNoState
		}
		b, err := m.MarshalBinary()
		if err != nil {
			return "", fmt.Errorf("keep the state of a digest: %w", err)
		}
		parts = append(parts, base64.StdEncoding.EncodeToString(b))
	}
	return strings.Join(parts, "."), nil
}

var errNoState = errors.New("a digest has no state to keep")

// restoreDigester goes on from a state; "" is the beginning.
func restoreDigester(state string) (*digester, error) {
	d := newDigester()
	if state == "" {
		return d, nil
	}
	long, short, _ := strings.Cut(state, ".")
	for h, part := range map[hash.Hash]string{d.sha512: long, d.sha256: short} {
		m, ok := h.(encoding.BinaryUnmarshaler)
		if !ok {
			return nil, errNoState
		}
		b, err := base64.StdEncoding.DecodeString(part)
		if err == nil {
			err = m.UnmarshalBinary(b)
		}
		if err != nil {
			return nil, fmt.Errorf("go on with a digest: %w", err)
		}
	}
	return d, nil
}

func (d *digester) sums() (archive.Digest, string) {
	d.wait()
	return archive.Digest(hex.EncodeToString(d.sha512.Sum(nil))), hex.EncodeToString(d.sha256.Sum(nil))
}
