package page

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/find"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// openDesk begins a visit of somebody who works on the archive. Forbidden "account-needed" or "staff-only".
func (h *Handler) openDesk(c *fiber.Ctx) (*visit, error) {
	v, err := h.open(c)
	switch {
	case err != nil:
		return nil, err
	case !v.viewer.SignedIn():
		return nil, archive.Fail(archive.Forbidden, "account-needed")
	case !v.viewer.Staff():
		return nil, archive.Fail(archive.Forbidden, "staff-only")
	}
	return v, nil
}

// deskPage is the frame of a page that belongs to those who sign in.
func (v *visit) deskPage(title, path string) ui.Page {
	p := v.page(title, path)
	p.Private, p.Canonical, p.Alternates, p.Subscribed = true, "", nil, nil
	return p
}

func (v *visit) reviewPaths() ui.ReviewPaths {
	return ui.ReviewPaths{Queue: v.text.Path(address.Queue), Cases: v.text.Path(address.Cases), Minute: v.text.Path(address.Minute), Rules: v.text.Path(address.Rules)}
}

// seeOther leads to a page after something was done.
func (v *visit) seeOther(path string) error {
	return respond.SeeOther(v.c, v.text.Path(path))
}

// queueStates are the steps of which the queue shows what waits.
var queueStates = []archive.State{archive.Submitted, archive.Approved, archive.ChangesRequested, archive.Withdrawn}

// manyCases is how many cases are listed or counted.
const manyCases = 200

// Queue is what waits for editors.
func (h *Handler) Queue(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	f := catalog.DeskFilter{State: archive.State(c.Query("buoc", string(archive.Submitted))), Group: c.Query("nhom"), Skip: max(c.QueryInt("bo"), 0)}
	if !slices.Contains(queueStates, f.State) {
		return archive.Fail(archive.NotFound, "page-missing")
	}
	view, err := v.queue(f)
	if err != nil {
		return err
	}
	return respond.Unkept(v.c, fiber.StatusOK, ui.QueuePage(v.text, v.deskPage(v.text.Text("review.queue"), address.Queue), view))
}

func (v *visit) queue(f catalog.DeskFilter) (ui.Queue, error) {
	view := ui.Queue{State: f.State, Paths: v.reviewPaths()}
	found, err := v.reader.Desk(v.ctx, f)
	if err != nil {
		return view, err
	}
	rules, err := v.rules()
	if err != nil {
		return view, err
	}
	for _, w := range found.Works {
		view.Rows = append(view.Rows, v.queueRow(w, rules))
	}
	if found.More {
		view.Next = v.queueURL(f.State, f.Group, f.Skip+len(found.Works))
	}
	for _, s := range queueStates {
		view.States = append(view.States, ui.Link{Label: v.text.Text("review.tab." + string(s)), URL: v.queueURL(s, "", 0), Current: s == f.State})
	}
	if view.Groups, err = v.queueGroups(f, found.Groups); err != nil {
		return view, err
	}
	return view, v.notices(&view, rules)
}

func (v *visit) queueRow(w catalog.Waiting, rules archive.Rules) ui.QueueRow {
	row := ui.QueueRow{
		URL: v.text.Path(address.Review(w.Work.ID)), Title: w.Work.Title, Language: w.Work.Language, Genre: v.names[w.Work.Genre],
		Since: w.Since, Days: max(0, int(time.Since(w.Since).Hours()/24)),
		Approvals: len(archive.Approvals(w.Events, w.Work.Content())), Needed: rules.Needed(v.group(w.Work.Genre)),
	}
	for _, c := range w.Work.Credits {
		row.Authors = append(row.Authors, c.Name)
	}
	return row
}

