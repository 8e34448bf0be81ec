package iiif

import (
	"container/list"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
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
	wholes  []whole // other versions of the whole picture, from the recipe "images"
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

// tile returns the object that answers a request from tiles.zip.
func (p *picture) tile(shelf respond.Shelf, wanted parameters) (respond.Object, bool) {
	name := p.pyramid.name(wanted.region, wanted.size)
	if wanted.size == "max" && p.largest() == p.pyramid.smallest() {
		name = p.pyramid.name(wanted.region, p.pyramid.smallest().String())
	}
	e, ok := p.tiles.entries[name]
	if !ok {
		return respond.Object{}, false
	}
	return respond.Object{
		Size: e.size, Type: jpeg, Modified: p.made, Cache: respond.Brief,
		ETag: respond.StrongTag(string(p.zip), p.made.Format(time.RFC3339Nano), name),
		Small: func(ctx context.Context, offset, length int64) ([]byte, error) {
			data, _, err := p.tiles.read(ctx, name, p.ranged(shelf))
			if err != nil {
				return nil, fmt.Errorf("read tile %s of %s: %w", name, p.zip, err)
			}
			return data[offset : offset+length], nil
		},
	}, true
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
			p.bytes = a.Bytes
		case a.Kind == "image" && strings.HasPrefix(a.Type, jpeg) && a.Width > 0:
			p.wholes = append(p.wholes, whole{storage.Key(d.Prefix).Join(a.Path), d.Made, size{a.Width, a.Height}, a})
		}
	}
}

// shelf keeps the pictures asked for last. A picture of 12,000 × 9,000 pixels has 600 names of 60 bytes. Safe for concurrent use.
type shelf struct {
	mu    sync.Mutex
	order *list.List // of *picture, the one asked for last first
	byID  map[archive.FileID]*list.Element
}

// shelfSize is how many pictures are kept.
const shelfSize = 128

func newShelf() *shelf {
	return &shelf{order: list.New(), byID: map[archive.FileID]*list.Element{}}
}

func (s *shelf) get(id archive.FileID) (*picture, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.byID[id]
	if !ok {
		return nil, false
	}
	s.order.MoveToFront(e)
	p, ok := e.Value.(*picture)
	return p, ok
}

func (s *shelf) put(p *picture) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(p.ref.File)
	s.byID[p.ref.File] = s.order.PushFront(p)
	for s.order.Len() > shelfSize {
		if oldest, ok := s.order.Back().Value.(*picture); ok {
			s.remove(oldest.ref.File)
		}
	}
}

func (s *shelf) drop(id archive.FileID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(id)
}

func (s *shelf) remove(id archive.FileID) {
	if e, ok := s.byID[id]; ok {
		s.order.Remove(e)
		delete(s.byID, id)
	}
}
