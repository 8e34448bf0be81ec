package page

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// manyMine is how many of their works a sender is shown.
const manyMine = 100

// sendKind is what a sender says a work is: it leads to a genre, which editors may choose better.
type sendKind struct {
	name   string
	genre  archive.GenreID
	groups []string // report groups whose works are of this kind
	accept string   // what the file field offers first
	typing bool
	pages  bool
	voice  bool
}

const (
	wordFiles  = ".doc,.docx,.odt,.rtf,.txt,.pdf,application/pdf,text/plain"
	soundFiles = "audio/*,.mp3,.m4a,.wav,.flac"
)

// sendKinds are the kinds in the order of their buttons; the last takes what no other does.
func sendKinds() []sendKind {
	return []sendKind{
		{name: "tho", genre: "tho", groups: []string{"tho"}, accept: wordFiles, typing: true, pages: true, voice: true},
		{name: "truyen", genre: "truyen-ngan", groups: []string{"van-xuoi", "ly-luan"}, accept: wordFiles, typing: true, pages: true, voice: true},
		{name: "tranh", genre: "hoi-hoa", groups: []string{"my-thuat"}, accept: "image/*"},
		{name: "anh", genre: "nhiep-anh", groups: []string{"nhiep-anh"}, accept: "image/*"},
		{name: "bai-hat", genre: "ca-khuc", groups: []string{"am-nhac"}, accept: soundFiles + ",video/*", typing: true, pages: true, voice: true},
		{name: "phim", genre: "phim", groups: []string{"phim", "mua", "san-khau"}, accept: "video/*,.mp4,.mov,.mkv,.avi,.mpg"},
		{name: "khac", genre: "van-nghe-dan-gian", typing: true, pages: true, voice: true},
	}
}

func kindNamed(name string) (sendKind, bool) {
	for _, k := range sendKinds() {
		if k.name == name {
			return k, true
		}
	}
	return sendKind{}, false
}

// kindOf is the kind of a draft, by its genre.
func (v *visit) kindOf(w *archive.Work) sendKind {
	kinds, group := sendKinds(), v.group(w.Genre)
	for _, k := range kinds {
		if slices.Contains(k.groups, group) {
			return k
		}
	}
	return kinds[len(kinds)-1]
}

// genreOf is the genre to which a kind leads: its own where the association has it, else the first of its groups, else any.
func (v *visit) genreOf(k sendKind) archive.GenreID {
	for _, wanted := range []func(archive.Genre) bool{
		func(g archive.Genre) bool { return g.ID == k.genre },
		func(g archive.Genre) bool { return slices.Contains(k.groups, g.Group) },
	} {
		if at := slices.IndexFunc(v.around.genres, wanted); at >= 0 {
			return v.around.genres[at].ID
		}
	}
	if len(v.around.genres) > 0 {
		return v.around.genres[0].ID
	}
	return k.genre
}

// Send asks what it is that is sent, and lists what was begun.
func (h *Handler) Send(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	return v.sendKinds(nil)
}

func (v *visit) sendKinds(refused error) error {
	view := ui.SendKinds{Path: v.text.Path(address.Send)}
	for _, k := range sendKinds() {
		view.Kinds = append(view.Kinds, k.name)
	}
	mine, err := v.Editorial.As(v.viewer).Mine(v.ctx, manyMine)
	if err != nil {
		return err
	}
	for i := range mine {
		if mine[i].State == archive.Draft && !empty(&mine[i]) {
			view.Mine = append(view.Mine, v.mine(&mine[i]))
		}
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(v.c, refused)
	}
	return respond.Unkept(v.c, status, ui.SendKindsPage(v.text, v.deskPage(v.text.Text("send.heading"), address.Send), view))
}

func empty(w *archive.Work) bool {
	return w.TitleGuessed && w.Description == "" && len(w.Representations) == 0
}

// mine is a work in its sender's list: one that can still be changed leads to where that is done.
func (v *visit) mine(w *archive.Work) ui.Mine {
	m := ui.Mine{URL: v.text.Path(address.Sent(w.ID)), Title: w.Title, Untitled: w.TitleGuessed, Genre: v.names[w.Genre], State: w.State, Updated: w.Updated}
	if w.State == archive.Draft {
		m.URL = v.text.Path(address.SendWork(w.ID))
	}
	return m
}

// Mine lists the works of who asks, for the home of the desk.
func (h *Handler) Mine(c *fiber.Ctx) ([]ui.Mine, error) {
	v, err := h.open(c)
	if err != nil || v.viewer.Account == "" {
		return nil, err
	}
	works, err := h.Editorial.As(v.viewer).Mine(v.ctx, manyMine)
	if err != nil {
		return nil, err
	}
	var list []ui.Mine
	for i := range works {
		if !empty(&works[i]) {
			list = append(list, v.mine(&works[i]))
		}
	}
	return list, nil
}

// BeginSending makes the draft and leads to its files.
func (h *Handler) BeginSending(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	kind, known := kindNamed(c.FormValue("loai"))
	if !known {
		return v.sendKinds(archive.Fail(archive.Invalid, "send-kind-missing"))
	}
	id, err := h.Editorial.As(v.viewer).Begin(v.ctx, v.genreOf(kind))
	if err != nil {
		return err
	}
	return v.seeOther(address.SendWork(id))
}

// drafting begins a visit to a draft that its sender, or whoever helps, may still change. The errors are those of own; a work that is no
// longer to be changed leads to where it is followed.
func (h *Handler) drafting(c *fiber.Ctx) (*visit, editorial.Own, error) {
	v, own, err := h.own(c)
	if err != nil {
		return nil, own, err
	}
	return v, own, v.viewer.MayDo(archive.ActEdit, own.Work.State, archive.Sent(own.Events, v.viewer.Account))
}

// filing is drafting for what changes the files: those of a published work are closed.
func (h *Handler) filing(c *fiber.Ctx) (*visit, editorial.Own, error) {
	v, own, err := h.own(c)
	if err != nil {
		return nil, own, err
	}
	return v, own, v.viewer.MayDo(archive.ActFiles, own.Work.State, archive.Sent(own.Events, v.viewer.Account))
}

// notDrafting answers whoever comes to a work that they may not change any more. A work whose files
// are closed says so to whoever works on the archive, who may change everything else of it.
func (h *Handler) notDrafting(v *visit, own editorial.Own, err error) error {
	if v != nil && v.viewer.Staff() && archive.ReasonOf(err) == "files-closed" {
		return v.sent(own, refusal{act: archive.ActFiles, cause: err})
	}
	if v != nil && archive.CodeOf(err) == archive.Conflict {
		return v.seeOther(address.Sent(own.Work.ID))
	}
	return err
}

// refusable reports whether an error is about what a person gave, and belongs beside the form.
func refusable(err error) bool {
	return slices.Contains([]archive.Code{archive.Invalid, archive.TooLarge, archive.Busy, archive.Conflict}, archive.CodeOf(err))
}

func (v *visit) help(w *archive.Work) ui.Help {
	if w.State != archive.Draft {
		return ui.Help{}
	}
	path := v.text.Path(address.SendWork(w.ID))
	return ui.Help{Path: path + "/giup", Drop: path + "/bo-het"}
}
