package ocfl

import (
	"context"
	"fmt"
	"strings"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// Reserve returns where the first version of an object keeps a file. What somebody puts there before there is such a version is no part of the
// object: an Update from version 0 that adds it by FromKey leaves it where it is instead of copying it, and Recover removes what it is not told to keep.
func (r *Root) Reserve(objectID, logicalPath string) (storage.Key, bool) {
	content, ok := safePath(logicalPath)
	key := r.versionFolder(objectID, 1) + storage.Key(content)
	return key, ok && checkLogical(logicalPath) == nil && key.Validate() == nil
}

// versionFolder is below what the content of a version lies, with "/" at its end.
func (r *Root) versionFolder(objectID string, n int) storage.Key {
	return r.key(objectID).Join(versionName(n), defaultContent) + "/"
}

// inPlace returns the content path of a source that lies already where the version under way keeps its content.
func (p *plan) inPlace(s Source) (string, bool) {
	folder := p.update.root.versionFolder(p.inv.ID, p.update.expected+1)
	if !strings.HasPrefix(string(s.key), string(folder)) {
		return "", false
	}
	return strings.TrimPrefix(string(s.key), string(p.update.root.key(p.inv.ID))+"/"), true
}

// settled checks what can be had for nothing of a source that lies in its place: that it is there, with its size.
func (r *Root) settled(ctx context.Context, source Source) error {
	o, err := r.bucket.Head(ctx, source.key)
	if err == nil && o.Size != source.size {
		err = archive.Fail(archive.Internal, "original-changed", string(source.key)).Because(fmt.Errorf("%d bytes, not %d", o.Size, source.size))
	}
	return err
}

// keys are where the sources lie: none of them is a leftover.
func (u *Update) keys() []storage.Key {
	var keys []storage.Key
	for _, s := range u.sources {
		if s.key != "" {
			keys = append(keys, s.key)
		}
	}
	return keys
}
