package page

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/internal/ingest"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/tus"
	"vannghe/web/ui"
)

// bringing is what the uploads say that they are for that wait to become works.
const bringing = "dua-vao"

// together is the choice that all files are one work; otherwise each is one of its own.
const together = "mot"

// openBringIn begins a visit of somebody who brings works of others in.
func (h *Handler) openBringIn(c *fiber.Ctx) (*visit, error) {
	v, err := h.open(c)
	if err != nil {
		return nil, err
	}
	return v, v.viewer.May(archive.DescribeWorks)
}

// BringIn asks for files, each of which becomes a work, or all of them one.
func (h *Handler) BringIn(c *fiber.Ctx) error {
	v, err := h.openBringIn(c)
	if err != nil {
		return err
	}
	return v.bringIn(nil)
}

func (v *visit) bringIn(refused error) error {
	view := ui.BringIn{Base: v.text.Path(address.BringIn), Max: MaxFormBytes, Together: v.c.FormValue("cach") == together}
	view.Genres = append(view.Genres, ui.DescribeOption{Label: v.text.Text("bring-in.by-file")})
	for _, g := range v.around.genres {
		view.Genres = append(view.Genres, ui.DescribeOption{Value: string(g.ID), Label: v.names[g.ID], Chosen: string(g.ID) == v.c.FormValue("the-loai")})
	}
	uploads, err := v.uploads(bringing)
	if err != nil {
		return err
	}
	for _, u := range uploads {
		if u.State != catalog.UploadWhole {
			view.Half = append(view.Half, ui.HalfSent{ID: u.ID, Name: ingest.DisplayName(u.Name), Given: u.Name, Modified: tus.Metadata(u.Metadata)[uploadModified], Received: u.Received, Size: u.Size})
			continue
		}
		f := ui.SentFile{ID: u.ID, Name: ingest.DisplayName(u.Name), Size: u.Size, Upload: true}
		if err := ingest.Showable(u); archive.ReasonOf(err) == archive.Infected {
			f.Problem = v.text.Sentence(err)
		}
		view.Files = append(view.Files, f)
	}
	if view.Drafts, err = v.drafts(); err != nil {
		return err
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(v.c, refused)
	}
	if n, err := strconv.Atoi(v.c.Query("xong")); err == nil && n > 0 && refused == nil {
		view.Done = v.text.Text("bring-in.done", n)
	}
	return respond.Unkept(v.c, status, ui.BringInPage(v.text, v.deskPage(v.text.Text("bring-in.title"), address.BringIn), view))
}

// drafts are the works that the viewer brought in and has not handed to the editors, or was given back.
func (v *visit) drafts() (list []ui.Mine, err error) {
	works, err := v.Editorial.As(v.viewer).Mine(v.ctx, manyMine)
	for i := range works {
		w := &works[i]
		if (w.State == archive.Draft || w.State == archive.ChangesRequested) && !empty(w) {
			list = append(list, ui.Mine{URL: v.text.Path(address.Edit(w.ID)), Title: w.Title, Genre: v.names[w.Genre], State: w.State, Updated: w.Updated})
		}
	}
	return list, err
}

// MakeDrafts makes works of the uploads that have arrived whole, and leads on: to the one work, or to the list of them.
func (h *Handler) MakeDrafts(c *fiber.Ctx) error {
	v, err := h.openBringIn(c)
	if err != nil {
		return err
	}
	uploads, err := v.uploads(bringing)
	if err != nil {
		return err
	}
	var ids []archive.FileID
	for _, u := range uploads {
		if u.State == catalog.UploadWhole && archive.ReasonOf(ingest.Showable(u)) != archive.Infected {
			ids = append(ids, u.ID)
		}
	}
	files, err := h.Ingest.Uploaded(v.ctx, v.viewer, ids)
	if err == nil {
		return v.makeDrafts(files, c.FormValue("the-loai"), c.FormValue("cach"))
	}
	if refusable(err) {
		return v.bringIn(err)
	}
	return err
}

