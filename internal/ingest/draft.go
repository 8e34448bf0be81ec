package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/internal/viet"
	"vannghe/storage"
)

// TypedName is the file name of a text that was typed into a work.
const TypedName = "van-ban-go.txt"

// maxTyped is the longest text that is typed, in bytes: a novel of 800 pages.
const maxTyped = 2 << 20

// mostFiles bounds how many files a work is given by hand.
const mostFiles = 1000

// Addition is what somebody adds to a work of theirs. Uploads and Files are laid in in their order.
type Addition struct {
	Work    archive.WorkID
	Uploads []archive.FileID // whole; those that the work holds already are passed over
	Files   []Staged         // sent with a form; removed from staging if they are not taken
	// Pages says that the pictures are pages of something written: together they are one paged representation.
	Pages bool
	// Voice says that the files are what a browser recorded of a voice: it puts sound alone into files that are made for films.
	Voice bool
	// Showable lets in nothing but what the archive plays or shows: who sends a program by mistake is told at once.
	Showable bool
}

// Showable fails, for a whole upload that could not be shown, with Invalid "file-infected" or "file-unshowable".
func Showable(u catalog.Upload) error { return showable(u.File.Medium, u.File.Problem) }

func showable(m archive.Medium, problem archive.Reason) error {
	switch {
	case problem == archive.Infected:
		return archive.Fail(archive.Invalid, problem)
	case m == archive.Other || m == "":
		return archive.Fail(archive.Invalid, "file-unshowable")
	}
	return nil
}

// Forget removes files that were staged and are not to be recorded.
func (in *Ingest) Forget(ctx context.Context, files ...Staged) { in.discard(ctx, formFiles(files)) }

// Add adds files to a work in one transaction: all or none. A file whose bytes the work holds is not kept twice. Repeating it changes
// nothing. The errors are those of editorial.Desk.Editing, Uploaded, Showable and the store, and Invalid "work-full".
func (in *Ingest) Add(ctx context.Context, v archive.Viewer, a Addition) error {
	files := formFiles(a.Files)
	own, err := in.desk(v).Own(ctx, a.Work)
	if err == nil {
		var sent []EntryFile
		sent, err = in.Uploaded(ctx, v, absent(&own.Work, a.Uploads))
		files = append(sent, files...)
	}
	if a.Voice {
		heard(files)
	}
	if err == nil {
		err = a.admits(files)
	}
	if err != nil {
		in.discard(ctx, formFiles(a.Files))
		return fmt.Errorf("add files to work %s: %w", a.Work, err)
	}
	l := &laying{in: in, by: v, work: a.Work, files: files, pages: a.Pages}
	if err := l.run(ctx); err != nil {
		return fmt.Errorf("add files to work %s: %w", a.Work, err)
	}
	return nil
}

func (in *Ingest) desk(v archive.Viewer) *editorial.Desk {
	return editorial.New(editorial.Options{Catalog: in.catalog, Log: in.log}).As(v)
}

func formFiles(list []Staged) []EntryFile {
	var files []EntryFile
	for _, s := range list {
		files = append(files, EntryFile{Staged: s})
	}
	return files
}

