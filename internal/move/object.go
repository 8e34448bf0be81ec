package move

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"maps"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// marker is the object that marks a store that is being moved into. It holds a state.
const marker storage.Key = "moving.json"

// Objects are copied eight at a time, since most are small and a store takes some milliseconds for each; how far it has come is noted after each batch.
const (
	atOnce = 8
	batch  = 64
)

// attempts is how often an object is copied that did not come as it went.
const attempts = 3

// state is how far a move has come in a store.
type state struct {
	Stamp string      `json:"stamp"` // of the catalogue at the beginning
	Done  storage.Key `json:"done"`  // all objects up to this one are there and were compared; "": none
	// Damaged are the originals up to that one that were no longer what was received.
	Damaged []storage.Key `json:"damaged"`
}

// Unfinished is Unavailable "storage-moving" for a store into which a move has not come to its end.
func Unfinished(ctx context.Context, b *storage.Bucket) error {
	_, err := b.Head(ctx, marker)
	switch {
	case err == nil:
		return archive.Fail(archive.Unavailable, "storage-moving")
	case archive.CodeOf(err) == archive.NotFound:
		return nil
	default:
		return err
	}
}

// objects makes the objects of the new store those of the old.
func (m *mover) objects(ctx context.Context) error {
	at, err := m.beginObjects(ctx)
	if err != nil {
		return err
	}
	if err := m.FromCatalog.Originals(ctx, func(key string, digest archive.Digest) { m.originals[key] = digest }); err != nil {
		return err
	}
	if err := m.copyAll(ctx, at); err != nil {
		return err
	}
	return m.compareLists(ctx)
}

// beginObjects marks an empty store or reads how far an earlier attempt has come: as long as nobody has worked with the archive since.
func (m *mover) beginObjects(ctx context.Context) (state, error) {
	stamp, err := m.stamp()
	if err != nil {
		return state{}, err
	}
	at := state{Stamp: stamp}
	body, _, err := m.ToBucket.Open(ctx, marker)
	if archive.CodeOf(err) == archive.NotFound {
		if err := m.checkEmpty(ctx); err != nil {
			return at, err
		}
		return at, m.note(ctx, at)
	}
	if err != nil {
		return at, err
	}
	var found state
	err = json.NewDecoder(body).Decode(&found)
	if err := errors.Join(err, body.Close()); err != nil {
		return at, fmt.Errorf("read how far the move had come: %w", err)
	}
	if found.Stamp == stamp {
		return found, nil
	}
	return at, nil
}

// checkEmpty is Conflict "storage-filled" for a store that holds anything, unless the last attempt was broken off between the two last acts.
func (m *mover) checkEmpty(ctx context.Context) error {
	if m.goesOn {
		return nil
	}
	for _, err := range m.ToBucket.List(ctx, "") {
		if err == nil {
			err = archive.Fail(archive.Conflict, "storage-filled", m.ToName)
		}
		return err
	}
	return nil
}

func (m *mover) note(ctx context.Context, at state) error {
	text, err := json.Marshal(at)
	if err != nil {
		return err
	}
	_, err = m.ToBucket.Put(ctx, marker, bytes.NewReader(text), int64(len(text)), storage.PutOptions{ContentType: "application/json"})
	return err
}

func (m *mover) copyAll(ctx context.Context, at state) error {
	missing := maps.Clone(m.originals)
	var waiting []storage.Object
	for o, err := range m.FromBucket.List(ctx, "") {
		if err != nil {
			return err
		}
		m.report.Objects++
		m.report.Bytes += o.Size
		delete(missing, string(o.Key))
		if o.Key <= at.Done {
			continue
		}
		if waiting = append(waiting, o); len(waiting) < batch {
			continue
		}
		if err := m.copyBatch(ctx, &at, waiting); err != nil {
			return err
		}
		waiting = waiting[:0]
	}
	err := m.copyBatch(ctx, &at, waiting)
	m.report.Damaged = at.Damaged
	for _, key := range slices.Sorted(maps.Keys(missing)) {
		m.report.Damaged = append(m.report.Damaged, storage.Key(key))
	}
	return err
}

