package ingest

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/bagit"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
)

// BagOptions say how ImportBag brings a bag in.
type BagOptions struct {
	Folder string
	As     string // the account on whose word; "": "import"
	// Read returns the work that a bag of an archive like this one holds, and false for a bag that somebody else made.
	Read func(*bagit.Bag) (archive.Deposit, bool, error)
}

// ImportBag brings in the bag in a folder, as one new work that is a draft whatever the bag says, or finds that all of it is here already. A bag of an archive like this
// one gives the work what was said of it, its identifier when that is free here, and then its chain of events; its approvals count for nothing. Of any other bag the payload
// becomes the files of a work. Nothing of a bag is taken before all of it was checked; the errors are those of bagit.Open and Bag.Verify, Stage and Record.
func (in *Ingest) ImportBag(ctx context.Context, opt BagOptions, report func(FileResult)) (Totals, error) {
	b, err := bagit.Open(opt.Folder)
	if err != nil {
		return Totals{}, err
	}
	totals, err := in.importBag(ctx, b, opt, report)
	return totals, errors.Join(err, b.Close())
}

func (in *Ingest) importBag(ctx context.Context, b *bagit.Bag, opt BagOptions, report func(FileResult)) (Totals, error) {
	if err := b.Verify(ctx); err != nil {
		return Totals{}, err
	}
	deposit, ours, err := opt.Read(b)
	if err != nil {
		return Totals{}, err
	}
	release, err := in.hold(ctx)
	if err != nil {
		return Totals{}, fmt.Errorf("import a bag: %w", err)
	}
	defer release()
	e := Entry{By: ImportOptions{As: opt.As}.by(), Title: bagTitle(b, opt.Folder), Guessed: true}
	paths := b.Payload()
	if ours {
		e.deposit, paths = &deposit, nil
		for _, f := range deposited(&deposit) {
			paths = append(paths, deposit.Paths[f.ID])
		}
	}
	if len(paths) == 0 {
		return Totals{}, archive.Fail(archive.Invalid, "bag-empty")
	}
	if e.Files, err = in.stageBag(ctx, b, paths, &deposit); err != nil {
		return Totals{}, err
	}
	rec, err := in.Record(ctx, e)
	if err != nil {
		return Totals{}, err
	}
	return tellBag(rec, paths, e.Files, report), nil
}

// bagTitle is what a bag that somebody else made calls itself.
func bagTitle(b *bagit.Bag, folder string) string {
	for _, l := range b.Info {
		if l.Label == "External-Description" || l.Label == "Title" {
			return l.Value
		}
	}
	return TitleOf(path.Base(folder))
}

// deposited are the files of a deposit of which there are bytes, in their order.
func deposited(d *archive.Deposit) []*archive.File {
	var files []*archive.File
	for i := range d.Work.Representations {
		for j := range d.Work.Representations[i].Files {
			if f := &d.Work.Representations[i].Files[j]; d.Paths[f.ID] != "" {
				files = append(files, f)
			}
		}
	}
	return files
}

// stageBag stages the files of a bag: what they are is found out anew, whatever the bag says.
func (in *Ingest) stageBag(ctx context.Context, b *bagit.Bag, paths []string, d *archive.Deposit) (files []EntryFile, err error) {
	names := map[string]*archive.File{}
	for _, f := range deposited(d) {
		names[d.Paths[f.ID]] = f
	}
	for _, p := range paths {
		file := EntryFile{Path: p}
		name := path.Base(p)
		if f := names[p]; f != nil {
			name, file.Path = f.Name, f.Path
		}
		if file.Staged, err = in.stageBagged(ctx, b, p, name); err == nil && names[p] != nil && file.Digest != names[p].Digest {
			err = archive.Fail(archive.Invalid, "bag-file-changed", p)
		}
		if file.Key != "" {
			files = append(files, file)
		}
		if err != nil {
			in.discard(ctx, files)
			return nil, fmt.Errorf("stage %s: %w", p, err)
		}
	}
	return files, nil
}

func (in *Ingest) stageBagged(ctx context.Context, b *bagit.Bag, p, name string) (Staged, error) {
	f, err := b.OpenFile(p)
	if err != nil {
		return Staged{}, err
	}
	s, err := in.stage(ctx, name, fileSource(f), nil)
	return s, errors.Join(err, f.Close())
}

