package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"vannghe/internal/archive"
)

// UploadState says how far an upload has come.
type UploadState string

// The states. A whole upload that is taken into a work is no upload any more.
const (
	UploadReceiving UploadState = "receiving"
	UploadWhole     UploadState = "whole"
	UploadRemoved   UploadState = "removed" // its bytes are gone
)

// Upload is a file on its way in.
type Upload struct {
	ID       archive.FileID // of the file that it becomes
	Account  archive.AccountID
	Name     string // as given, without folders
	Metadata string // as the client gave it, for the client
	Size     int64  // bytes promised
	Received int64  // bytes that are durable in the store
	Sums     string // state of the digests of them
	State    UploadState
	Process  string // which process is writing; "": none
	Created  time.Time
	Expires  time.Time
	File     UploadFile // once it is whole
}

// UploadFile is what a whole upload turned out to be.
type UploadFile struct {
	Format  string         `json:"format,omitempty"`
	Type    string         `json:"type,omitempty"`
	Medium  archive.Medium `json:"medium,omitempty"`
	Problem archive.Reason `json:"problem,omitempty"`
	Digest  archive.Digest `json:"digest,omitempty"`
	SHA256  string         `json:"sha256,omitempty"`
	At      time.Time      `json:"at,omitzero"` // when its last byte had come
	Scan    string         `json:"scan,omitempty"`
	Found   string         `json:"found,omitempty"` // by the scanner
}

const uploadColumns = "u.id, u.account, u.name, u.metadata, u.size, u.received, u.sums, u.state, u.process, u.created, u.expires, u.file"

func scanUpload(row scanner) (Upload, error) {
	var u Upload
	var created, expires int64
	var file string
	err := row.Scan(&u.ID, &u.Account, &u.Name, &u.Metadata, &u.Size, &u.Received, &u.Sums, &u.State, &u.Process, &created, &expires, &file)
	if err != nil {
		return u, err
	}
	u.Created, u.Expires = moment(&created), moment(&expires)
	if err := json.Unmarshal([]byte(file), &u.File); err != nil {
		return u, fmt.Errorf("read upload %s: %w", u.ID, err)
	}
	return u, nil
}

// mine restricts uploads to those of the viewer's account; the program itself sees all. Not even staff see what others send
// before it belongs to a work.
func (r *Reader) mine(s *statement) *statement {
	if r.viewer.Account == "" && r.viewer.Staff() {
		return s
	}
	return s.add(" AND u.account = ?", r.viewer.Account)
}

// Upload returns an upload of the viewer's own. NotFound "upload-missing", also for those of others.
func (r *Reader) Upload(ctx context.Context, id archive.FileID) (Upload, error) {
	s := r.mine(sql("SELECT "+uploadColumns+" FROM upload u WHERE u.id = ?", text(id)))
	u, err := one(ctx, r.c.db.read(), s, scanUpload)
	if err != nil {
		return Upload{}, r.c.fail(ctx, "read upload "+string(id), missing(err, "upload-missing"))
	}
	return u, nil
}

// Uploads lists the viewer's uploads whose bytes are there, the oldest first, at most so many. Those of an intake are not among them.
func (r *Reader) Uploads(ctx context.Context, limit int) ([]Upload, error) {
	s := r.mine(sql("SELECT " + uploadColumns + " FROM upload u WHERE u.state <> 'removed' AND NOT EXISTS (SELECT 1 FROM intake_file f WHERE f.upload = u.id)"))
	list, err := collect(ctx, r.c.db.read(), s.add(" ORDER BY u.created, u.id LIMIT ?", limit), scanUpload)
	if err != nil {
		return nil, r.c.fail(ctx, "list uploads", err)
	}
	return list, nil
}

// ExpiredUploads lists, for the program itself, at most so many uploads that expired before that time, the longest ago first.
// Forbidden "staff-only".
func (r *Reader) ExpiredUploads(ctx context.Context, before time.Time, limit int) ([]Upload, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	s := r.mine(sql("SELECT "+uploadColumns+" FROM upload u WHERE u.expires < ?", before.UnixMicro()))
	list, err := collect(ctx, r.c.db.read(), s.add(" ORDER BY u.expires, u.id LIMIT ?", limit), scanUpload)
	if err != nil {
		return nil, r.c.fail(ctx, "list expired uploads", err)
	}
	return list, nil
}

// AddUpload stores a new upload.
func (tx *Tx) AddUpload(ctx context.Context, u Upload) error {
	file, err := json.Marshal(u.File)
	if err != nil {
		return fmt.Errorf("encode upload %s: %w", u.ID, err)
	}
	s := sql("INSERT INTO upload (id, account, name, metadata, size, received, sums, state, process, created, expires, file) VALUES ").values(
		u.ID, u.Account, text(u.Name), text(u.Metadata), u.Size, u.Received, u.Sums, u.State, u.Process, tx.now.UnixMicro(), u.Expires.UnixMicro(), text(string(file)))
	if _, err := run(ctx, tx.q, s); err != nil {
		return fmt.Errorf("store upload %s: %w", u.ID, err)
	}
	return nil
}

// PutUpload changes how far an upload has come and who writes it, as long as it stands as before says: its writer, state and bytes.
// Conflict "upload-elsewhere" when it does not, or the upload is gone.
func (tx *Tx) PutUpload(ctx context.Context, before, u Upload) error {
	file, err := json.Marshal(u.File)
	if err != nil {
		return fmt.Errorf("encode upload %s: %w", u.ID, err)
	}
	n, err := run(ctx, tx.q, sql(`UPDATE upload SET received = ?, sums = ?, state = ?, process = ?, expires = ?, file = ?
		WHERE id = ? AND process = ? AND state = ? AND received = ?`,
		u.Received, u.Sums, u.State, u.Process, u.Expires.UnixMicro(), text(string(file)), before.ID, before.Process, before.State, before.Received))
	if err != nil {
		return fmt.Errorf("keep upload %s: %w", u.ID, err)
	}
	if n == 0 {
		return archive.Fail(archive.Conflict, "upload-elsewhere")
	}
	return nil
}

// DropUpload removes an upload that nobody writes, because its bytes belong to a work or are gone. Conflict "upload-elsewhere".
func (tx *Tx) DropUpload(ctx context.Context, id archive.FileID, state UploadState) error {
	n, err := run(ctx, tx.q, sql("DELETE FROM upload WHERE id = ? AND state = ? AND process = ''", id, state))
	if err != nil {
		return fmt.Errorf("drop upload %s: %w", id, err)
	}
	if n == 0 {
		return archive.Fail(archive.Conflict, "upload-elsewhere")
	}
	return nil
}
