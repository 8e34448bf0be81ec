package api

import (
	"context"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/media"
)

// Asking is what every operation understands.
type Asking struct {
	Lang string `query:"lang" maxLength:"35" doc:"Language of labels and errors, vi or en (BCP 47); without it Accept-Language decides, then Vietnamese"`
}

type listInput struct {
	Asking
	Genre      string `query:"genre" maxLength:"64"`
	Medium     string `query:"medium" enum:"video,audio,image,text,paged,other"`
	Person     string `query:"person" maxLength:"64" doc:"Identifier of a person or organisation"`
	Collection string `query:"collection" maxLength:"64"`
	Year       int    `query:"year" minimum:"0" maximum:"9999"`
	Cursor     string `query:"cursor" maxLength:"1024" doc:"The field next of the page before; the other parameters must be the same"`
	Size       int    `query:"size" minimum:"1" maximum:"100" default:"24"`
}

// WorkList is a page of works.
type WorkList struct {
	Works []Summary `json:"works"`
	Total int       `json:"total"`
	Next  string    `json:"next" doc:"Cursor of the page that follows; empty at the end"`
}

func (a *api) listWorks(ctx context.Context, who *asker, in *listInput) (*WorkList, error) {
	page, err := a.Catalog.Reader(who.viewer).Works(ctx, catalog.WorkFilter{
		Genre: archive.GenreID(in.Genre), Medium: archive.Medium(in.Medium), Agent: archive.AgentID(in.Person),
		Collection: archive.CollectionID(in.Collection), Year: in.Year, After: in.Cursor, Size: in.Size,
	})
	if err != nil {
		return nil, err
	}
	out := &WorkList{Works: []Summary{}, Total: page.Total, Next: page.Next}
	for i := range page.Works {
		out.Works = append(out.Works, who.summary(&page.Works[i]))
	}
	return out, nil
}

type workInput struct {
	Asking
	ID string `path:"id" maxLength:"64"`
}

func (a *api) getWork(ctx context.Context, who *asker, in *workInput) (*Work, error) {
	if !archive.ValidID(in.ID) {
		return nil, archive.Fail(archive.NotFound, "work-missing")
	}
	reader := a.Catalog.Reader(who.viewer)
	w, err := reader.WorkOrLed(ctx, archive.WorkID(in.ID))
	if err != nil {
		return nil, err
	}
	s := subject{work: w}
	if s.genre, err = reader.Genre(ctx, w.Genre); err != nil {
		return nil, err
	}
	if s.collections, err = collections(ctx, reader, w.Collections); err != nil {
		return nil, err
	}
	if s.related, err = targets(ctx, reader, w.Relations); err != nil {
		return nil, err
	}
	derivatives, err := reader.Derivatives(ctx, w.ID)
	if err != nil {
		return nil, err
	}
	taking := media.Taking(who.viewer.Downloads(&w, time.Now()) == nil)
	s.offers = media.Offers(&s.work, derivatives[w.ID], taking)
	return who.work(s), nil
}

func collections(ctx context.Context, r *catalog.Reader, ids []archive.CollectionID) ([]archive.Collection, error) {
	var all []archive.Collection
	for _, id := range ids {
		c, err := r.Collection(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// targets loads the works that relations lead to; those that the viewer may not see are not told of.
func targets(ctx context.Context, r *catalog.Reader, relations []archive.Relation) (map[archive.WorkID]archive.Work, error) {
	var ids []archive.WorkID
	for _, rel := range relations {
		ids = append(ids, rel.Target)
	}
	works, err := r.WorksByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[archive.WorkID]archive.Work, len(works))
	for _, w := range works {
		byID[w.ID] = w
	}
	return byID, nil
}