// queueGroups leads to each report group that waits, in the association's order.
func (v *visit) queueGroups(f catalog.DeskFilter, counts map[string]int) ([]ui.Link, error) {
	links := []ui.Link{{Label: v.text.Text("review.all"), URL: v.queueURL(f.State, "", 0), Current: f.Group == ""}}
	for _, n := range counts {
		links[0].Count += n
	}
	seen := map[string]bool{}
	for _, g := range v.around.genres {
		if n := counts[g.Group]; n > 0 && !seen[g.Group] {
			seen[g.Group] = true
			name, err := v.groupName(g)
			if err != nil {
				return nil, err
			}
			links = append(links, ui.Link{Label: name, URL: v.queueURL(f.State, g.Group, 0), Count: n, Current: g.Group == f.Group})
		}
	}
	return links, nil
}

// groupName is what the report group of a genre is called; one that only the genre names is called after it.
func (v *visit) groupName(g archive.Genre) (string, error) {
	if v.groups == nil {
		var set []archive.ReportGroup
		err := v.reader.Setting(v.ctx, archive.GroupsSetting, &set)
		if archive.CodeOf(err) == archive.NotFound {
			set, err = archive.ReportGroups(), nil
		}
		if err != nil {
			return "", err
		}
		v.groups = map[string]archive.ReportGroup{}
		for _, group := range set {
			v.groups[group.ID] = group
		}
	}
	group, known := v.groups[g.Group]
	switch {
	case !known:
		return find.GenreName(v.text.Catalogue, g), nil
	case v.text.Language() == string(request.English) && group.English != "":
		return group.English, nil
	default:
		return group.Name, nil
	}
}

func (v *visit) group(genre archive.GenreID) string {
	for _, g := range v.around.genres {
		if g.ID == genre {
			return g.Group
		}
	}
	return ""
}

func (v *visit) queueURL(s archive.State, group string, skip int) string {
	q := url.Values{}
	if s != archive.Submitted {
		q.Set("buoc", string(s))
	}
	if group != "" {
		q.Set("nhom", group)
	}
	if skip > 0 {
		q.Set("bo", strconv.Itoa(skip))
	}
	if len(q) == 0 {
		return v.text.Path(address.Queue)
	}
	return v.text.Path(address.Queue) + "?" + q.Encode()
}

// notices adds what asks for attention beside the queue: licences that end, cases that are open.
func (v *visit) notices(view *ui.Queue, rules archive.Rules) error {
	lapsing, err := v.reader.Lapsing(v.ctx, rules.Warn(), catalog.MaxSize)
	if err != nil {
		return err
	}
	for _, w := range lapsing {
		view.Lapsing = append(view.Lapsing, ui.Lapsing{URL: v.text.Path(address.Review(w.ID)), Title: w.Title, Until: w.Rights.LicenceUntil})
	}
	cases, err := v.reader.OpenCases(v.ctx, manyCases)
	view.Cases = len(cases)
	return err
}

// rules are what the association decided for itself.
func (v *visit) rules() (archive.Rules, error) {
	var rules archive.Rules
	err := v.reader.Setting(v.ctx, editorial.RulesSetting, &rules)
	if archive.CodeOf(err) == archive.NotFound {
		err = nil
	}
	return rules, err
}

// opens is when a published work will be shown; zero when it is.
func (v *visit) opens(w *archive.Work) time.Time {
	if w.State == archive.Published && w.PublicFrom.After(time.Now()) {
		return w.PublicFrom
	}
	return time.Time{}
}

// reviewed is the work of which the address tells. NotFound "work-missing".
func (v *visit) reviewed() (archive.Work, error) {
	id, err := namedWork(v.c)
	if err != nil {
		return archive.Work{}, err
	}
	return v.reader.Work(v.ctx, id)
}

// namedWork is the work that the address names. NotFound "work-missing" when it can name none.
func namedWork(c *fiber.Ctx) (archive.WorkID, error) {
	id, ok := address.ID[archive.WorkID](c.Params("work"))
	if !ok {
		return "", archive.Fail(archive.NotFound, "work-missing")
	}
	return id, nil
}