// makeDrafts records the files as drafts of the viewer's.
func (v *visit) makeDrafts(files []ingest.EntryFile, genre, way string) error {
	if len(files) == 0 {
		return v.bringIn(archive.Fail(archive.Invalid, "file-not-chosen"))
	}
	works := [][]ingest.EntryFile{files}
	if way != together {
		works = nil
		for _, f := range files {
			works = append(works, []ingest.EntryFile{f})
		}
	}
	var made archive.WorkID
	for i, list := range works {
		entry := ingest.Entry{Genre: archive.GenreID(strings.Clone(genre)), Files: list, By: editorial.By{Agent: string(v.viewer.Account)}}
		recorded, err := v.Ingest.Record(v.ctx, entry)
		if err != nil {
			for _, rest := range works[i+1:] {
				v.Ingest.Forget(v.ctx, stagedOf(rest)...)
			}
			if refusable(err) {
				return v.bringIn(err)
			}
			return err
		}
		made = recorded.Work
	}
	if len(works) == 1 {
		return v.seeOther(address.Edit(made))
	}
	return v.seeOther(address.BringIn + "?xong=" + strconv.Itoa(len(works)))
}

// stagedOf are the files that were sent with a form; uploads stay uploads.
func stagedOf(files []ingest.EntryFile) (list []ingest.Staged) {
	for _, f := range files {
		if !f.Uploaded() {
			list = append(list, f.Staged)
		}
	}
	return list
}

// BringForm takes files that go with the form, without scripts.
func (h *Handler) BringForm(c *fiber.Ctx) error {
	v, err := h.openBringIn(c)
	if err != nil {
		return err
	}
	files, fields, err := v.formOfFiles()
	if err == nil {
		return v.makeDrafts(files, fields["the-loai"], fields["cach"])
	}
	if refusable(err) {
		return v.bringIn(err)
	}
	return err
}

// longestChoice bounds a field that stands beside the files.
const longestChoice = 1000

// formOfFiles stages the files of a form one after the other, as they come, and reads what was chosen before them.
func (v *visit) formOfFiles() (files []ingest.EntryFile, fields map[string]string, err error) {
	parts, err := v.parts()
	if err != nil {
		return nil, nil, err
	}
	fields = map[string]string{"the-loai": "", "cach": ""}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return files, fields, nil
		case err == nil && n > 2*formFiles:
			err = archive.Fail(archive.Invalid, "form-files", formFiles)
		case err == nil && part.FileName() == "":
			var b []byte
			_, known := fields[part.FormName()]
			if b, err = io.ReadAll(io.LimitReader(part, longestChoice)); err == nil && known {
				fields[part.FormName()] = string(b)
			}
		case err == nil && len(files) >= formFiles:
			err = archive.Fail(archive.Invalid, "form-files", formFiles)
		case err == nil:
			var s ingest.Staged
			if s, err = v.Ingest.Stage(v.ctx, strings.ReplaceAll(part.FileName(), "%22", `"`), &limited{part, MaxFormBytes}); err == nil {
				files = append(files, ingest.EntryFile{Staged: s})
			}
		}
		if err != nil {
			v.Ingest.Forget(v.ctx, stagedOf(files)...)
			return nil, nil, formError(err)
		}
	}
}

// EndBringing gives up a file that is half here, or that is not wanted.
func (h *Handler) EndBringing(c *fiber.Ctx) error {
	v, err := h.openBringIn(c)
	if err != nil {
		return err
	}
	id := archive.FileID(strings.Clone(c.Params("file")))
	if !archive.ValidID(string(id)) {
		return archive.Fail(archive.NotFound, "upload-missing")
	}
	if err := h.Ingest.EndUpload(v.ctx, v.viewer, id); err != nil && archive.CodeOf(err) != archive.NotFound && archive.CodeOf(err) != archive.Gone {
		return err
	}
	return v.seeOther(address.BringIn) // also when it was gone already: pressed twice
}