func tellBag(rec Recorded, paths []string, files []EntryFile, report func(FileResult)) Totals {
	t := Totals{Files: len(paths)}
	if rec.Created {
		t.Works = 1
	}
	for i, p := range paths {
		r := FileResult{File: p, Status: rec.Files[i].Status, Work: rec.Work}
		if r.Status == Added {
			t.Added++
			t.Bytes += files[i].Size
			r.Added = files[i].ID
		} else {
			t.Exists++
		}
		report(r)
	}
	return t
}

// deposit records a work as another archive hands it over.
func (r *recording) deposit(ctx context.Context) error {
	d := r.entry.deposit
	known, err := r.tx.Work(ctx, d.Work.ID)
	switch {
	case err == nil && holdsAll(&known, r.entry.Files):
		r.out.Work = known.ID
		for i := range r.out.Files {
			r.out.Files[i].Status = Exists
		}
		r.spare = r.entry.Files
		return nil
	case err != nil && archive.CodeOf(err) != archive.NotFound:
		return err
	}
	w, err := r.deposited(ctx, err != nil && archive.ValidID(string(d.Work.ID)))
	if err != nil {
		return err
	}
	if err := r.tx.PutWork(ctx, w); err != nil {
		return err
	}
	r.out.Work, r.out.Created = w.ID, true
	for i := range r.out.Files {
		r.out.Files[i] = FileRecord{Status: Added, Reason: r.entry.Files[i].Problem}
	}
	if err := r.adopt(ctx, w); err != nil {
		return err
	}
	return r.handOn(ctx, w)
}

// adopt takes the chain over that the work had, where it is that of this identifier, and says where the work came from.
func (r *recording) adopt(ctx context.Context, w *archive.Work) error {
	d := r.entry.deposit
	from := fmt.Sprintf("brought in from a bag, as %s", d.Work.ID)
	if d.Work.ID == w.ID && len(d.Events) > 0 {
		if err := r.tx.AdoptEvents(ctx, w.ID, d.Events); err != nil {
			return err
		}
		void := archive.Event{Work: w.ID, Type: archive.EventVoid, Agent: r.entry.By.Agent, Detail: from + ": what was decided elsewhere does not count here"}
		return r.tx.AddEvent(ctx, void)
	}
	if n := len(d.Events); n > 0 {
		from += fmt.Sprintf(", whose chain of %d events ended with %s", n, d.Events[n-1].Hash)
	}
	return r.tx.AddEvent(ctx, archive.Event{Work: w.ID, Type: archive.EventCreation, Agent: r.entry.By.Agent, Detail: from})
}

func (r *recording) handOn(ctx context.Context, w *archive.Work) error {
	if err := r.events(ctx, w, allFiles(w)); err != nil {
		return err
	}
	if err := r.depositParts(ctx, w); err != nil {
		return err
	}
	for _, f := range r.entry.Files {
		if f.Problem == archive.ScanWaits {
			if err := r.tx.Enqueue(ctx, catalog.Job{Kind: JobScan, Unique: true}); err != nil {
				return err
			}
			break
		}
	}
	return r.tx.Enqueue(ctx, catalog.Job{Kind: editorial.JobPreserve, Work: w.ID, Unique: true, Priority: 3})
}

func holdsAll(w *archive.Work, files []EntryFile) bool {
	for _, f := range files {
		if match(w, f) != sameBytes {
			return false
		}
	}
	return true
}

// deposited makes of the work of a deposit one of this archive: a draft, with files that are staged here, and with what it refers to only where that is here.
func (r *recording) deposited(ctx context.Context, keepsID bool) (*archive.Work, error) {
	d := r.entry.deposit
	w := copied(d.Work) // the transaction may be run again
	if !keepsID {
		w.ID = archive.NewID[archive.WorkID]()
	}
	w.Version, w.Preserved, w.State, w.PublishWhenReady, w.WithdrawnReason = 0, 0, archive.Draft, false, ""
	w.Published, w.PublicFrom, w.PublicUntil = time.Time{}, time.Time{}, time.Time{}
	if _, err := r.tx.WorkByKey(ctx, w.Key); w.Key != "" && err == nil {
		w.Key = ""
	}
	if _, err := r.genre(&w); archive.ReasonOf(err) == "genre-unknown" {
		w.Genre = ""
		if _, err := r.genre(&w); err != nil {
			return nil, err
		}
	}
	r.entry.Collections, w.Collections = d.Collections, nil
	if err := r.collect(ctx, &w); err != nil {
		return nil, err
	}
	if err := r.depositAgents(ctx, &w); err != nil {
		return nil, err
	}
	if err := r.depositLinks(ctx, &w); err != nil {
		return nil, err
	}
	r.depositFiles(&w)
	return &w, nil
}

