package ingest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
)

// Entry is a work to be recorded, with files that have been staged. What is empty is not known.
type Entry struct {
	Key         string // stable key; "": the work is known again by its file's digest and path
	Title       string // "": from the first file's name
	Genre       archive.GenreID
	Creators    []Creator
	Date        archive.Date
	Language    string
	Description string
	Collections [][]string // each by its titles, the outermost first
	Rights      archive.Rights
	Paper       archive.Paper
	SourceURL   string
	Files       []EntryFile

	Guessed bool // what is said above comes from names, so that it never changes a work that exists
	Publish bool // approve, and publish as soon as everything is derived
	Update  bool // change a work that exists to what is said above
	Submit  bool // hand a new work to the editors
	By      editorial.By

	// For is the person on whose word it is, when a work that exists may be changed only as archive.Viewer.MayDo lets them.
	For *archive.Viewer

	deposit *archive.Deposit // the work as a bag has it; it then says everything but the files' bytes

	work   archive.WorkID  // of the work, if it is new; "": any
	genres []archive.Genre // those of the archive, when the caller has read them for many entries
	// also, when set, is done in the transaction once the rest is; its error undoes everything.
	also func(ctx context.Context, tx *catalog.Tx, rec Recorded) error
}

// EntryFile is a staged file of an Entry.
type EntryFile struct {
	Staged
	Path  string // inside the imported folder, see NormalPath; "" for an upload
	Label string // what this form of the work is called, when it is not the work's title

	again  func(context.Context) (Staged, error) // stages it once more; nil: it was sent and cannot be
	upload bool                                  // it is an upload, which ends with the transaction
}

// Uploaded reports whether the file is an upload, which stays one until it is recorded.
func (f *EntryFile) Uploaded() bool { return f.upload }

// Recorded says what Record did.
type Recorded struct {
	Work    archive.WorkID
	Created bool         // the work is new
	Updated bool         // what is said about it was changed
	Files   []FileRecord // in the order of Entry.Files
}

// FileRecord says what became of one file.
type FileRecord struct {
	Status Status
	Reason archive.Reason // a remark: "file-differs" when the work holds other bytes under this path and Update is not set
}

// Record records e in one transaction: the work with its files appears whole or not at all, and what is there already is not
// added again, also when two imports meet. Staged files that were not taken are removed; those whose bytes are gone are staged
// again, in e.Files, where their source is known. When ctx ends, nothing has happened, but a transaction once begun is
// finished. The errors are those of the catalogue and the store, Invalid "genre-unknown" and NotFound "staging-lost".
func (in *Ingest) Record(ctx context.Context, e Entry) (Recorded, error) {
	if e.genres == nil {
		var err error
		if e.genres, err = in.catalog.Reader(viewer()).Genres(ctx); err != nil {
			return Recorded{}, fmt.Errorf("record %q: %w", e.Title, err)
		}
	}
	rec, err := in.secureAndRecord(ctx, e)
	for attempt := 1; attempt < 3 && archive.CodeOf(err) == archive.Conflict; attempt++ {
		rec, err = in.secureAndRecord(ctx, e) // another import made the work meanwhile: now it is found
	}
	if err != nil {
		if rec == nil || definite(err) {
			in.discard(ctx, staged(e.Files))
		}
		return Recorded{}, fmt.Errorf("record %q: %w", e.Title, err)
	}
	in.discard(ctx, rec.spare)
	return rec.out, nil
}

// staged are the files that nothing but this entry names: an upload is kept for the next attempt.
func staged(files []EntryFile) []EntryFile {
	return slices.DeleteFunc(slices.Clone(files), func(f EntryFile) bool { return f.upload })
}

// secureAndRecord records e once its bytes are known to be there. Without a recording no transaction was begun.
func (in *Ingest) secureAndRecord(ctx context.Context, e Entry) (*recording, error) {
	for {
		swept, err := in.secure(ctx, e.Files)
		if err != nil {
			return nil, err
		}
		rec, err := in.tryRecord(context.WithoutCancel(ctx), e, swept)
		if errors.Is(err, errElsewhere) {
			err = in.toStaging(ctx, e.Files)
			if err == nil {
				continue
			}
			return nil, err
		}
		if !errors.Is(err, errSwept) {
			return rec, err
		}
	}
}

