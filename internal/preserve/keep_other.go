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

// keepOther writes what a job's note names: "agent:<id>", "collection:<id>", "setting:<name>", "genres". What has gone from the
// catalogue meanwhile keeps the version it has.
func (p *Preserve) keepOther(ctx context.Context, note string) error {
	kind, id, _ := strings.Cut(note, ":")
	object := ObjectID(kind, id)
	return p.locked(ctx, object, func(lock *catalog.ObjectLock) error {
		d, err := p.document(ctx, kind, id)
		if archive.CodeOf(err) == archive.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		doc, err := Encode(d)
		if err != nil {
			return err
		}
		_, err = p.write(ctx, lock, revision{object: object, document: doc, message: note})
		return err
	})
}

func (p *Preserve) document(ctx context.Context, kind, id string) (Document, error) {
	reader := p.catalog.Reader(viewer())
	switch kind {
	case "agent":
		a, err := reader.Agent(ctx, archive.AgentID(id))
		return Document{Agent: recordAgent(a)}, err
	case "collection":
		c, err := reader.Collection(ctx, archive.CollectionID(id))
		return Document{Collection: recordCollection(c)}, err
	case noteGenres:
		genres, err := reader.Genres(ctx)
		return Document{Genres: recordGenres(genres)}, err
	case "setting":
		var value json.RawMessage
		err := reader.Setting(ctx, id, &value)
		return Document{Settings: map[string]json.RawMessage{id: value}}, err
	default:
		return Document{}, archive.Fail(archive.Invalid, "job-unknown", fmt.Sprint(kind, ":", id))
	}
}
