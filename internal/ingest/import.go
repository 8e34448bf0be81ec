package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
)

// ImportOptions say what Import brings in, and how.
type ImportOptions struct {
	Folder   string
	Manifest string // "": the folder's names serve. A relative path that does not exist is looked for in Folder
	Publish  bool   // approve each new work, and publish it as soon as everything is derived
	As       string // the account on whose word; "": "import"
	Update   bool   // change what exists to what the manifest says, and take changed files as new states of theirs

	// Begin, when set, is told the number of files before the first is read.
	Begin func(files int)
}

// Status is what became of a file.
type Status string

// The outcomes.
const (
	Added  Status = "added"
	Exists Status = "exists" // it was there already
	Failed Status = "failed"
)

// FileResult is what became of one file of an import.
type FileResult struct {
	Row    int    // of the manifest, as a spreadsheet counts; 0 without one
	File   string // as the manifest writes it or as it was found: not for a terminal without DisplayName
	Status Status
	Work   archive.WorkID // "" when it failed
	Added  archive.FileID // the original that was added; "" otherwise
	// Remark says why it failed, or what there is to say of a file that did not: "file-differs", "work-updated",
	// "playlist-refused". Nil when there is nothing to say.
	Remark *archive.Error
}

// Totals sum an import up.
type Totals struct {
	Files   int   `json:"files"`
	Added   int   `json:"added"`
	Exists  int   `json:"exists"`
	Failed  int   `json:"failed"`
	Skipped int   `json:"skipped"` // hidden files and what operating systems leave behind
	Works   int   `json:"works"`   // new works
	Bytes   int64 `json:"bytes"`   // of the files added
}

// Import brings in a folder, with a manifest or without, and reports each file in the order of rows or names as soon as its
// turn has come. A file that fails does not hinder the others, nor its own work. Rows of one work are recorded together.
//
// It returns an error only for what concerns the whole: a folder or manifest that cannot be read (then nothing has gone in),
// or ctx, after whose end the file under way is finished or undone and no more are begun. Files that failed are in Totals.
func (in *Ingest) Import(ctx context.Context, opt ImportOptions, report func(FileResult)) (totals Totals, err error) {
	genres, err := in.catalog.Reader(viewer()).Genres(ctx)
	if err != nil {
		return Totals{}, fmt.Errorf("import: %w", err)
	}
	dir, err := openFolder(opt.Folder)
	if err != nil {
		return Totals{}, err
	}
	defer func() { err = errors.Join(err, dir.close()) }()
	todo, err := planImport(ctx, opt, dir, genres)
	if err != nil {
		return Totals{}, err
	}
	release, err := in.hold(ctx)
	if err != nil {
		return Totals{}, fmt.Errorf("import: %w", err)
	}
	defer release()
	if opt.Begin != nil {
		opt.Begin(len(todo.items))
	}
	run := newRun(in, opt, dir, todo)
	run.report, run.genres = report, genres
	return run.all(ctx)
}

func planImport(ctx context.Context, opt ImportOptions, dir *folder, genres []archive.Genre) (plan, error) {
	if opt.Manifest == "" {
		return planFolder(dir.walk(), genres), nil
	}
	file, err := openManifest(opt)
	if err != nil {
		return plan{}, err
	}
	m, err := ReadManifest(ctx, file)
	if closeErr := file.Close(); err == nil && closeErr != nil {
		err = archive.Fail(archive.Invalid, "manifest-unreadable").Because(closeErr)
	}
	if err != nil {
		return plan{}, err
	}
	return planRows(m, genres), nil
}

// openManifest opens the manifest. The error is NotFound "manifest-missing".
func openManifest(opt ImportOptions) (*os.File, error) {
	file, err := os.Open(opt.Manifest)
	if errors.Is(err, fs.ErrNotExist) && filepath.IsLocal(opt.Manifest) {
		file, err = os.Open(filepath.Join(opt.Folder, opt.Manifest))
	}
	if err != nil {
		return nil, archive.Fail(archive.NotFound, "manifest-missing", DisplayName(opt.Manifest)).Because(err)
	}
	return file, nil
}

func (opt ImportOptions) by() editorial.By {
	by := editorial.By{Agent: opt.As, Reason: "import"}
	if by.Agent == "" {
		by.Agent = "import"
	}
	return by
}
