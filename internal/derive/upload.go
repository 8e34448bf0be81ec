package derive

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sync/errgroup"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// uploads is how many assets of one derivative are stored at once: pages of a book are many and small.
const uploads = 4

// upload stores the assets that a recipe wrote and returns them with their sizes. What it stores is invisible until the
// derivative's row names it, and running it again writes the same keys. The program that wrote them has ended: they are given away.
func (d *Deriver) upload(ctx context.Context, t task, r recipe, assets []archive.Asset) ([]archive.Asset, error) {
	prefix := storage.Key(Prefix(t.file, r.name, r.version))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(uploads)
	for i := range assets {
		group.Go(func() error {
			size, err := d.store(ctx, prefix.Join(assets[i].Path), t.out(assets[i].Path), assets[i].Type)
			assets[i].Bytes = size
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("store %s of file %s: %w", r.name, t.file.ID, err)
	}
	return assets, nil
}

func (d *Deriver) store(ctx context.Context, key storage.Key, path, mediaType string) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = d.bucket.Put(ctx, key, f, info.Size(), storage.PutOptions{ContentType: mediaType, Given: f})
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, err
	}
	return info.Size(), nil
}