func (in *Ingest) tryRecord(ctx context.Context, e Entry, swept int64) (*recording, error) {
	rec := &recording{}
	err := in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		*rec = recording{tx: tx, entry: e} // anew: the transaction may be run again
		if err := rec.run(ctx); err != nil {
			return err
		}
		if err := endUploads(ctx, tx, e.Files); err != nil {
			return err
		}
		if e.also != nil {
			if err := e.also(ctx, tx, rec.out); err != nil {
				return err
			}
		}
		return unswept(ctx, tx, swept, e.Files, rec.spare) // last, so that the register is locked for an instant only
	})
	return rec, err
}

// definite reports whether the transaction surely did not commit. After any other error, such as a connection lost at the
// commit, a row may name the staged bytes: they are left to Sweep.
func definite(err error) bool {
	switch archive.CodeOf(err) {
	case archive.Invalid, archive.Conflict, archive.NotFound, archive.Forbidden, archive.TooLarge:
		return true
	}
	return false
}

// recording is the state of one Record inside its transaction.
type recording struct {
	tx    *catalog.Tx
	entry Entry
	out   Recorded
	spare []EntryFile // staged and not taken
}

func (r *recording) run(ctx context.Context) error {
	r.out.Files = make([]FileRecord, len(r.entry.Files))
	if r.entry.deposit != nil {
		return r.deposit(ctx)
	}
	w, err := r.existing(ctx)
	switch {
	case archive.CodeOf(err) == archive.NotFound:
		return r.create(ctx)
	case err != nil:
		return err
	}
	r.out.Work = w.ID
	return r.join(ctx, &w)
}

// existing finds the work that e speaks of: by its key, else by one of its files.
func (r *recording) existing(ctx context.Context) (archive.Work, error) {
	if r.entry.Key != "" {
		return r.tx.WorkByKey(ctx, r.entry.Key)
	}
	for _, f := range r.entry.Files {
		if f.Path == "" {
			continue // an upload is not known again: the same picture may be sent for two works
		}
		known, err := r.tx.FileByDigest(ctx, f.Digest, f.Path)
		if archive.CodeOf(err) == archive.NotFound {
			continue
		}
		if err != nil {
			return archive.Work{}, err
		}
		return r.tx.Work(ctx, known.Work)
	}
	return archive.Work{}, archive.Fail(archive.NotFound, "work-missing")
}

func (r *recording) create(ctx context.Context) error {
	e := r.entry
	if e.work == "" {
		e.work = archive.NewID[archive.WorkID]()
	}
	if elsewhere(e.Files, e.work) {
		return errElsewhere
	}
	w := archive.Work{ID: e.work, Key: e.Key, Title: e.Title, Audience: archive.AudiencePublic,
		State: archive.Draft, Created: r.tx.Now()}
	w.TitleGuessed = e.Title == "" || e.Guessed
	if w.Title == "" && len(e.Files) > 0 {
		w.Title = TitleOf(e.Files[0].Name)
	}
	group, err := r.genre(&w)
	if err != nil {
		return err
	}
	if err := r.describe(ctx, &w, group); err != nil {
		return err
	}
	w.Representations = layOut(w.ID, group, r.once())
	r.out.Work, r.out.Created = w.ID, true
	return r.store(ctx, &w, allFiles(&w))
}

// once returns the files of a new work without uploads whose bytes came twice.
func (r *recording) once() []EntryFile {
	seen := map[archive.Digest]bool{}
	var files []EntryFile
	for i, f := range r.entry.Files {
		if f.upload && f.Path == "" && seen[f.Digest] {
			r.out.Files[i].Status = Exists
			r.spare = append(r.spare, f)
			continue
		}
		seen[f.Digest] = true
		files = append(files, f)
	}
	return files
}

