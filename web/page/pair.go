package page

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

const (
	manyPairs     = 20 // works that are offered as the other
	manyPairFiles = 8  // files that are named of each
)

// Pair shows two works that may be one, or looks for the other.
func (h *Handler) Pair(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	return v.pair(c.Query, nil)
}

// pair draws the page for what was asked, also after something was refused with the reason.
func (v *visit) pair(given func(string, ...string) string, refused error) error {
	keep, other := archive.WorkID(given("giu")), archive.WorkID(given("bo"))
	if id, ok := workGiven(given("tim")); ok && other == "" {
		other = id
	}
	view, err := v.pairView(keep, other, given)
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(v.c, refused)
	}
	return respond.Unkept(v.c, status, ui.PairPage(v.text, v.deskPage(v.text.Text("pair.title"), address.Pair), view))
}

// workGiven is the work whose address, of its page or on the desk, somebody pasted.
func workGiven(given string) (archive.WorkID, bool) {
	path, _, _ := strings.Cut(strings.TrimSpace(given), "?")
	at := strings.LastIndex(path, "/")
	if at < 0 {
		return "", false
	}
	return address.ID[archive.WorkID](path[at+1:])
}

func (v *visit) pairView(keep, other archive.WorkID, given func(string, ...string) string) (ui.Pair, error) {
	view := ui.Pair{Path: v.text.Path(address.Pair), Asked: given("tim"), BackName: v.text.Text("describe.to-review"), Back: v.text.Path(address.Review(keep))}
	if other == "" || other == keep {
		return view, v.lookForPair(&view, keep)
	}
	pair, err := v.Editorial.As(v.viewer).Pair(v.ctx, keep, other)
	if err != nil {
		return view, err
	}
	if pair.Refused != nil {
		_, view.Refused = respond.Refused(v.c, pair.Refused)
	}
	if view.Keep, err = v.pairSide(&pair.Keep); err != nil {
		return view, err
	}
	side, err := v.pairSide(&pair.Other)
	if err != nil {
		return view, err
	}
	view.Other, view.Swap = &side, v.text.Path(address.PairOf(other, keep))
	view.Voids = pair.Keep.State == archive.Approved || pair.Keep.State == archive.Submitted
	view.Fields = v.pairFields(&pair, given)
	return view, nil
}

// lookForPair offers works whose titles hold what was typed, or at first the title of the kept one.
func (v *visit) lookForPair(view *ui.Pair, keep archive.WorkID) error {
	w, err := v.reader.Work(v.ctx, keep)
	if err != nil {
		return err
	}
	if view.Keep, err = v.pairSide(&w); err != nil {
		return err
	}
	text := view.Asked
	if text == "" {
		text = w.Title
	}
	list, more, err := v.reader.Choices(v.ctx, catalog.ChoiceFilter{Text: text}, manyPairs)
	view.More = more
	for _, c := range list {
		if c.ID != keep {
			view.Found = append(view.Found, ui.Link{Label: c.Title + " · " + v.text.Text("state."+string(c.State)), URL: v.text.Path(address.PairOf(keep, c.ID))})
		}
	}
	return err
}

func (v *visit) pairSide(w *archive.Work) (ui.PairSide, error) {
	side := ui.PairSide{ID: w.ID, Seen: editorial.Seen(w), Title: w.Title, URL: v.text.Path(address.Review(w.ID)), State: w.State, Genre: v.names[w.Genre],
		Date: v.text.Date(w.Date), Audience: w.Audience}
	var names []string
	for _, c := range w.Credits {
		names = append(names, c.Name)
	}
	side.Credits = strings.Join(names, ", ")
	for _, r := range w.Representations {
		for _, f := range r.Files {
			side.Files = append(side.Files, f.Name)
		}
	}
	if len(side.Files) > manyPairFiles {
		side.Files, side.MoreFiles = side.Files[:manyPairFiles], len(side.Files)-manyPairFiles
	}
	comments, err := v.reader.Comments(v.ctx, w.ID)
	if err != nil {
		return side, err
	}
	cases, err := v.reader.CasesOf(v.ctx, w.ID)
	side.Comments, side.Cases = len(comments), len(cases)
	return side, err
}

// pairFields are what a person picks, with what they picked before or what is usual.
func (v *visit) pairFields(p *editorial.Pair, given func(string, ...string) string) (fields []ui.PairField) {
	d := &describing{visit: v}
	kept, other := p.Keep.Said(), p.Other.Said()
	for _, f := range archive.Picked(&p.Keep, &p.Other) {
		chosen := archive.Pick(given("chon-" + string(f)))
		if chosen == "" {
			chosen = archive.UsualPick(f, &p.Keep, &p.Other)
		}
		options := []ui.PairOption{
			{Pick: archive.PickKept, Label: v.text.Text("pair.of-keep"), Lines: d.said(f, kept[f])},
			{Pick: archive.PickOther, Label: v.text.Text("pair.of-other"), Lines: d.said(f, other[f])},
		}
		if f.ManyLines() && kept[f] != "" {
			options = append(options, ui.PairOption{Pick: archive.PickBoth, Label: v.text.Text("pair.both")})
		}
		for i := range options {
			options[i].Chosen = options[i].Pick == chosen
			if len(options[i].Lines) == 0 && options[i].Pick != archive.PickBoth {
				options[i].Lines = []string{v.text.Text("batch.nothing")}
			}
		}
		fields = append(fields, ui.PairField{Name: string(f), Label: v.text.Text("field." + string(f)), Options: options})
	}
	return fields
}

// MergeWorks makes the two one.
func (h *Handler) MergeWorks(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	m := editorial.WorkMerge{Keep: archive.WorkID(c.FormValue("giu")), Other: archive.WorkID(c.FormValue("bo")), SeenKeep: c.FormValue("thay-giu"),
		SeenOther: c.FormValue("thay-bo"), Picks: archive.Picks{}}
	for _, f := range archive.Fields() {
		if pick := c.FormValue("chon-" + string(f)); pick != "" {
			m.Picks[f] = archive.Pick(pick)
		}
	}
	err = h.Editorial.As(v.viewer).MergeWorks(v.ctx, m)
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.Review(m.Keep) + "?xong=" + string(archive.ActMerge))
	case archive.Invalid, archive.Conflict, archive.Forbidden:
		return v.pair(c.FormValue, err)
	default:
		return err
	}
}

// PairOfBatch leads from the two works that are left of those that were chosen to the page on which they are merged. Invalid "pair-two" for another number.
func (h *Handler) PairOfBatch(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	works, err := v.chosenWorks()
	if err == nil && len(works) != 2 {
		err = archive.Fail(archive.Invalid, "pair-two", len(works))
	}
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.PairOf(works[0], works[1]))
	case archive.Invalid, archive.NotFound, archive.TooLarge:
		return h.batches(c, c.FormValue, err)
	default:
		return err
	}
}
