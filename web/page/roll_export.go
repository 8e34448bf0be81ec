package page

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/office"
	"vannghe/web/respond"
)

// MemberData is everything that is known of a person, as files in a zip that any program opens: what the law lets them ask for.
func (h *Handler) MemberData(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	k, err := h.Office.As(v.viewer).Everything(v.ctx, archive.MemberID(c.Params("member")))
	if err != nil {
		return err
	}
	body, err := v.bundle(k)
	if err != nil {
		return fmt.Errorf("bundle what is known of a person: %w", err)
	}
	respond.Attached(c, "du-lieu-"+string(k.Line.ID)+".zip")
	return respond.Text{Type: "application/zip", Cache: respond.Never, Body: body}.Send(c)
}

// bundle writes the files.
func (v *visit) bundle(k office.Known) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name string, body []byte) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Now()})
		if err == nil {
			_, err = w.Write(body)
		}
		return err
	}
	for _, f := range v.known(k) {
		body, err := f.write()
		if err != nil {
			return nil, err
		}
		if err := put(f.name, body); err != nil {
			return nil, err
		}
	}
	if err := put("doc-truoc.txt", []byte(v.text.Text("roll.export-readme", k.Line.Name, v.text.Day(time.Now()))+"\n")); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// knownFile is a file of the bundle: a document or a table.
type knownFile struct {
	name string
	doc  any
	rows [][]string
}

func (f knownFile) write() ([]byte, error) {
	if f.rows == nil {
		return json.MarshalIndent(f.doc, "", "  ")
	}
	return respond.Table(f.rows)
}

func (v *visit) known(k office.Known) []knownFile {
	files := []knownFile{{name: "so-hoi-vien.json", doc: k.Line}}
	if a := k.Account; a != nil { // neither the password nor the key of the app, which say nothing of the person
		var devices []map[string]string
		for _, s := range k.Devices {
			devices = append(devices, map[string]string{"label": s.Label, "since": stamp(s.Created), "used": stamp(s.Used)})
		}
		files = append(files, knownFile{name: "tai-khoan.json", doc: map[string]any{"id": a.ID, "name": a.Name, "shown": a.Shown, "roles": a.Roles, "created": stamp(a.Created),
			"ended": stamp(a.Ended), "devices": devices}})
	}
	if k.Agent != nil {
		files = append(files, knownFile{name: "tac-gia.json", doc: k.Agent})
	}
	works := [][]string{{"work", "title", "genre", "state", "date", "published"}}
	for _, w := range k.Works {
		works = append(works, []string{string(w.ID), w.Title, string(w.Genre), string(w.State), string(w.Date), stamp(w.Published)})
	}
	fees := [][]string{{"work", "title", "name", "amount", "reason", "added", "paid"}}
	for _, f := range k.Fees {
		fees = append(fees, []string{string(f.Work), f.Title, f.Name, strconv.FormatInt(f.Amount, 10), f.Reason, stamp(f.Added), stamp(f.Paid)})
	}
	comments := [][]string{{"work", "time", "text"}}
	for _, one := range k.Comments {
		comments = append(comments, []string{string(one.Work), stamp(one.Time), one.Text})
	}
	acts := [][]string{{"work", "time", "event", "detail"}}
	for _, e := range k.Acts {
		acts = append(acts, []string{string(e.Work), stamp(e.Time), string(e.Type), e.Detail})
	}
	return append(files, knownFile{name: "tac-pham.csv", rows: works}, knownFile{name: "nhuan-but.csv", rows: fees},
		knownFile{name: "nhan-xet.csv", rows: comments}, knownFile{name: "viec-da-lam.csv", rows: acts})
}
