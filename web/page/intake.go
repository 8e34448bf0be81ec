package page

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ingest"
	"vannghe/internal/viet"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

const (
	manyIntakes    = 50  // that are listed
	intakePageRows = 100 // that a page shows
)

// Intakes lists what the visitor brings in by lists.
func (h *Handler) Intakes(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	list, err := v.reader.Intakes(v.ctx, manyIntakes)
	if err != nil {
		return err
	}
	view := ui.Intakes{New: v.text.Path(address.Intakes), Desk: v.text.Path(address.Desk)}
	for _, i := range list {
		view.List = append(view.List, ui.IntakeEntry{URL: v.text.Path(address.Intake(i.ID)), Stage: string(i.Stage), Begun: i.Created, Files: i.Files, List: i.Detail.ManifestName})
	}
	return respond.Unkept(c, fiber.StatusOK, ui.IntakesPage(v.text, v.deskPage(v.text.Text("intake.title"), address.Intakes), view))
}

// OpenIntake begins one.
func (h *Handler) OpenIntake(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	i, err := h.Ingest.OpenIntake(v.ctx, v.viewer)
	if err != nil {
		return err
	}
	return v.seeOther(address.Intake(i.ID))
}

// Intake shows how far one has come, and what is next.
func (h *Handler) Intake(c *fiber.Ctx) error { return h.intake(c, nil) }

// intake shows the page, after something was refused with the reason.
func (h *Handler) intake(c *fiber.Ctx, refused error) error {
	v, i, err := h.openIntake(c)
	if err != nil {
		return err
	}
	view, err := v.intakeView(i)
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(c, refused)
	}
	return respond.Unkept(c, status, ui.IntakePage(v.text, v.deskPage(v.text.Text("intake.one"), address.Intake(i.ID)), view))
}

func (h *Handler) openIntake(c *fiber.Ctx) (*visit, catalog.Intake, error) {
	v, err := h.open(c)
	if err != nil {
		return nil, catalog.Intake{}, err
	}
	i, err := v.reader.Intake(v.ctx, namedIntake(c))
	return v, i, err
}

func namedIntake(c *fiber.Ctx) archive.IntakeID { return archive.IntakeID(c.Params("intake")) }

func (v *visit) intakeView(i catalog.Intake) (ui.Intake, error) {
	view := ui.Intake{
		Base: v.text.Path(address.Intake(i.ID)), All: v.text.Path(address.Intakes), Stage: string(i.Stage), Begun: i.Created, Files: i.Files, List: i.Detail.ManifestName,
		Update: i.Detail.Update, Submit: i.Detail.Submit, Headings: ingest.Headings(v.text.Language()),
	}
	if i.Detail.Wrong != nil {
		view.Wrong = v.text.Sentence(i.Detail.Wrong)
	}
	if err := v.intakeEncoding(&view, i); err != nil {
		return view, err
	}
	return view, v.intakeRows(&view, i)
}

// intakeEncoding shows the list as it reads, while it is open in which encoding it is.
func (v *visit) intakeEncoding(view *ui.Intake, i catalog.Intake) error {
	if i.Detail.Found == "" || i.Stage != catalog.IntakeGathering {
		return nil
	}
	asked := v.c.Query("ma", i.Detail.Encoding)
	if asked == "" {
		asked = i.Detail.Found
	}
	if !slices.Contains(viet.Encodings(), asked) {
		return archive.Fail(archive.NotFound, "page-missing")
	}
	view.Encoding = ui.IntakeEncoding{Found: i.Detail.Found, Shown: asked, Confirmed: i.Detail.Encoding}
	for _, e := range viet.Encodings() {
		if e != viet.UTF8 { // as which it cannot be read
			view.Encoding.Others = append(view.Encoding.Others, ui.Link{Label: ui.EncodingName(e), URL: view.Base + "?ma=" + e + "#bang-ma", Current: e == asked})
		}
	}
	var err error
	view.Encoding.Rows, err = v.Ingest.PreviewManifest(v.ctx, v.viewer, i.ID, asked)
	if archive.CodeOf(err) == archive.Invalid || archive.CodeOf(err) == archive.Gone {
		view.Wrong, err = v.text.Sentence(err), nil
	}
	return err
}

// intakeRows shows a page of the rows with what becomes of each.
func (v *visit) intakeRows(view *ui.Intake, i catalog.Intake) error {
	counts, err := v.reader.IntakeCounts(v.ctx, i.ID)
	if err != nil {
		return err
	}
	done, err := v.reader.IntakeDone(v.ctx, i.ID)
	if err != nil {
		return err
	}
	view.Counts, view.Progress = byFate(counts), intakeProgress(i, counts, done)
	if i.Stage == catalog.IntakeGathering || i.Stage == catalog.IntakeChecking {
		return nil // what is known is not known of all yet
	}
	q := catalog.IntakeQuery{After: max(v.c.QueryInt("sau"), 0), Limit: intakePageRows + 1}
	asked := catalog.IntakeFate(v.c.Query("xem"))
	if asked != "" {
		q.Fate = &asked
	}
	rows, err := v.reader.IntakeRows(v.ctx, i.ID, q)
	if err != nil {
		return err
	}
	if len(rows) > intakePageRows {
		rows = rows[:intakePageRows]
		view.Next = intakeURL(view.Base, asked, rows[len(rows)-1].Number)
	}
	for _, r := range rows {
		view.Rows = append(view.Rows, v.intakeRow(i, r))
	}
	view.Tabs = v.intakeTabs(view, asked)
	return nil
}

