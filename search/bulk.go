package search

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"

	"vannghe/internal/archive"
)

// A batch of a rebuild is larger than others, and while one is being stored the next is being read. The whole process took 0.9 GB at 20,000 documents and
// 1.4 GB at 200,000, with mapped files (internal/docs/search.md).
const (
	bulkDocuments = 2000
	bulkBatches   = 2 // at the same time
)

// bulk writes works into a generation that is being built. Batches are stored beside each other and in any order, so no work may be put twice
// between two calls of wait.
type bulk struct {
	g     *generation
	batch *index.Batch
	text  int
	slots chan struct{}
	under sync.WaitGroup

	mu   sync.Mutex
	errs []error

	put map[archive.WorkID]bool // works that are in the generation, or in a batch on its way
}

func newBulk(g *generation) *bulk {
	return &bulk{g: g, batch: index.NewBatch(), slots: make(chan struct{}, bulkBatches), put: map[archive.WorkID]bool{}}
}

// add puts works. One that was put before is replaced.
func (b *bulk) add(ctx context.Context, works []Work) error {
	var again []Work
	for i := range works {
		if b.put[works[i].ID] {
			again = append(again, works[i])
			continue
		}
		b.put[works[i].ID] = true
		if err := documents(&works[i], func(d *document.Document) error { return b.document(ctx, d) }); err != nil {
			return err
		}
	}
	if len(again) == 0 {
		return nil
	}
	if err := b.wait(ctx); err != nil {
		return err
	}
	return b.g.apply(ctx, change{puts: again})
}

func (b *bulk) document(ctx context.Context, d *document.Document) error {
	b.batch.Update(d)
	b.text += textSize(d)
	if len(b.batch.IndexOps) < bulkDocuments && b.text < batchText {
		return nil
	}
	return b.send(ctx)
}

// send stores the batch beside others that are being stored.
func (b *bulk) send(ctx context.Context) error {
	if err := b.failed(); err != nil {
		return err
	}
	select {
	case b.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	batch := b.batch
	b.batch, b.text = index.NewBatch(), 0
	b.under.Go(func() {
		defer func() { <-b.slots }()
		if err := b.g.bleve.Batch(batch); err != nil {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.errs = append(b.errs, fmt.Errorf("write batch to index %s: %w", b.g.path, err))
		}
	})
	return nil
}

// wait returns once everything that was added is stored.
func (b *bulk) wait(ctx context.Context) error {
	if len(b.batch.IndexOps) > 0 {
		if err := b.send(ctx); err != nil {
			return err
		}
	}
	b.under.Wait()
	return b.failed()
}

func (b *bulk) failed() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return errors.Join(b.errs...)
}
