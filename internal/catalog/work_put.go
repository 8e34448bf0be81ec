package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// Work returns the whole work as it stands in this transaction. On PostgreSQL its row is locked until the end, so that
// two who read, decide and write do so one after the other. NotFound "work-missing".
func (tx *Tx) Work(ctx context.Context, id archive.WorkID) (archive.Work, error) {
	return tx.workWhere(ctx, sql("w.id = ?", id))
}

// WorkByKey returns the work with that manifest key, or into which that was merged, as Work does.
func (tx *Tx) WorkByKey(ctx context.Context, key string) (archive.Work, error) {
	return tx.workWhere(ctx, byKey(key))
}

func byKey(key string) *statement {
	return sql("w.id IN (SELECT coalesce(k.merged, k.id) FROM work k WHERE k.key = ? AND k.key <> '')", text(key))
}

func (tx *Tx) workWhere(ctx context.Context, condition *statement) (archive.Work, error) {
	s := sql("SELECT " + workColumns + " FROM work w WHERE " + condition.String() + tx.c.db.dialect().lockRow)
	s.args = condition.args
	w, err := one(ctx, tx.q, s, scanWork)
	if err != nil {
		return archive.Work{}, missing(err, "work-missing")
	}
	if err := load(ctx, tx.q, tx.sight(), []*archive.Work{w}); err != nil {
		return archive.Work{}, err
	}
	return *w, nil
}

// sight is that of the program itself: a transaction sees everything.
func (tx *Tx) sight() sight { return sight{viewer: systemViewer(), now: tx.now, stored: true} }

// PutWork stores the whole record of a work: header, titles, credits, relations, collections, representations and the
// rows of its files. w.Version must be the stored one, 0 for a new work; it grows by one and Updated becomes Now, Created too
// for a new work when it is not set. A work that joins a collection comes last in it. Files are never removed, and a
// representation only when it has none. The work is announced, and so are the agents and collections it gained or lost.
//
// The error is Conflict "work-changed" when somebody else was first, Conflict "key-taken" with the key, Invalid
// "title-missing", "genre-unknown", "agent-unknown", "collection-unknown" or "relation-unknown" with the identifier.
func (tx *Tx) PutWork(ctx context.Context, w *archive.Work) error {
	p := &workPut{tx: tx, w: w}
	for _, step := range []func(context.Context) error{
		p.check, p.references, p.header, p.titles, p.representations, p.files, p.credits, p.relations, p.collections, p.removed, p.medium,
	} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("store work %s: %w", w.ID, err)
		}
	}
	tx.changed(ChangeWork, string(w.ID))
	return nil
}

// workPut is one PutWork under way.
type workPut struct {
	tx    *Tx
	w     *archive.Work
	group string // report group of the genre
}

// check compares the version and sets what the catalogue decides.
func (p *workPut) check(ctx context.Context) error {
	if !archive.ValidID(string(p.w.ID)) {
		return archive.Fail(archive.Invalid, "id-invalid", string(p.w.ID))
	}
	if strings.TrimSpace(p.w.Title) == "" {
		return archive.Fail(archive.Invalid, "title-missing")
	}
	var version, preserved int64
	_, err := one(ctx, p.tx.q, sql("SELECT version, preserved FROM work WHERE id = ?"+p.tx.c.db.dialect().lockRow, p.w.ID),
		func(row scanner) (bool, error) { return true, row.Scan(&version, &preserved) })
	if err != nil && !errors.Is(err, errNoRow) {
		return err
	}
	if version != p.w.Version {
		return archive.Fail(archive.Conflict, "work-changed")
	}
	p.w.Preserved = max(p.w.Preserved, preserved) // SetPreserved may have come between reading and writing
	p.w.Version++
	p.w.Updated = p.tx.now
	if p.w.Created.IsZero() {
		p.w.Created = p.tx.now
	}
	return nil
}

// references looks for what the record points at, so that the answer names it: a foreign key would only say no.
func (p *workPut) references(ctx context.Context) error {
	group, err := one(ctx, p.tx.q, sql("SELECT report_group FROM genre WHERE id = ?", p.w.Genre), value[string])
	if errors.Is(err, errNoRow) {
		return archive.Fail(archive.Invalid, "genre-unknown", string(p.w.Genre))
	}
	if err != nil {
		return err
	}
	p.group = group
	var agents, targets, collections []string
	for _, c := range p.allCredits() {
		agents = append(agents, string(c.Agent))
	}
	for _, r := range p.w.Relations {
		targets = append(targets, string(r.Target))
	}
	for _, c := range p.w.Collections {
		collections = append(collections, string(c))
	}
	return errors.Join(p.known(ctx, "agent", agents, "agent-unknown"), p.known(ctx, "work", targets, "relation-unknown"),
		p.known(ctx, "collection", collections, "collection-unknown"))
}

