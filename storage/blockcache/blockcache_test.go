package blockcache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"vannghe/storage"
	"vannghe/storage/memstore"
	"vannghe/storage/storagetest"
)

// counted is a store that counts how often it is asked, and lets answers begin only when the gate is open.
type counted struct {
	storage.Driver
	opens atomic.Int64
	asked chan struct{} // told of each question that waits at the gate
	gate  chan struct{} // nil: always open
}

func (c *counted) Open(ctx context.Context, key storage.Key, span storage.Span) (io.ReadCloser, storage.Object, error) {
	c.opens.Add(1)
	if c.gate != nil {
		c.asked <- struct{}{}
		<-c.gate
	}
	return c.Driver.Open(ctx, key, span)
}

// stage is a cache in front of a store that holds one object.
type stage struct {
	*testing.T
	cache   *Cache
	store   *counted
	faulty  *storagetest.Faulty
	dir     string
	object  Object
	content []byte
	now     atomic.Pointer[time.Time]
}

// A block of the tests has two pieces.
const (
	blockBytes = 2 * piece
	size       = 4*blockBytes + 12345
)

func newStage(t *testing.T, change func(*Options)) *stage {
	t.Helper()
	s := &stage{T: t, dir: t.TempDir(), content: make([]byte, size), object: Object{Key: "a/film", Tag: "1", Size: size, Group: "a"}}
	_, _ = rand.NewChaCha8([32]byte{7}).Read(s.content) // never fails
	s.faulty = storagetest.NewFaulty(memstore.New())
	s.store = &counted{Driver: s.faulty, asked: make(chan struct{}, 100)}
	bucket := storage.NewBucket(s.store)
	s.must(bucket.Put(t.Context(), s.object.Key, bytes.NewReader(s.content), size, storage.PutOptions{}))
	start := time.Now()
	s.now.Store(&start)
	o := Options{Bucket: bucket, Dir: s.dir, Bytes: 64 << 20, size: blockBytes, Log: slog.New(slog.DiscardHandler), now: func() time.Time { return *s.now.Load() }}
	if change != nil {
		change(&o)
	}
	var err error
	s.cache, err = Open(o)
	s.must(nil, err)
	t.Cleanup(func() {
		s.cache.Close()
		if st := s.cache.Stats(); st.Bytes != 0 || s.cache.open != 0 {
			t.Errorf("closed, and %d bytes in %d files are still held", st.Bytes, s.cache.open)
		}
	})
	return s
}

func (s *stage) must(_ any, err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *stage) pass(d time.Duration) {
	later := s.now.Load().Add(d)
	s.now.Store(&later)
}

// read reads a part and compares it.
func (s *stage) read(offset, length int64) {
	s.Helper()
	if err := s.tryRead(offset, length); err != nil {
		s.Fatal(err)
	}
}

func (s *stage) tryRead(offset, length int64) error {
	r, err := s.cache.Open(s.Context(), s.object, offset, length)
	if err != nil {
		return err
	}
	got, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		return err
	}
	if want := s.content[offset:min(offset+length, size)]; !bytes.Equal(got, want) {
		return fmt.Errorf("other bytes: %d from %d, want %d", len(got), offset, len(want))
	}
	return nil
}

// run reads a part as sendfile would.
func (s *stage) run(offset, length int64) (files int) {
	s.Helper()
	r, err := s.cache.Open(s.Context(), s.object, offset, length)
	s.must(nil, err)
	var got bytes.Buffer
	for {
		from, n, err := r.Run(300_000)
		if errors.Is(err, io.EOF) {
			break
		}
		s.must(nil, err)
		if _, ok := from.(*os.File); ok {
			files++
		}
		s.must(io.CopyN(&got, from, n))
	}
	s.must(nil, r.Close())
	if !bytes.Equal(got.Bytes(), s.content[offset:min(offset+length, size)]) {
		s.Fatalf("other bytes by runs from %d", offset)
	}
	return files
}

