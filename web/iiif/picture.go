package iiif

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/storage"
	"vannghe/web/respond"
)

// picture is what is known of an image that has tiles: enough to answer without reading anything but the tile.
type picture struct {
	ref     catalog.DerivativeRef
	made    time.Time
	zip     storage.Key
	bytes   int64 // of the zip
	pyramid pyramid
	tiles   *directory
	all     string   // the region that is the whole picture, by its numbers, with a slash
	wholes  []whole  // other versions of the whole picture, from the recipe "images"
	file    *os.File // the zip, kept open where the store has it as a file; nil elsewhere
}

// whole is the picture as one file.
type whole struct {
	key  storage.Key
	made time.Time
	size size
	file archive.Asset
}

// largest is the greatest size in which the whole picture can be had.
func (p *picture) largest() size {
	most := p.pyramid.smallest()
	for _, w := range p.wholes {
		if w.size.Width > most.Width {
			most = w.size
		}
	}
	return most
}

// whole returns the version that answers a request for the full region.
func (p *picture) whole(wanted parameters) (whole, bool) {
	if wanted.region != "full" && wanted.region != "0,0,"+p.pyramid.full.String() {
		return whole{}, false
	}
	if wanted.size == "max" {
		wanted.size = p.largest().String()
	}
	for _, w := range p.wholes {
		if w.size.String() == wanted.size {
			return w, true
		}
	}
	return whole{}, false
}

// name returns the entry of tiles.zip that answers a request, "" for none.
func (p *picture) name(wanted parameters) string {
	if wanted.size == "max" && p.largest() == p.pyramid.smallest() {
		return p.pyramid.name(wanted.region, p.pyramid.smallest().String())
	}
	return p.pyramid.name(wanted.region, wanted.size)
}

// cuts reports whether a path below the image's address is, letter by letter, the name of a tile: then its form need not be looked into. What is also
// the whole picture is not among them, of which there may be other versions.
func (p *picture) cuts(name string) bool {
	if strings.HasPrefix(name, p.all) {
		return false
	}
	_, cut := p.tiles.entries[name]
	return cut
}

// tile returns the object that answers with an entry of tiles.zip.
func (p *picture) tile(shelf respond.Shelf, name string, e entry) respond.Object {
	return respond.Object{
		Size: e.size, Type: jpeg, Modified: p.made, Cache: respond.Brief,
		ETag: respond.StrongTag(string(p.zip), p.made.Format(time.RFC3339Nano), name),
		Small: func(ctx context.Context, offset, length int64) ([]byte, error) {
			data, err := p.read(ctx, shelf, name)
			if err != nil {
				return nil, err
			}
			return data[offset : offset+length], nil
		},
	}
}

func (p *picture) read(ctx context.Context, shelf respond.Shelf, name string) ([]byte, error) {
	data, _, err := p.tiles.read(ctx, name, p.near(shelf))
	if err != nil {
		return nil, fmt.Errorf("read tile %s of %s: %w", name, p.zip, err)
	}
	return data, nil
}

// near reads from the open file where there is one.
func (p *picture) near(shelf respond.Shelf) readAt {
	if p.file == nil {
		return p.ranged(shelf)
	}
	return func(ctx context.Context, offset, length int64) ([]byte, error) {
		data := make([]byte, length)
		_, err := p.file.ReadAt(data, offset)
		if errors.Is(err, os.ErrClosed) { // taken from the shelf meanwhile
			return p.ranged(shelf)(ctx, offset, length)
		}
		if err != nil {
			return nil, fmt.Errorf("read %d bytes of %s at %d: %w", length, p.zip, offset, err)
		}
		return data, nil
	}
}

// close lets go of the file.
func (p *picture) close() {
	if p.file != nil {
		_ = p.file.Close() // it was only read
	}
}

const jpeg = "image/jpeg"

// ranged reads parts of the tiles into memory.
func (p *picture) ranged(shelf respond.Shelf) readAt {
	key := p.zip
	open := shelf.Stored(p.ref.Work, key, p.made.Format(time.RFC3339Nano), p.bytes)
	return func(ctx context.Context, offset, length int64) (data []byte, err error) {
		if length == 0 {
			return nil, nil
		}
		r, err := open(ctx, offset, length)
		if err != nil {
			return nil, err
		}
		defer func() {
			if closing := r.Close(); closing != nil && err == nil {
				err = fmt.Errorf("close %s: %w", key, closing)
			}
		}()
		data = make([]byte, length)
		if _, err := io.ReadFull(r, data); err != nil {
			return nil, fmt.Errorf("read %d bytes of %s at %d: %w", length, key, offset, err)
		}
		return data, nil
	}
}

// load reads what there is of an image. NotFound "iiif-missing" when it has no tiles; the errors of FileByID.
func load(ctx context.Context, r *catalog.Reader, shelf respond.Shelf, id archive.FileID) (*picture, error) {
	file, err := r.FileByID(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := r.Derivatives(ctx, file.Work)
	if err != nil {
		return nil, err
	}
	p := &picture{}
	for _, d := range all[file.Work] {
		if d.File == id && d.State == archive.DerivativeReady {
			p.add(d)
		}
	}
	if p.zip == "" {
		return nil, archive.Fail(archive.NotFound, "iiif-missing")
	}
	if p.tiles, err = readDirectory(ctx, p.bytes, p.ranged(shelf)); err != nil {
		return nil, fmt.Errorf("read the directory of %s: %w", p.zip, err)
	}
	if p.file, err = shelf.Near(ctx, p.zip); err != nil {
		return nil, fmt.Errorf("open %s: %w", p.zip, err)
	}
	return p, nil
}

// add takes what is ours from a derivative: the pyramid, and whole pictures in JPEG, the format that level 0 asks for.
func (p *picture) add(d archive.Derivative) {
	for _, a := range d.Assets {
		switch {
		case a.Kind == "iiif":
			p.ref = catalog.DerivativeRef{Work: d.Work, File: d.File, Recipe: d.Recipe, Version: d.Version}
			p.made, p.zip = d.Made, storage.Key(d.Prefix).Join(a.Path)
			p.pyramid = pyramid{size{a.Width, a.Height}}
			p.all = "0,0," + p.pyramid.full.String() + "/"
			p.bytes = a.Bytes
		case a.Kind == "image" && strings.HasPrefix(a.Type, jpeg) && a.Width > 0:
			p.wholes = append(p.wholes, whole{storage.Key(d.Prefix).Join(a.Path), d.Made, size{a.Width, a.Height}, a})
		}
	}
}
