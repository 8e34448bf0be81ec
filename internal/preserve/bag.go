package preserve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/bagit"
	"vannghe/internal/ocfl"
	"vannghe/storage"
)

// mostRecord bounds a record in a bag, in bytes.
const mostRecord = 32 << 20

// bagPath is where a bag keeps the bytes of a file, below data/: under its name, made safe for every file system, and below its id. No name has a "%": RFC 8493 §2.1.3 wants
// it escaped in manifests, and the most common reader (bagit-python 1.9) does not undo that.
func bagPath(f *archive.File) string {
	return "original/" + string(f.ID) + "/" + strings.ReplaceAll(ocfl.SafeName(f.Name), "%", "_")
}

// ExportBag writes a work as a bag (RFC 8493) into a folder that is not there yet: the originals as given, the record that the archive keeps, with agents and
// collections, Dublin Core, and PREMIS with the chain of events. It reads the catalogue and the archive of record, and compares every byte with its digest:
// Internal "original-changed" with the name of a file that is not what was archived. Invalid "work-not-archived" for a work whose files are not in the
// archive yet, such as one that its sender still writes. When it fails nothing is left.
func (p *Preserve) ExportBag(ctx context.Context, id archive.WorkID, folder string) error {
	b, err := p.bagged(ctx, id)
	if err != nil {
		return err
	}
	w, err := bagit.Create(folder)
	if err != nil {
		return err
	}
	if err := p.fill(ctx, w, b); err != nil {
		return errors.Join(fmt.Errorf("export %s: %w", id, err), w.Abort())
	}
	return w.Close([]bagit.Line{
		{Label: "External-Identifier", Value: WorkObject(id)}, {Label: "Internal-Sender-Identifier", Value: string(id)},
		{Label: "Internal-Sender-Description", Value: b.work.Title}, {Label: "Bagging-Date", Value: p.now().In(archive.Vietnam).Format(time.DateOnly)},
		{Label: "Bag-Software-Agent", Value: "vannghe"},
	})
}

// bagged is what goes into the bag of a work.
type bagged struct {
	work        archive.Work
	events      []archive.Event
	parts       []archive.Part
	comments    []archive.Comment
	agents      []archive.Agent
	collections []archive.Collection
}

func (p *Preserve) bagged(ctx context.Context, id archive.WorkID) (*bagged, error) {
	reader := p.catalog.Reader(viewer())
	var b bagged
	var err error
	if b.work, err = reader.Work(ctx, id); err != nil {
		return nil, err
	}
	if len(staged(&b.work)) > 0 || b.work.Preserved == 0 {
		return nil, archive.Fail(archive.Invalid, "work-not-archived", b.work.Title)
	}
	b.events, err = reader.Events(ctx, id)
	if err == nil {
		b.parts, err = reader.Parts(ctx, id)
	}
	if err == nil {
		b.comments, err = reader.Comments(ctx, id)
	}
	seen := map[archive.AgentID]bool{}
	for _, c := range credited(&b.work) {
		if err != nil || seen[c.Agent] {
			continue
		}
		seen[c.Agent] = true
		var a archive.Agent
		a, err = reader.Agent(ctx, c.Agent)
		b.agents = append(b.agents, a)
	}
	for _, c := range b.work.Collections {
		for c != "" && err == nil { // with those around it
			var shelf archive.Collection
			shelf, err = reader.Collection(ctx, c)
			b.collections = append(b.collections, shelf)
			c = shelf.Parent
		}
	}
	return &b, err
}

func credited(w *archive.Work) []archive.Credit {
	all := append([]archive.Credit(nil), w.Credits...)
	for _, r := range w.Representations {
		all = append(all, r.Credits...)
	}
	return all
}

