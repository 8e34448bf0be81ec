package page

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ingest"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
)

// mostParts bounds the files and fields of a form: a folder that is sent without scripts.
const mostParts = 5000

// TakesFiles reports whether forms with files, which are read as they come, are sent to a path.
func TakesFiles(path string) bool {
	path = strings.TrimPrefix(path, "/en")
	return path == address.BringIn+"/tep" || strings.HasPrefix(path, address.Intakes+"/") && strings.HasSuffix(path, "/gui")
}

// SendToIntake takes the files of a form, for browsers without scripts.
func (h *Handler) SendToIntake(c *fiber.Ctx) error {
	v, i, err := h.openIntake(c)
	if err == nil {
		err = v.takeForm(i.ID)
	}
	if err != nil {
		c.Response().Header.SetConnectionClose() // what is unread is no request
	}
	return h.intakeDone(c, err)
}

// takeForm takes each file as it comes; those that came before one that fails are taken.
func (v *visit) takeForm(id archive.IntakeID) error {
	form, err := v.parts()
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		part, err := form.NextPart()
		if err == nil && n > mostParts {
			return archive.Fail(archive.Invalid, "form-files", mostParts)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return archive.Fail(archive.Invalid, "upload-cut").Because(err)
		}
		if err := v.takePart(id, part); err != nil {
			return err
		}
	}
}

func (v *visit) takePart(id archive.IntakeID, part *multipart.Part) error {
	path := partPath(part)
	if path == "" { // nothing was chosen there
		return nil
	}
	upload, err := v.Ingest.TakeWhole(v.ctx, v.viewer, path, part)
	switch {
	case err != nil:
		return err
	case part.FormName() == "bang-ke":
		return v.Ingest.SetManifest(v.ctx, v.viewer, id, upload)
	default:
		return v.Ingest.AddToIntake(v.ctx, v.viewer, id, []catalog.IntakeFile{{Upload: upload, Path: path}})
	}
}

// partPath is the path that came with a file, which multipart.Part cuts down to a name. Of a folder its own name does not count.
func partPath(part *multipart.Part) string {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return ""
	}
	path := params["filename"]
	if _, below, folder := strings.Cut(path, "/"); folder && part.FormName() == "thu-muc" {
		return below
	}
	return path
}

// AddToIntake adds files that were uploaded before, for the script of the page: "tep" and "duong-dan" in pairs, or "bang-ke".
func (h *Handler) AddToIntake(c *fiber.Ctx) error {
	v, i, err := h.openIntake(c)
	if err != nil {
		return err
	}
	args := c.Request().PostArgs()
	uploads, paths := args.PeekMulti("tep"), args.PeekMulti("duong-dan")
	if len(uploads) != len(paths) {
		return archive.Fail(archive.Invalid, "request-malformed")
	}
	var files []catalog.IntakeFile
	for n := range uploads {
		files = append(files, catalog.IntakeFile{Upload: archive.FileID(uploads[n]), Path: string(paths[n])})
	}
	if len(files) > 0 {
		if err := h.Ingest.AddToIntake(v.ctx, v.viewer, i.ID, files); err != nil {
			return err
		}
	}
	if list := archive.FileID(c.FormValue("bang-ke")); list != "" {
		if err := h.Ingest.SetManifest(v.ctx, v.viewer, i.ID, list); err != nil {
			return err
		}
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// IntakeTable is what becomes of every row, as a table that spreadsheet programs open.
func (h *Handler) IntakeTable(c *fiber.Ctx) error {
	v, i, err := h.openIntake(c)
	if err != nil {
		return err
	}
	table := [][]string{{"row", "file", "title", "fate", "done", "work", "code", "remark"}}
	for after := 0; err == nil; {
		var rows []catalog.IntakeRow
		rows, err = v.reader.IntakeRows(v.ctx, i.ID, catalog.IntakeQuery{After: after, Limit: intakePageRows * 10})
		if len(rows) == 0 {
			break
		}
		after = rows[len(rows)-1].Number
		for _, r := range rows {
			row := v.intakeRow(i, r)
			table = append(table, []string{strconv.Itoa(row.Number), r.File, row.Title, string(r.Fate), strconv.FormatBool(r.Done), string(r.Work), string(r.Remark.Reason), row.Remark})
		}
	}
	if err != nil {
		return fmt.Errorf("list the rows of an intake: %w", err)
	}
	content, err := respond.Table(table)
	if err != nil {
		return err
	}
	respond.Attached(c, "dot-nhap-"+string(i.ID)+".csv")
	return respond.Text{Type: "text/csv; charset=utf-8", Cache: respond.Never, Body: content}.Send(c)
}

// IntakeSample is a list to begin with: the headings in the visitor's language and one row as an example.
func (h *Handler) IntakeSample(c *fiber.Ctx) error {
	v, _, err := h.openIntake(c)
	if err != nil {
		return err
	}
	content, err := respond.Table([][]string{ingest.Headings(v.text.Language()), v.sampleRow()})
	if err != nil {
		return err
	}
	respond.Attached(c, v.text.Text("intake.sample-file"))
	return respond.Text{Type: "text/csv; charset=utf-8", Cache: respond.Never, Body: content}.Send(c)
}

// sampleRow has an example in the columns that most lists need.
func (v *visit) sampleRow() []string {
	row := ingest.Headings("")
	for i, column := range row {
		row[i] = ""
		if key := "intake.sample." + column; v.text.Has(key) {
			row[i] = v.text.Text(key)
		}
	}
	return row
}

func language(c *fiber.Ctx) string { return string(request.Language(c)) }
