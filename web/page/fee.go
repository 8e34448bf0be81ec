package page

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/office"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/table"
	"vannghe/web/ui"
)

// manySheets is how many sheets of royalties are listed.
const manySheets = 120

// FeeSheets lists the sheets of royalties. The routes of this file let in whoever may record fees.
func (h *Handler) FeeSheets(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	return v.feeSheets(nil)
}

func (v *visit) feeSheets(refused error) error {
	sheets, err := v.reader.Sheets(v.ctx, manySheets)
	if err != nil {
		return err
	}
	issues, err := v.reader.Works(v.ctx, catalog.WorkFilter{Genre: "tap-chi", Size: catalog.MaxSize})
	if err != nil {
		return err
	}
	view := ui.FeeSheets{Path: v.text.Path(address.Fees), Rates: v.text.Path(address.FeeRates), Month: time.Now().In(archive.Vietnam).Format("2006-01"), Given: map[string]string{}}
	for _, s := range sheets {
		rows, err := v.reader.Fees(v.ctx, s.ID)
		if err != nil {
			return err
		}
		row, err := v.feeRow(s, rows)
		if err != nil {
			return err
		}
		view.Rows = append(view.Rows, row)
	}
	for _, w := range issues.Works {
		view.Issues = append(view.Issues, ui.Link{Label: w.Title, URL: string(w.ID)})
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(v.c, refused)
		view.Given = v.given()
	}
	return respond.Unkept(v.c, status, ui.FeeSheetsPage(v.text, v.deskPage(v.text.Text("fee.title"), address.Fees), view))
}

func (v *visit) feeRow(s archive.Sheet, rows []archive.Fee) (ui.FeeSheetRow, error) {
	row := ui.FeeSheetRow{URL: v.text.Path(address.FeeSheet(s.ID)), Sheet: s}
	row.All, row.Paid = archive.Totals(rows)
	unpaid := false
	for _, f := range rows {
		unpaid = unpaid || f.Paid.IsZero()
	}
	row.Late = unpaid && s.Late(time.Now().In(archive.Vietnam).Format(time.DateOnly))
	title := ""
	if s.Issue != "" {
		works, err := v.reader.WorksByID(v.ctx, []archive.WorkID{s.Issue})
		if err != nil {
			return row, err
		}
		for _, w := range works {
			title = w.Title
		}
	}
	row.Name = ui.SheetName(v.text, s.Month, title)
	return row, nil
}

// writtenMonth turns 11/2026, as people write it where the browser has no field for months, into 2026-11; anything else stays as it is.
func writtenMonth(s string) string {
	if month, err := time.Parse("1/2006", strings.TrimSpace(s)); err == nil {
		return month.Format("2006-01")
	}
	return s
}

// DrawUp draws up a sheet.
func (h *Handler) DrawUp(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	n := office.NewSheet{Month: writtenMonth(c.FormValue("thang")), Issue: archive.WorkID(c.FormValue("so")), Due: c.FormValue("han")}
	if n.Issue != "" { // the month of today stands in its field
		n.Month = ""
	}
	id, err := h.Office.As(v.viewer).DrawUp(v.ctx, n)
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.FeeSheet(id))
	case archive.Invalid, archive.Conflict:
		return v.feeSheets(err)
	default:
		return err
	}
}

// FeeSheet is one sheet; with dang=xlsx a table, with dang=pdf a document.
func (h *Handler) FeeSheet(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	view, err := v.feeSheet()
	if err != nil {
		return err
	}
	name := "nhuan-but-" + view.Row.Sheet.Month
	if view.Row.Sheet.Month == "" {
		name = "nhuan-but-" + string(view.Row.Sheet.Issue)
	}
	switch c.Query("dang") {
	case "xlsx":
		return v.sendXLSX(name, v.feeTable(view))
	case "pdf":
		return respond.PDF(c, v.Print, name, ui.PrintedFees(v.text, view))
	}
	view.Done = c.Query("xong") != ""
	return v.showFees(fiber.StatusOK, view)
}

func (v *visit) showFees(status int, view ui.FeeSheet) error {
	return respond.Unkept(v.c, status, ui.FeeSheetPage(v.text, v.deskPage(view.Row.Name, address.FeeSheet(view.Row.Sheet.ID)), view))
}

func (v *visit) feeSheet() (ui.FeeSheet, error) {
	s, err := v.reader.Sheet(v.ctx, archive.SheetID(v.c.Params("sheet")))
	if err != nil {
		return ui.FeeSheet{}, err
	}
	rows, err := v.reader.Fees(v.ctx, s.ID)
	if err != nil {
		return ui.FeeSheet{}, err
	}
	row, err := v.feeRow(s, rows)
	if err != nil {
		return ui.FeeSheet{}, err
	}
	view := ui.FeeSheet{Row: row, Body: v.around.site.Body, List: v.text.Path(address.Fees), MayPay: v.viewer.May(archive.PayFees) == nil, Given: map[string]string{}}
	for _, f := range rows {
		line := ui.FeeLine{Fee: f, Genre: v.names[f.Genre], Work: v.text.Path(address.Review(f.Work))}
		if f.Corrects != "" {
			line.Corrects = v.text.Text("fee.corrects")
		}
		view.Lines = append(view.Lines, line)
	}
	return view, nil
}