func (m *mover) copyBatch(ctx context.Context, at *state, list []storage.Object) error {
	if len(list) == 0 {
		return nil
	}
	var mu sync.Mutex
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, o := range list {
		group.Go(func() error {
			damaged, err := m.bring(within, o)
			if damaged {
				mu.Lock()
				defer mu.Unlock()
				at.Damaged = append(at.Damaged, o.Key)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	at.Done = list[len(list)-1].Key
	m.Progress(Progress{Done: m.report.Objects})
	return m.note(ctx, *at)
}

// bring makes an object of the new store that of the old and compares what can be read there then. It reports whether the old one is an
// original that is no longer what was received.
func (m *mover) bring(ctx context.Context, o storage.Object) (damaged bool, err error) {
	there, err := m.ToBucket.Head(ctx, o.Key)
	present := err == nil && there.Size == o.Size
	if err != nil && archive.CodeOf(err) != archive.NotFound {
		return false, err
	}
	for range attempts {
		var sent sums
		if present { // from an earlier attempt
			sent, err = read(ctx, m.FromBucket, o.Key)
		} else {
			sent, err = m.copy(ctx, o)
		}
		if err != nil {
			return false, err
		}
		came, err := read(ctx, m.ToBucket, o.Key)
		if err != nil {
			return false, err
		}
		if came == sent {
			digest, known := m.originals[string(o.Key)]
			return known && digest != archive.Digest(sent.sha512), nil
		}
		present = false
	}
	return false, archive.Fail(archive.Unavailable, "move-differs", string(o.Key))
}

// sums are the digests of an object, in hexadecimal digits.
type sums struct{ sha256, sha512 string }

type summing struct{ short, long hash.Hash }

func newSumming() summing { return summing{sha256.New(), sha512.New()} }

func (s summing) Write(p []byte) (int, error) {
	_, _ = s.short.Write(p) // a hash does not fail
	return s.long.Write(p)
}

func (s summing) sums() sums {
	return sums{hex.EncodeToString(s.short.Sum(nil)), hex.EncodeToString(s.long.Sum(nil))}
}

func read(ctx context.Context, b *storage.Bucket, key storage.Key) (sums, error) {
	body, _, err := b.Open(ctx, key)
	if err != nil {
		return sums{}, err
	}
	s := newSumming()
	_, err = io.Copy(s, body)
	return s.sums(), errors.Join(err, body.Close())
}

func (m *mover) copy(ctx context.Context, o storage.Object) (sums, error) {
	body, found, err := m.FromBucket.Open(ctx, o.Key)
	if err != nil {
		return sums{}, err
	}
	s := newSumming()
	_, err = m.ToBucket.Put(ctx, o.Key, io.TeeReader(body, s), found.Size, storage.PutOptions{ContentType: o.ContentType})
	return s.sums(), errors.Join(err, body.Close())
}

// compareLists walks through both stores: each has the same keys and sizes then. What an earlier attempt brought and the old place no longer has is removed.
func (m *mover) compareLists(ctx context.Context) error {
	next, stop := iter.Pull2(m.FromBucket.List(ctx, ""))
	defer stop()
	from, err, more := next()
	for o, listed := range m.ToBucket.List(ctx, "") {
		if err := errors.Join(err, listed); err != nil {
			return err
		}
		if o.Key == marker {
			continue
		}
		if !more || o.Key < from.Key {
			if err := m.ToBucket.Delete(ctx, o.Key); err != nil {
				return err
			}
			m.report.Removed++
			continue
		}
		if o.Key != from.Key || o.Size != from.Size {
			return archive.Fail(archive.Unavailable, "move-differs", string(from.Key))
		}
		from, err, more = next()
	}
	if more && err == nil {
		err = archive.Fail(archive.Unavailable, "move-differs", string(from.Key))
	}
	return err
}