func (p *Preserve) fill(ctx context.Context, w *bagit.Writer, b *bagged) error {
	for i := range b.work.Representations {
		for j := range b.work.Representations[i].Files {
			f := &b.work.Representations[i].Files[j]
			if f.State != archive.FileArchived {
				continue
			}
			if err := p.bagFile(ctx, w, f); err != nil {
				return err
			}
		}
	}
	record := recordOf(&b.work, b.events, b.parts)
	record.Comments = recordComments(b.comments)
	docs := map[string]Document{"metadata.json": {Work: record}}
	for _, a := range b.agents {
		docs["agents/"+string(a.ID)+".json"] = Document{Agent: recordAgent(a)}
	}
	for _, c := range b.collections {
		docs["collections/"+string(c.ID)+".json"] = Document{Collection: recordCollection(c, nil)}
	}
	for name, d := range docs {
		text, err := Encode(d)
		if err == nil {
			_, err = w.Add(name, bytes.NewReader(text))
		}
		if err != nil {
			return err
		}
	}
	for name, write := range map[string]func(*bagged) ([]byte, error){"premis.xml": premisOf, "dublin-core.xml": dublinCoreOf} {
		text, err := write(b)
		if err == nil {
			_, err = w.Add(name, bytes.NewReader(text))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *Preserve) bagFile(ctx context.Context, w *bagit.Writer, f *archive.File) error {
	body, _, err := p.bucket.Open(ctx, storage.Key(f.Key))
	if err != nil {
		return fmt.Errorf("open %s: %w", f.ID, err)
	}
	digest, err := w.Add(bagPath(f), body)
	if err = errors.Join(err, body.Close()); err != nil {
		return err
	}
	if digest != string(f.Digest) {
		return archive.Fail(archive.Internal, "original-changed", f.Name)
	}
	return nil
}

// ReadBag returns the work that a bag of ExportBag holds, and false for a bag that somebody else made. The error is Invalid "bag-invalid" with the name of a record that
// cannot be read, or that of Decode. The bag must have been verified.
func ReadBag(b *bagit.Bag) (archive.Deposit, bool, error) {
	d, err := bagRecord(b, "metadata.json")
	if archive.CodeOf(err) == archive.NotFound || archive.ReasonOf(err) == "record-unreadable" {
		return archive.Deposit{}, false, nil
	}
	if err != nil {
		return archive.Deposit{}, false, err
	}
	if d.Work == nil {
		return archive.Deposit{}, false, archive.Fail(archive.Invalid, "bag-invalid", "metadata.json")
	}
	deposit := archive.Deposit{Parts: d.Work.Edited(), Paths: map[archive.FileID]string{}}
	deposit.Work, deposit.Events = d.Work.Archive()
	for i := range deposit.Work.Representations {
		for j := range deposit.Work.Representations[i].Files {
			f := &deposit.Work.Representations[i].Files[j]
			if f.State == archive.FileArchived {
				deposit.Paths[f.ID] = bagPath(f)
			}
		}
	}
	shelves := map[archive.CollectionID]archive.Collection{}
	for _, path := range b.Payload() {
		if err := readBeside(b, path, &deposit, shelves); err != nil {
			return archive.Deposit{}, false, err
		}
	}
	for _, id := range deposit.Work.Collections {
		if titles := trail(shelves, id); titles != nil {
			deposit.Collections = append(deposit.Collections, titles)
		}
	}
	return deposit, true, nil
}

// readBeside takes in an agent or a collection that lies beside the record of the work.
func readBeside(b *bagit.Bag, path string, into *archive.Deposit, shelves map[archive.CollectionID]archive.Collection) error {
	folder := strings.TrimSuffix(path, filepath.Base(path))
	if folder != "agents/" && folder != "collections/" {
		return nil
	}
	d, err := bagRecord(b, path)
	switch {
	case err != nil:
		return err
	case d.Agent != nil:
		into.Agents = append(into.Agents, d.Agent.Archive())
	case d.Collection != nil:
		shelves[d.Collection.ID] = d.Collection.Archive()
	}
	return nil
}

func bagRecord(b *bagit.Bag, path string) (Document, error) {
	text, err := b.ReadFile(path, mostRecord)
	if err != nil {
		return Document{}, err
	}
	return Decode(text)
}

// trail are the titles that lead to a collection, the outermost first; nil when one of them did not come along.
func trail(shelves map[archive.CollectionID]archive.Collection, id archive.CollectionID) []string {
	var titles []string
	for range shelves {
		c, ok := shelves[id]
		if !ok || c.Title == "" {
			return nil
		}
		titles = append([]string{c.Title}, titles...)
		if id = c.Parent; id == "" {
			return titles
		}
	}
	return nil
}
