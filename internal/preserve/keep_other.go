package preserve

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

const noteGenres = "genres"

// keepOther writes what a job's note names: "agent:<id>", "collection:<id>", "setting:<name>", "case:<id>", "genres", "rates", "sheet:<id>",
// "member:<id>", "deeds:<day>". After "forget:" the object is made anew, so that it holds no former version. What has gone from the catalogue meanwhile
// keeps the version it has.
func (p *Preserve) keepOther(ctx context.Context, note string) error {
	plain, forget := strings.CutPrefix(note, "forget:")
	kind, id, _ := strings.Cut(plain, ":")
	object := ObjectID(kind, id)
	return p.locked(ctx, object, func(lock *catalog.ObjectLock) error {
		version, err := p.catalog.Reader(viewer()).RecordVersion(ctx, note)
		if err != nil {
			return err
		}
		d, err := p.document(ctx, kind, id)
		if err == nil && forget {
			err = p.root.Erase(ctx, object, lock.Check)
		}
		if err == nil {
			err = p.writeOther(ctx, lock, revision{object: object, message: plain}, d)
		}
		if err == nil && forget {
			err = p.catalog.Scrub(ctx)
		}
		if err != nil && archive.CodeOf(err) != archive.NotFound {
			return err
		}
		return p.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.SetRecordPreserved(ctx, note, version) })
	})
}

func (p *Preserve) writeOther(ctx context.Context, lock *catalog.ObjectLock, r revision, d Document) (err error) {
	if r.document, err = Encode(d); err != nil {
		return err
	}
	_, err = p.write(ctx, lock, r)
	return err
}

func (p *Preserve) document(ctx context.Context, kind, id string) (Document, error) {
	reader := p.catalog.Reader(viewer())
	switch kind {
	case "agent":
		a, err := reader.Agent(ctx, archive.AgentID(id))
		return Document{Agent: recordAgent(a)}, err
	case "collection":
		c, err := reader.Collection(ctx, archive.CollectionID(id))
		if archive.CodeOf(err) == archive.NotFound {
			return Document{Collection: &CollectionRecord{ID: archive.CollectionID(id), Removed: true}}, nil
		}
		if err != nil {
			return Document{}, err
		}
		works, err := reader.CollectionOrder(ctx, c.ID)
		return Document{Collection: recordCollection(c, works)}, err
	case noteGenres:
		genres, err := reader.Genres(ctx)
		return Document{Genres: recordGenres(genres)}, err
	case "case":
		c, err := reader.Case(ctx, archive.CaseID(id))
		return Document{Case: recordCase(c)}, err
	case "rates":
		rates, err := reader.Rates(ctx)
		return Document{Rates: recordRates(rates)}, err
	case "sheet":
		s, err := reader.Sheet(ctx, archive.SheetID(id))
		if err != nil {
			return Document{}, err
		}
		rows, err := reader.Fees(ctx, s.ID)
		return Document{Sheet: recordSheet(s, rows)}, err
	case "member":
		m, err := reader.Member(ctx, archive.MemberID(id))
		return Document{Member: recordMember(m)}, err
	case "deeds":
		deeds, err := reader.DeedsOf(ctx, id)
		return Document{Deeds: recordDeeds(deeds)}, err
	case "setting":
		var value json.RawMessage
		err := reader.Setting(ctx, id, &value)
		return Document{Settings: map[string]json.RawMessage{id: value}}, err
	default:
		return Document{}, archive.Fail(archive.Invalid, "job-unknown", fmt.Sprint(kind, ":", id))
	}
}
