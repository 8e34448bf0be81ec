package catalog

import (
	"context"
	"net/url"
	"strings"

	"vannghe/internal/archive"
)

// Work returns the whole work: representations with their files, credits, relations, collections. The representations that can be
// played or read come first. The error is that of
// archive.Viewer.Sees: NotFound "work-missing" or Gone "work-withdrawn" with the reason.
func (r *Reader) Work(ctx context.Context, id archive.WorkID) (archive.Work, error) {
	return r.workWhere(ctx, sql("SELECT "+workColumns+" FROM work w WHERE w.id = ?", id))
}

// WorkByKey returns the whole work with that manifest key, or into which that was merged; errors as Work.
func (r *Reader) WorkByKey(ctx context.Context, key string) (archive.Work, error) {
	condition := byKey(key)
	s := sql("SELECT " + workColumns + " FROM work w WHERE " + condition.String())
	s.args = condition.args
	return r.workWhere(ctx, s)
}

func (r *Reader) workWhere(ctx context.Context, s *statement) (archive.Work, error) {
	v := r.sight()
	var found archive.Work
	err := r.c.view(ctx, "read a work", func(q querier) error {
		w, err := one(ctx, q, s, scanWork)
		if err != nil {
			return missing(err, "work-missing")
		}
		if err := v.viewer.Sees(w, v.now); err != nil {
			return err
		}
		err = load(ctx, q, v, []*archive.Work{w})
		found = *w
		return err
	})
	if err != nil {
		return archive.Work{}, err
	}
	return found, nil
}

// WorkBySource returns the work that stood at an old address. When no work has that very address, one whose address has
// the same path and query counts, since the old site may have answered under several host names. A withdrawn work is
// found as well: its tombstone is what now stands there.
func (r *Reader) WorkBySource(ctx context.Context, address string) (archive.WorkID, error) {
	v := r.sight()
	var found archive.WorkID
	err := r.c.view(ctx, "look up an old address", func(q querier) error {
		id, err := v.bySource(ctx, q, sql("s.source_url = ? AND s.source_url <> ''", text(address)))
		if path := sourcePath(address); err == nil && id == "" && path != "" {
			id, err = v.bySource(ctx, q, sql("s.source_path = ? AND s.source_path <> ''", path))
		}
		found = id
		return err
	})
	if err == nil && found == "" {
		err = archive.Fail(archive.NotFound, "work-missing")
	}
	return found, err
}

// bySource returns the first work that the viewer may know of and that is a work s under the condition, or into which such a work was merged; "" when
// there is none.
func (v sight) bySource(ctx context.Context, q querier, condition *statement) (archive.WorkID, error) {
	s := sql("SELECT w.id, " + factColumns + " FROM work s JOIN work w ON w.id = coalesce(s.merged, s.id) WHERE " + condition.String() + " ORDER BY s.created, s.id")
	s.args = condition.args
	var found archive.WorkID
	err := each(ctx, q, s, func(row scanner) error {
		var id archive.WorkID
		f := &facts{}
		if err := row.Scan(append([]any{&id}, f.into()...)...); err != nil {
			return err
		}
		if code := archive.CodeOf(v.check(f)); found == "" && (code == "" || code == archive.Gone) {
			found = id
		}
		return nil
	})
	return found, err
}

// sourcePath is path and query of an old address, "" when it has none that tells pages apart.
func sourcePath(address string) string {
	u, err := url.Parse(text(address))
	if err != nil {
		return ""
	}
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return path
}

// WorksByID returns whole works in the order asked; those the viewer may not see are left out.
func (r *Reader) WorksByID(ctx context.Context, ids []archive.WorkID) ([]archive.Work, error) {
	v := r.sight()
	var works []archive.Work
	err := r.c.view(ctx, "read works", func(q querier) error {
		var err error
		works, err = v.worksByID(ctx, q, ids)
		return err
	})
	return works, err
}

func (v sight) worksOf(ids []archive.WorkID) *statement {
	return v.whereOf(in(sql("SELECT "+workColumns+" FROM work w WHERE w.id IN "), ids), "w")
}

func (v sight) worksByID(ctx context.Context, q querier, ids []archive.WorkID) ([]archive.Work, error) {
	at := make(map[archive.WorkID]*archive.Work, len(ids))
	for chunk := range chunks(ids) {
		found, err := collect(ctx, q, v.worksOf(chunk), scanWork)
		if err != nil {
			return nil, err
		}
		if err := load(ctx, q, v, found); err != nil {
			return nil, err
		}
		for _, w := range found {
			at[w.ID] = w
		}
	}
	works := make([]archive.Work, 0, len(at))
	for _, id := range ids {
		if w := at[id]; w != nil {
			works = append(works, *w)
		}
	}
	return works, nil
}