func (p *workPut) allCredits() []archive.Credit {
	all := append([]archive.Credit(nil), p.w.Credits...)
	for _, r := range p.w.Representations {
		all = append(all, r.Credits...)
	}
	return all
}

// known checks that every id stands in the table.
func (p *workPut) known(ctx context.Context, table string, ids []string, reason archive.Reason) error {
	found := map[string]bool{}
	for chunk := range chunks(ids) {
		if err := each(ctx, p.tx.q, in(sql("SELECT id FROM "+table+" WHERE id IN "), chunk), func(row scanner) error {
			id, err := value[string](row)
			found[id] = true
			return err
		}); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if !found[id] {
			return archive.Fail(archive.Invalid, reason, id)
		}
	}
	return nil
}

func (p *workPut) header(ctx context.Context) error {
	w := p.w
	if w.Key != "" {
		other, err := one(ctx, p.tx.q, sql("SELECT id FROM work WHERE key = ? AND key <> '' AND id <> ?", text(w.Key), w.ID), value[string])
		if err == nil && other != "" {
			return archive.Fail(archive.Conflict, "key-taken", w.Key)
		}
		if !errors.Is(err, errNoRow) {
			return err
		}
	}
	newest := w.Created
	if !w.Published.IsZero() {
		newest = w.Published
	}
	_, err := run(ctx, p.tx.q, upsert("work", "id", []string{
		"id", "key", "genre", "report_group", "medium", "title", "title_sort", "description", "language", "date", "date_sort", "year",
		"rights_statement", "rights_holder", "rights_evidence", "licence_until", "copyright_until", "audience", "state",
		"public_from", "public_until", "opens", "closes",
		"paper_number", "paper_issuer", "paper_signer", "paper_recipients", "paper_issue", "paper_page",
		"notice_group", "notice_event", "notice_place", "notice_from", "notice_to", "poster", "poster_at", "title_guessed",
		"source_url", "source_path", "publish_when_ready", "withdrawn_reason",
		"created", "updated", "published", "newest", "version", "preserved", "merged",
	},
		w.ID, text(w.Key), w.Genre, p.group, w.Primary(), text(w.Title), viet.SortKey(w.Title), text(w.Description), text(w.Language),
		text(w.Date), dateSort(w.Date), w.Date.Year(),
		text(w.Rights.Statement), text(w.Rights.Holder), text(w.Rights.Evidence), micros(w.Rights.LicenceUntil), micros(w.Rights.CopyrightUntil),
		w.Audience, w.State, micros(w.PublicFrom), micros(w.PublicUntil), opens(w), closes(w),
		text(w.Paper.Number), text(w.Paper.Issuer), text(w.Paper.Signer), text(w.Paper.Recipients), text(w.Paper.Issue), text(w.Paper.Page),
		text(w.Notice.Group), text(w.Notice.Event), text(w.Notice.Place), text(w.Notice.From), text(w.Notice.To), text(w.Poster), w.PosterAt.Microseconds(), flag(w.TitleGuessed),
		text(w.SourceURL), sourcePath(w.SourceURL), flag(w.PublishWhenReady), text(w.WithdrawnReason),
		w.Created.UnixMicro(), w.Updated.UnixMicro(), micros(w.Published), newest.UnixMicro(), w.Version, w.Preserved, null(w.MergedInto)))
	return err
}

func (p *workPut) medium(ctx context.Context) error { return p.tx.setMedium(ctx, p.w.ID) }

// dateSort is the first day an EDTF date can mean, as far as it is known: "1990" for "199X" and "1990/1999".
func dateSort(d archive.Date) string {
	from, to, _ := strings.Cut(string(d), "/")
	if from == ".." {
		from = to
	}
	return strings.ReplaceAll(strings.TrimRight(text(from), "~?%"), "X", "0")
}

func (p *workPut) titles(ctx context.Context) error {
	if _, err := run(ctx, p.tx.q, sql("DELETE FROM work_title WHERE work = ?", p.w.ID)); err != nil {
		return err
	}
	for i, t := range p.w.Titles {
		if _, err := run(ctx, p.tx.q, sql("INSERT INTO work_title (work, position, title) VALUES ").values(p.w.ID, i, text(t))); err != nil {
			return err
		}
	}
	return nil
}

