package page

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/office"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/table"
	"vannghe/web/ui"
)

// Roll lists the members; with dang=xlsx as a table, with dang=pdf as a document. The routes of this file let in whoever keeps the roll.
func (h *Handler) Roll(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	f := office.Filter{Text: c.Query("q"), Chapter: c.Query("chi-hoi"), Standing: archive.Standing(c.Query("con"))}
	clerk := h.Office.As(v.viewer)
	lines, chapters, err := clerk.Roll(v.ctx, f)
	if err != nil {
		return err
	}
	all, _, err := clerk.Roll(v.ctx, office.Filter{})
	if err != nil {
		return err
	}
	view := ui.Roll{Path: v.text.Path(address.Roll), New: v.text.Path(address.NewMember), Text: f.Text, Chapter: f.Chapter, Standing: f.Standing, Chapters: chapters, All: len(all),
		Body: v.around.site.Body, Retrieved: v.text.Day(time.Now()), Files: "?" + url.Values{"q": {f.Text}, "chi-hoi": {f.Chapter}, "con": {string(f.Standing)}}.Encode() + "&"}
	for _, m := range lines {
		view.Lines = append(view.Lines, ui.RollLine{URL: v.text.Path(address.Member(m.ID)), Member: m})
	}
	switch c.Query("dang") {
	case "xlsx":
		return v.sendXLSX("so-hoi-vien", v.rollTable(lines))
	case "pdf":
		return respond.PDF(c, v.Print, "so-hoi-vien", ui.PrintedRoll(v.text, view))
	}
	return respond.Unkept(c, fiber.StatusOK, ui.RollPage(v.text, v.deskPage(v.text.Text("roll.title"), address.Roll), view))
}

// rollTable is the roll with everything that stands in it.
func (v *visit) rollTable(lines []archive.Enrolled) table.Table {
	t := table.Table{Title: v.text.Text("roll.title")}
	for _, c := range []struct {
		key   string
		width float64
	}{{"roll.name", 28}, {"roll.card", 12}, {"roll.born", 12}, {"roll.admitted", 12}, {"roll.left", 12}, {"roll.died", 12}, {"roll.chapters", 40}, {"roll.awards", 40}, {"roll.phone", 16}, {"roll.email", 24}, {"roll.address", 40}, {"roll.note", 40}} {
		t.Columns = append(t.Columns, table.Column{Name: v.text.Text(c.key), Width: c.width})
	}
	for i := range lines {
		m := &lines[i]
		var chapters, awards []string
		for _, c := range m.Chapters {
			chapters = append(chapters, span(c.Chapter, c.From, c.To))
		}
		for _, a := range m.Awards {
			awards = append(awards, strings.TrimSpace(a.Title+" "+string(a.Date)+" "+a.By))
		}
		t.Rows = append(t.Rows, []any{m.Name, m.Card, string(m.Born), string(m.Admitted), string(m.Left), string(m.Died), strings.Join(chapters, "; "), strings.Join(awards, "; "), m.Phone, m.Email, m.Address, m.Note})
	}
	return t
}

func span(name string, from, to archive.Date) string {
	if from == "" && to == "" {
		return name
	}
	return name + " (" + string(from) + "–" + string(to) + ")"
}

// Member is the form of one member; that of a new one under the address of no member.
func (h *Handler) Member(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	if c.Path() == v.text.Path(address.NewMember) {
		return v.showMember(ui.RollMember{}, nil)
	}
	m, err := v.reader.Member(v.ctx, archive.MemberID(c.Params("member")))
	if err != nil {
		return err
	}
	return v.showMember(ui.RollMember{Member: m, Saved: c.Query("xong") != ""}, nil)
}

func (v *visit) showMember(view ui.RollMember, refused error) error {
	view.List, view.Path = v.text.Path(address.Roll), v.text.Path(address.NewMember)
	path := address.NewMember
	if id := view.Member.ID; id != "" {
		path = address.Member(id)
		view.Path = v.text.Path(path)
		if v.viewer.May(archive.RemovePeople) == nil {
			view.Export, view.Remove = view.Path+"/du-lieu", view.Path+"/xoa"
		}
	}
	if err := v.linked(&view); err != nil {
		return err
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(v.c, refused)
	}
	return respond.Unkept(v.c, status, ui.RollMemberPage(v.text, v.deskPage(v.text.Text("roll.title"), path), view))
}

