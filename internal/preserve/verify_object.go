package preserve

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ocfl"
	"vannghe/storage"
)

// sighting is what a look at one object saw.
type sighting struct {
	object  string
	head    string // newest version; "" when there is no object
	files   int
	bytes   int64
	damages []archive.Damage
	skipped bool // it is about to be changed, or was never written: there is nothing to say yet
}

// event is the line for the record of a work. None is appended to a chain that is damaged: that would be the next to be doubted.
func (s *sighting) event(id archive.WorkID) (archive.Event, bool) {
	if s.skipped {
		return archive.Event{}, false
	}
	e := archive.Event{Work: id, Type: archive.EventFixity, Agent: "vannghe", Outcome: archive.Success,
		Detail: strings.TrimSpace(fmt.Sprintf("%s %s: %d files, %d bytes", s.object, s.head, s.files, s.bytes))}
	for _, d := range s.damages {
		if d.Kind == archive.DamageEventChanged || d.Kind == archive.DamageEventMissing {
			return archive.Event{}, false
		}
		e.Detail += fmt.Sprintf("; %s %s", d.Kind, d.Path)
		if d.Repaired {
			e.Detail += " (repaired)"
		} else {
			e.Outcome = archive.Failure
		}
	}
	return e, true
}

// subject is what an object should hold by the catalogue.
type subject struct {
	object string
	there  bool // a version of it is said to be in the archive of record
	owed   bool // a version of it is not yet
	work   *archive.Work
	note   string // of what is no work
	events []archive.Event
	head   catalog.ChainHead
}

func (v *verifier) work(ctx context.Context, id archive.WorkID) (sighting, error) {
	load := func(ctx context.Context) (*subject, error) { return v.workSubject(ctx, id) }
	seen, err := v.sight(ctx, WorkObject(id), load)
	if err != nil || v.opt.Scan == nil || seen.skipped {
		return seen, err
	}
	return seen, v.scan(ctx, id, &seen)
}

// workSubject is nil when nothing can be said of the work now: its bytes are being destroyed.
func (v *verifier) workSubject(ctx context.Context, id archive.WorkID) (*subject, error) {
	reader := v.catalog.Reader(viewer())
	w, err := reader.Work(ctx, id)
	if err != nil {
		return nil, err
	}
	plan, err := reader.Purge(ctx, id)
	if err == nil && plan.Due() {
		return nil, nil
	}
	if err != nil && archive.CodeOf(err) != archive.NotFound {
		return nil, err
	}
	s := &subject{object: WorkObject(id), work: &w, there: w.Preserved > 0, owed: w.Preserved < w.Version || len(staged(&w)) > 0}
	s.events, s.head, err = reader.Chain(ctx, id)
	return s, err
}

func (v *verifier) record(ctx context.Context, k catalog.KeptRecord) (sighting, error) {
	kind, id, _ := strings.Cut(strings.TrimPrefix(k.Note, "forget:"), ":")
	object := ObjectID(kind, id)
	return v.sight(ctx, object, func(ctx context.Context) (*subject, error) {
		now, err := v.catalog.Reader(viewer()).KeptRecord(ctx, k.Note)
		if err != nil {
			return nil, err
		}
		_, err = v.document(ctx, kind, id)
		if err != nil && archive.CodeOf(err) != archive.NotFound {
			return nil, err
		}
		return &subject{object: object, note: k.Note, there: now.Preserved > 0 && err == nil, owed: now.Preserved < now.Version}, nil
	})
}

// sight looks at an object while others may write it and, when something seems wrong, again as the only writer.
func (v *verifier) sight(ctx context.Context, object string, load func(context.Context) (*subject, error)) (sighting, error) {
	seen, err := v.look(ctx, object, load)
	if err != nil || len(seen.damages) == 0 {
		return seen, err
	}
	err = v.locked(ctx, object, func(lock *catalog.ObjectLock) error {
		seen, err = v.lookAgain(ctx, lock, object, load)
		return err
	})
	return seen, err
}

// lookAgain reads what seemed damaged once more, from the store itself, and repairs what is.
func (v *verifier) lookAgain(ctx context.Context, lock *catalog.ObjectLock, object string, load func(context.Context) (*subject, error)) (sighting, error) {
	s, err := load(ctx)
	if err != nil || s == nil {
		return sighting{object: object, skipped: true}, err
	}
	if s.owed { // what a writer left that died is no damage; who writes next would do the same
		var keep []storage.Key
		if s.work != nil {
			keep = keysOf(staged(s.work))
		}
		if err := v.Preserve.root.Recover(ctx, object, lock.Check, keep...); err != nil && archive.CodeOf(err) != archive.Internal {
			return sighting{}, err
		}
	}
	seen, err := v.look(ctx, object, load)
	if err != nil || len(seen.damages) == 0 {
		return seen, err
	}
	return v.repair(ctx, lock, seen, load)
}

// look says what is wrong with an object. The error is one of the store or the catalogue.
func (v *verifier) look(ctx context.Context, object string, load func(context.Context) (*subject, error)) (sighting, error) {
	s, err := load(ctx)
	if err != nil || s == nil {
		return sighting{object: object, skipped: true}, err
	}
	seen := sighting{object: object}
	inv, err := v.root.Inventory(ctx, object)
	if archive.CodeOf(err) == archive.NotFound && !s.there {
		seen.skipped = true // not written yet
		return seen, v.lookAtChain(s, nil, &seen)
	}
	if err != nil && archive.CodeOf(err) == archive.Unavailable {
		return seen, err
	}
	problems, validateErr := v.root.Validate(ctx, object, ocfl.Fixity)
	if validateErr != nil {
		return seen, validateErr
	}
	for _, p := range problems {
		if err := v.judge(ctx, s, p, &seen); err != nil {
			return seen, err
		}
	}
	if err != nil { // of the inventory, and Validate has named what is wrong with it
		return seen, v.gone(ctx, s, &seen)
	}
	if err := v.measure(ctx, s, &inv, &seen); err != nil {
		return seen, err
	}
	return seen, v.compare(ctx, s, &inv, &seen)
}