func (p *workPut) representations(ctx context.Context) error {
	for i := range p.w.Representations {
		r := &p.w.Representations[i]
		s := upsert("representation", "id", []string{"id", "work", "kind", "medium", "label", "date", "position"},
			r.ID, p.w.ID, r.Kind, r.Medium, text(r.Label), text(r.Date), r.Position)
		if _, err := run(ctx, p.tx.q, s); err != nil {
			return fmt.Errorf("representation %s: %w", r.ID, err)
		}
	}
	return nil
}

func (p *workPut) files(ctx context.Context) error {
	for i := range p.w.Representations {
		r := &p.w.Representations[i]
		for j := range r.Files {
			f := &r.Files[j]
			f.Work, f.Representation = p.w.ID, r.ID
			if f.Added.IsZero() {
				f.Added = p.tx.now
			}
			if err := p.tx.putFile(ctx, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (tx *Tx) putFile(ctx context.Context, f *archive.File) error {
	kept := f.Tags
	if len(kept) == 0 {
		kept = nil // none are kept in one way only, so that rows compare
	}
	tags, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("encode the tags of file %s: %w", f.ID, err)
	}
	_, err = run(ctx, tx.q, upsert("file", "id", []string{
		"id", "work", "representation", "name", "path", "digest", "sha256", "size", "type", "format", "state", "key", "position", "added",
		"problem", "duration", "width", "height", "pages", "tags",
	},
		f.ID, f.Work, f.Representation, []byte(f.Name), []byte(f.Path), f.Digest, f.SHA256, f.Size, text(f.Type), text(f.Format), f.State,
		text(f.Key), f.Position, f.Added.UnixMicro(), f.Problem, int64(f.Duration), f.Width, f.Height, f.Pages, text(string(tags))))
	if err != nil {
		return fmt.Errorf("file %s: %w", f.ID, err)
	}
	return nil
}

// SetFile stores what is now known of one file, without a new version of its work. The work is announced.
// NotFound "file-missing".
func (tx *Tx) SetFile(ctx context.Context, f archive.File) error {
	work, err := tx.fileWork(ctx, f.ID)
	if err != nil {
		return err
	}
	if work != f.Work {
		return archive.Fail(archive.NotFound, "file-missing")
	}
	if err := tx.putFile(ctx, &f); err != nil {
		return fmt.Errorf("store file %s: %w", f.ID, err)
	}
	tx.changed(ChangeWork, string(work))
	tx.oweWork(work)
	return nil
}

// fileWork returns the work of a file and, on PostgreSQL, locks the file's row.
func (tx *Tx) fileWork(ctx context.Context, id archive.FileID) (archive.WorkID, error) {
	work, err := one(ctx, tx.q, sql("SELECT work FROM file WHERE id = ?"+tx.c.db.dialect().lockRow, id), value[archive.WorkID])
	return work, missing(err, "file-missing")
}

// FileByDigest returns the oldest file with these very bytes and that path. NotFound "file-missing"; until the end of the
// transaction nobody else is then told so of the same file, so that it is brought in once.
func (tx *Tx) FileByDigest(ctx context.Context, digest archive.Digest, path string) (archive.File, error) {
	if err := tx.lockName(ctx, "file "+string(digest)+" "+path); err != nil {
		return archive.File{}, err
	}
	condition := byDigest(digest, path)
	s := sql("SELECT " + fileColumns + " FROM file f WHERE " + condition.String() + " ORDER BY f.added, f.id LIMIT 1")
	s.args = condition.args
	f, err := one(ctx, tx.q, s, scanFile)
	return f, missing(err, "file-missing")
}

// SetPreserved records that the newest OCFL version of the work holds that version of its record. An older version than
// the one recorded before changes nothing.
func (tx *Tx) SetPreserved(ctx context.Context, id archive.WorkID, version int64) error {
	n, err := run(ctx, tx.q, sql("UPDATE work SET preserved = CASE WHEN preserved < ? THEN ? ELSE preserved END WHERE id = ?", version, version, id))
	if err != nil {
		return fmt.Errorf("record what is preserved of work %s: %w", id, err)
	}
	if n == 0 {
		return archive.Fail(archive.NotFound, "work-missing")
	}
	return nil
}
