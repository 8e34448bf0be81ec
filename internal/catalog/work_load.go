package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"vannghe/internal/archive"
)

// workColumns are the columns that scanWork reads, of work w.
const workColumns = `w.id, w.key, w.genre, w.title, w.description, w.language, w.date,
	w.rights_statement, w.rights_holder, w.rights_evidence, w.licence_until, w.copyright_until,
	w.audience, w.state, w.public_from, w.public_until,
	w.paper_number, w.paper_issuer, w.paper_signer, w.paper_recipients, w.paper_issue, w.paper_page,
	w.notice_group, w.notice_event, w.notice_place, w.notice_from, w.notice_to, w.poster, w.poster_at, w.title_guessed,
	w.source_url, w.publish_when_ready, w.withdrawn_reason, w.created, w.updated, w.published, w.version, w.preserved, coalesce(w.merged, '')`

func scanWork(row scanner) (*archive.Work, error) {
	w := &archive.Work{}
	var licence, copyright, from, until, published *int64
	var created, updated, ready, guessed, posterAt int64
	err := row.Scan(&w.ID, &w.Key, &w.Genre, &w.Title, &w.Description, &w.Language, &w.Date,
		&w.Rights.Statement, &w.Rights.Holder, &w.Rights.Evidence, &licence, &copyright,
		&w.Audience, &w.State, &from, &until,
		&w.Paper.Number, &w.Paper.Issuer, &w.Paper.Signer, &w.Paper.Recipients, &w.Paper.Issue, &w.Paper.Page,
		&w.Notice.Group, &w.Notice.Event, &w.Notice.Place, &w.Notice.From, &w.Notice.To, &w.Poster, &posterAt, &guessed,
		&w.SourceURL, &ready, &w.WithdrawnReason, &created, &updated, &published, &w.Version, &w.Preserved, &w.MergedInto)
	w.Rights.LicenceUntil, w.Rights.CopyrightUntil = moment(licence), moment(copyright)
	w.PublicFrom, w.PublicUntil, w.Published = moment(from), moment(until), moment(published)
	w.Created, w.Updated = moment(&created), moment(&updated)
	w.PosterAt = time.Duration(posterAt) * time.Microsecond
	w.PublishWhenReady, w.TitleGuessed = ready == 1, guessed == 1
	return w, err
}

// loader fills whole works with a fixed number of queries, however many works there are.
type loader struct {
	q     querier
	sight sight
	works []*archive.Work
	ids   []archive.WorkID
	at    map[archive.WorkID]*archive.Work
}

// load reads everything that belongs to the works beside their own row. Relations are shown only to works that the
// viewer may see, since an identifier alone tells that there is something to hide.
func load(ctx context.Context, q querier, v sight, works []*archive.Work) error {
	if len(works) == 0 {
		return nil
	}
	l := &loader{q: q, sight: v, works: works, at: make(map[archive.WorkID]*archive.Work, len(works))}
	for _, w := range works {
		l.ids = append(l.ids, w.ID)
		l.at[w.ID] = w
	}
	for _, step := range []func(context.Context) error{
		l.titles, l.representations, l.files, l.credits, l.relations, l.collections, l.readyFirst,
	} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("load works: %w", err)
		}
	}
	return nil
}

// of selects rows that belong to the works; text ends with the column to compare.
func (l *loader) of(text string) *statement { return in(sql(text+" IN "), l.ids) }

func (l *loader) titles(ctx context.Context) error {
	return each(ctx, l.q, l.of("SELECT work, title FROM work_title WHERE work").add(" ORDER BY work, position"), func(row scanner) error {
		var id archive.WorkID
		var title string
		err := row.Scan(&id, &title)
		if w := l.at[id]; w != nil {
			w.Titles = append(w.Titles, title)
		}
		return err
	})
}

func (l *loader) representations(ctx context.Context) error {
	s := l.of("SELECT work, id, kind, medium, label, date, position FROM representation WHERE work").add(" ORDER BY work, position, id")
	return each(ctx, l.q, s, func(row scanner) error {
		var id archive.WorkID
		var r archive.Representation
		err := row.Scan(&id, &r.ID, &r.Kind, &r.Medium, &r.Label, &r.Date, &r.Position)
		if w := l.at[id]; w != nil {
			w.Representations = append(w.Representations, r)
		}
		return err
	})
}

