// Package office is what the association's office keeps beside the archive: what authors are paid for their works, and the roll of
// members. Every act asks archive who may do it, and is one transaction of the catalogue.
//
// It must not change works or their states, and knows nothing of pages or forms.
package office

import (
	"log/slog"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// Office carries out the acts of the office. Safe for concurrent use.
type Office struct {
	catalog *catalog.Catalog
	log     *slog.Logger
}

// New returns an Office.
func New(c *catalog.Catalog, log *slog.Logger) *Office { return &Office{c, log} }

// Clerk is the acts of one person. The errors of all are also those of archive.Viewer.May.
type Clerk struct {
	*Office
	viewer archive.Viewer
}

// As returns the acts of a person.
func (o *Office) As(v archive.Viewer) *Clerk { return &Clerk{o, v} }
