package web_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage/miniostore/miniotest"
)

func itoa(n int) string { return strconv.Itoa(n) }

func atoi(t testing.TB, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	must(t, err)
	return n
}

// fromEnv reads a number that makes the recorded run larger than that of every day.
func fromEnv(t testing.TB, name string, otherwise int64) int64 {
	t.Helper()
	if s := os.Getenv(name); s != "" {
		return atoi(t, s)
	}
	return otherwise
}

// The clients are other people's programs. Each is given the address, the cookie of a device and the file, and goes on for as long as it can.
const (
	nodeClient = `
import * as tus from "tus-js-client"
import { createReadStream, statSync } from "node:fs"
const [endpoint, cookie, path] = process.argv.slice(2)
let retries = 0
new tus.Upload(createReadStream(path), {
	endpoint, uploadSize: statSync(path).size, headers: {Cookie: cookie, "Sec-Fetch-Site": "same-origin"}, metadata: {filename: "băng từ.bin"},
	retryDelays: Array(1000).fill(20),
	onShouldRetry: () => { retries++; return true },
	onError: e => { console.error(String(e)); process.exit(1) },
	onSuccess: () => { console.log("retries", retries) },
}).start()`
	pythonClient = `
import sys
from tusclient import client
endpoint, cookie, path = sys.argv[1:]
c = client.TusClient(endpoint, headers={"Cookie": cookie, "Sec-Fetch-Site": "same-origin"})
c.uploader(path, chunk_size=4 << 20, metadata={"filename": "băng từ.bin"}, retries=1000, retry_delay=0, upload_checksum=True).upload()`
	// curl by hand, as somebody would who has nothing else: ask how far it is, send the rest, until all is there.
	curlClient = `
set -eu
endpoint=$1 cookie=$2 path=$3
size=$(stat -c %s "$path")
host=${endpoint%/files}
ask() { curl -sS -m 120 -H 'Tus-Resumable: 1.0.0' -H "Cookie: $cookie" -H 'Sec-Fetch-Site: same-origin' "$@"; }
at=$(ask -D - -o /dev/null -X POST -H "Upload-Length: $size" "$endpoint" | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
while :; do
	offset=$(ask -I "$host$at" 2>/dev/null | tr -d '\r' | sed -n 's/^[Uu]pload-[Oo]ffset: //p') || true
	[ -n "$offset" ] || { sleep 0.05; continue; }
	[ "$offset" = "$size" ] && break
	tail -c +$((offset + 1)) "$path" | ask -o /dev/null -X PATCH -H 'Content-Type: application/offset+octet-stream' -H "Upload-Offset: $offset" \
		-H 'Expect:' -H "Content-Length: $((size - offset))" -T - "$host$at" 2>/dev/null || true
done`
)

func clients(t *testing.T) map[string][]string {
	t.Helper()
	return map[string][]string{
		"tus-js-client": {"node", "--input-type=module", "-"},
		"tuspy":         {"/usr/bin/python3", "-"},
		"curl":          {"bash", "-s", "--"},
	}
}

var scripts = map[string]string{"tus-js-client": nodeClient, "tuspy": pythonClient, "curl": curlClient}

// TestUploadsThroughABadLine: other people's clients send a file over a line that is cut at random instants, to a server that is killed
// twice meanwhile; the bytes are there once and whole, on a disk and on MinIO. VANNGHE_UPLOAD_BYTES and VANNGHE_UPLOAD_CUTS make it longer.
func TestUploadsThroughABadLine(t *testing.T) {
	size, cuts := fromEnv(t, "VANNGHE_UPLOAD_BYTES", 14<<20), int(fromEnv(t, "VANNGHE_UPLOAD_CUTS", 6))
	seed := uint64(fromEnv(t, "VANNGHE_SEED", time.Now().UnixNano()))
	t.Logf("VANNGHE_SEED=%d repeats this run", seed)
	path, digest := randomFile(t, size, seed)
	server := miniotest.Start(t)
	for name, command := range clients(t) {
		for store, c := range map[string]*child{"disk": {Disk: t.TempDir()}, "MinIO": {S3: server.DSN("uploads-" + name)}} {
			t.Run(name+" to "+store, func(t *testing.T) {
				if c.Disk != "" {
					c.Disk = t.TempDir()
				}
				c.sends(t, trial{name: name, command: command, path: path, digest: digest, size: size, cuts: cuts, chance: rand.New(rand.NewPCG(seed, 1))})
			})
		}
	}
}

type trial struct {
	name    string
	command []string
	path    string
	digest  string
	size    int64
	cuts    int
	chance  *rand.Rand
}

func randomFile(t testing.TB, size int64, seed uint64) (path, digest string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "file")
	f, err := os.Create(path)
	must(t, err)
	sum := sha256.New()
	var key [32]byte
	key[0], key[1] = byte(seed), byte(seed>>8)
	_, err = io.CopyN(io.MultiWriter(f, sum), rand.NewChaCha8(key), size)
	must(t, errors.Join(err, f.Close()))
	return path, hex.EncodeToString(sum.Sum(nil))
}