// feeTable is a sheet for the accountant.
func (v *visit) feeTable(view ui.FeeSheet) table.Table {
	t := table.Table{Title: view.Row.Name}
	for _, c := range []struct {
		key   string
		width float64
	}{{"number", 6}, {"work", 40}, {"genre", 18}, {"name", 28}, {"unit", 14}, {"coefficient", 10}, {"amount", 16}, {"paid", 14}, {"remark", 40}} {
		t.Columns = append(t.Columns, table.Column{Name: v.text.Text("fee.column." + c.key), Width: c.width})
	}
	for i, l := range view.Lines {
		f := l.Fee
		row := []any{int64(i + 1), f.Title, l.Genre, f.Name, nil, nil, f.Amount, nil, strings.TrimPrefix(l.Corrects+": "+f.Reason, ": ")}
		if f.Coefficient > 0 {
			row[4], row[5] = f.Unit, float64(f.Coefficient)/100
		}
		if !f.Paid.IsZero() {
			row[7] = f.Paid.In(archive.Vietnam).Format("02/01/2006")
		}
		t.Rows = append(t.Rows, row)
	}
	t.Below = [][]any{{nil, v.text.Text("fee.total"), nil, nil, nil, nil, view.Row.All}, {nil, v.text.Text("fee.words", v.text.MoneyWords(view.Row.All))}}
	return t
}

func (v *visit) sendXLSX(name string, t table.Table) error {
	b, err := t.XLSX()
	if err != nil {
		return err
	}
	respond.Attached(v.c, name+".xlsx")
	return respond.Text{Type: table.Type, Cache: respond.Never, Body: b}.Send(v.c)
}

// feeAct does something with a sheet and leads back to it, or says there why it was not done.
func (h *Handler) feeAct(c *fiber.Ctx, do func(v *visit, k *office.Clerk, id archive.SheetID) (archive.SheetID, error)) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	to, err := do(v, h.Office.As(v.viewer), archive.SheetID(c.Params("sheet")))
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.FeeSheet(to) + "?xong=1")
	case archive.Invalid, archive.Conflict, archive.Forbidden:
		view, missing := v.feeSheet()
		if missing != nil {
			return missing
		}
		status, sentence := respond.Refused(c, err)
		view.Wrong, view.Given = sentence, v.given()
		return v.showFees(status, view)
	default:
		return err
	}
}

// AddFee adds a row.
func (h *Handler) AddFee(c *fiber.Ctx) error {
	return h.feeAct(c, func(v *visit, k *office.Clerk, id archive.SheetID) (archive.SheetID, error) {
		amount, err := parseMoney(c.FormValue("tien"))
		if err != nil {
			return id, err
		}
		work, ok := address.ID[archive.WorkID](lastSegment(c.FormValue("tac-pham")))
		if !ok {
			return id, archive.Fail(archive.Invalid, "fee-work")
		}
		err = k.AddFee(v.ctx, id, office.Added{Work: work, Name: c.FormValue("ten"), Amount: amount, Reason: c.FormValue("ly-do")})
		if archive.ReasonOf(err) == "work-missing" {
			err = archive.Fail(archive.Invalid, "fee-work").Because(err)
		}
		return id, err
	})
}

// lastSegment is the last part of an address, without what follows a question mark or #.
func lastSegment(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "?")
	s, _, _ = strings.Cut(s, "#")
	return s[strings.LastIndexByte(s, '/')+1:]
}

// ChangeFee changes an amount by hand.
func (h *Handler) ChangeFee(c *fiber.Ctx) error {
	return h.feeAct(c, func(v *visit, k *office.Clerk, id archive.SheetID) (archive.SheetID, error) {
		change, err := changeOf(c)
		if err != nil {
			return id, err
		}
		return id, k.SetAmount(v.ctx, id, change)
	})
}

// CorrectFee corrects a row of a closed sheet, and leads to the sheet in which the correction stands.
func (h *Handler) CorrectFee(c *fiber.Ctx) error {
	return h.feeAct(c, func(v *visit, k *office.Clerk, _ archive.SheetID) (archive.SheetID, error) {
		change, err := changeOf(c)
		if err != nil {
			return "", err
		}
		return k.Correct(v.ctx, change)
	})
}

func changeOf(c *fiber.Ctx) (office.Change, error) {
	amount, err := parseMoney(c.FormValue("tien"))
	if err != nil {
		return office.Change{}, err
	}
	seen, err := strconv.ParseInt(c.FormValue("thay"), 10, 64)
	if err != nil {
		return office.Change{}, archive.Fail(archive.Conflict, "fee-changed").Because(err)
	}
	return office.Change{Fee: archive.FeeID(c.FormValue("dong")), Seen: seen, Amount: amount, Reason: c.FormValue("ly-do")}, nil
}

