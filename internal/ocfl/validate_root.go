package ocfl

import (
	"context"
	"fmt"
	"strings"

	"vannghe/internal/archive"
)

// ValidateRoot says in what the storage root itself (§4) departs from the specification: its own files, and what lies there and
// belongs to no object. It looks at names only, not into objects.
func (r *Root) ValidateRoot(ctx context.Context) ([]Problem, error) {
	p := &problems{}
	if err := r.checkRootFiles(ctx, p); err != nil {
		return nil, fmt.Errorf("validate the archive root: %w", err)
	}
	var object rootObject
	for o, err := range r.bucket.List(ctx, string(r.prefix)) {
		if err != nil {
			return nil, fmt.Errorf("validate the archive root: %w", err)
		}
		name := r.relative(o.Key)
		folder, within, ok := r.layout.object(name)
		if !ok {
			checkRootName(p, name)
			continue
		}
		if folder != object.folder {
			object.end(p)
			object = rootObject{folder: folder}
		}
		object.declared = object.declared || strings.HasPrefix(within, "0=ocfl_object_")
	}
	object.end(p)
	return p.found, nil
}

// rootObject is a folder in which an object must lie.
type rootObject struct {
	folder   string
	declared bool
}

func (o rootObject) end(p *problems) {
	if o.folder != "" && !o.declared {
		p.addAt(o.folder, "E085", "a folder at the end of the hierarchy without an object")
	}
}

func (r *Root) checkRootFiles(ctx context.Context, p *problems) error {
	declared, err := r.declared(ctx)
	if archive.CodeOf(err) == archive.Invalid {
		p.addAt(rootDeclaration, "E080", "it says something else than its name")
		return nil
	}
	if err != nil {
		return err
	}
	if !declared {
		p.add("E069", "there is no declaration")
	}
	again := Root{bucket: r.bucket, prefix: r.prefix}
	err = again.readLayout(ctx)
	if archive.CodeOf(err) == archive.Invalid {
		p.addAt(layoutFile, "E071", err.Error())
		return nil
	}
	return err
}

// checkRootName looks at a file that lies in no object.
func checkRootName(p *problems, name string) {
	top, within, isFolder := strings.Cut(name, "/")
	switch {
	case top == "extensions" && isFolder:
		checkRootExtension(p, within)
	case isFolder:
		p.addAt(name, "E072", "a file that belongs to no object")
	case strings.HasPrefix(name, "0=") && name != rootDeclaration:
		p.addAt(name, "E076", "another declaration")
	}
	// §4.1, E087: other files directly in the root are not looked at; a specification or a README may lie there.
}

func checkRootExtension(p *problems, within string) {
	extension, _, isFolder := strings.Cut(within, "/")
	switch {
	case !isFolder:
		p.addAt("extensions/"+within, "E112", "a file among the extensions")
	case !registered(extension):
		p.addAt("extensions/"+extension, "W016", "the extension is not registered")
	}
}
