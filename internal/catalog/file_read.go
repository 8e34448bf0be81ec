package catalog

import (
	"context"

	"vannghe/internal/archive"
)

// File returns an original of the work. NotFound "file-missing" when the work has no such file; otherwise errors as Work.
func (r *Reader) File(ctx context.Context, work archive.WorkID, id archive.FileID) (archive.File, error) {
	f, err := r.FileByID(ctx, id)
	if err == nil && f.Work != work {
		return archive.File{}, archive.Fail(archive.NotFound, "file-missing")
	}
	return f, err
}

// FileByID returns an original by its own identifier; errors as File.
func (r *Reader) FileByID(ctx context.Context, id archive.FileID) (archive.File, error) {
	return r.fileWhere(ctx, sql("f.id = ?", id))
}

// FileByDigest tells staff whether these very bytes were brought in before under that path: the oldest such file.
// Forbidden "staff-only" to others, NotFound "file-missing".
func (r *Reader) FileByDigest(ctx context.Context, digest archive.Digest, path string) (archive.File, error) {
	if err := r.staffOnly(); err != nil {
		return archive.File{}, err
	}
	return r.fileWhere(ctx, byDigest(digest, path))
}

// FileByKey tells staff which file's bytes lie at a storage key; errors as FileByDigest.
func (r *Reader) FileByKey(ctx context.Context, key string) (archive.File, error) {
	if err := r.staffOnly(); err != nil {
		return archive.File{}, err
	}
	return r.fileWhere(ctx, sql("f.key = ?", text(key)))
}

// HoldsSize tells staff whether an original of so many bytes was ever brought in. It looks through all of them. Forbidden "staff-only".
func (r *Reader) HoldsSize(ctx context.Context, size int64) (bool, error) {
	if err := r.staffOnly(); err != nil {
		return false, err
	}
	found, err := collect(ctx, r.c.db.read(), sql("SELECT "+fileColumns+" FROM file f WHERE f.size = ? LIMIT 1", size), scanFile)
	if err != nil {
		return false, r.c.fail(ctx, "look for an original by its size", err)
	}
	return len(found) > 0, nil
}

// FilesWith lists, for staff, at most so many originals whose bytes are there and that have that problem, the oldest first.
// Forbidden "staff-only".
func (r *Reader) FilesWith(ctx context.Context, problem archive.Reason, limit int) ([]archive.File, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	s := sql("SELECT "+fileColumns+" FROM file f WHERE f.problem = ? AND f.state <> 'purged' ORDER BY f.added, f.id LIMIT ?", problem, limit)
	found, err := collect(ctx, r.c.db.read(), s, scanFile)
	if err != nil {
		return nil, r.c.fail(ctx, "list files with a problem", err)
	}
	return found, nil
}

func byDigest(digest archive.Digest, path string) *statement {
	return sql("f.digest = ? AND f.path = ?", digest, []byte(path))
}

func (r *Reader) fileWhere(ctx context.Context, condition *statement) (archive.File, error) {
	v := r.sight()
	s := sql("SELECT " + factColumns + ", " + fileColumns + " FROM file f JOIN work w ON w.id = f.work WHERE " +
		condition.String() + " ORDER BY f.added, f.id LIMIT 1")
	s.args = condition.args
	f, err := one(ctx, r.c.db.read(), s, func(row scanner) (archive.File, error) {
		known := &facts{}
		f, err := scanFile(factsFirst{row, known})
		if err != nil {
			return f, err
		}
		return f, v.check(known)
	})
	if err != nil {
		return archive.File{}, r.c.fail(ctx, "read a file", missing(err, "file-missing"))
	}
	return f, nil
}

// factsFirst scans the facts of the work before the columns that the inner scan knows.
type factsFirst struct {
	scanner
	facts *facts
}

func (p factsFirst) Scan(into ...any) error {
	return p.scanner.Scan(append(p.facts.into(), into...)...)
}