func byFate(counts map[catalog.IntakeFate]int) map[string]int {
	named := map[string]int{}
	for fate, n := range counts {
		named[string(fate)] = n
	}
	return named
}

func intakeProgress(i catalog.Intake, counts map[catalog.IntakeFate]int, done int) ui.IntakeProgress {
	p := ui.IntakeProgress{Done: done}
	for fate, n := range counts {
		p.All += n
		if i.Stage == catalog.IntakeTaking && fate == catalog.FateUnnamed {
			p.All -= n
		}
	}
	if i.Stage == catalog.IntakeChecking {
		p.Done = p.All - counts[catalog.FateWaiting]
	}
	if i.Next == 0 {
		p = ui.IntakeProgress{}
	}
	return p
}

func intakeURL(base string, fate catalog.IntakeFate, after int) string {
	q := url.Values{}
	if fate != "" {
		q.Set("xem", string(fate))
	}
	if after > 0 {
		q.Set("sau", strconv.Itoa(after))
	}
	if len(q) == 0 {
		return base + "#dong"
	}
	return base + "?" + q.Encode() + "#dong"
}

func (v *visit) intakeTabs(view *ui.Intake, asked catalog.IntakeFate) []ui.Link {
	tabs := []ui.Link{{Label: v.text.Text("intake.all-rows"), URL: intakeURL(view.Base, "", 0), Current: asked == ""}}
	for _, fate := range catalog.IntakeFates() {
		if n := view.Counts[string(fate)]; n > 0 && fate != catalog.FateWaiting {
			tabs[0].Count += n
			tabs = append(tabs, ui.Link{Label: v.text.Text("intake.tab." + string(fate)), URL: intakeURL(view.Base, fate, 0), Count: n, Current: asked == fate})
		}
	}
	return tabs
}

func (v *visit) intakeRow(i catalog.Intake, r catalog.IntakeRow) ui.IntakeRow {
	row := ui.IntakeRow{File: ingest.DisplayName(r.File), Title: r.Cells["title"], Fate: string(r.Fate), Done: r.Done || i.Stage == catalog.IntakeTaken && r.Fate == catalog.FateFailed}
	if i.Manifest != "" && r.Fate != catalog.FateUnnamed {
		row.Number = r.Number
	}
	if r.Group != r.Number && r.Fate == catalog.FateJoins {
		row.Joins = r.Group
	}
	if r.Work != "" {
		row.URL = v.text.Path(address.Work(r.Work, r.Cells["title"]))
	}
	if e := r.Remark.Error(); e != nil {
		row.Remark = v.text.Sentence(e)
	}
	return row
}

// intakeDone leads back to the intake after something was done, or shows there why it was not.
func (h *Handler) intakeDone(c *fiber.Ctx, err error) error {
	switch archive.CodeOf(err) {
	case "":
		return respond.SeeOther(c, ui.Speak(language(c)).Path(address.Intake(namedIntake(c))))
	case archive.Invalid, archive.Conflict, archive.TooLarge, archive.Gone:
		return h.intake(c, err)
	default:
		return err
	}
}

// ConfirmEncoding takes the list to be in the encoding that was shown.
func (h *Handler) ConfirmEncoding(c *fiber.Ctx) error {
	v, i, err := h.openIntake(c)
	if err != nil {
		return err
	}
	return h.intakeDone(c, h.Ingest.ConfirmEncoding(v.ctx, v.viewer, i.ID, c.FormValue("ma")))
}

// CheckIntake has every row looked at.
func (h *Handler) CheckIntake(c *fiber.Ctx) error {
	v, i, err := h.openIntake(c)
	if err != nil {
		return err
	}
	choice := ingest.IntakeChoice{Update: c.FormValue("sua") != "", Submit: c.FormValue("gui-duyet") != ""}
	return h.intakeDone(c, h.Ingest.CheckIntake(v.ctx, v.viewer, i.ID, choice))
}

// TakeIntake brings in what was checked.
func (h *Handler) TakeIntake(c *fiber.Ctx) error {
	v, i, err := h.openIntake(c)
	if err != nil {
		return err
	}
	return h.intakeDone(c, h.Ingest.TakeIntake(v.ctx, v.viewer, i.ID))
}

// DropIntake forgets an intake.
func (h *Handler) DropIntake(c *fiber.Ctx) error {
	v, i, err := h.openIntake(c)
	if err != nil {
		return err
	}
	if err := h.Ingest.DropIntake(v.ctx, v.viewer, i.ID); err != nil {
		return h.intakeDone(c, err)
	}
	return v.seeOther(address.Intakes)
}