// join adds to a work that exists the files it does not hold and, with Update, what is said about it.
func (r *recording) join(ctx context.Context, w *archive.Work) error {
	before := *w
	added, err := r.joinFiles(w)
	if err != nil {
		return err
	}
	if r.entry.Update && !r.entry.Guessed {
		group, err := r.genre(w)
		if err != nil {
			return err
		}
		if err := r.describe(ctx, w, group); err != nil {
			return err
		}
		r.out.Updated = !reflect.DeepEqual(described(before), described(*w))
	}
	publish := r.entry.Update && r.entry.Publish && w.State == archive.Draft
	if len(added) == 0 && !r.out.Updated && !publish {
		return nil
	}
	if len(added) > 0 && elsewhere(r.entry.Files, w.ID) {
		return errElsewhere
	}
	if err := r.mayJoin(ctx, before, w, len(added) > 0); err != nil {
		return err
	}
	if err := editorial.Corrected(ctx, r.tx, w, r.entry.By); err != nil {
		return err
	}
	return r.store(ctx, w, added)
}

// mayJoin asks the table of acts when the entry is a person's: for its files, and for what it says otherwise than the work did before.
func (r *recording) mayJoin(ctx context.Context, before archive.Work, w *archive.Work, files bool) error {
	if r.entry.For == nil {
		return nil
	}
	events, err := r.tx.Events(ctx, w.ID)
	if err != nil {
		return err
	}
	own := r.entry.For.Owns(events)
	act := archive.ActEdit
	if files {
		act = archive.ActFiles
	}
	if err := r.entry.For.MayDo(act, w.State, own); err != nil {
		return err
	}
	for _, change := range archive.Changes(before.Said(), w.Said()) {
		if err := r.entry.For.MaySay(change.Field, w.State, own); err != nil {
			return err
		}
	}
	return nil
}

// described is w without what joining files changes, for comparison.
func described(w archive.Work) archive.Work {
	w.Representations = nil
	return w
}

// joinFiles lays the files that w does not hold into it and returns them as they were laid.
func (r *recording) joinFiles(w *archive.Work) ([]archive.File, error) {
	var added []archive.File
	for i, f := range r.entry.Files {
		holds := match(w, f)
		switch {
		case holds == sameBytes || (holds == samePath && !r.entry.Update):
			r.out.Files[i].Status = Exists
			if holds == samePath {
				r.out.Files[i].Reason = "file-differs"
			}
			r.spare = append(r.spare, f)
		case f.Key == "": // found present before the transaction, gone in it
			return nil, archive.Fail(archive.Conflict, "work-changed")
		default:
			added = append(added, layIn(w, f, holds == samePath))
		}
	}
	return added, nil
}

type matching int

const (
	noMatch matching = iota
	samePath
	sameBytes
)

func match(w *archive.Work, f EntryFile) matching {
	best := noMatch
	for _, held := range allFiles(w) {
		switch {
		case held.Digest == f.Digest:
			return sameBytes
		case f.Path != "" && held.Path == f.Path:
			best = samePath
		}
	}
	return best
}

// store puts w with its events and what is to be done with it.
func (r *recording) store(ctx context.Context, w *archive.Work, added []archive.File) error {
	for i := range r.out.Files {
		if r.out.Files[i].Status == "" {
			r.out.Files[i] = FileRecord{Status: Added, Reason: r.entry.Files[i].Problem}
		}
	}
	if slices.ContainsFunc(added, func(f archive.File) bool { return f.Problem == archive.ScanWaits }) {
		if err := r.tx.Enqueue(ctx, catalog.Job{Kind: JobScan, Unique: true}); err != nil {
			return err
		}
	}
	publish := r.entry.Publish && w.State == archive.Draft
	if publish {
		w.PublishWhenReady = true
	}
	// First the work, since events refer to it; the steps below put it once more with its new state.
	if err := r.tx.PutWork(ctx, w); err != nil {
		return err
	}
	if err := r.events(ctx, w, added); err != nil {
		return err
	}
	switch {
	case publish:
		if err := r.approve(ctx, w); err != nil {
			return err
		}
	case r.entry.Submit && r.out.Created:
		if err := r.submit(ctx, w); err != nil {
			return err
		}
	}
	return r.tx.Enqueue(ctx, catalog.Job{Kind: editorial.JobPreserve, Work: w.ID, Unique: true, Priority: 3})
}

