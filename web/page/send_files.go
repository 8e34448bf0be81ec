package page

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"slices"
	"strings"
	"time"

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

// MaxFormBytes is the longest file that goes with a form, without scripts: what a slow line brings in a quarter of an hour.
const MaxFormBytes = 64_000_000

// formFiles bounds how many files go with one form.
const formFiles = 50

// formStall is how long a line may be silent in the middle of a form.
const formStall = 60 * time.Second

// manyUploads is how many uploads of a sender are looked at.
const manyUploads = 1000

// The metadata of an upload by which it is known to belong to a draft, and to be a page of something written or a voice that was recorded.
const (
	uploadWork     = "work"
	uploadAs       = "as"
	uploadModified = "modified" // when the file was changed last on its device, as milliseconds: with name and size it is known again
	asPage         = "page"
	asVoice        = "voice"
)

// SendFiles asks for the files of a draft. What has arrived whole since joins it first: no answer that was lost makes it be sent twice.
func (h *Handler) SendFiles(c *fiber.Ctx) error {
	v, own, err := h.filing(c)
	if err != nil {
		return h.notDrafting(v, own, err)
	}
	return v.sendFiles(&own.Work, nil)
}

func (v *visit) sendFiles(w *archive.Work, refused error) error {
	joined, err := v.join(w)
	if refusable(err) && refused == nil {
		refused = err // what has arrived does not fit: the page still shows what there is
	} else if err != nil && !refusable(err) {
		return err
	}
	if joined {
		own, err := v.Editorial.As(v.viewer).Own(v.ctx, w.ID)
		if err != nil {
			return err
		}
		w = &own.Work
	}
	view, err := v.filesView(w)
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(v.c, refused)
		if given, ok := v.given()["loi"]; ok {
			view.Text = given
		}
	}
	v.c.Set(fiber.HeaderPermissionsPolicy, "camera=(), microphone=(self), geolocation=(), payment=(), usb=()") // a voice may be recorded here
	return respond.Unkept(v.c, status, ui.SendFilesPage(v.text, v.deskPage(v.text.Text("send.heading"), address.SendWork(w.ID)), view))
}

func (v *visit) filesView(w *archive.Work) (ui.SendFiles, error) {
	kind := v.kindOf(w)
	view := ui.SendFiles{Base: v.text.Path(address.SendWork(w.ID)), Work: w.ID, Kind: kind.name, Back: v.text.Path(address.Send), Accept: kind.accept,
		Typing: kind.typing, Pages: kind.pages, Voice: kind.voice, Max: MaxFormBytes, Files: v.sentFiles(w, false), Help: v.help(w)}
	var err error
	if view.Text, err = v.Ingest.Typed(v.ctx, v.viewer, w.ID); err != nil {
		return view, err
	}
	uploads, err := v.uploads(w.ID)
	for _, u := range uploads {
		if u.State == catalog.UploadWhole {
			view.Files = append(view.Files, ui.SentFile{ID: u.ID, Name: ingest.DisplayName(u.Name), Size: u.Size, Upload: true,
				Problem: v.text.Sentence(ingest.Showable(u))})
			continue
		}
		view.Half = append(view.Half, ui.HalfSent{ID: u.ID, Name: ingest.DisplayName(u.Name), Given: u.Name, Modified: tus.Metadata(u.Metadata)[uploadModified],
			Received: u.Received, Size: u.Size})
	}
	return view, err
}

// sentFiles are the files of a work as its sender looks at them.
func (v *visit) sentFiles(w *archive.Work, text bool) (list []ui.SentFile) {
	for _, r := range w.Representations {
		for i, f := range r.Files {
			if f.Name == ingest.TypedName && !text {
				continue // it stands in its field
			}
			s := ui.SentFile{ID: f.ID, Name: ingest.DisplayName(f.Name), Size: f.Size, Medium: ingest.MediumOf(f.Format)}
			if r.Medium == archive.Audio {
				s.Medium = r.Medium // a voice in a file that is made for films
			}
			if r.Medium == archive.Paged && s.Medium == archive.Image {
				s.Page, s.Last = i+1, i == len(r.Files)-1
			}
			if s.Medium == archive.Image || s.Medium == archive.Audio {
				s.URL = v.text.Path(address.SentFile(w.ID, f.ID))
			}
			list = append(list, s)
		}
	}
	return list
}

// uploads are the viewer's that belong to a draft.
func (v *visit) uploads(work archive.WorkID) ([]catalog.Upload, error) {
	all, err := v.reader.Uploads(v.ctx, manyUploads)
	return slices.DeleteFunc(all, func(u catalog.Upload) bool { return tus.Metadata(u.Metadata)[uploadWork] != string(work) }), err
}

