package memstore

import (
	"context"
	"slices"

	"vannghe/storage"
)

// unfinished is an object on its way: bytes are what is written, the driver's map holds what was flushed.
type unfinished struct {
	ctx    context.Context
	driver *Driver
	key    storage.Key
	data   []byte
}

// Resume implements storage.Driver.
func (d *Driver) Resume(ctx context.Context, key storage.Key, offset, _ int64) (storage.DriverUnfinished, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	kept := d.unfinished[key]
	if int64(len(kept)) < offset {
		return nil, storage.UnfinishedMissing(key)
	}
	if d.writing[key] {
		return nil, storage.UnfinishedBusy(key)
	}
	d.writing[key] = true
	return &unfinished{ctx: ctx, driver: d, key: key, data: slices.Clone(kept[:offset])}, nil
}

// Forget implements storage.Driver.
func (d *Driver) Forget(ctx context.Context, key storage.Key) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.unfinished, key)
	return nil
}

func (u *unfinished) Write(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	u.data = append(u.data, p...)
	return len(p), nil
}

func (u *unfinished) Flush() func() error {
	data := slices.Clone(u.data)
	return func() error { return u.keep(data) }
}

func (u *unfinished) keep(data []byte) error {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	u.driver.mu.Lock()
	defer u.driver.mu.Unlock()
	u.driver.unfinished[u.key] = data
	return nil
}

func (u *unfinished) Commit() (storage.Object, error) {
	if err := u.ctx.Err(); err != nil {
		return storage.Object{}, err
	}
	o, err := u.driver.keep(u.key, slices.Clone(u.data), storage.PutOptions{})
	if err != nil {
		return storage.Object{}, err
	}
	return o, u.driver.Forget(u.ctx, u.key)
}

func (u *unfinished) Close() {
	u.driver.mu.Lock()
	defer u.driver.mu.Unlock()
	delete(u.driver.writing, u.key)
}