// gone tells an object of which nothing is left from a damaged one.
func (v *verifier) gone(ctx context.Context, s *subject, seen *sighting) error {
	for _, err := range v.bucket.List(ctx, string(v.root.Folder(s.object))) {
		if err != nil {
			return err
		}
		return v.lookAtChain(s, nil, seen)
	}
	seen.damages = []archive.Damage{s.damage(archive.DamageObjectMissing, "", "there is no such object")}
	return v.lookAtChain(s, nil, seen)
}

func (s *subject) damage(kind archive.DamageKind, file, detail string) archive.Damage {
	d := archive.Damage{Kind: kind, Note: s.note, Object: s.object, Path: file, Detail: detail}
	if s.work != nil {
		d.Work, d.Title = s.work.ID, s.work.Title
		d.Name = s.nameOf(file)
	}
	return d
}

// nameOf is the name, as given, of the original that lies at a content path; "" for what is no original.
func (s *subject) nameOf(file string) string {
	for _, r := range s.work.Representations {
		for _, f := range r.Files {
			if strings.Contains(file, "/original/"+string(f.ID)+"/") {
				return f.Name
			}
		}
	}
	return ""
}

// judge makes of what the specification calls wrong what a person can do something about, once for each file.
func (v *verifier) judge(ctx context.Context, s *subject, p ocfl.Problem, seen *sighting) error {
	added := []string{"E001", "E015", "E023", "E046", "E067", "W002", "W013"}
	file := p.Path
	switch p.Code {
	case "E063":
		file = "inventory.json"
	case "E003":
		file = "0=ocfl_object_1.1"
	case "E058":
		file = p.Path + ".sha512"
	case "E060": // which of the two it is nobody knows yet
		file = strings.TrimSuffix(p.Path, ".sha512")
	case "E064":
		if slices.ContainsFunc(seen.damages, func(d archive.Damage) bool { return d.Path == "inventory.json" }) {
			return nil
		}
	case "W010":
		file = p.Path + "/inventory.json"
	default:
		if !p.IsError() && !slices.Contains(added, p.Code) {
			return nil
		}
	}
	if slices.ContainsFunc(seen.damages, func(d archive.Damage) bool { return d.Path == file }) {
		return nil
	}
	kind := archive.DamageChanged
	if slices.Contains(added, p.Code) {
		kind = archive.DamageAdded
	} else if _, err := v.bucket.Head(ctx, v.root.Key(s.object, file)); archive.CodeOf(err) == archive.NotFound {
		kind = archive.DamageMissing
	} else if err != nil {
		return err
	}
	seen.damages = append(seen.damages, s.damage(kind, file, p.String()))
	return nil
}

// measure counts what was read.
func (v *verifier) measure(ctx context.Context, s *subject, inv *ocfl.Inventory, seen *sighting) error {
	seen.head = inv.Head
	for o, err := range v.bucket.List(ctx, string(v.root.Folder(s.object))) {
		if err != nil {
			return err
		}
		if strings.Contains(string(o.Key), "/content/") {
			seen.files++
			seen.bytes += o.Size
		}
	}
	return nil
}

// compare holds the record in the object against the catalogue: its version, its originals and its events.
func (v *verifier) compare(ctx context.Context, s *subject, inv *ocfl.Inventory, seen *sighting) error {
	if s.work == nil || slices.ContainsFunc(seen.damages, func(d archive.Damage) bool { return strings.HasSuffix(d.Path, "/"+documentName) }) {
		return nil
	}
	record, err := v.recorded(ctx, s.object)
	code := archive.CodeOf(err)
	switch {
	case code == archive.Unavailable:
		return err
	case code != "" || record == nil:
		seen.damages = append(seen.damages, s.damage(archive.DamageDiffers, inv.Head+"/content/"+documentName, "the record cannot be read"))
		return v.lookAtChain(s, nil, seen)
	}
	if record.Version < s.work.Preserved {
		seen.damages = append(seen.damages, s.damage(archive.DamageDiffers, "",
			fmt.Sprintf("the archive of record holds version %d of the record, the catalogue says %d", record.Version, s.work.Preserved)))
	}
	for _, r := range s.work.Representations {
		for _, f := range r.Files {
			if f.State != archive.FileArchived {
				continue
			}
			held, ok := inv.File(contentPath(f))
			if ok && held.Digest == f.Digest {
				continue
			}
			d := s.damage(archive.DamageDiffers, contentPath(f), fmt.Sprintf("the catalogue names %s, the archive of record %q", f.Digest, held.Digest))
			d.Name = f.Name
			seen.damages = append(seen.damages, d)
		}
	}
	return v.lookAtChain(s, record.Events, seen)
}

// recorded reads the record of a work that its object holds.
func (v *verifier) recorded(ctx context.Context, object string) (*WorkRecord, error) {
	body, _, err := v.root.Open(ctx, object, documentName)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("read the record of %s: %w", object, err)
	}
	d, err := Decode(text)
	return d.Work, err
}
