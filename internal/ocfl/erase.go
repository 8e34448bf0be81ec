package ocfl

import (
	"context"
	"fmt"
)

// Erase destroys an object with all its versions, so that an Update from version 0 may make another of the same identifier: OCFL
// versions are never changed, so bytes that must not be kept can only go with the object. It may be stopped anywhere and run
// again, and then is the one thing that may be done with the object. The caller holds the object's lock.
func (r *Root) Erase(ctx context.Context, objectID string, held Lock) error {
	c := &recovery{root: r, id: objectID, key: r.key(objectID), held: held, files: make(map[string]bool)}
	if err := c.remove(ctx, c.key); err != nil {
		return fmt.Errorf("erase %s: %w", objectID, err)
	}
	return nil
}
