package search

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"vannghe/internal/archive"
)

// One write to Bleve takes at most batchDocuments documents and about batchText bytes of text: larger ones index faster
// but 5,000 documents at once were measured at 1 GB of memory, 1,000 at 0.3.
const (
	batchDocuments = 1000
	batchText      = 8 << 20
)

// appliedKey is the internal key of the applied sequence, eight bytes big endian. It is written in the same batch as what it speaks of.
const appliedKey = "applied"

// generation is one Bleve index in its own folder. Another one is built beside it and takes its place.
type generation struct {
	path    string
	bleve   index.Index
	dict    *dictionaries
	applied atomic.Int64

	writes sync.Mutex // one batch at a time

	views   sync.Mutex
	view    *view // of the newest snapshot that was asked for; holds a reference to it
	columns map[uint64]*columns
}

// bleveConfig returns the settings of an index at path. Settings as measured: few segments per tier make queries touch fewer lists.
// Without bolt_timeout a second process would wait for ever without a word.
func bleveConfig(path string) map[string]any {
	return map[string]any{
		"path":         path,
		"bolt_timeout": "1s",
		"scorchMergePlanOptions": map[string]any{
			"MaxSegmentsPerTier":   4,
			"FloorSegmentSize":     20000,
			"SegmentsPerMergeTask": 4,
			"TierGrowth":           10.0,
			"MaxSegmentSize":       5000000,
			"ReclaimDeletesWeight": 2.0,
		},
	}
}

// bulkConfig returns the settings of an index that is being built. Segments are merged seldom, since pack merges all in the end, but not
// never: each batch looks its documents up in every segment.
func bulkConfig(path string) map[string]any {
	config := bleveConfig(path)
	config["scorchMergePlanOptions"] = map[string]any{
		"MaxSegmentsPerTier": 10, "FloorSegmentSize": bulkDocuments, "SegmentsPerMergeTask": 10, "TierGrowth": 10.0,
		"MaxSegmentSize": 5000000, "ReclaimDeletesWeight": 2.0,
	}
	return config
}

// openGeneration opens the index at path. Damage that can be seen is an error: segments are checked against their sums, since
// Bleve maps them into memory and would read nonsense, or die, later.
func openGeneration(path string, queue *index.AnalysisQueue) (*generation, error) {
	g, err := openBleve(path, queue, bleveConfig)
	if err != nil {
		return nil, err
	}
	if err := g.load(); err != nil {
		return nil, errors.Join(err, g.close())
	}
	return g, nil
}

// createGeneration makes an empty index at path, which must not exist.
func createGeneration(ctx context.Context, path string, queue *index.AnalysisQueue, config func(string) map[string]any) (*generation, error) {
	g, err := openBleve(path, queue, config)
	if err != nil {
		return nil, err
	}
	if err := g.apply(ctx, change{}); err != nil {
		return nil, errors.Join(err, g.remove())
	}
	return g, nil
}

func openBleve(path string, queue *index.AnalysisQueue, config func(string) map[string]any) (*generation, error) {
	b, err := openScorch(path, queue, config)
	if err != nil {
		return nil, err
	}
	return &generation{path: path, bleve: b, dict: newDictionaries(), columns: map[uint64]*columns{}}, nil
}

func openScorch(path string, queue *index.AnalysisQueue, config func(string) map[string]any) (b index.Index, err error) {
	defer func() {
		// The readers of segments trust their bytes and panic on damaged ones.
		if r := recover(); r != nil {
			err = fmt.Errorf("open index %s: %v", path, r)
		}
	}()
	if b, err = scorch.NewScorch(scorch.Name, config(path), queue); err != nil {
		return nil, fmt.Errorf("set up index %s: %w", path, err)
	}
	if err := b.Open(); err != nil {
		return nil, fmt.Errorf("open index %s: %w", path, err)
	}
	return b, nil
}

// pack merges all segments into one and reads its columns.
func (g *generation) pack(ctx context.Context) error {
	s, ok := g.bleve.(*scorch.Scorch)
	if !ok {
		return fmt.Errorf("merge index %s: it is a %T", g.path, g.bleve)
	}
	if err := s.ForceMerge(ctx, nil); err != nil {
		return fmt.Errorf("merge index %s: %w", g.path, err)
	}
	return g.use(func(*view) error { return nil })
}

// reopen opens the index again with the settings of one that serves. Nobody else may know of it yet. Its segments, and so their columns, stay
// the same.
func (g *generation) reopen(queue *index.AnalysisQueue) error {
	if err := g.close(); err != nil {
		return err
	}
	b, err := openScorch(g.path, queue, bleveConfig)
	if err != nil {
		return err
	}
	g.bleve = b
	return nil
}

// errNoSequence says that an index has no applied sequence, which create writes first: Bleve lost its snapshots and started anew.
var errNoSequence = errors.New("search: the index holds no applied sequence")

// load checks the segments and reads the applied sequence.
func (g *generation) load() error {
	return g.read(func(s *scorch.IndexSnapshot) error {
		for _, s := range s.Segments() {
			if file, ok := s.Segment().(segment.PersistedSegment); ok {
				if err := checkSum(file.Path()); err != nil {
					return err
				}
			}
		}
		value, err := s.GetInternal([]byte(appliedKey))
		if err != nil {
			return fmt.Errorf("read applied sequence: %w", err)
		}
		if len(value) != 8 {
			return errNoSequence
		}
		g.applied.Store(int64(binary.BigEndian.Uint64(value)))
		return nil
	})
}

