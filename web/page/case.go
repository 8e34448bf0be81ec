package page

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Cases lists what readers remarked and complained about.
func (h *Handler) Cases(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	open, err := v.reader.OpenCases(v.ctx, manyCases)
	if err != nil {
		return err
	}
	closed, err := v.reader.ClosedCases(v.ctx, manyCases)
	if err != nil {
		return err
	}
	titles, err := v.titles(append(append([]archive.Case{}, open...), closed...))
	if err != nil {
		return err
	}
	view := ui.Cases{Paths: v.reviewPaths()}
	for _, one := range open {
		view.Open = append(view.Open, v.caseRow(one, titles[one.Work]))
	}
	for _, one := range closed {
		view.Closed = append(view.Closed, v.caseRow(one, titles[one.Work]))
	}
	return respond.Unkept(v.c, fiber.StatusOK, ui.CasesPage(v.text, v.deskPage(v.text.Text("case.title"), address.Cases), view))
}

func (v *visit) titles(cases []archive.Case) (map[archive.WorkID]string, error) {
	var ids []archive.WorkID
	for _, c := range cases {
		ids = append(ids, c.Work)
	}
	works, err := v.reader.WorksByID(v.ctx, ids)
	titles := map[archive.WorkID]string{}
	for i := range works {
		titles[works[i].ID] = works[i].Title
	}
	return titles, err
}

func (v *visit) caseRow(c archive.Case, title string) ui.CaseRow {
	return ui.CaseRow{URL: v.text.Path(address.Case(c.ID)), Title: title, Case: c, Late: c.Late(time.Now())}
}

// Case is one case with the form of its answer.
func (h *Handler) Case(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	return v.oneCase(nil)
}

// oneCase draws the page of a case, also after an answer was refused.
func (v *visit) oneCase(refused error) error {
	one, err := v.reader.Case(v.ctx, archive.CaseID(v.c.Params("case")))
	if err != nil {
		return err
	}
	titles, err := v.titles([]archive.Case{one})
	if err != nil {
		return err
	}
	path := address.Case(one.ID)
	view := ui.CasePage{Row: v.caseRow(one, titles[one.Work]), Work: v.text.Path(address.Review(one.Work)), Path: v.text.Path(path),
		Cases: v.text.Path(address.Cases), May: v.viewer.MayDo(archive.ActWithdraw, archive.Published, false) == nil, Closed: !one.Closed.IsZero()}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(v.c, refused)
		view.Given = v.given()
	}
	return respond.Unkept(v.c, status, ui.CaseDetail(v.text, v.deskPage(v.text.Text("case.title"), path), view))
}

// AnswerCase notes an order and an outcome, and closes the case when asked.
func (h *Handler) AnswerCase(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	id := archive.CaseID(c.Params("case"))
	err = h.Editorial.As(v.viewer).AnswerCase(v.ctx, id, editorial.Answer{
		Authority: c.FormValue("co-quan"), OrderNumber: c.FormValue("so"), OrderDate: archive.Date(c.FormValue("ngay")),
		Outcome: c.FormValue("ket-qua"), Close: c.FormValue("khep") != "",
	})
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.Case(id))
	case archive.Invalid, archive.Conflict, archive.Forbidden:
		return v.oneCase(err)
	default:
		return err
	}
}

// Letter is the form by which a reader remarks or complains about a work, also a withdrawn one.
func (h *Handler) Letter(c *fiber.Ctx) error {
	v, view, err := h.letter(c)
	if err != nil {
		return err
	}
	return v.sendLetter(fiber.StatusOK, view)
}

func (h *Handler) letter(c *fiber.Ctx) (*visit, ui.Letter, error) {
	v, err := h.open(c)
	if err != nil {
		return nil, ui.Letter{}, err
	}
	id, err := namedWork(c)
	if err != nil {
		return nil, ui.Letter{}, err
	}
	path := v.text.Path(address.Letter(id))
	w, err := v.reader.Work(v.ctx, id)
	if archive.CodeOf(err) == archive.Gone { // its title is not told
		return v, ui.Letter{Title: v.text.Text("tombstone.untitled"), Back: v.text.Path("/tac-pham/" + string(id)), Path: path}, nil
	}
	if err != nil {
		return nil, ui.Letter{}, err
	}
	return v, ui.Letter{Title: w.Title, Language: w.Language, Back: v.text.Path(address.Work(w.ID, w.Title)), Path: path}, nil
}

func (v *visit) sendLetter(status int, view ui.Letter) error {
	path := address.Letter(archive.WorkID(v.c.Params("work")))
	return respond.Unkept(v.c, status, ui.LetterPage(v.text, v.deskPage(v.text.Text("letter.title"), path), view))
}

// SendLetter opens a case. Whoever fills in the field that people do not see is told that all went well, and nothing is kept.
func (h *Handler) SendLetter(c *fiber.Ctx) error {
	v, view, err := h.letter(c)
	if err != nil {
		return err
	}
	id, _ := address.ID[archive.WorkID](c.Params("work"))
	if c.FormValue("trang-web") != "" {
		view.Sent, view.Due = archive.NewID[archive.CaseID](), archive.Rules{}.Deadline(time.Now())
		return v.sendLetter(fiber.StatusOK, view)
	}
	made, err := h.openCase(c, v, editorial.Letter{Work: id, Kind: archive.CaseKind(c.FormValue("loai")), Name: c.FormValue("ten"),
		Contact: c.FormValue("lien-he"), Text: c.FormValue("loi")})
	if err == nil {
		view.Sent, view.Due = made.ID, made.Due
		return v.sendLetter(fiber.StatusOK, view)
	}
	switch archive.CodeOf(err) {
	case archive.Invalid, archive.Busy:
		status, sentence := respond.Refused(c, err)
		view.Wrong, view.WrongField, view.Given = sentence, wrongInLetter(err), v.given()
		return v.sendLetter(status, view)
	default:
		return err
	}
}

// wrongInLetter is the field of a letter to which a refusal belongs; "" when it belongs to none.
func wrongInLetter(err error) string {
	switch archive.ReasonOf(err) {
	case "case-kind-unknown":
		return "loai"
	case "text-missing":
		return "loi"
	default:
		return ""
	}
}

func (h *Handler) openCase(c *fiber.Ctx, v *visit, l editorial.Letter) (archive.Case, error) {
	if !h.letters.allow(request.Address(c).String(), time.Now()) {
		return archive.Case{}, archive.Fail(archive.Busy, "letters-many")
	}
	return h.Editorial.As(request.Viewer(c)).OpenCase(v.ctx, l)
}
