package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/storage"
)

// How long an upload is kept: without another byte, once it is whole without being taken into a work, and as a mere memory of
// what is gone.
const (
	keptReceiving = storage.KeptUnfinished - 24*time.Hour
	keptWhole     = 30 * 24 * time.Hour
	keptRemoved   = 30 * 24 * time.Hour
)

// mostUploads bounds how many uploads an account may have under way or waiting.
const mostUploads = 1000

// NewUpload is a file that somebody is going to send.
type NewUpload struct {
	Name     string // as the client gives it; folders are cut off
	Size     int64  // bytes
	Metadata string // kept for the client, and never read again
}

// MaxBytes returns the longest file taken.
func (in *Ingest) MaxBytes() int64 { return in.maxBytes }

// BeginUpload begins an upload of the viewer's. The errors are Forbidden "sign-in-needed" or "role-needed", Invalid "file-empty", "name-invalid",
// "name-too-long", TooLarge "file-too-large", "quota-used", Busy "uploads-too-many", and those of the catalogue.
func (in *Ingest) BeginUpload(ctx context.Context, v archive.Viewer, n NewUpload) (catalog.Upload, error) {
	if v.Account == "" {
		return catalog.Upload{}, archive.Fail(archive.Forbidden, "sign-in-needed")
	}
	if err := v.May(archive.SendWorks); err != nil {
		return catalog.Upload{}, err
	}
	name, err := BaseName(n.Name)
	switch {
	case err != nil:
		return catalog.Upload{}, err
	case n.Size <= 0:
		return catalog.Upload{}, archive.Fail(archive.Invalid, "file-empty")
	case n.Size > in.maxBytes:
		return catalog.Upload{}, archive.Fail(archive.TooLarge, "file-too-large", in.maxBytes)
	}
	others, err := in.catalog.Reader(v).Uploads(ctx, mostUploads)
	if err != nil {
		return catalog.Upload{}, fmt.Errorf("begin an upload: %w", err)
	}
	if len(others) == mostUploads {
		return catalog.Upload{}, archive.Fail(archive.Busy, "uploads-too-many")
	}
	u := catalog.Upload{ID: archive.NewID[archive.FileID](), Account: v.Account, Name: name, Metadata: n.Metadata, Size: n.Size,
		State: catalog.UploadReceiving, Created: in.now().UTC(), Expires: in.now().UTC().Add(keptReceiving)}
	err = in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.AddUpload(ctx, u); err != nil {
			return err
		}
		return in.within(ctx, tx, v)
	})
	if err != nil {
		return catalog.Upload{}, fmt.Errorf("begin an upload: %w", err)
	}
	return u, nil
}

// within fails with TooLarge "quota-used" when what the viewer holds by now is too much, so that what was just added is undone. Who works on the
// archive brings in whole tapes, and is trusted.
func (in *Ingest) within(ctx context.Context, tx *catalog.Tx, v archive.Viewer) error {
	if v.Staff() {
		return nil
	}
	held, err := tx.HeldBytes(ctx, v.Account)
	if err == nil && held > in.quota {
		err = archive.Fail(archive.TooLarge, "quota-used", in.quota, held)
	}
	return err
}

// Room returns how many bytes more the viewer may send before their drafts are handed in. TooLarge "quota-used" when there is no room.
func (in *Ingest) Room(ctx context.Context, v archive.Viewer) (int64, error) {
	if v.Staff() {
		return in.maxBytes, nil
	}
	held, err := in.catalog.Reader(v).HeldBytes(ctx)
	if err != nil {
		return 0, fmt.Errorf("see what room is left: %w", err)
	}
	if held >= in.quota {
		return 0, archive.Fail(archive.TooLarge, "quota-used", in.quota, held)
	}
	return in.quota - held, nil
}

// Upload returns an upload of the viewer's, with all bytes counted that have come. Whoever asks has lost the line: what is still being
// received is ended, and waited for. The errors are NotFound "upload-missing", also for those of others, Gone "upload-removed" and
// Busy "upload-busy" while another process receives.
func (in *Ingest) Upload(ctx context.Context, v archive.Viewer, id archive.FileID) (catalog.Upload, error) {
	u, err := in.uploadOf(ctx, v, id) // whoever may not know of it ends nothing
	if err != nil {
		return u, err
	}
	if err := in.writers.interrupt(ctx, id); err != nil {
		return u, err
	}
	if u, err = in.uploadOf(ctx, v, id); err != nil {
		return u, err
	}
	return u, in.free(ctx, u)
}

func (in *Ingest) uploadOf(ctx context.Context, v archive.Viewer, id archive.FileID) (catalog.Upload, error) {
	u, err := in.catalog.Reader(v).Upload(ctx, id)
	if err != nil {
		return u, err
	}
	if u.State == catalog.UploadRemoved || !in.now().Before(u.Expires) {
		return u, archive.Fail(archive.Gone, "upload-removed")
	}
	return u, nil
}