// open readies the child's settings on a catalogue of its own.
func (c *child) open(t testing.TB) (*catalog.Catalog, member) {
	t.Helper()
	opt := catalogtest.SQLite(t)
	cat := catalogtest.OpenWith(t, opt)
	c.t, c.DSN, c.Addr = t, opt.DSN, freeAddress(t)
	return cat, newMember(t, cat)
}

func (c *child) sends(t *testing.T, try trial) {
	cat, who := c.open(t)
	c.start()
	defer func() { c.kill() }()
	line := newBadLine(t, c.Addr, try.size, try.cuts, try.chance)
	var kills atomic.Int32
	restart := func() { kills.Add(1); c.kill(); c.start() }
	line.at[try.cuts/3+1], line.at[2*try.cuts/3+1] = restart, restart
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, try.command[0], append(try.command[1:], line.url()+"/files", who.cookie, try.path)...)
	cmd.Dir = filepath.Join("ui") // where node finds packages
	script, err := os.CreateTemp(t.TempDir(), "script")
	must(t, err)
	_, err = script.WriteString(scripts[try.name])
	must(t, err)
	_, err = script.Seek(0, io.SeekStart)
	must(t, err)
	cmd.Stdin = script
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	took := time.Since(began)
	if line.cutSoFar() != try.cuts || kills.Load() != 2 {
		t.Errorf("%d cuts and %d kills, want %d and 2", line.cutSoFar(), kills.Load(), try.cuts)
	}
	c.holds(t, cat, who.viewer, try)
	t.Logf("%d MiB in %s, %d cuts, %d kills, %.1f MiB went over the line; %s", try.size>>20, took.Round(time.Millisecond), try.cuts, kills.Load(), float64(line.total())/(1<<20), out)
}

// holds fails unless the file is there once, whole, and its digests were computed right on the way.
func (c *child) holds(t testing.TB, cat *catalog.Catalog, viewer archive.Viewer, try trial) {
	t.Helper()
	all, err := cat.Reader(viewer).Uploads(t.Context(), 10)
	must(t, err)
	if len(all) != 1 || all[0].State != catalog.UploadWhole || all[0].File.SHA256 != try.digest || all[0].Size != try.size {
		t.Fatalf("%+v; want %s", all, try.digest)
	}
	bucket, err := c.bucket(t.Context())
	must(t, err)
	defer bucket.Close()
	n := 0
	for o, err := range bucket.List(t.Context(), "staging") {
		must(t, err)
		body, _, err := bucket.Open(t.Context(), o.Key)
		must(t, err)
		sum := sha256.New()
		_, err = io.Copy(sum, body)
		must(t, errors.Join(err, body.Close()))
		if got := hex.EncodeToString(sum.Sum(nil)); got != try.digest {
			t.Errorf("%s holds %s, want %s", o.Key, got, try.digest)
		}
		n++
	}
	if n != 1 {
		t.Errorf("%d objects lie in staging", n)
	}
}

// TestUploadMemory: twenty files at once need little memory, and not more for being large. VANNGHE_UPLOAD_BYTES makes each as large.
func TestUploadMemory(t *testing.T) {
	const files, limit = 20, raceFactor * 150 << 20
	size := fromEnv(t, "VANNGHE_UPLOAD_BYTES", 9<<20) // beyond a part
	path, _ := randomFile(t, size, 1)
	server := miniotest.Start(t)
	for store, c := range map[string]*child{"disk": {Disk: t.TempDir()}, "MinIO": {S3: server.DSN("memory")}} {
		t.Run(store, func(t *testing.T) {
			cat, who := c.open(t)
			c.start()
			defer c.kill()
			failed := make(chan error, files)
			for range files {
				go func() { failed <- sendFile(t.Context(), "http://"+c.Addr, who, path, size) }()
			}
			for range files {
				must(t, <-failed)
			}
			all, err := cat.Reader(who.viewer).Uploads(t.Context(), 2*files)
			must(t, err)
			for _, u := range all {
				if u.State != catalog.UploadWhole {
					t.Errorf("%+v", u)
				}
			}
			used := c.peakMemory()
			t.Logf("%d uploads of %d MiB at once: %d MiB of memory at most", files, size>>20, used>>20)
			if used > limit {
				t.Errorf("%d MiB of memory, want at most %d", used>>20, limit>>20)
			}
		})
	}
}

// sendFile sends a file in one request.
func sendFile(ctx context.Context, url string, who member, path string, size int64) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return sendAll(ctx, url, who, f, size)
}

var errRefused = errors.New("refused")

func refusal(status int, body []byte) error { return fmt.Errorf("%w: %d %s", errRefused, status, body) }