// read calls f with the newest snapshot, which f must not keep.
func (g *generation) read(f func(*scorch.IndexSnapshot) error) error {
	s, err := g.snapshot()
	if err != nil {
		return err
	}
	return errors.Join(f(s), s.DecRef())
}

// snapshot returns the newest snapshot with a reference that the caller gives back with DecRef.
func (g *generation) snapshot() (*scorch.IndexSnapshot, error) {
	r, err := g.bleve.Reader()
	if err != nil {
		return nil, fmt.Errorf("read index %s: %w", g.path, err)
	}
	s, ok := r.(*scorch.IndexSnapshot)
	if !ok || s == nil {
		return nil, fmt.Errorf("read index %s: closed", g.path)
	}
	return s, nil
}

// checkSum compares a segment file with the CRC-32 in its last four bytes.
func checkSum(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("check segment: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("check segment: %w", err)
	}
	if info.Size() < crc32.Size {
		return fmt.Errorf("check segment %s: %d bytes", file, info.Size())
	}
	sum := crc32.NewIEEE()
	if _, err := io.CopyN(sum, f, info.Size()-crc32.Size); err != nil {
		return fmt.Errorf("check segment %s: %w", file, err)
	}
	var want [crc32.Size]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return fmt.Errorf("check segment %s: %w", file, err)
	}
	if sum.Sum32() != binary.BigEndian.Uint32(want[:]) {
		return fmt.Errorf("check segment %s: its sum does not match", file)
	}
	return nil
}

// change is what apply does: the documents of the deleted works, and all former ones of the put works, go; the put works come.
type change struct {
	seq     int64 // 0 leaves the applied sequence as it is
	puts    []Work
	deletes []archive.WorkID
}

// apply writes c. A change that fits into one batch, as nearly every one does, is written whole or not at all; of a larger one the applied sequence
// is written with the last batch, so that after a crash it is applied again, which changes nothing that was already right.
func (g *generation) apply(ctx context.Context, c change) error {
	g.writes.Lock()
	defer g.writes.Unlock()
	w := &writer{g: g, batch: index.NewBatch()}
	if err := w.deleteFormer(c); err != nil {
		return err
	}
	for i := range c.puts {
		if err := documents(&c.puts[i], func(d *document.Document) error { return w.put(ctx, d) }); err != nil {
			return err
		}
	}
	return w.finish(ctx, max(c.seq, g.applied.Load()))
}

// writer gathers documents into batches.
type writer struct {
	g     *generation
	batch *index.Batch
	text  int
}

func (w *writer) put(ctx context.Context, d *document.Document) error {
	w.batch.Update(d)
	w.text += textSize(d)
	if len(w.batch.IndexOps) < batchDocuments && w.text < batchText {
		return nil
	}
	return w.flush(ctx)
}

func (w *writer) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := w.g.bleve.Batch(w.batch); err != nil {
		return fmt.Errorf("write batch to index %s: %w", w.g.path, err)
	}
	w.batch, w.text = index.NewBatch(), 0
	return nil
}

func (w *writer) finish(ctx context.Context, seq int64) error {
	w.batch.SetInternal([]byte(appliedKey), binary.BigEndian.AppendUint64(nil, uint64(seq)))
	if err := w.flush(ctx); err != nil {
		return err
	}
	w.g.applied.Store(seq)
	return nil
}

// deleteFormer marks for deletion what the index holds of every work of c. What is put again afterwards takes its place.
func (w *writer) deleteFormer(c change) error {
	return w.g.read(func(s *scorch.IndexSnapshot) error {
		for _, id := range c.deletes {
			if err := w.deleteWork(s, string(id)); err != nil {
				return err
			}
		}
		for i := range c.puts {
			if err := w.deleteWork(s, string(c.puts[i].ID)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *writer) deleteWork(s *scorch.IndexSnapshot, work string) error {
	ids, err := s.FieldDictPrefix("_id", []byte(work))
	if err != nil {
		return fmt.Errorf("find documents of %s: %w", work, err)
	}
	for {
		e, err := ids.Next()
		if err != nil {
			return errors.Join(fmt.Errorf("find documents of %s: %w", work, err), ids.Close())
		}
		if e == nil {
			return ids.Close()
		}
		if e.Term == work || strings.HasPrefix(e.Term, work+"/") {
			w.batch.Delete(e.Term)
		}
	}
}

// close lets go of the last view and closes the index. No search may be under way.
func (g *generation) close() error {
	g.writes.Lock()
	defer g.writes.Unlock()
	g.views.Lock()
	defer g.views.Unlock()
	var err error
	if g.view != nil {
		err = g.view.snapshot.DecRef()
		g.view = nil
	}
	if e := g.bleve.Close(); e != nil {
		err = errors.Join(err, fmt.Errorf("close index %s: %w", g.path, e))
	}
	return err
}

// remove closes the index and deletes its folder.
func (g *generation) remove() error {
	return errors.Join(g.close(), os.RemoveAll(g.path))
}