// join takes the uploads that have arrived whole into the draft, and reports whether there were any. Those that cannot be shown are left
// where they are, for the sender to see why.
func (v *visit) join(w *archive.Work) (bool, error) {
	uploads, err := v.uploads(w.ID)
	if err != nil {
		return false, err
	}
	joined := false
	for _, as := range []string{asPage, asVoice, ""} {
		a := ingest.Addition{Work: w.ID, Pages: as == asPage, Voice: as == asVoice}
		for _, u := range uploads {
			if u.State == catalog.UploadWhole && ingest.Showable(u) == nil && tus.Metadata(u.Metadata)[uploadAs] == as {
				a.Uploads = append(a.Uploads, u.ID)
			}
		}
		if len(a.Uploads) == 0 {
			continue
		}
		joined = true
		if err := v.Ingest.Add(v.ctx, v.viewer, a); err != nil && !taken(err) {
			return joined, err
		}
	}
	return joined, nil
}

// taken reports whether an upload was taken by another look at the same page meanwhile, or given up.
func taken(err error) bool {
	return slices.Contains([]archive.Reason{"upload-missing", "upload-elsewhere", "upload-removed"}, archive.ReasonOf(err))
}

// AddFiles takes the files of a form.
func (h *Handler) AddFiles(c *fiber.Ctx) error {
	v, own, err := h.filing(c)
	if err != nil {
		return h.notDrafting(v, own, err)
	}
	err = v.addForm(&own.Work)
	if refusable(err) {
		return v.sendFiles(&own.Work, err)
	}
	if err != nil {
		return err
	}
	return v.seeOther(address.SendWork(own.Work.ID))
}

// addForm stages the files of a form one after the other, as they come, and adds them together: pages apart from others.
func (v *visit) addForm(w *archive.Work) error {
	parts, err := v.parts()
	if err != nil {
		return err
	}
	room, err := v.Ingest.Room(v.ctx, v.viewer)
	if err != nil {
		return err
	}
	found := map[string][]ingest.Staged{}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && n >= formFiles {
			err = archive.Fail(archive.Invalid, "form-files", formFiles)
		}
		if err == nil && part.FileName() != "" && slices.Contains([]string{"trang", "tep"}, part.FormName()) { // others belong to no form of ours
			var s ingest.Staged
			s, err = v.Ingest.Stage(v.ctx, strings.ReplaceAll(part.FileName(), "%22", `"`), // HTML §4.10.21.8: so browsers write it
				&limited{part, min(MaxFormBytes, room)})
			if errors.Is(err, errFormFile) && room < MaxFormBytes {
				err = archive.Fail(archive.TooLarge, "quota-used")
			}
			room -= s.Size
			found[part.FormName()] = append(found[part.FormName()], s)
		}
		if err != nil {
			v.Ingest.Forget(v.ctx, slices.Concat(found["trang"], found["tep"])...)
			return formError(err)
		}
	}
	if len(found) == 0 {
		return archive.Fail(archive.Invalid, "file-not-chosen")
	}
	return errors.Join(v.Ingest.Add(v.ctx, v.viewer, ingest.Addition{Work: w.ID, Files: found["trang"], Pages: true, Showable: true}),
		v.Ingest.Add(v.ctx, v.viewer, ingest.Addition{Work: w.ID, Files: found["tep"], Showable: true}))
}

// parts reads the form from the line: a file of it is never whole in memory.
func (v *visit) parts() (*multipart.Reader, error) {
	kind, parameters, err := mime.ParseMediaType(v.c.Get(fiber.HeaderContentType))
	body := v.c.Context().RequestBodyStream()
	if err != nil || kind != "multipart/form-data" || parameters["boundary"] == "" || body == nil {
		return nil, archive.Fail(archive.Invalid, "request-malformed").Because(err)
	}
	return multipart.NewReader(&patient{v.c, body}, parameters["boundary"]), nil
}

// formError keeps what is told of a file; all else means that the line was lost or the form is no form.
func formError(err error) error {
	if told := (*archive.Error)(nil); errors.As(err, &told) && told.Reason != "file-unreadable" {
		return err
	}
	if errors.Is(err, errFormFile) {
		return archive.Fail(archive.TooLarge, "form-file-large", MaxFormBytes/1_000_000)
	}
	return archive.Fail(archive.Invalid, "request-malformed").Because(err)
}

var errFormFile = errors.New("a file of a form is too long")

// limited fails after so many bytes.
type limited struct {
	io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, errFormFile
	}
	return n, err //nolint:wrapcheck // io.EOF must stay
}

// patient gives the line time for its next bytes, where the server would end a request after a time in all.
type patient struct {
	c   *fiber.Ctx
	src io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.c.Context().Conn().SetReadDeadline(time.Now().Add(formStall)); err != nil {
		return 0, fmt.Errorf("wait for a form: %w", err)
	}
	return p.src.Read(b) //nolint:wrapcheck // io.EOF must stay
}

