package main

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// One work is found however its name is typed. Where something had to be guessed, page and API say what.
func TestEveryFormFindsTheWork(t *testing.T) {
	s := serve(t, riverside(t)...)
	for _, c := range []struct{ sentence, query, guess string }{
		{"with marks", "bến trăng", ""},
		{"without", "ben trang", ""},
		{"some of them", "bến trang", ""},
		{"capitals in NFD", norm.NFD.String("BẾN TRĂNG"), ""},
		{"the keys of Telex", "beesn trawng", "bến trăng"},
		{"the keys of VNI", "be61n tra8ng", "bến trăng"},
		{"the keys of VIQR", "be^'n tra(ng", "bến trăng"},
		{"a wrong letter", "thuyềm nằm nghe nước", "thuyền nằm nghe nước"},
		{"in quotation marks", `"tiếng guốc một mình"`, ""},
		{"by its author", "tác giả: đặng thị sương", ""},
		{"by its author in English", "author: dang thi suong trăng", ""},
		{"without a word of another", "bến trăng -khói -xưa", ""},
	} {
		found := s.search(t, c.query)
		if !strings.Contains(found.titles()+" | ", "Bến trăng | ") {
			t.Errorf("%s: %q finds %q", c.sentence, c.query, found.titles())
		}
		if found.Guess != c.guess {
			t.Errorf("%s: %q is guessed to be %q, want %q", c.sentence, c.query, found.Guess, c.guess)
		}
		_, body := s.get(t, "/tim-kiem?q="+url.QueryEscape(c.query))
		if meant := "Có phải ý quý vị là"; strings.Contains(body, meant) != (c.guess != "") || (c.guess != "" && !strings.Contains(body, "“"+c.guess+"”</a>?")) {
			t.Errorf("%s: the page does not say what was meant by %q", c.sentence, c.query)
		}
	}
	s.stop(t)
}

// secret is a work that is hidden from the public; no other has its words.
type secret struct {
	title, author, shelf, line string
	hide                       func(*archive.Work)
}

func secrets() map[string]secret {
	return map[string]secret{
		"withdrawn": {"Mật thư đầm vắng", "Ẩn Khách", "Ngăn khoá kín", "phong niêm sáp đỏ", func(w *archive.Work) {
			w.State, w.WithdrawnReason = archive.Withdrawn, "Theo yêu cầu."
		}},
		"embargoed until tomorrow": {"Hồi ký rặng bần", "Ông Chài Lưới", "Hòm sắt", "đìa cạn trơ gốc", func(w *archive.Work) {
			w.PublicFrom = time.Now().Add(24 * time.Hour).UTC().Truncate(time.Microsecond)
		}},
		"for members": {"Kỷ yếu nội san", "Uỷ viên Quế", "Tủ hội viên", "bỏ phiếu vòng kín", func(w *archive.Work) { w.Audience = archive.AudienceMembers }},
	}
}

// Nothing that the public finds, is counted, suggested, related or named concerns a work that it may not see, from the moment on which
// the work is hidden.
func TestThePublicIsToldNothingOfTheHidden(t *testing.T) {
	folder, data := t.TempDir(), t.TempDir()
	rows := "file,work,title,creator,genre,collection\ncon-lai.txt,x,Mật ong rặng sáp,Người Ở Lại,thơ,Kệ chung\n"
	write(t, folder, "con-lai.txt", "phong cảnh, sáp ong, rặng bần, vòng hoa, đìa nước và phiếu chợ")
	for name, one := range secrets() {
		file := strings.ReplaceAll(name, " ", "-") + ".txt"
		write(t, folder, file, one.line)
		rows += strings.Join([]string{file, name, one.title, one.author, "thơ", one.shelf}, ",") + "\n"
	}
	write(t, folder, "works.csv", rows)
	must(t, "import", folder, "--manifest", "works.csv", "--publish", "--data", data)
	s := serve(t, "--data", data)
	seen := s.page(t, "Mật ong rặng sáp")
	if n := s.search(t, "").Total; n != 4 {
		t.Fatalf("%d works before", n)
	}
	hideSecrets(t, data)
	for name, one := range secrets() {
		t.Run(name, func(t *testing.T) { tellsNothing(t, s, one, seen) })
	}
	until(t, gone, "all are out of the index", func() bool { return s.search(t, "").Total == 1 })
	for name, one := range secrets() {
		t.Run(name+", once the index has heard", func(t *testing.T) { tellsNothing(t, s, one, seen) })
	}
	s.stop(t)
}

// hideSecrets changes the works beside the running server, as another process would.
func hideSecrets(t *testing.T, data string) {
	t.Helper()
	c, err := catalog.Open(t.Context(), catalog.Options{DSN: "sqlite:" + filepath.Join(data, "catalog.db")})
	if err != nil {
		t.Fatal(err)
	}
	err = c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		for name, one := range secrets() {
			w, err := tx.WorkByKey(ctx, name)
			if err != nil {
				return err
			}
			one.hide(&w)
			if err := tx.PutWork(ctx, &w); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

func tellsNothing(t *testing.T, s *server, one secret, seen string) {
	t.Helper()
	paths := []string{seen, "/", "/tac-gia", "/the-loai/tho", "/tim-kiem?genre=tho", "/api/v1/works", "/api/v1/search"}
	for _, q := range []string{one.title, one.author, one.shelf, one.line} {
		q = viet.Fold(q) // another form than what must not be told
		for _, page := range []string{"/tim-kiem?q=", "/en/tim-kiem?q=", "/api/v1/search?q=", "/api/v1/suggest?q="} {
			paths = append(paths, page+url.QueryEscape(q), page+url.QueryEscape(q[:len(q)/2]), page+url.QueryEscape(strings.Fields(q)[0]))
		}
	}
	for _, path := range paths {
		status, body := s.get(t, path)
		if status != 200 {
			t.Fatalf("%s answers %d", path, status)
		}
		body = strings.NewReplacer("<mark>", "", "</mark>", "").Replace(body)
		for _, word := range []string{one.title, one.author, one.shelf, one.line} {
			if strings.Contains(body, word) {
				t.Errorf("%s tells %q", path, word)
			}
		}
	}
	if total := s.search(t, `"`+one.title+`"`).Total; total != 0 {
		t.Errorf("%d works are counted of its name", total)
	}
}
