package page

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/storage"
	"vannghe/web/address"
	"vannghe/web/media"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Work is the page of a work. A wrong slug leads to the right one; a withdrawn work is an error, which Failure draws as its
// tombstone.
func (h *Handler) Work(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	id, err := namedWork(c)
	if err != nil {
		return err
	}
	w, err := v.reader.Work(v.ctx, id)
	if archive.CodeOf(err) == archive.Gone {
		return v.dated(id, err)
	}
	if err != nil {
		return err
	}
	path := address.Work(w.ID, w.Title)
	if moved, err := v.canonical(path); moved {
		return err
	}
	m, err := v.material(w)
	if err != nil {
		return err
	}
	m.start.at, _ = address.ParseInstant(c.Query(address.Instant))
	m.start.file = archive.FileID(c.Query(address.InstantFile))
	p := v.page(w.Title, path)
	m.permalink = p.Canonical
	p.Description, p.Type = firstSentence(w.Description), openGraphType(w.Primary())
	if f := face(m.offers); f != nil {
		p.Image = v.Address.Of(c) + f.Src
	}
	agents, err := v.reader.AgentsByID(v.ctx, creditedAgents(w.Credits))
	if err != nil {
		return err
	}
	p.Data = schemaOf(&w, p.Canonical, v.names[w.Genre], agents)
	view := v.workView(m)
	v.shareable(&p, &m, &view)
	view.Letter = v.text.Path(address.Letter(w.ID))
	if v.viewer.Staff() {
		p.Private = p.Private || w.State != archive.Published
		view.Bar = &ui.Bar{State: w.State, Opens: v.opens(&w), URL: v.text.Path(address.Review(w.ID))}
	}
	return v.send(ui.WorkPage(v.text, p, view))
}

// dated adds to the error of a withdrawn work when that was, for its tombstone.
func (v *visit) dated(id archive.WorkID, gone error) error {
	at, err := v.reader.WithdrawnAt(v.ctx, id)
	if err != nil || at.IsZero() {
		return gone // the reason matters more than the day
	}
	e, ok := errors.AsType[*archive.Error](gone)
	if !ok {
		return gone
	}
	dated := *e
	dated.Args = append(slices.Clone(e.Args), at)
	return &dated
}

// canonical sends the reader on when the address is not path, and reports whether it did.
func (v *visit) canonical(path string) (moved bool, err error) {
	if v.c.Path() == v.text.Path(path) {
		return false, nil
	}
	return true, v.moved(path)
}

func (v *visit) moved(path string) error { return respond.Redirect(v.c, v.text.Path(path)) }

// material loads everything that the page is made of.
func (v *visit) material(w archive.Work) (material, error) {
	m := material{work: w, parts: map[archive.FileID][]archive.Part{}, texts: map[archive.FileID]ui.HTML{}}
	derivatives, err := v.reader.Derivatives(v.ctx, w.ID)
	if err != nil {
		return m, err
	}
	m.offers = media.Offers(&m.work, derivatives[w.ID], media.Taking(v.viewer.Downloads(&w, time.Now()) == nil))
	parts, err := v.reader.Parts(v.ctx, w.ID)
	if err != nil {
		return m, err
	}
	for _, p := range parts {
		m.parts[p.File] = append(m.parts[p.File], p)
	}
	if err := v.readTexts(m, derivatives[w.ID]); err != nil {
		return m, err
	}
	return m, v.surroundWork(&m, parts)
}

// maxReading bounds the text of a page in bytes: a novel has two million.
const maxReading = 16 << 20

// readTexts loads the texts that are part of the page itself. One that is too long for a page is left out: the page says so and
// offers the original.
func (v *visit) readTexts(m material, derivatives []archive.Derivative) error {
	for _, d := range derivatives {
		for _, a := range d.Assets {
			if a.Kind != "text" || d.State != archive.DerivativeReady {
				continue
			}
			if a.Bytes > maxReading {
				continue
			}
			html, err := readText(v.ctx, v.Bucket, storage.Key(d.Prefix).Join(a.Path))
			if err != nil {
				return err
			}
			m.texts[d.File] = ui.HTML(html)
		}
	}
	return nil
}

func readText(ctx context.Context, b *storage.Bucket, key storage.Key) (text []byte, err error) {
	r, o, err := b.Open(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("read a text: %w", err)
	}
	defer func() {
		if closing := r.Close(); closing != nil && err == nil {
			err = fmt.Errorf("close %s: %w", key, closing)
		}
	}()
	if o.Size > maxReading {
		return nil, archive.Fail(archive.TooLarge, "text-too-large")
	}
	if text, err = io.ReadAll(io.LimitReader(r, maxReading)); err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return text, nil
}

// surroundWork loads what the work belongs to and leads to.
func (v *visit) surroundWork(m *material, parts []archive.Part) error {
	for _, id := range m.work.Collections {
		c, err := v.reader.Collection(v.ctx, id)
		if err != nil {
			return err
		}
		m.collections = append(m.collections, c)
	}
	var err error
	if m.targets, err = v.relations(m.work.ID, m.work.Relations); err != nil {
		return err
	}
	related, err := v.finder().Related(v.ctx, &m.work, parts)
	if err != nil {
		return err
	}
	m.related, err = v.entries(related)
	return err
}

// relations names the works that a work relates to, then those that relate to it.
func (v *visit) relations(id archive.WorkID, own []archive.Relation) ([]ui.Relation, error) {
	others, err := v.reader.Relating(v.ctx, id)
	if err != nil {
		return nil, err
	}
	var ids []archive.WorkID
	for _, r := range append(slices.Clone(own), others...) {
		if !slices.Contains(ids, r.Target) {
			ids = append(ids, r.Target)
		}
	}
	targets, err := v.reader.WorksByID(v.ctx, ids)
	if err != nil {
		return nil, err
	}
	entries, err := v.entries(targets)
	if err != nil {
		return nil, err
	}
	reverse := named(others, targets, entries)
	for i := range reverse {
		reverse[i].Reverse = true
	}
	return append(named(own, targets, entries), reverse...), nil
}

// named gives relations the works they lead to; those that the viewer may not see are not told of.
func named(list []archive.Relation, targets []archive.Work, entries []ui.Entry) []ui.Relation {
	at := map[archive.WorkID]int{}
	for i := range targets {
		at[targets[i].ID] = i
	}
	var out []ui.Relation
	for _, r := range list {
		if i, ok := at[r.Target]; ok {
			out = append(out, ui.Relation{Type: r.Type, Work: entries[i]})
		}
	}
	return out
}