// SaveText keeps what is being typed, for the script that saves while somebody types: 204, or 202 where it is not kept here. What was handed in once is
// changed by a button: each change of it is on record, and read by others.
func (h *Handler) SaveText(c *fiber.Ctx) error {
	v, own, err := h.filing(c)
	if err == nil && own.Work.State != archive.Draft {
		return c.SendStatus(fiber.StatusAccepted)
	}
	if err == nil {
		err = h.Ingest.Type(v.ctx, v.viewer, own.Work.ID, c.FormValue("loi"))
	}
	if err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// FilesDone keeps what was typed and leads to the words, once there is something.
func (h *Handler) FilesDone(c *fiber.Ctx) error {
	v, own, err := h.filing(c)
	if err != nil {
		return h.notDrafting(v, own, err)
	}
	if text, typed := v.given()["loi"]; typed {
		err = h.Ingest.Type(v.ctx, v.viewer, own.Work.ID, text)
	}
	if err == nil {
		_, err = v.join(&own.Work)
	}
	if err == nil {
		own, err = h.Editorial.As(v.viewer).Own(v.ctx, own.Work.ID)
	}
	if err == nil && len(own.Work.Representations) == 0 {
		err = archive.Fail(archive.Invalid, "work-empty")
	}
	if refusable(err) {
		return v.sendFiles(&own.Work, err)
	}
	if err != nil {
		return err
	}
	return v.seeOther(address.SendWork(own.Work.ID) + "/loi")
}

// TakeFileOut takes a file out of the draft again.
func (h *Handler) TakeFileOut(c *fiber.Ctx) error {
	return h.takeOut(c, func(v *visit, own *editorial.Own, id archive.FileID) error {
		return h.Ingest.TakeOut(v.ctx, v.viewer, own.Work.ID, id)
	})
}

// EndUpload gives up a file that is half here, or that cannot be taken.
func (h *Handler) EndUpload(c *fiber.Ctx) error {
	return h.takeOut(c, func(v *visit, _ *editorial.Own, id archive.FileID) error {
		return h.Ingest.EndUpload(v.ctx, v.viewer, id)
	})
}

func (h *Handler) takeOut(c *fiber.Ctx, out func(*visit, *editorial.Own, archive.FileID) error) error {
	v, own, err := h.filing(c)
	if err != nil {
		return h.notDrafting(v, own, err)
	}
	id := archive.FileID(strings.Clone(c.Params("file")))
	if !archive.ValidID(string(id)) {
		return archive.Fail(archive.NotFound, "file-missing")
	}
	if err := out(v, &own, id); err != nil && archive.CodeOf(err) != archive.NotFound && archive.CodeOf(err) != archive.Gone {
		return err
	}
	return v.seeOther(address.SendWork(own.Work.ID)) // also when it was gone already: pressed twice
}

// MovePage puts a page one place earlier or later.
func (h *Handler) MovePage(c *fiber.Ctx) error {
	return h.takeOut(c, func(v *visit, own *editorial.Own, id archive.FileID) error {
		return h.Ingest.Move(v.ctx, v.viewer, own.Work.ID, id, v.c.FormValue("toi") == "len")
	})
}

// ThrowAway gives a draft up, whole, with what is still on its way to it.
func (h *Handler) ThrowAway(c *fiber.Ctx) error {
	v, own, err := h.filing(c)
	if err != nil {
		return h.notDrafting(v, own, err)
	}
	uploads, err := v.uploads(own.Work.ID)
	if err == nil {
		err = h.Ingest.ThrowAway(v.ctx, v.viewer, own.Work.ID)
	}
	if err != nil {
		return h.notDrafting(v, own, err)
	}
	for _, u := range uploads {
		if err := h.Ingest.EndUpload(v.ctx, v.viewer, u.ID); err != nil && !taken(err) && archive.CodeOf(err) != archive.Gone {
			return err
		}
	}
	return v.seeOther(address.Send)
}

// SentFile shows its sender a file of the work.
func (h *Handler) SentFile(c *fiber.Ctx) error {
	v, own, err := h.own(c)
	if err != nil {
		return err
	}
	if own.Work.State == archive.Withdrawn && !v.viewer.Staff() { // an authority may have ordered it
		return archive.Fail(archive.Gone, "work-withdrawn", own.Work.WithdrawnReason)
	}
	for _, r := range own.Work.Representations {
		for i := range r.Files {
			if string(r.Files[i].ID) == c.Params("file") {
				return h.Media.SendFile(c, &r.Files[i])
			}
		}
	}
	return archive.Fail(archive.NotFound, "file-missing")
}
