package iiif

import (
	"container/list"
	"context"
	"sync"

	"vannghe/web/respond"
)

// What is kept of tiles in memory. Who looks at a painting asks for some twenty; a class that looks at the same one asks for the same.
const (
	keptBytes   = 24 << 20 // counted against what the server may have when idle (150 MB)
	longestKept = 64 << 10
)

// keptTiles are the tiles asked for last. Whether somebody may see one is asked before, as for every other. Safe for concurrent use.
type keptTiles struct {
	most int

	mu    sync.Mutex
	bytes int
	order *list.List // of *keptTile, the one asked for last first
	tiles map[tileKey]*list.Element
}

// tileKey is a tile of one making of a picture: where it lies in the zip.
type tileKey struct {
	of     *picture
	offset int64
}

type keptTile struct {
	tileKey
	object respond.Object
	bytes  int
}

func newKeptTiles(most int) *keptTiles {
	return &keptTiles{most: most, order: list.New(), tiles: map[tileKey]*list.Element{}}
}

func (k *keptTiles) get(key tileKey) (respond.Object, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	e, ok := k.tiles[key]
	if !ok {
		return respond.Object{}, false
	}
	k.order.MoveToFront(e)
	t, ok := e.Value.(*keptTile)
	return t.object, ok
}

// put keeps what was read of a tile.
func (k *keptTiles) put(key tileKey, o respond.Object, data []byte) {
	if cap(data) > longestKept {
		return
	}
	o = o.Prepared()
	o.Small = func(_ context.Context, offset, length int64) ([]byte, error) {
		return data[offset : offset+length], nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, there := k.tiles[key]; there {
		return
	}
	k.tiles[key] = k.order.PushFront(&keptTile{key, o, cap(data)})
	for k.bytes += cap(data); k.bytes > k.most; {
		k.remove(k.order.Back())
	}
}

// drop forgets the tiles of a picture.
func (k *keptTiles) drop(p *picture) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for key, e := range k.tiles {
		if key.of == p {
			k.remove(e)
		}
	}
}

func (k *keptTiles) remove(e *list.Element) {
	if t, ok := k.order.Remove(e).(*keptTile); ok {
		delete(k.tiles, t.tileKey)
		k.bytes -= t.bytes
	}
}
