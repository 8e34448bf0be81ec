package preserve

import (
	"context"
	"fmt"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/storage"
)

// Reserve returns where the archive of record will keep an original of a work that is not recorded yet. A store that copies at a price is
// given the bytes there at once: they become part of the object when it is written.
func (p *Preserve) Reserve(work archive.WorkID, id archive.FileID, name string) (storage.Key, bool) {
	return p.root.Reserve(WorkObject(work), contentPath(archive.File{ID: id, Name: name}))
}

// Keeps reports whether the archive of record holds anything of the work. Before it does, what lies in the place of its originals is nobody's
// but of who put it there.
func (p *Preserve) Keeps(ctx context.Context, work archive.WorkID) (bool, error) {
	_, err := p.root.Inventory(ctx, WorkObject(work))
	if archive.CodeOf(err) == archive.NotFound {
		return false, nil
	}
	return err == nil, err
}

// placedSetting is where internal/ingest keeps account of what it has placed and not recorded yet. This package may not see that one.
const placedSetting = "catalog.staging"

// Placed returns what lies in the archive of record and is nobody's yet: an import is about to record it, or died before.
func (p *Preserve) Placed(ctx context.Context) (map[storage.Key]archive.WorkID, error) {
	return PlacedIn(ctx, p.catalog)
}

// PlacedIn is Placed of the archive that a catalogue is of.
func PlacedIn(ctx context.Context, c *catalog.Catalog) (map[storage.Key]archive.WorkID, error) {
	var register struct {
		Placed map[archive.FileID]struct {
			Work archive.WorkID
			Key  storage.Key
		}
	}
	err := c.Reader(viewer()).Setting(ctx, placedSetting, &register)
	if err != nil && archive.CodeOf(err) != archive.NotFound {
		return nil, fmt.Errorf("read what was placed: %w", err)
	}
	all := map[storage.Key]archive.WorkID{}
	for _, f := range register.Placed {
		all[f.Key] = f.Work
	}
	return all, nil
}

func keysOf(files []archive.File) []storage.Key {
	var keys []storage.Key
	for _, f := range files {
		keys = append(keys, storage.Key(f.Key))
	}
	return keys
}

// stagedIn are the files of a work that are not archived yet and lie in the object of that one.
func (p *Preserve) stagedIn(w *archive.Work, in archive.WorkID) (files []archive.File) {
	folder := string(p.root.Folder(WorkObject(in))) + "/"
	for _, f := range staged(w) {
		if strings.HasPrefix(f.Key, folder) {
			files = append(files, f)
		}
	}
	return files
}
