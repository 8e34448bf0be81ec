package miniostore

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"slices"

	"github.com/minio/minio-go/v7"
)

// flight is a part on its way.
type flight struct {
	buf  []byte // what it carries; nil for a part that the server copies
	done chan struct{}
	part minio.CompletePart // from then on, like err
	err  error
}

// fly begins to send a part, which waits until no more than most are on their way.
func (u *upload) fly(buf []byte, most int64, send func(number int, f *flight) error) error {
	f := &flight{buf: buf, done: make(chan struct{})}
	number := u.whole() + 1
	u.flights = append(u.flights, f)
	go func() {
		defer close(f.done)
		f.err = send(number, f)
	}()
	return u.land(most)
}

// whole returns how many parts there are, with those that are still on their way.
func (u *upload) whole() int { return len(u.parts) + len(u.flights) }

// land waits until no more than so many parts are on their way. One that failed stays the first of them.
func (u *upload) land(most int64) error {
	for int64(len(u.flights)) > max(most, 0) {
		first := u.flights[0]
		<-first.done
		if first.err != nil {
			return first.err
		}
		u.parts = append(u.parts, first.part)
		if first.buf != nil {
			u.spare = append(u.spare, first.buf)
		}
		u.flights = u.flights[1:]
	}
	return nil
}

// giveUp ends what is on its way, and waits until it has.
func (u *upload) giveUp() {
	u.stop()
	for _, f := range u.flights {
		<-f.done
	}
	u.buf, u.spare, u.flights = nil, nil, nil
}

// putPart sends f.buf as a part. Across a network that anybody may write to its SHA-256 is part of the signature. Elsewhere a CRC-32C, which
// costs a tenth on both sides, tells the server whether the bytes are those that were sent; one that does not answer with it did not look, and gets the SHA-256
// from then on.
func (u *upload) putPart(number int, f *flight) error {
	if u.crc && u.driver.crc.Load() {
		sum := binary.BigEndian.AppendUint32(nil, crc32.Checksum(f.buf, crc32.MakeTable(crc32.Castagnoli)))
		told := base64.StdEncoding.EncodeToString(sum)
		part, err := u.tryPart(number, f, minio.PutObjectPartOptions{DisableContentSha256: true,
			CustomHeader: http.Header{"X-Amz-Checksum-Crc32c": {told}}})
		if err != nil || part.ChecksumCRC32C == told {
			f.part.ChecksumCRC32C = part.ChecksumCRC32C
			return err
		}
		u.driver.crc.Store(false)
	}
	raw := sha256.Sum256(f.buf)
	_, err := u.tryPart(number, f, minio.PutObjectPartOptions{DisableContentSha256: true, Sha256Hex: hex.EncodeToString(raw[:])})
	return err
}

func (u *upload) tryPart(number int, f *flight, opts minio.PutObjectPartOptions) (minio.ObjectPart, error) {
	var part minio.ObjectPart
	buf, err := u.send(f.buf, func(body io.Reader) (err error) {
		o := opts
		o.CustomHeader = opts.CustomHeader.Clone() // minio-go writes into it
		part, err = u.driver.core.PutObjectPart(u.ctx, u.driver.bucket, string(u.key), u.id, number, body, int64(len(f.buf)), o)
		return err
	})
	f.buf, f.part = buf, minio.CompletePart{PartNumber: part.PartNumber, ETag: part.ETag}
	return part, err
}

// send makes a request that carries buf, again when the server did not answer, and returns buf, or a copy of it, to be used further. minio-go would do that itself by
// seeking back in the body, but the transport may still be reading the body of the request that failed, and the two readers of one
// position would send what nobody wrote. So each attempt has a body of its own, which cannot seek, over bytes of its own.
func (u *upload) send(buf []byte, request func(body io.Reader) error) ([]byte, error) {
	for attempt := 1; ; attempt++ {
		err := request(unseekable{bytes.NewReader(buf)})
		if err == nil {
			return buf, nil
		}
		buf = slices.Clone(buf)
		err = u.driver.translate(u.ctx, u.key, err)
		if attempt >= u.driver.limits.retries || !unanswered(err) || !pause(u.ctx, attempt) {
			return buf, err
		}
	}
}

// sheltered reports whether nobody else can write to the line between us and the store: it is encrypted, or leads to this machine.
func (s Settings) sheltered() bool {
	host, _, err := net.SplitHostPort(s.Endpoint)
	if err != nil {
		host = s.Endpoint
	}
	return s.Secure || host == "localhost" || net.ParseIP(host).IsLoopback()
}