// submit hands a new work to the editors, on the word of the person who brings it in.
func (r *recording) submit(ctx context.Context, w *archive.Work) error {
	by := r.entry.By
	if r.entry.For != nil {
		by.Reason = archive.Decision{Name: r.entry.For.Name, Content: w.Content()}.Detail()
	}
	if err := editorial.Submit(ctx, r.tx, w, by); err != nil {
		return err
	}
	return r.tx.PutWork(ctx, w)
}

func (r *recording) approve(ctx context.Context, w *archive.Work) error {
	if err := editorial.Submit(ctx, r.tx, w, r.entry.By); err != nil {
		return err
	}
	if err := editorial.Approve(ctx, r.tx, w, r.entry.By); err != nil {
		return err
	}
	return r.tx.PutWork(ctx, w)
}

func (r *recording) events(ctx context.Context, w *archive.Work, added []archive.File) error {
	var events []archive.Event
	if r.out.Updated {
		events = append(events, archive.Event{Type: archive.EventModification, Detail: "described anew"})
	}
	for _, f := range added {
		events = append(events,
			archive.Event{Type: archive.EventIngestion, Detail: fmt.Sprintf("%s %q, %d bytes", f.ID, f.Name, f.Size)},
			archive.Event{Type: archive.EventDigest, Detail: fmt.Sprintf("%s sha512:%s sha256:%s", f.ID, f.Digest, f.SHA256)},
			archive.Event{Type: archive.EventFormat, Detail: strings.TrimSpace(fmt.Sprintf("%s %s %s %s", f.ID, f.Format, f.Type, f.Problem))})
	}
	for _, f := range added {
		if e, ok := r.scanOf(f.ID).event(f.ID); ok {
			events = append(events, e)
		}
	}
	for _, e := range events {
		e.Work = w.ID
		if e.Agent == "" {
			e.Agent, e.Outcome = r.entry.By.Agent, archive.Success
		}
		if err := r.tx.AddEvent(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// scanOf returns what the scanner said of a file of the entry.
func (r *recording) scanOf(id archive.FileID) Scan {
	for _, f := range r.entry.Files {
		if f.ID == id {
			return f.Scan
		}
	}
	return Scan{}
}

// genre sets the genre of w and returns its report group.
func (r *recording) genre(w *archive.Work) (string, error) {
	want := r.entry.Genre
	if want == "" {
		want = w.Genre
	}
	if want == "" && len(r.entry.Files) > 0 {
		want = usualGenre(r.entry.genres, r.entry.Files[0].Medium).ID
	}
	for _, g := range r.entry.genres {
		if g.ID == want {
			w.Genre = want
			return g.Group, nil
		}
	}
	return "", archive.Fail(archive.Invalid, "genre-unknown", string(want))
}

// describe sets on w what the entry says about it.
func (r *recording) describe(ctx context.Context, w *archive.Work, group string) error {
	e := r.entry
	set(&w.Title, e.Title)
	w.TitleGuessed = w.TitleGuessed && (e.Title == "" || e.Guessed)
	set(&w.Date, e.Date)
	set(&w.Language, e.Language)
	set(&w.Description, e.Description)
	set(&w.SourceURL, e.SourceURL)
	describePaper(&w.Paper, e.Paper)
	set(&w.Rights.Statement, e.Rights.Statement)
	set(&w.Rights.Holder, e.Rights.Holder)
	set(&w.Rights.LicenceUntil, e.Rights.LicenceUntil.Truncate(time.Microsecond))
	if err := r.credit(ctx, w, group); err != nil {
		return err
	}
	return r.collect(ctx, w)
}

func describePaper(p *archive.Paper, said archive.Paper) {
	set(&p.Number, said.Number)
	set(&p.Issuer, said.Issuer)
	set(&p.Signer, said.Signer)
	set(&p.Recipients, said.Recipients)
	set(&p.Issue, said.Issue)
	set(&p.Page, said.Page)
}

// set gives the field a value unless the value is empty.
func set[T comparable](field *T, value T) {
	var zero T
	if value != zero {
		*field = value
	}
}

func allFiles(w *archive.Work) []archive.File {
	var files []archive.File
	for _, r := range w.Representations {
		files = append(files, r.Files...)
	}
	return files
}