// representation finds a representation that was loaded before.
func (l *loader) representation(work archive.WorkID, id archive.RepresentationID) *archive.Representation {
	w := l.at[work]
	if w == nil {
		return nil
	}
	i := slices.IndexFunc(w.Representations, func(r archive.Representation) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return &w.Representations[i]
}

func (l *loader) files(ctx context.Context) error {
	s := l.of("SELECT " + fileColumns + " FROM file f WHERE f.work").add(" ORDER BY f.representation, f.position, f.id")
	return each(ctx, l.q, s, func(row scanner) error {
		f, err := scanFile(row)
		if r := l.representation(f.Work, f.Representation); r != nil {
			r.Files = append(r.Files, f)
		}
		return err
	})
}

func (l *loader) credits(ctx context.Context) error {
	s := l.of("SELECT work, coalesce(representation, ''), agent, name, relator FROM credit WHERE work").add(" ORDER BY holder, position")
	return each(ctx, l.q, s, func(row scanner) error {
		var work archive.WorkID
		var representation archive.RepresentationID
		var c archive.Credit
		err := row.Scan(&work, &representation, &c.Agent, &c.Name, &c.Relator)
		if r := l.representation(work, representation); r != nil {
			r.Credits = append(r.Credits, c)
		} else if w := l.at[work]; w != nil {
			w.Credits = append(w.Credits, c)
		}
		return err
	})
}

// relationsOf selects the relations of works to others that are seen. A relation to a work that was merged is one to the other.
func (v sight) relationsOf(works []archive.WorkID) *statement {
	s := in(sql("SELECT r.work, r.type, t.id FROM relation r JOIN work m ON m.id = r.target JOIN work t ON t.id = coalesce(m.merged, m.id) WHERE r.work IN "), works)
	return v.whereOf(s, "t").add(" ORDER BY r.work, r.position")
}

func (l *loader) relations(ctx context.Context) error {
	return each(ctx, l.q, l.sight.relationsOf(l.ids), func(row scanner) error {
		var id archive.WorkID
		var r archive.Relation
		err := row.Scan(&id, &r.Type, &r.Target)
		if w := l.at[id]; w != nil && !slices.Contains(w.Relations, r) {
			w.Relations = append(w.Relations, r)
		}
		return err
	})
}

func (l *loader) collections(ctx context.Context) error {
	return each(ctx, l.q, l.of("SELECT work, collection FROM collection_work WHERE work").add(" ORDER BY work, ordinal"), func(row scanner) error {
		var id archive.WorkID
		var c archive.CollectionID
		err := row.Scan(&id, &c)
		if w := l.at[id]; w != nil {
			w.Collections = append(w.Collections, c)
		}
		return err
	})
}

// fileColumns are the columns that scanFile reads, of file f.
const fileColumns = `f.id, f.work, f.representation, f.name, f.path, f.digest, f.sha256, f.size, f.type, f.format, f.state,
	f.key, f.position, f.added, f.problem, f.duration, f.width, f.height, f.pages, f.tags`

func scanFile(row scanner) (archive.File, error) {
	var f archive.File
	var name, path []byte
	var added, duration int64
	var tags string
	err := row.Scan(&f.ID, &f.Work, &f.Representation, &name, &path, &f.Digest, &f.SHA256, &f.Size, &f.Type, &f.Format, &f.State,
		&f.Key, &f.Position, &added, &f.Problem, &duration, &f.Width, &f.Height, &f.Pages, &tags)
	if err != nil {
		return f, err
	}
	f.Name, f.Path = string(name), string(path)
	f.Added, f.Duration = moment(&added), time.Duration(duration)
	if err := json.Unmarshal([]byte(tags), &f.Tags); err != nil {
		return f, fmt.Errorf("read the tags of file %s: %w", f.ID, err)
	}
	return f, nil
}