func TestSecondReadComesFromTheDisk(t *testing.T) {
	s := newStage(t, nil)
	s.read(0, size)
	if st := s.cache.Stats(); st.Bytes != 0 {
		t.Errorf("what was read once takes %d bytes", st.Bytes)
	}
	s.read(0, size)
	asked := s.store.opens.Load()
	if files := s.run(0, size); files == 0 {
		t.Error("a block that is there is no file to the kernel")
	}
	s.read(17, 3*blockBytes)
	if n := s.store.opens.Load() - asked; n != 0 {
		t.Errorf("the store was asked %d times for what is here", n)
	}
	if names, err := os.ReadDir(s.dir); err != nil || len(names) != 0 {
		t.Errorf("the folder shows %v, %v: a crash would leave it there", names, err)
	}
}

func TestRandomPartsAreRight(t *testing.T) {
	s := newStage(t, func(o *Options) { o.Bytes = 2 * blockBytes }) // blocks come and go
	var readers sync.WaitGroup
	failed := make(chan error, 4)
	for seed := range uint64(4) {
		readers.Go(func() {
			random := rand.New(rand.NewPCG(seed, 1))
			for range 15 {
				at := random.Int64N(size)
				if err := s.tryRead(at, 1+random.Int64N(2*blockBytes)); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	readers.Wait()
	select {
	case err := <-failed:
		t.Fatal(err)
	default:
	}
	if st := s.cache.Stats(); st.Bytes > 2*blockBytes || st.Evictions == 0 || st.Hits == 0 {
		t.Errorf("%+v", st)
	}
}

func TestManyShareOneFetch(t *testing.T) {
	s := newStage(t, nil)
	s.read(0, 10)
	s.store.gate = make(chan struct{})
	asked := s.store.opens.Load()
	var readers sync.WaitGroup
	results := make(chan error, 50)
	for range 50 {
		readers.Go(func() { results <- s.tryRead(100, blockBytes-100) })
	}
	close(s.store.gate)
	readers.Wait()
	for range 50 {
		s.must(nil, <-results)
	}
	if n := s.store.opens.Load() - asked; n != 1 {
		t.Errorf("fifty readers of one block asked the store %d times", n)
	}
}

func TestBoundHoldsWhileAllIsBeingRead(t *testing.T) {
	s := newStage(t, func(o *Options) { o.Bytes = blockBytes })
	s.read(0, 10)
	held, err := s.cache.Open(t.Context(), s.object, 0, blockBytes)
	s.must(nil, err)
	s.read(blockBytes, 10)
	s.read(blockBytes, 10) // wanted, but the only room is being read
	if st := s.cache.Stats(); st.Bytes != blockBytes || st.Evictions != 0 {
		t.Errorf("%+v", st)
	}
	s.cache.Drop("a")
	if st := s.cache.Stats(); st.Bytes != blockBytes {
		t.Errorf("bytes that are being read do not count: %+v", st)
	}
	s.must(io.Copy(io.Discard, held))
	s.must(nil, held.Close())
	s.cache.fetching.Wait()
	if st := s.cache.Stats(); st.Bytes != 0 {
		t.Errorf("%+v", st)
	}
}

func TestDropLeavesNothingAndBars(t *testing.T) {
	s := newStage(t, nil)
	s.read(0, size)
	s.read(0, size)
	if !s.cache.Holds("a") {
		t.Fatal("nothing came in")
	}
	s.cache.Drop("a")
	if s.cache.Holds("a") || s.cache.Stats().Bytes != 0 {
		t.Errorf("left: %+v", s.cache.Stats())
	}
	s.read(0, 10)
	s.read(0, 10)
	if s.cache.Holds("a") {
		t.Error("a request that was let in before the purge brought its bytes back")
	}
	s.pass(2 * barredFor)
	s.read(0, 10)
	s.read(0, 10)
	if !s.cache.Holds("a") {
		t.Error("barred for ever")
	}
}

func TestDamagedBlocksAreFetchedAnew(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(f *os.File) error
		later  time.Duration
	}{
		{"cut short", func(f *os.File) error { return f.Truncate(100) }, 0},
		{"a bit flipped", func(f *os.File) error { _, err := f.WriteAt([]byte{'x', 'y'}, 1000); return err }, checkEvery},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t, nil)
			s.read(0, 10)
			s.read(0, blockBytes)
			s.cache.fetching.Wait()
			b := s.cache.blocks[blockID{s.object.Key, s.object.Tag, 0}]
			s.must(nil, c.damage(b.file))
			s.pass(c.later)
			s.read(0, blockBytes)
			if st := s.cache.Stats(); st.Damaged != 1 || st.Fetches != 2 {
				t.Errorf("%+v", st)
			}
			asked := s.store.opens.Load()
			s.read(0, blockBytes)
			if s.store.opens.Load() != asked {
				t.Error("the new block is not used")
			}
		})
	}
}

