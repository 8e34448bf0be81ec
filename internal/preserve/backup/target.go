package backup

import (
	"errors"
	"io"

	"vannghe/internal/archive"
)

// OfTarget says of an error that the target of backups answered with that it was that place, and not the archive's own store, which people mend elsewhere:
// Unavailable "backup-full", "backup-denied" or "backup-away". Other errors, and nil, stay as they are.
func OfTarget(err error) error {
	switch archive.ReasonOf(err) {
	case "storage-full":
		return archive.Fail(archive.Unavailable, "backup-full").Because(err)
	case "storage-denied":
		return archive.Fail(archive.Unavailable, "backup-denied").Because(err)
	case "storage-unavailable":
		return archive.Fail(archive.Unavailable, "backup-away").Because(err)
	default:
		return err
	}
}

// source remembers whether reading failed: what a copy failed by is else not to be told from the writing.
type source struct {
	io.Reader
	err error
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}
