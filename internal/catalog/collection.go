package catalog

import (
	"context"
	"fmt"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

const collectionColumns = "c.id, coalesce(c.parent, ''), c.title, c.description, c.closes"

func scanCollection(row scanner) (archive.Collection, error) {
	var c archive.Collection
	var closes *int64
	err := row.Scan(&c.ID, &c.Parent, &c.Title, &c.Description, &closes)
	c.Closes = moment(closes)
	return c, err
}

// Collections returns the collections directly below parent ("": at the top) in alphabetical order, each with the number of
// its own works that the viewer may see. Those of which the viewer may not know are left out.
func (r *Reader) Collections(ctx context.Context, parent archive.CollectionID) ([]archive.Collection, error) {
	if parent == "" {
		return r.collectionsWhere(ctx, sql("c.parent IS NULL"))
	}
	return r.collectionsWhere(ctx, sql("c.parent = ?", parent))
}

// Collection returns one collection as Collections does. NotFound "collection-missing", also when the viewer may not know that
// it exists.
func (r *Reader) Collection(ctx context.Context, id archive.CollectionID) (archive.Collection, error) {
	list, err := r.collectionsWhere(ctx, sql("c.id = ?", id))
	if err != nil {
		return archive.Collection{}, err
	}
	if len(list) == 0 {
		return archive.Collection{}, archive.Fail(archive.NotFound, "collection-missing")
	}
	return list[0], nil
}

// KnownCollections returns those of the collections that hold a work the viewer may see, to staff all, without the number of their works: counting
// costs as much as the works are many. What it returns is shared and must not be changed.
func (r *Reader) KnownCollections(ctx context.Context, ids []archive.CollectionID) (map[archive.CollectionID]archive.Collection, error) {
	var found map[archive.CollectionID]archive.Collection
	err := r.c.view(ctx, "read which collections are known", func(q querier) (err error) {
		found, err = remembered(ctx, r, q, "known collections", ids, knownCollections)
		return err
	})
	return found, err
}

func knownCollections(
	ctx context.Context, q querier, v sight, ids []archive.CollectionID,
) (map[archive.CollectionID]archive.Collection, error) {
	s := in(sql("SELECT "+collectionColumns+" FROM collection c WHERE c.id IN "), ids)
	if !v.viewer.Staff() {
		s.add(" AND EXISTS (SELECT 1 FROM collection_work h JOIN work w ON w.id = h.work WHERE h.collection = c.id")
		v.whereOf(s, "w").add(")")
	}
	list, err := collect(ctx, q, s, scanCollection)
	known := make(map[archive.CollectionID]archive.Collection, len(list))
	for _, c := range list {
		known[c.ID] = c
	}
	return known, err
}

func (r *Reader) collectionsWhere(ctx context.Context, condition *statement) ([]archive.Collection, error) {
	v := r.sight()
	s := v.collections(condition)
	var list []archive.Collection
	err := r.c.view(ctx, "read collections", func(q querier) error {
		works, err := counted(ctx, r, q, v, "collections", func() (map[archive.CollectionID]int, error) { return v.countCollections(ctx, q) })
		if err != nil {
			return err
		}
		list, err = collect(ctx, q, s, scanCollection)
		for i := range list {
			list[i].Works = works[list[i].ID]
		}
		return err
	})
	return list, err
}

// collections selects the collections under a condition that the viewer may know of.
func (v sight) collections(condition *statement) *statement {
	s := sql("SELECT " + collectionColumns + " FROM collection c WHERE " + condition.String())
	s.args = condition.args
	return v.whereCollection(s).add(" ORDER BY c.title_sort, c.id")
}

func (v sight) countCollections(ctx context.Context, q querier) (map[archive.CollectionID]int, error) {
	works := map[archive.CollectionID]int{}
	s := sql("SELECT c.collection, count(*) FROM collection_work c JOIN work w ON w.id = c.work WHERE w.state = 'published'")
	return works, each(ctx, q, v.whereOf(s, "w").add(" GROUP BY c.collection"), func(row scanner) error {
		var id archive.CollectionID
		var n int
		err := row.Scan(&id, &n)
		works[id] = n
		return err
	})
}

// CollectionByTitle returns the collection below parent with that title, compared as AgentByName compares names.
// NotFound "collection-missing"; until the end of the transaction nobody else is then told so of the same title.
func (tx *Tx) CollectionByTitle(ctx context.Context, title string, parent archive.CollectionID) (archive.Collection, error) {
	key := viet.SortKey(title)
	if err := tx.lockName(ctx, "collection "+string(parent)+" "+key+text(title)); err != nil {
		return archive.Collection{}, err
	}
	s := sql("SELECT "+collectionColumns+" FROM collection c WHERE c.title_sort = ?", key)
	if key == "" {
		s.add(" AND c.title = ?", text(title))
	}
	if parent == "" {
		s.add(" AND c.parent IS NULL")
	} else {
		s.add(" AND c.parent = ?", parent)
	}
	c, err := one(ctx, tx.q, s.add(" ORDER BY c.id LIMIT 1"), scanCollection)
	return c, missing(err, "collection-missing")
}

// PutCollection stores a collection and announces it. Works is not read. Invalid "title-missing", or Invalid
// "collection-loop" when it would lie below itself.
func (tx *Tx) PutCollection(ctx context.Context, c archive.Collection) error {
	if !archive.ValidID(string(c.ID)) {
		return archive.Fail(archive.Invalid, "id-invalid", string(c.ID))
	}
	if c.Title == "" {
		return archive.Fail(archive.Invalid, "title-missing")
	}
	if err := tx.checkParent(ctx, c); err != nil {
		return err
	}
	_, err := run(ctx, tx.q, upsert("collection", "id", []string{"id", "parent", "title", "title_sort", "description", "closes"},
		c.ID, null(c.Parent), text(c.Title), viet.SortKey(c.Title), text(c.Description), micros(c.Closes)))
	if err != nil {
		return fmt.Errorf("store collection %s: %w", c.ID, err)
	}
	tx.changed(ChangeCollection, string(c.ID))
	tx.owe("collection:" + string(c.ID))
	return nil
}

// DropCollection removes a collection; those below it lie where it lay. Its works must have been taken out before. It is announced.
func (tx *Tx) DropCollection(ctx context.Context, c archive.Collection) error {
	below, err := collect(ctx, tx.q, sql("SELECT id FROM collection WHERE parent = ?", c.ID), value[string])
	if err != nil {
		return fmt.Errorf("list what lies below collection %s: %w", c.ID, err)
	}
	for _, s := range []*statement{sql("UPDATE collection SET parent = ? WHERE parent = ?", null(c.Parent), c.ID), sql("DELETE FROM collection WHERE id = ?", c.ID)} {
		if _, err := run(ctx, tx.q, s); err != nil {
			return fmt.Errorf("remove collection %s: %w", c.ID, err)
		}
	}
	for _, id := range append(below, string(c.ID)) {
		tx.changed(ChangeCollection, id)
		tx.owe("collection:" + id)
	}
	return nil
}

// checkParent walks up from the parent; a collection found on the way would lie below itself.
func (tx *Tx) checkParent(ctx context.Context, c archive.Collection) error {
	for at := c.Parent; at != ""; {
		if at == c.ID {
			return archive.Fail(archive.Invalid, "collection-loop")
		}
		parent, err := one(ctx, tx.q, sql("SELECT coalesce(parent, '') FROM collection WHERE id = ?", at), value[archive.CollectionID])
		if err != nil {
			return missing(err, "collection-missing")
		}
		at = parent
	}
	return nil
}

// ArrangeCollection puts those works of a collection that are named first, in the order given; the others follow as
// they stood. The collection is announced.
func (tx *Tx) ArrangeCollection(ctx context.Context, id archive.CollectionID, works []archive.WorkID) error {
	present, err := collect(ctx, tx.q, sql("SELECT work FROM collection_work WHERE collection = ? ORDER BY position, work", id), value[archive.WorkID])
	if err != nil {
		return fmt.Errorf("read the order of collection %s: %w", id, err)
	}
	place := make(map[archive.WorkID]int, len(works))
	for _, list := range [][]archive.WorkID{works, present} {
		for _, w := range list {
			if _, ok := place[w]; !ok {
				place[w] = len(place) + 1
			}
		}
	}
	for _, w := range present {
		if _, err := run(ctx, tx.q, sql("UPDATE collection_work SET position = ? WHERE collection = ? AND work = ?", place[w], id, w)); err != nil {
			return fmt.Errorf("arrange collection %s: %w", id, err)
		}
	}
	tx.changed(ChangeCollection, string(id))
	tx.owe("collection:" + string(id))
	return nil
}

// CollectionFiles returns the originals of a collection in the order of its works, without those whose bytes were destroyed, and how many works
// it has; at most so many originals. Nobody else is told of the same collection until the transaction ends.
func (tx *Tx) CollectionFiles(ctx context.Context, id archive.CollectionID, most int) (files []archive.File, works int, err error) {
	if err := tx.lockName(ctx, "files of collection "+string(id)); err != nil {
		return nil, 0, err
	}
	files, err = collect(ctx, tx.q, sql("SELECT "+fileColumns+` FROM collection_work c JOIN file f ON f.work = c.work AND f.state <> 'purged'
		WHERE c.collection = ? ORDER BY c.position, c.work, f.position, f.id LIMIT ?`, id, most), scanFile)
	if err != nil {
		return nil, 0, fmt.Errorf("read the files of collection %s: %w", id, err)
	}
	works, err = one(ctx, tx.q, sql("SELECT count(*) FROM collection_work WHERE collection = ?", id), value[int])
	if err != nil {
		return nil, 0, fmt.Errorf("count the works of collection %s: %w", id, err)
	}
	return files, works, nil
}

// KnownCollection fails with NotFound "collection-missing" when there is no such collection.
func (tx *Tx) KnownCollection(ctx context.Context, id archive.CollectionID) error {
	_, err := one(ctx, tx.q, sql("SELECT id FROM collection WHERE id = ?", text(id)), value[string])
	return missing(err, "collection-missing")
}

// EveryCollection lists all collections by title, at most so many, without their numbers of works, for staff. Forbidden "staff-only".
func (r *Reader) EveryCollection(ctx context.Context, limit int) ([]archive.Collection, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	list, err := collect(ctx, r.c.db.read(), sql("SELECT "+collectionColumns+" FROM collection c ORDER BY c.title_sort, c.id LIMIT ?", limit), scanCollection)
	return list, r.c.fail(ctx, "list all collections", err)
}

// OrderedWorks lists the works of a collection in its order, whatever their state, for staff. Forbidden "staff-only".
func (r *Reader) OrderedWorks(ctx context.Context, id archive.CollectionID) ([]Choice, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	list, err := collect(ctx, r.c.db.read(), orderOf(id), scanChoice)
	return list, r.c.fail(ctx, "read the order of a collection", err)
}

// OrderedWorks is what Reader.OrderedWorks gives, as it stands in the transaction, with the collection. NotFound "collection-missing". Until the
// end of the transaction nobody else is told the same.
func (tx *Tx) OrderedWorks(ctx context.Context, id archive.CollectionID) (archive.Collection, []Choice, error) {
	if err := tx.lockName(ctx, "order of "+text(string(id))); err != nil {
		return archive.Collection{}, nil, err
	}
	c, err := one(ctx, tx.q, sql("SELECT "+collectionColumns+" FROM collection c WHERE c.id = ?", text(id)), scanCollection)
	if err != nil {
		return c, nil, missing(err, "collection-missing")
	}
	list, err := collect(ctx, tx.q, orderOf(id), scanChoice)
	return c, list, err
}

func orderOf(id archive.CollectionID) *statement {
	return sql("SELECT w.id, w.title, w.state FROM collection_work c JOIN work w ON w.id = c.work WHERE c.collection = ? ORDER BY c.position, w.id", text(id))
}

func scanChoice(row scanner) (Choice, error) {
	var c Choice
	return c, row.Scan(&c.ID, &c.Title, &c.State)
}