// DropFee takes a row off.
func (h *Handler) DropFee(c *fiber.Ctx) error {
	return h.feeAct(c, func(v *visit, k *office.Clerk, id archive.SheetID) (archive.SheetID, error) {
		return id, k.DropFee(v.ctx, id, archive.FeeID(c.FormValue("dong")))
	})
}

// CloseFees closes a sheet.
func (h *Handler) CloseFees(c *fiber.Ctx) error {
	return h.feeAct(c, func(v *visit, k *office.Clerk, id archive.SheetID) (archive.SheetID, error) {
		seen, err := strconv.ParseInt(c.FormValue("thay"), 10, 64)
		if err != nil {
			return id, archive.Fail(archive.Conflict, "fee-changed").Because(err)
		}
		return id, k.Close(v.ctx, id, seen)
	})
}

// PayFees notes that rows were paid.
func (h *Handler) PayFees(c *fiber.Ctx) error {
	return h.feeAct(c, func(v *visit, k *office.Clerk, id archive.SheetID) (archive.SheetID, error) {
		var ids []archive.FeeID
		for key, value := range c.Request().PostArgs().All() {
			if string(key) == "dong" {
				ids = append(ids, archive.FeeID(string(value)))
			}
		}
		return id, k.Pay(v.ctx, id, ids)
	})
}

// FeeRates shows what genres earn.
func (h *Handler) FeeRates(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	return v.feeRates(nil)
}

func (v *visit) feeRates(refused error) error {
	rates, err := v.reader.Rates(v.ctx)
	if err != nil {
		return err
	}
	view := ui.FeeRates{Path: v.text.Path(address.FeeRates), List: v.text.Path(address.Fees), MaySet: v.viewer.May(archive.PayFees) == nil, Given: map[string]string{}}
	for _, g := range v.around.genres {
		view.Genres = append(view.Genres, ui.Link{Label: v.names[g.ID], URL: string(g.ID)})
		for _, r := range rates {
			if r.Genre == g.ID {
				view.Rows = append(view.Rows, ui.FeeRate{Genre: v.names[g.ID], Rate: r})
			}
		}
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(v.c, refused)
		view.Given = v.given()
	}
	return respond.Unkept(v.c, status, ui.FeeRatesPage(v.text, v.deskPage(v.text.Text("fee.rates"), address.FeeRates), view))
}

// SetFeeRate sets a rate.
func (h *Handler) SetFeeRate(c *fiber.Ctx) error {
	return h.rateAct(c, func(v *visit, k *office.Clerk) error {
		unit, err := parseMoney(c.FormValue("don-vi"))
		if err != nil {
			return err
		}
		return k.SetRate(v.ctx, archive.Rate{Genre: archive.GenreID(c.FormValue("the-loai")), From: c.FormValue("tu"), Unit: unit, Coefficient: parseHundredths(c.FormValue("he-so"))})
	})
}

// DropFeeRate removes a rate.
func (h *Handler) DropFeeRate(c *fiber.Ctx) error {
	return h.rateAct(c, func(v *visit, k *office.Clerk) error {
		return k.DropRate(v.ctx, archive.GenreID(c.FormValue("the-loai")), c.FormValue("tu"))
	})
}

func (h *Handler) rateAct(c *fiber.Ctx, do func(v *visit, k *office.Clerk) error) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	err = do(v, h.Office.As(v.viewer))
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.FeeRates)
	case archive.Invalid, archive.Conflict:
		return v.feeRates(err)
	default:
		return err
	}
}

// parseMoney reads an amount of đồng as people write it: 1.250.000, 1,250,000 đ. Invalid "money-invalid".
func parseMoney(s string) (int64, error) {
	s = strings.TrimSpace(strings.TrimRight(strings.TrimSpace(s), "đ₫VNDvnd "))
	groups := strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == ',' || r == ' ' || r == '\u00a0' })
	for i, g := range groups {
		if len(groups) > 1 && (i > 0 && len(g) != 3 || i == 0 && len(g) > 3) { // 1.5 is no amount
			return 0, archive.Fail(archive.Invalid, "money-invalid")
		}
	}
	n, err := strconv.ParseInt(strings.Join(groups, ""), 10, 64)
	if err != nil {
		return 0, archive.Fail(archive.Invalid, "money-invalid").Because(err)
	}
	return n, nil
}

// parseHundredths reads a coefficient such as 1,5 or 1.25 in hundredths; 0, which none is, for anything else.
func parseHundredths(s string) int {
	x, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(s), ",", "."), 64)
	if err != nil || !(x > 0 && x <= float64(archive.MaxCoefficient)) {
		return 0
	}
	return int(math.Round(x * 100))
}