// free fails with Busy "upload-busy" when a living process but this one receives u.
func (in *Ingest) free(ctx context.Context, u catalog.Upload) error {
	if u.Process == "" || u.Process == in.catalog.Process() {
		return nil
	}
	living, err := in.catalog.Living(ctx, []string{u.Process})
	if err == nil && len(living) > 0 {
		err = archive.Fail(archive.Busy, "upload-busy")
	}
	return err
}

// putUpload replaces before by u.
func (in *Ingest) putUpload(ctx context.Context, before, u catalog.Upload) error {
	return in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutUpload(ctx, before, u) })
}

// EndUpload removes an upload of the viewer's with its bytes; the errors are those of Upload.
func (in *Ingest) EndUpload(ctx context.Context, v archive.Viewer, id archive.FileID) error {
	u, err := in.Upload(ctx, v, id)
	if err != nil {
		return err
	}
	_, leave, err := in.writers.enter(ctx, viewer(), id)
	if err != nil {
		return err
	}
	defer leave()
	return in.removeUpload(ctx, u)
}

// removeUpload first says that the upload is gone, so that nobody takes it, and then removes its bytes. What a crash leaves of them is
// swept: by Sweep when it was whole, else by the store.
func (in *Ingest) removeUpload(ctx context.Context, u catalog.Upload) error {
	gone := u
	gone.State, gone.Process, gone.Sums, gone.Expires = catalog.UploadRemoved, "", "", in.now().Add(keptRemoved)
	if err := in.putUpload(ctx, u, gone); err != nil {
		return fmt.Errorf("remove upload %s: %w", u.ID, err)
	}
	key := StagingKey(u.ID)
	if err := errors.Join(in.bucket.Forget(ctx, key), in.bucket.Delete(ctx, key)); err != nil {
		in.log.Warn("the bytes of an upload stay until they are swept", "upload", u.ID, "err", err)
	}
	return nil
}

// expireAtOnce bounds how many uploads are looked at together.
const expireAtOnce = 100

// ExpireUploads removes the uploads that nobody has gone on with or taken, and forgets those that were removed long ago. It goes on
// past those that it cannot remove and returns their errors together.
func (in *Ingest) ExpireUploads(ctx context.Context) error {
	var failures []error
	for {
		list, err := in.catalog.Reader(viewer()).ExpiredUploads(ctx, in.now(), expireAtOnce)
		if err != nil {
			return errors.Join(append(failures, err)...)
		}
		for _, u := range list {
			if err := in.expire(ctx, u); err != nil {
				failures = append(failures, err)
			}
		}
		if len(list) < expireAtOnce || len(failures) > 0 {
			return errors.Join(failures...)
		}
	}
}

func (in *Ingest) expire(ctx context.Context, u catalog.Upload) error {
	if u.State == catalog.UploadRemoved {
		return in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.DropUpload(ctx, u.ID, u.State) })
	}
	if err := in.free(ctx, u); err != nil {
		return fmt.Errorf("expire upload %s: %w", u.ID, err)
	}
	_, leave, err := in.writers.enter(ctx, viewer(), u.ID)
	if err != nil {
		return fmt.Errorf("expire upload %s: %w", u.ID, err)
	}
	defer leave()
	return in.removeUpload(ctx, u)
}

// Uploaded returns whole uploads of the viewer's as files of an Entry: Record takes them out of the uploads in its transaction. The errors
// are those of Upload, Conflict "upload-unfinished" with the name, and Invalid "file-infected".
func (in *Ingest) Uploaded(ctx context.Context, v archive.Viewer, ids []archive.FileID) ([]EntryFile, error) {
	var files []EntryFile
	for _, id := range ids {
		u, err := in.uploadOf(ctx, v, id)
		if err != nil {
			return nil, err
		}
		if u.State != catalog.UploadWhole {
			return nil, archive.Fail(archive.Conflict, "upload-unfinished", DisplayName(u.Name))
		}
		f := u.File
		if f.Problem == archive.Infected {
			return nil, archive.Fail(archive.Invalid, f.Problem)
		}
		files = append(files, EntryFile{upload: true, Staged: Staged{
			Kind: Kind{Format: f.Format, Type: f.Type, Medium: f.Medium, Problem: f.Problem},
			ID:   u.ID, Key: StagingKey(u.ID), Name: u.Name, Digest: f.Digest, SHA256: f.SHA256, Size: u.Size, At: f.At,
			Scan: Scan{State: ScanState(f.Scan), Detail: f.Found},
		}})
	}
	return files, nil
}

// endUploads ends the uploads among files inside the transaction that records them.
func endUploads(ctx context.Context, tx *catalog.Tx, files []EntryFile) error {
	for _, f := range files {
		if !f.upload {
			continue
		}
		if err := tx.DropUpload(ctx, f.ID, catalog.UploadWhole); err != nil {
			return err
		}
	}
	return nil
}
