package editorial

import (
	"context"

	"vannghe/internal/archive"
)

// Own is a work as its sender may follow it.
type Own struct {
	Work     archive.Work
	Events   []archive.Event
	Comments []archive.Comment
}

// Own returns a work in whatever state to whoever sent it, and to staff; of one that was merged into another it returns that. NotFound
// "work-missing" for others.
func (d *Desk) Own(ctx context.Context, id archive.WorkID) (Own, error) {
	reader := d.catalog.Reader(archive.System("editorial"))
	if into, _, err := reader.Led(ctx, id); err == nil {
		id = into
	}
	events, err := reader.Events(ctx, id)
	if err != nil {
		return Own{}, err
	}
	if err := d.discusses(events); err != nil {
		return Own{}, err
	}
	o := Own{Events: events}
	if o.Work, err = reader.Work(ctx, id); err != nil {
		return Own{}, err
	}
	o.Comments, err = reader.Comments(ctx, id)
	return o, err
}