// absent returns the uploads that are no files of w yet: an upload becomes the file of the same name.
func absent(w *archive.Work, uploads []archive.FileID) []archive.FileID {
	had := map[archive.FileID]bool{}
	for _, f := range allFiles(w) {
		had[f.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(uploads), func(id archive.FileID) bool { return had[id] })
}

func heard(files []EntryFile) {
	for i := range files {
		if files[i].Medium == archive.Video {
			files[i].Medium = archive.Audio
		}
	}
}

// admits fails when one of the files must not get into a work.
func (a Addition) admits(files []EntryFile) error {
	for _, f := range files {
		err := showable(f.Medium, f.Scan.problem(f.Problem))
		if err != nil && (a.Showable || archive.ReasonOf(err) == archive.Infected) {
			return err
		}
	}
	return nil
}

// laying is files on their way into a work that exists.
type laying struct {
	in      *Ingest
	by      archive.Viewer
	work    archive.WorkID
	files   []EntryFile
	pages   bool
	instead func(*archive.File) bool // files that these replace; nil: none
	draft   bool                     // the work must still be one

	spare []EntryFile    // not taken
	old   []archive.File // replaced
}

// run lays them in. What was not taken is removed, and so is what was replaced if it was never archived.
func (l *laying) run(ctx context.Context) error {
	if len(l.files) == 0 && l.instead == nil {
		return nil
	}
	err := l.try(ctx)
	for errors.Is(err, errSwept) {
		err = l.try(ctx)
	}
	if err != nil {
		if definite(err) {
			l.in.discard(ctx, staged(l.files))
		}
		return err
	}
	for _, f := range l.old {
		if f.State == archive.FileStaged && f.Key == string(StagingKey(f.ID)) { // else it goes with the next version of the object
			l.spare = append(l.spare, EntryFile{Staged: Staged{ID: f.ID, Key: StagingKey(f.ID)}})
		}
	}
	l.in.discard(ctx, l.spare)
	return nil
}

func (l *laying) try(ctx context.Context) error {
	swept, err := l.in.secure(ctx, l.files)
	if err != nil {
		return err
	}
	return l.in.catalog.Update(context.WithoutCancel(ctx), func(ctx context.Context, tx *catalog.Tx) error {
		l.spare, l.old = nil, nil // anew: the transaction may be run again
		desk := l.in.desk(l.by)
		w, err := desk.Editing(ctx, tx, l.work, archive.ActFiles)
		if err == nil && l.draft && w.State != archive.Draft {
			err = archive.Fail(archive.Conflict, "work-changed")
		}
		if err != nil {
			return err
		}
		added, err := l.lay(ctx, tx, &w)
		if err != nil {
			return err
		}
		if err := l.record(ctx, tx, desk, &w, added); err != nil {
			return err
		}
		if err := endUploads(ctx, tx, l.files); err != nil {
			return err
		}
		if len(added) > 0 {
			if err := l.in.within(ctx, tx, l.by); err != nil {
				return err
			}
		}
		return unswept(ctx, tx, swept, l.files, nil)
	})
}

// lay arranges the files in w and returns those that are new.
func (l *laying) lay(ctx context.Context, tx *catalog.Tx, w *archive.Work) (added []archive.File, err error) {
	if err := l.replace(ctx, tx, w); err != nil {
		return nil, err
	}
	for _, f := range sidecarsLast(l.files) {
		if match(w, f) == sameBytes {
			l.spare = append(l.spare, f)
			continue
		}
		added = append(added, layIn(w, f, false))
	}
	if len(allFiles(w)) > mostFiles {
		return nil, archive.Fail(archive.Invalid, "work-full", mostFiles)
	}
	group, err := tx.Group(ctx, w.Genre)
	if err != nil {
		return nil, err
	}
	w.Representations = slices.Clone(w.Representations)
	for i := range w.Representations {
		r := &w.Representations[i]
		if !slices.ContainsFunc(added, func(f archive.File) bool { return f.Representation == r.ID }) || r.Medium == archive.Paged {
			continue // as it was, or as somebody has arranged it
		}
		settleKind(r, group)
		if r.Medium == archive.Image && l.pages {
			r.Kind, r.Medium = archive.KindScan, archive.Paged
		}
	}
	if w.State == archive.Draft {
		lead(w, naturalMedium(group))
	}
	return added, nil
}

// replace takes out what the files stand instead of.
func (l *laying) replace(ctx context.Context, tx *catalog.Tx, w *archive.Work) error {
	if l.instead == nil {
		return nil
	}
	for _, f := range allFiles(w) {
		if !l.instead(&f) || slices.ContainsFunc(l.files, func(n EntryFile) bool { return n.Digest == f.Digest }) {
			continue
		}
		if err := takeOut(ctx, tx, w, f.ID); err != nil {
			return err
		}
		l.old = append(l.old, f)
	}
	return nil
}

// takeOut takes a file out of w, and its representation when that is empty then.
func takeOut(ctx context.Context, tx *catalog.Tx, w *archive.Work, id archive.FileID) error {
	if err := tx.DropFile(ctx, w.ID, id); err != nil {
		return err
	}
	var kept []archive.Representation
	for _, r := range w.Representations {
		r.Files = slices.DeleteFunc(slices.Clone(r.Files), func(f archive.File) bool { return f.ID == id })
		for i := range r.Files {
			r.Files[i].Position = i
		}
		if len(r.Files) > 0 {
			kept = append(kept, r)
		}
	}
	w.Representations = kept
	renumber(w)
	if w.Poster == id {
		w.Poster, w.PosterAt = "", 0
	}
	return nil
}

// record puts the work with what the record tells of the files.
func (l *laying) record(ctx context.Context, tx *catalog.Tx, desk *editorial.Desk, w *archive.Work, added []archive.File) error {
	if len(added)+len(l.old) == 0 {
		return nil
	}
	var told []string
	for _, f := range l.old {
		told = append(told, fmt.Sprintf("file %s %q taken out", f.ID, f.Name))
	}
	if err := desk.Edited(ctx, tx, w, strings.Join(told, ", ")); err != nil {
		return err
	}
	r := &recording{tx: tx, entry: Entry{Files: l.files, By: editorial.By{Agent: string(l.by.Account)}}}
	if err := r.events(ctx, w, added); err != nil {
		return err
	}
	if slices.ContainsFunc(added, func(f archive.File) bool { return f.Problem == archive.ScanWaits }) {
		return tx.Enqueue(ctx, catalog.Job{Kind: JobScan, Unique: true})
	}
	return nil
}

// TakeOut takes a file out of a work of theirs again; bytes that were never archived are removed. The errors are those of
// editorial.Desk.Editing and NotFound "file-missing".
func (in *Ingest) TakeOut(ctx context.Context, v archive.Viewer, work archive.WorkID, file archive.FileID) error {
	own, err := in.desk(v).Own(ctx, work)
	if err == nil && !slices.ContainsFunc(allFiles(&own.Work), func(f archive.File) bool { return f.ID == file }) {
		err = archive.Fail(archive.NotFound, "file-missing")
	}
	if err == nil {
		l := &laying{in: in, by: v, work: work, instead: func(f *archive.File) bool { return f.ID == file }}
		err = l.run(ctx)
	}
	if err != nil {
		return fmt.Errorf("take file %s out of work %s: %w", file, work, err)
	}
	return nil
}

// Type keeps a text that was typed or pasted as a file of a work, in place of what was typed before; "" takes that out. Every line
// is kept. Nothing happens when it is the same. The errors are those of editorial.Desk.Editing, TooLarge "text-typed-long" and those of Stage.
func (in *Ingest) Type(ctx context.Context, v archive.Viewer, work archive.WorkID, text string) error {
	text = tidied(text)
	if len(text) > maxTyped {
		return archive.Fail(archive.TooLarge, "text-typed-long")
	}
	before, err := in.Typed(ctx, v, work)
	if err != nil || before == text {
		return err
	}
	l := &laying{in: in, by: v, work: work, instead: typed}
	if text != "" {
		s, err := in.Stage(ctx, TypedName, strings.NewReader(text))
		if err != nil {
			return fmt.Errorf("keep what was typed into work %s: %w", work, err)
		}
		l.files = formFiles([]Staged{s})
	}
	if err := l.run(ctx); err != nil {
		return fmt.Errorf("keep what was typed into work %s: %w", work, err)
	}
	return nil
}

func typed(f *archive.File) bool { return f.Name == TypedName && f.Path == "" }

// tidied is a text as it is kept: lines end in one way, and empty ones around it are cut off.
func tidied(text string) string {
	text = viet.Normalize(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"))
	text = strings.TrimRight(text, " \t\n\u00a0")
	for {
		line, rest, more := strings.Cut(text, "\n")
		if !more || strings.TrimSpace(line) != "" {
			break
		}
		text = rest
	}
	if text == "" {
		return ""
	}
	return text + "\n"
}

// Typed returns what was typed into a work that the person sent or works on, "" for nothing.
func (in *Ingest) Typed(ctx context.Context, v archive.Viewer, work archive.WorkID) (string, error) {
	own, err := in.desk(v).Own(ctx, work)
	if err != nil {
		return "", err
	}
	for _, f := range allFiles(&own.Work) {
		if !typed(&f) || f.Size > maxTyped {
			continue
		}
		body, _, err := in.bucket.Open(ctx, storage.Key(f.Key))
		if err != nil {
			return "", fmt.Errorf("read what was typed into work %s: %w", work, err)
		}
		text, err := io.ReadAll(io.LimitReader(body, maxTyped+1))
		return string(text), errors.Join(err, body.Close())
	}
	return "", nil
}
