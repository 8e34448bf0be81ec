package miniostore

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vannghe/storage"
	"vannghe/storage/miniostore/miniotest"
)

// MinIO over four machines, erasure coded: with one killed all that was stored is read, and more is written. When it is back it gets what it has
// missed, so that another may be lost then.
func TestCluster(t *testing.T) {
	cluster := miniotest.StartCluster(t, 4)
	d := connect(t, cluster.Nodes[0], defaultLimits())
	b := storage.NewBucket(d)
	objects := map[storage.Key][]byte{}
	store := func(key storage.Key, size int) {
		t.Helper()
		data := bytes.Repeat([]byte(fmt.Sprintf("%-16s", key)), size/16)
		if _, err := b.Put(t.Context(), key, bytes.NewReader(data), int64(len(data)), storage.PutOptions{}); err != nil {
			t.Fatalf("store %s: %v", key, err)
		}
		objects[key] = data
	}
	readAll := func(when string) {
		t.Helper()
		for key, want := range objects {
			body, _, err := b.Open(t.Context(), key)
			if err != nil {
				t.Fatalf("%s: open %s: %v", when, key, err)
			}
			got, err := io.ReadAll(body)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %d bytes of %s, want %d, %v", when, len(got), key, len(want), err)
			}
			if err := body.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	store("before/small", 1<<10)
	store("before/large", 20<<20) // in parts
	body, _, err := b.Open(t.Context(), "before/large")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, body, 1<<20); err != nil {
		t.Fatal(err)
	}
	lost := cluster.Nodes[3]
	lost.Stop()
	if n, err := io.Copy(io.Discard, body); err != nil || n != 19<<20 {
		t.Errorf("reading while a node goes: %d bytes, %v", n, err)
	}
	if err := body.Close(); err != nil {
		t.Error(err)
	}
	readAll("with one node gone")
	store("without/small", 1<<10)
	store("without/large", 20<<20)
	if err := b.Copy(t.Context(), "without/large", "without/copy"); err != nil {
		t.Errorf("copy: %v", err)
	}
	objects["without/copy"] = objects["without/large"]
	if err := b.Delete(t.Context(), "before/small"); err != nil {
		t.Errorf("delete: %v", err)
	}
	delete(objects, "before/small")
	readAll("what was written without it")

	lost.Restart()
	healed(t, lost, func() { readAll("after its return") }, "without/small", "without/large", "without/copy")
	cluster.Nodes[2].Stop() // now what was written without the one that came back needs it
	readAll("with another node gone")
	store("then", 1<<10)
}

// healed waits until the drive of a node has its pieces of the objects. MinIO makes what is missing of an object when it is read, as checks of
// the originals do, or when its own slow round comes to it.
func healed(t *testing.T, node *miniotest.Server, read func(), keys ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	began := time.Now()
	for len(keys) > 0 {
		if _, err := os.Stat(filepath.Join(node.Drive(), "faults", keys[0], "xl.meta")); err == nil {
			keys = keys[1:]
			continue
		}
		read()
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("not healed: %s", strings.Join(keys, ", "))
		}
	}
	t.Logf("healed %v after its return", time.Since(began).Round(time.Millisecond))
}