// linked adds what the author and the account of a member are called.
func (v *visit) linked(view *ui.RollMember) error {
	if id := view.Member.Agent; id != "" {
		agents, err := v.reader.UncountedAgents(v.ctx, []archive.AgentID{id})
		if err != nil {
			return err
		}
		if a, ok := agents[id]; ok {
			view.Author = ui.Link{Label: a.Name(), URL: v.text.Path(address.Agent(id, a.Name()))}
		}
	}
	if id := view.Member.Account; id != "" && view.Account == "" {
		account, err := v.reader.AccountByID(v.ctx, id)
		if err != nil {
			return err
		}
		view.Account = account.Name
	}
	return nil
}

// PutMember stores the form of a member.
func (h *Handler) PutMember(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	m := memberOf(c)
	if c.Path() != v.text.Path(address.NewMember) {
		m.ID = archive.MemberID(c.Params("member"))
	}
	err = v.link(&m)
	var id archive.MemberID
	if err == nil {
		id, err = h.Office.As(v.viewer).Put(v.ctx, m)
	}
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.Member(id) + "?xong=1")
	case archive.Invalid, archive.Conflict:
		return v.showMember(ui.RollMember{Member: m, Account: c.FormValue("tai-khoan"), AgentText: c.FormValue("tac-gia")}, err)
	default:
		return err
	}
}

// link finds the author and the account that a form names. Invalid "agent-missing", "account-missing".
func (v *visit) link(m *archive.Enrolled) error {
	if typed := v.c.FormValue("tac-gia"); strings.TrimSpace(typed) != "" {
		id, ok := address.ID[archive.AgentID](lastSegment(typed))
		if ok {
			agents, err := v.reader.UncountedAgents(v.ctx, []archive.AgentID{id})
			if err != nil {
				return err
			}
			_, ok = agents[id]
		}
		if !ok {
			return archive.Fail(archive.Invalid, "agent-missing")
		}
		m.Agent = id
	}
	if name := strings.ToLower(strings.TrimSpace(v.c.FormValue("tai-khoan"))); name != "" {
		account, err := v.reader.Account(v.ctx, name)
		if archive.CodeOf(err) == archive.NotFound {
			return archive.Fail(archive.Invalid, "account-missing", name)
		}
		if err != nil {
			return err
		}
		m.Account = account.ID
	}
	return nil
}

// memberOf reads a form.
func memberOf(c *fiber.Ctx) archive.Enrolled {
	date := func(name string) archive.Date { return archive.Date(strings.TrimSpace(c.FormValue(name))) }
	version, err := strconv.ParseInt(c.FormValue("thay"), 10, 64)
	if err != nil {
		version = -1 // that no line has
	}
	m := archive.Enrolled{Version: version, Name: c.FormValue("ten"), Card: c.FormValue("the"), Born: date("sinh"), Admitted: date("ket-nap"), Left: date("ra"), Died: date("mat"),
		Phone: c.FormValue("dien-thoai"), Email: c.FormValue("thu"), Address: c.FormValue("dia-chi"), Note: c.FormValue("ghi-chu")}
	const most = 60
	for i := range most {
		n := "-" + strconv.Itoa(i)
		if s := strings.TrimSpace(c.FormValue("chi-hoi" + n)); s != "" {
			m.Chapters = append(m.Chapters, archive.Membership{Chapter: s, From: date("chi-hoi-tu" + n), To: date("chi-hoi-den" + n)})
		}
		if s := strings.TrimSpace(c.FormValue("giai" + n)); s != "" {
			m.Awards = append(m.Awards, archive.Award{Title: s, Date: date("giai-nam" + n), By: c.FormValue("giai-noi" + n)})
		}
	}
	return m
}

// MemberRemoval asks before the data of a person are removed.
func (h *Handler) MemberRemoval(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	return v.showRemoval(nil)
}

func (v *visit) showRemoval(refused error) error {
	m, err := v.reader.Member(v.ctx, archive.MemberID(v.c.Params("member")))
	if err != nil {
		return err
	}
	path := address.Member(m.ID)
	view := ui.RollRemoval{Member: m, Back: v.text.Path(path), Path: v.text.Path(path + "/xoa")}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(v.c, refused)
	}
	return respond.Unkept(v.c, status, ui.RollRemovalPage(v.text, v.deskPage(v.text.Text("roll.remove"), path+"/xoa"), view))
}

// RemoveMember removes the data of a person.
func (h *Handler) RemoveMember(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	id := archive.MemberID(c.Params("member"))
	seen, err := strconv.ParseInt(c.FormValue("thay"), 10, 64)
	switch {
	case err != nil:
		err = archive.Fail(archive.Conflict, "member-changed").Because(err)
	case c.FormValue("chac") == "":
		err = archive.Fail(archive.Invalid, "purge-unsure")
	default:
		err = h.Office.As(v.viewer).Remove(v.ctx, id, seen)
	}
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.Member(id))
	case archive.Invalid, archive.Conflict:
		return v.showRemoval(err)
	default:
		return err
	}
}
