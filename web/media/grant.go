package media

import (
	"context"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/recent"
)

// grantsKept is how many derivatives are remembered at once.
const grantsKept = 4096

// Grants remembers which derivatives the public may see that are asked for many times a second: the tiles of a picture, the pieces of a film that
// many watch. Each request still asks the catalogue whether anything has changed since, so that the next one after a withdrawal is refused; a work
// that closes by time is for a second longer. A nil Grants remembers nothing.
type Grants struct {
	recent *recent.Memory[catalog.DerivativeRef, archive.Derivative]
}

// NewGrants returns an empty Grants.
func NewGrants() *Grants {
	return &Grants{recent.New[catalog.DerivativeRef, archive.Derivative](grantsKept)}
}

// Derivative is catalog.Reader.Derivative, with its errors. What it returns is shared and not to be changed.
func (g *Grants) Derivative(ctx context.Context, cat *catalog.Catalog, viewer archive.Viewer, ref catalog.DerivativeRef) (archive.Derivative, error) {
	if g == nil || viewer.SignedIn() || !g.recent.Hot(ref) {
		return cat.Reader(viewer).Derivative(ctx, ref)
	}
	last, err := cat.LastChange(ctx)
	if err != nil {
		return archive.Derivative{}, err
	}
	if d, kept := g.recent.Get(ref, last); kept {
		return d, nil
	}
	d, err := cat.Reader(viewer).Derivative(ctx, ref)
	if err == nil {
		g.recent.Keep(ref, last, d)
	}
	return d, err
}