// copied is w with lists of its own.
func copied(w archive.Work) archive.Work {
	w.Credits, w.Representations = slices.Clone(w.Credits), slices.Clone(w.Representations)
	for i := range w.Representations {
		w.Representations[i].Credits = slices.Clone(w.Representations[i].Credits)
	}
	return w
}

// depositFiles gives the representations the files that were staged, in place of those they were.
func (r *recording) depositFiles(w *archive.Work) {
	staged := map[string]EntryFile{}
	for i, f := range deposited(r.entry.deposit) {
		staged[string(f.ID)] = r.entry.Files[i]
	}
	var forms []archive.Representation
	poster := w.Poster
	w.Poster = ""
	for _, form := range w.Representations {
		form.ID = archive.NewID[archive.RepresentationID]()
		was := form.Files
		form.Files = nil
		for _, f := range was {
			s, ok := staged[string(f.ID)]
			if !ok {
				continue
			}
			if poster == f.ID {
				w.Poster = s.ID
			}
			form.Files = append(form.Files, archive.File{ID: s.ID, Work: w.ID, Representation: form.ID, Name: s.Name, Path: s.Path, Digest: s.Digest, SHA256: s.SHA256, Size: s.Size,
				Type: s.Type, Format: s.Format, State: archive.FileStaged, Key: string(s.Key), Problem: s.Problem, Added: s.At, Position: len(form.Files)})
		}
		forms = append(forms, form)
	}
	w.Representations = forms
	renumber(w)
}

// depositAgents makes sure that everybody who is credited is here: under their identifier, else by what came along of them, else by name.
func (r *recording) depositAgents(ctx context.Context, w *archive.Work) error {
	brought := map[archive.AgentID]archive.Agent{}
	for _, a := range r.entry.deposit.Agents {
		brought[a.ID] = a
	}
	lists := [][]archive.Credit{w.Credits}
	for i := range w.Representations {
		lists = append(lists, w.Representations[i].Credits)
	}
	for _, credits := range lists {
		for i := range credits {
			id, err := r.depositAgent(ctx, credits[i], brought)
			if err != nil {
				return err
			}
			credits[i].Agent = id
		}
	}
	return nil
}

func (r *recording) depositAgent(ctx context.Context, c archive.Credit, brought map[archive.AgentID]archive.Agent) (archive.AgentID, error) {
	_, err := r.tx.Agent(ctx, c.Agent)
	if err == nil || archive.CodeOf(err) != archive.NotFound {
		return c.Agent, err
	}
	a, ok := brought[c.Agent]
	if !ok || a.Name() == "" || !archive.ValidID(string(a.ID)) {
		return r.agent(ctx, Creator{Name: c.Name, Relator: c.Relator})
	}
	a.Predecessor, a.Successor, a.MergedInto, a.Chapter = "", "", "", ""
	return a.ID, r.tx.PutAgent(ctx, a)
}

// depositLinks keeps the links to works that are here.
func (r *recording) depositLinks(ctx context.Context, w *archive.Work) error {
	var links []archive.Relation
	for _, l := range w.Relations {
		_, err := r.tx.Work(ctx, l.Target)
		if err == nil {
			links = append(links, l)
		} else if archive.CodeOf(err) != archive.NotFound {
			return err
		}
	}
	w.Relations = links
	return nil
}

// depositParts keeps what a person wrote or corrected in the texts of the files.
func (r *recording) depositParts(ctx context.Context, w *archive.Work) error {
	files := allFiles(w)
	for i, was := range deposited(r.entry.deposit) {
		parts := slices.Clone(r.entry.deposit.Parts[was.ID])
		at := slices.IndexFunc(files, func(f archive.File) bool { return f.ID == r.entry.Files[i].ID })
		if len(parts) == 0 || at < 0 {
			continue
		}
		for n := range parts {
			parts[n].Work, parts[n].File = w.ID, files[at].ID
		}
		if err := r.tx.PutParts(ctx, files[at], parts); err != nil {
			return err
		}
	}
	return nil
}
