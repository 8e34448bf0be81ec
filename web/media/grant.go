package media

import (
	"context"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/recent"
)

// How many derivatives are remembered at once, and from how many times in a second on.
const (
	grantsKept = 4096
	grantHot   = 32
)

// Grants remembers which derivatives the public may see that are asked for many times a second: the tiles of a picture, the pieces of a film that
// many watch. An answer stands for a second at most, and until this process hears of a change in the catalogue: of its own before the change is told
// to anybody, so that the next request after a withdrawal is refused, and of another's within the catalogue's poll. A nil Grants remembers nothing.
type Grants struct {
	recent *recent.Memory[catalog.DerivativeRef, archive.Derivative]
}

// NewGrants returns an empty Grants.
func NewGrants() *Grants {
	return &Grants{recent.New[catalog.DerivativeRef, archive.Derivative](grantsKept, grantHot)}
}

// Derivative is catalog.Reader.Derivative, with its errors. What it returns is shared and not to be changed.
func (g *Grants) Derivative(ctx context.Context, cat *catalog.Catalog, viewer archive.Viewer, ref catalog.DerivativeRef) (archive.Derivative, error) {
	if g == nil || viewer.SignedIn() {
		return cat.Reader(viewer).Derivative(ctx, ref)
	}
	heard := cat.Heard() // before the question: what changes meanwhile makes its answer an old one
	d, kept, hot := g.recent.Recall(ref, heard)
	if kept {
		return d, nil
	}
	d, err := cat.Reader(viewer).Derivative(ctx, ref)
	if err == nil && hot {
		g.recent.Keep(ref, heard, d)
	}
	return d, err
}