func TestFailuresFallBackToTheStore(t *testing.T) {
	s := newStage(t, nil)
	s.read(0, 10)
	s.faulty.CutReads(3 << 17)
	s.read(0, blockBytes) // the fetch is cut after three quarters, the rest comes from the store
	if err := s.tryRead(0, blockBytes); err == nil {
		t.Error("a part that the store cut was read as if it were whole")
	}
	s.faulty.Heal()
	s.read(0, blockBytes)
	if st := s.cache.Stats(); st.Failures == 0 {
		t.Errorf("%+v", st)
	}
}

// A disk without room, or without more than must be kept free, is as if there were no cache; room that others need is given back.
func TestFullDisk(t *testing.T) {
	s := newStage(t, nil)
	s.read(0, blockBytes)
	s.read(0, blockBytes)
	s.cache.fetching.Wait()
	s.cache.mu.Lock()
	s.cache.KeepFree = 1 << 60
	s.cache.mu.Unlock()
	s.read(blockBytes, 10)
	s.read(blockBytes, 10)
	if st := s.cache.Stats(); st.Bytes != 0 || st.Evictions != 1 {
		t.Errorf("%+v", st)
	}
}

// A disk that really runs full while blocks come: what is read is right, from the store, and nothing half is kept.
func TestDiskRunsFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", 2*blockBytes+4096)); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI has to mount a small disk: %v", err)
		}
		t.Skipf("cannot mount a small disk: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	s := newStage(t, func(o *Options) { o.Dir = dir })
	for range 3 {
		for at := int64(0); at < size; at += blockBytes {
			s.read(at, blockBytes)
		}
		s.cache.fetching.Wait()
	}
	if st := s.cache.Stats(); st.Failures+st.Evictions == 0 || st.Hits == 0 || st.Bytes > 2*blockBytes+4096 {
		t.Errorf("the disk was not full, or nothing was kept: %+v", st)
	}
}

// A write that the disk refuses in the middle of a block: the file is closed under the fetch.
func TestDiskFailsWhileABlockComes(t *testing.T) {
	s := newStage(t, nil)
	s.read(0, 10)
	s.store.gate = make(chan struct{})
	done := make(chan error, 1)
	go func() { done <- s.tryRead(0, size) }()
	<-s.store.asked // by the fetch
	s.cache.mu.Lock()
	b := s.cache.blocks[blockID{s.object.Key, s.object.Tag, 0}]
	readOnly, err := os.Open(fmt.Sprintf("/proc/self/fd/%d", b.file.Fd()))
	s.must(nil, err)
	s.must(nil, b.file.Close())
	b.file = readOnly
	s.cache.mu.Unlock()
	close(s.store.gate)
	s.must(nil, <-done)
	if st := s.cache.Stats(); st.Failures != 1 {
		t.Errorf("%+v", st)
	}
}

func TestAnotherStateIsAnotherObject(t *testing.T) {
	s := newStage(t, nil)
	s.read(0, 10)
	s.read(0, 10)
	s.content[3] ^= 1
	s.must(s.cache.Bucket.Put(t.Context(), s.object.Key, bytes.NewReader(s.content), size, storage.PutOptions{}))
	s.object.Tag = "2"
	s.read(0, 10)
	s.object.Size++ // a record that the store does not agree with is not cached
	s.content = append(s.content, 0)
	if err := s.tryRead(4*blockBytes, blockBytes); err == nil {
		t.Error("a byte that nobody has was read")
	}
}

func TestGhostsAreBounded(t *testing.T) {
	g := newGhosts(10)
	for n := range int64(1000) {
		g.has(blockID{"k", "t", n})
	}
	if len(g.known) != 10 || g.order.Len() != 10 || !g.again(blockID{"k", "t", 999}) || g.again(blockID{"k", "t", 0}) {
		t.Errorf("%d known, %d in order", len(g.known), g.order.Len())
	}
}
