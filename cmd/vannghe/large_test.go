package main

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// tapeClient sends so many bytes by tus-js-client that never lie in a file: the stream of AES in counter mode under a key of zeros, which can
// be entered anywhere. It tells how much it has sent.
const tapeClient = `
import * as tus from "tus-js-client"
import { createCipheriv } from "node:crypto"
import { Readable } from "node:stream"
const [endpoint, cookie, bytes] = process.argv.slice(2)
const size = Number(bytes), zeros = Buffer.alloc(1 << 20)
const from = start => {
	const block = Buffer.alloc(16)
	block.writeBigUInt64BE(BigInt(Math.floor(start / 16)), 8)
	const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16), block)
	cipher.update(zeros.subarray(0, start % 16))
	return cipher
}
const slice = async (start, end) => {
	const cipher = from(start)
	let left = Math.min(end, size) - start
	const value = new Readable({ highWaterMark: 1 << 20, read() {
		const n = Math.min(left, zeros.length)
		left -= n
		this.push(n > 0 ? cipher.update(zeros.subarray(0, n)) : null)
	} })
	value.size = left
	return { value, done: Math.min(end, size) === size }
}
let shown = 0
new tus.Upload(Readable.from([]), {
	endpoint, uploadSize: size, headers: {Cookie: cookie, "Sec-Fetch-Site": "same-origin"}, metadata: {filename: "băng gốc.bin"},
	fileReader: { openFile: async () => ({ size, slice, close() {} }) },
	retryDelays: Array(1000).fill(100), onShouldRetry: () => true,
	onProgress: sent => { if (sent - shown > size / 200 || sent < shown) console.log("sent", shown = sent) },
	onError: e => { console.log("failed", String(e)); process.exit(1) },
	onSuccess: () => console.log("whole"),
}).start()`

// TestUploadLarge sends a tape of VANNGHE_UPLOAD_LARGE bytes to the whole program, which is killed in the middle. It takes as much room on the disk of
// TMPDIR. VANNGHE_UPLOAD_STORE=minio sends it to MinIO.
func TestUploadLarge(t *testing.T) {
	size, err := strconv.ParseInt(os.Getenv("VANNGHE_UPLOAD_LARGE"), 10, 64)
	if err != nil {
		t.SkipNow() // measured by hand
	}
	store := os.Getenv("VANNGHE_UPLOAD_STORE")
	if store == "" {
		store = "disk"
	}
	set := stores(t)[store](t)
	cookie := sender(t, set)
	s := serve(t, set...)
	address := strings.TrimPrefix(s.url, "http://")
	began := time.Now()
	client := startTape(t, s.url, cookie, size)
	client.until(t, size/2)
	t.Logf("half of %d MiB: %s, at most %d MiB of memory", size>>20, time.Since(began).Round(time.Second), s.peak(t)>>20)
	s.kill()
	s = serve(t, append(set, "--addr", address)...)
	client.until(t, size*3/4)
	t.Logf("three quarters, killed in the middle: %s, at most %d MiB of memory", time.Since(began).Round(time.Second), s.peak(t)>>20)
	client.until(t, whole)
	took := time.Since(began)
	t.Logf("whole: %s, %d MB/s, at most %d MiB of memory; after the kill %d MiB were sent again", took.Round(time.Second), size/took.Milliseconds()/1000, s.peak(t)>>20, client.again>>20)
	if peak := s.peak(t); peak > 150<<20 {
		t.Errorf("%d MiB of memory", peak>>20)
	}
	s.stop(t)
	holdsTape(t, set, size)
}

// sender returns the cookie of a device of somebody who has no quota.
func sender(t *testing.T, set []string) string {
	t.Helper()
	p := openParts(t, set)
	use := account.New(p.catalog)
	_, err := use.AddWithPassword(t.Context(), "khoa", "Bà Khoa", passphrase, archive.EditorRole)
	noError(t, err)
	e, _, err := use.SignIn(t.Context(), account.Proof{Name: "khoa", Password: passphrase}, account.Client{})
	noError(t, err)
	return "vannghe=" + e.Secret
}

// peak returns the most memory that the server has had, in bytes.
func (s *server) peak(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/" + strconv.Itoa(s.cmd.Process.Pid) + "/status")
	noError(t, err)
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kilobytes, _, _ := strings.Cut(rest, "kB")
	n, err := strconv.ParseInt(strings.TrimSpace(kilobytes), 10, 64)
	noError(t, err)
	return n << 10
}

// tape is a client that sends.
type tape struct {
	said  *bufio.Scanner
	sent  int64
	again int64 // bytes that it sent twice
}

func startTape(t *testing.T, url, cookie string, size int64) *tape {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", "--input-type=module", "-", url+"/files", cookie, strconv.FormatInt(size, 10))
	cmd.Dir = filepath.Join("..", "..", "web", "ui") // where node finds packages
	cmd.Stdin, cmd.Stderr = strings.NewReader(tapeClient), os.Stderr
	out, err := cmd.StdoutPipe()
	noError(t, err)
	noError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return &tape{said: bufio.NewScanner(out)}
}

// whole is more than can be sent: until then waits until the server has taken in the last byte.
const whole = math.MaxInt64

// until waits until so much has been sent.
func (c *tape) until(t *testing.T, bytes int64) {
	t.Helper()
	for c.said.Scan() {
		line := c.said.Text()
		if n, ok := strings.CutPrefix(line, "sent "); ok {
			sent, err := strconv.ParseInt(n, 10, 64)
			noError(t, err)
			c.again += max(0, c.sent-sent)
			if c.sent = sent; sent >= bytes {
				return
			}
		} else if line == "whole" && bytes == whole {
			return
		} else {
			t.Fatal(line)
		}
	}
	t.Fatalf("the client ended: %v", c.said.Err())
}

// holdsTape fails unless the one upload is whole, was digested right on the way and lies in the store as it was sent.
func holdsTape(t *testing.T, set []string, size int64) {
	t.Helper()
	sum := sha512.New()
	block, err := aes.NewCipher(make([]byte, 16))
	noError(t, err)
	zeros := io.LimitReader(endless{}, size)
	_, err = io.Copy(sum, cipher.StreamReader{S: cipher.NewCTR(block, make([]byte, 16)), R: zeros})
	noError(t, err)
	want := hex.EncodeToString(sum.Sum(nil))
	p := openParts(t, set)
	all, err := p.catalog.Reader(archive.System("test")).Uploads(t.Context(), 9)
	if err != nil || len(all) != 1 || all[0].State != catalog.UploadWhole || all[0].Size != size || string(all[0].File.Digest) != want {
		t.Errorf("%+v, %v; want %s", all, err, want)
	}
	keys := staging(t, p.bucket)
	if len(keys) != 1 {
		t.Fatalf("%v lie in staging", keys)
	}
	body, _, err := p.bucket.Open(t.Context(), keys[0])
	noError(t, err)
	sum.Reset()
	_, err = io.Copy(sum, body)
	noError(t, errors.Join(err, body.Close()))
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		t.Errorf("the store holds %s, want %s", got, want)
	}
}

// endless yields zeros.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
