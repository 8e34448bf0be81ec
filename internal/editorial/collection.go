package editorial

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// SeenCollection returns what stands in a form for a collection and its order as the person has them before their eyes.
func SeenCollection(c archive.Collection, order []catalog.Choice) string {
	ids := []archive.WorkID{}
	for _, w := range order {
		ids = append(ids, w.ID)
	}
	b, err := json.Marshal([]any{c.ID, c.Parent, c.Title, c.Description, c.Closes.UTC().UnixMicro(), ids})
	if err != nil { // cannot happen: strings and numbers always encode
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// titleLimit is the longest title of a collection, in bytes.
const titleLimit = 500

// SaveCollection makes a collection (without an identifier) or changes what is said of one, and returns its identifier. The errors are those of
// Viewer.May, Invalid "title-missing", "text-long", "collection-loop", "collection-twice" when another of the title stands beside it, NotFound
// "collection-missing" and Conflict "collection-changed" when seen is not what is there.
func (d *Desk) SaveCollection(ctx context.Context, seen string, c archive.Collection) (archive.CollectionID, error) {
	if err := d.viewer.May(archive.DescribeWorks); err != nil {
		return "", err
	}
	var err error
	if c.Description, err = said(c.Description, ""); err != nil {
		return "", err
	}
	c.Title = viet.Clean(c.Title)
	switch {
	case c.Title == "":
		return "", archive.Fail(archive.Invalid, "title-missing")
	case len(c.Title) > titleLimit:
		return "", archive.Fail(archive.Invalid, "text-long")
	}
	err = d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		if err := beside(ctx, tx, c); err != nil {
			return err
		}
		if c.ID == "" {
			c.ID = archive.NewID[archive.CollectionID]()
			return tx.PutCollection(ctx, c)
		}
		if _, err := seenOrder(ctx, tx, c.ID, seen); err != nil {
			return err
		}
		return tx.PutCollection(ctx, c)
	})
	if err != nil {
		return "", fmt.Errorf("save a collection: %w", err)
	}
	return c.ID, nil
}

// mostRemoved is how many works may be in a collection that is removed: all of them are changed in one transaction.
const mostRemoved = 200

// RemoveCollection removes a collection. Its works stay where they are otherwise, each with an event that says so; what lies below it lies where it lay. It
// cannot be undone. The errors are those of Viewer.May, NotFound "collection-missing", Conflict "collection-changed" and "collection-large" with the number
// of works that may be in it.
func (d *Desk) RemoveCollection(ctx context.Context, id archive.CollectionID, seen string) error {
	if err := d.viewer.May(archive.DescribeWorks); err != nil {
		return err
	}
	err := d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		c, order, err := tx.OrderedWorks(ctx, id)
		switch {
		case err != nil:
			return err
		case SeenCollection(c, order) != seen:
			return archive.Fail(archive.Conflict, "collection-changed")
		case len(order) > mostRemoved:
			return archive.Fail(archive.Conflict, "collection-large", mostRemoved)
		}
		for _, w := range order {
			if err := d.takeOut(ctx, tx, w.ID, id); err != nil {
				return err
			}
		}
		return tx.DropCollection(ctx, c)
	})
	if err != nil {
		return fmt.Errorf("remove collection %s: %w", id, err)
	}
	return nil
}

// takeOut takes a work, in whatever state, out of a collection. No approval covers that.
func (d *Desk) takeOut(ctx context.Context, tx *catalog.Tx, work archive.WorkID, from archive.CollectionID) error {
	w, err := tx.Work(ctx, work)
	if err != nil {
		return err
	}
	before := w.Said()
	w.Collections = slices.DeleteFunc(slices.Clone(w.Collections), func(c archive.CollectionID) bool { return c == from })
	detail := archive.Correction{Name: d.viewer.Name, Changes: archive.Changes(before, w.Said())}.Detail()
	if err := tx.AddEvent(ctx, archive.Event{Work: work, Type: archive.EventModification, Agent: d.agent(), Outcome: archive.Success, Detail: detail}); err != nil {
		return err
	}
	return put(ctx, tx, &w)
}

// beside makes sure that no other collection of the title stands at the same place: a list would put works into either.
func beside(ctx context.Context, tx *catalog.Tx, c archive.Collection) error {
	known, err := tx.CollectionByTitle(ctx, c.Title, c.Parent)
	switch {
	case archive.CodeOf(err) == archive.NotFound:
		return nil
	case err == nil && known.ID != c.ID:
		return archive.Fail(archive.Invalid, "collection-twice", c.Title)
	}
	return err
}

// seenOrder returns the order of a collection if it is what was seen.
func seenOrder(ctx context.Context, tx *catalog.Tx, id archive.CollectionID, seen string) ([]catalog.Choice, error) {
	c, order, err := tx.OrderedWorks(ctx, id)
	if err != nil {
		return nil, err
	}
	if SeenCollection(c, order) != seen {
		return nil, archive.Fail(archive.Conflict, "collection-changed")
	}
	return order, nil
}

// Place is where a work of a collection goes.
type Place string

// The places. Any other is the identifier of the work before which it goes.
const (
	PlaceUp    Place = "up"
	PlaceDown  Place = "down"
	PlaceFirst Place = "first"
	PlaceLast  Place = "last"
)

// MoveInCollection moves one work in the order of a collection and returns its new place, from 1. The errors are those of Viewer.May, NotFound
// "collection-missing", "work-missing", and Conflict "collection-changed".
func (d *Desk) MoveInCollection(ctx context.Context, id archive.CollectionID, seen string, work archive.WorkID, to Place) (place int, err error) {
	if err := d.viewer.May(archive.DescribeWorks); err != nil {
		return 0, err
	}
	err = d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		order, err := seenOrder(ctx, tx, id, seen)
		if err != nil {
			return err
		}
		var ids []archive.WorkID
		for _, w := range order {
			ids = append(ids, w.ID)
		}
		if ids, place, err = moved(ids, work, to); err != nil {
			return err
		}
		return tx.ArrangeCollection(ctx, id, ids)
	})
	if err != nil {
		return 0, fmt.Errorf("move a work in collection %s: %w", id, err)
	}
	return place, nil
}

func moved(ids []archive.WorkID, work archive.WorkID, to Place) ([]archive.WorkID, int, error) {
	at := slices.Index(ids, work)
	if at < 0 {
		return nil, 0, archive.Fail(archive.NotFound, "work-missing")
	}
	rest := slices.Delete(slices.Clone(ids), at, at+1)
	switch to {
	case PlaceUp:
		at = max(at-1, 0)
	case PlaceDown:
		at = min(at+1, len(rest))
	case PlaceFirst:
		at = 0
	case PlaceLast:
		at = len(rest)
	default:
		if at = slices.Index(rest, archive.WorkID(to)); at < 0 {
			return nil, 0, archive.Fail(archive.NotFound, "work-missing")
		}
	}
	return slices.Insert(rest, at, work), at + 1, nil
}
