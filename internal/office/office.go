// Package office is what an association's office does with its archive beside the works: what the association says of itself, its names, mark,
// chapters, genres and report groups; the yearly report; the record of who did what; what waits for whom; what authors are paid; the roll of members.
//
// Every change stands in the record of deeds with who, when and what. It must not change the state of a work (editorial does) or know how anything is
// shown.
package office

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"unicode/utf8"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/tool"
	"vannghe/internal/viet"
)

// Options are what New needs.
type Options struct {
	Catalog *catalog.Catalog
	Log     *slog.Logger // nil: slog.Default
	// Runner runs the program that looks into pictures; nil: the mark cannot be changed here.
	Runner *tool.Runner
}

// Office is the use cases. Safe for concurrent use.
type Office struct {
	catalog *catalog.Catalog
	log     *slog.Logger
	runner  *tool.Runner
}

// New returns an Office.
func New(o Options) *Office {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Office{catalog: o.Catalog, log: o.Log, runner: o.Runner}
}

func (o *Office) reader() *catalog.Reader { return o.catalog.Reader(archive.System("office")) }

// Clerk is the acts of one person with sheets of fees and the roll. The errors of all are also those of archive.Viewer.May.
type Clerk struct {
	*Office
	viewer archive.Viewer
}

// As returns the acts of a person.
func (o *Office) As(v archive.Viewer) *Clerk { return &Clerk{o, v} }

// note adds a deed unless nothing changed.
func note(ctx context.Context, tx *catalog.Tx, d archive.Deed) error {
	if len(d.Changes) == 0 {
		return nil
	}
	return tx.AddDeed(ctx, d)
}

// longestFact bounds what is typed into a line of a form, in characters.
const longestFact = 300

// line tidies what was typed as one line. Invalid "text-long".
func line(s string) (string, error) {
	s = viet.Clean(s)
	if utf8.RuneCountInString(s) > longestFact {
		return "", archive.Fail(archive.Invalid, "text-long")
	}
	return s, nil
}

// lines tidies several lines in place.
func lines(list ...*string) (err error) {
	for _, s := range list {
		if *s, err = line(*s); err != nil {
			return err
		}
	}
	return nil
}

// setting reads a setting that may be missing.
func (o *Office) setting(ctx context.Context, name string, into any) error {
	err := o.reader().Setting(ctx, name, into)
	if archive.CodeOf(err) == archive.NotFound {
		return nil
	}
	return err
}

// Site returns what the archive says of itself, and its stamp.
func (o *Office) Site(ctx context.Context) (site archive.Site, stamp string, err error) {
	err = o.setting(ctx, archive.SiteSetting, &site)
	return site, catalog.Stamp(&site), err
}

// changeSite has change alter what the archive says of itself, and records what differs. Errors: Forbidden; Conflict "setting-changed" when somebody
// else changed it since stamp was handed out; those of change.
func (o *Office) changeSite(ctx context.Context, by archive.Viewer, e siteEdit) error {
	if err := by.May(archive.KeepSettings); err != nil {
		return err
	}
	err := o.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		var site archive.Site
		var before []archive.Changed
		err := tx.ChangeSetting(ctx, archive.SiteSetting, &site, e.stamp, func() error {
			before = facts(&site)
			return e.change(ctx, tx, &site)
		})
		if err != nil {
			return err
		}
		after := facts(&site)
		for i := range before {
			before[i].After = after[i].After
		}
		return note(ctx, tx, archive.NewDeed(by, e.kind, before...))
	})
	if err != nil {
		return fmt.Errorf("change what the archive says of itself: %w", err)
	}
	return nil
}

type siteEdit struct {
	stamp  string
	kind   archive.DeedKind
	change func(ctx context.Context, tx *catalog.Tx, site *archive.Site) error
}

// facts lists what a site says, each as Before and After.
func facts(s *archive.Site) (list []archive.Changed) {
	for _, f := range []struct{ field, value string }{
		{"title", s.Title}, {"managing-body", s.ManagingBody}, {"parent-body", s.ParentBody}, {"address", s.Address}, {"email", s.Email}, {"phone", s.Phone},
		{"responsible", s.Responsible}, {"licence", s.Licence}, {"licence-date", string(s.LicenceDate)}, {"licence-from", s.LicenceFrom},
		{"bodies", bodiesLine(s)}, {"logo", s.Logo.Digest},
	} {
		list = append(list, archive.Changed{Field: f.field, Before: f.value, After: f.value})
	}
	return list
}

func bodiesLine(s *archive.Site) string {
	if len(s.Bodies) == 0 {
		return s.Body
	}
	var list []string
	for _, b := range s.Bodies {
		list = append(list, fmt.Sprintf("%s (%s – %s)", b.Name, b.From, b.To))
	}
	return strings.Join(list, "; ")
}

// SetFacts stores what stands in the header and at the foot of every page, but for the association's names and mark. Also Invalid "site-title-missing",
// "email-invalid", "licence-date" and "text-long".
func (o *Office) SetFacts(ctx context.Context, by archive.Viewer, stamp string, f archive.Site) error {
	err := lines(&f.Title, &f.ManagingBody, &f.ParentBody, &f.Address, &f.Email, &f.Phone, &f.Responsible, &f.Licence, &f.LicenceFrom)
	if err != nil {
		return err
	}
	if f.Title == "" {
		return archive.Fail(archive.Invalid, "site-title-missing")
	}
	if f.Email, err = archive.ParseMailbox(f.Email); err != nil {
		return err
	}
	day, err := day(string(f.LicenceDate))
	if err != nil {
		return archive.Fail(archive.Invalid, "licence-date")
	}
	f.LicenceDate = day
	return o.changeSite(ctx, by, siteEdit{stamp, archive.DeedSite, func(_ context.Context, _ *catalog.Tx, site *archive.Site) error {
		f.Body, f.Bodies, f.Logo = site.Body, site.Bodies, site.Logo
		*site = f
		return nil
	}})
}

// day reads a day, a month or a year; no interval, nothing uncertain: by it something begins or ends.
func day(s string) (archive.Date, error) {
	d, err := archive.ParseDate(strings.TrimSpace(s))
	if err == nil && strings.ContainsAny(string(d), "/~?%X") {
		err = archive.Fail(archive.Invalid, "date-invalid", s)
	}
	return d, err
}

// SetBodies stores what the association was and is called, the oldest first. Rows without a name and days are left out. Also Invalid: the reasons of
// archive.CheckBodies, "date-invalid" and "text-long".
func (o *Office) SetBodies(ctx context.Context, by archive.Viewer, stamp string, list []archive.BodyName) error {
	var kept []archive.BodyName
	for _, b := range list {
		if err := lines(&b.Name); err != nil {
			return err
		}
		var err error
		if b.From, err = day(string(b.From)); err != nil {
			return err
		}
		if b.To, err = day(string(b.To)); err != nil {
			return err
		}
		if b != (archive.BodyName{}) {
			kept = append(kept, b)
		}
	}
	sortBodies(kept)
	if err := archive.CheckBodies(kept); err != nil {
		return err
	}
	return o.changeSite(ctx, by, siteEdit{stamp, archive.DeedBodies, func(_ context.Context, tx *catalog.Tx, site *archive.Site) error {
		site.Bodies, site.Body = kept, ""
		if len(kept) > 0 {
			site.Body = kept[len(kept)-1].Name
		}
		site.Now(tx.Now())
		return nil
	}})
}
