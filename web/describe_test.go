package web_test

import (
	"context"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/address"
)

var (
	formInput  = regexp.MustCompile(`<(?:input|textarea|select)[^>]* name="([^"]+)"[^>]*>`)
	inputValue = regexp.MustCompile(` value="([^"]*)"`)
)

// describeForm is what a browser without scripts would send back: every field of the form as it was drawn.
func (b *board) describeForm(who string, w *archive.Work) url.Values {
	b.t.Helper()
	return formOf(string(b.n.get(address.Edit(w.ID), b.as(who)).expect(b.t, 200).body))
}

func formOf(page string) url.Values {
	_, page, _ = strings.Cut(page, "data-describe=")
	page, _, _ = strings.Cut(page, "</form>")
	form := url.Values{}
	for _, m := range formInput.FindAllStringSubmatchIndex(page, -1) {
		tag, name, rest := page[m[0]:m[1]], page[m[2]:m[3]], page[m[1]:]
		switch {
		case strings.HasPrefix(tag, "<textarea"):
			text, _, _ := strings.Cut(rest, "</textarea>")
			form.Add(name, html.UnescapeString(strings.TrimPrefix(text, "\n")))
		case strings.HasPrefix(tag, "<select"):
			options, _, _ := strings.Cut(rest, "</select>")
			if _, chosen, ok := cutLast(options, `" selected`); ok {
				form.Add(name, html.UnescapeString(chosen))
			} else {
				form.Add(name, "")
			}
		case strings.Contains(tag, `type="radio"`) || strings.Contains(tag, `type="checkbox"`):
			if strings.Contains(tag, " checked") {
				form.Add(name, html.UnescapeString(inputValue.FindStringSubmatch(tag)[1]))
			}
		default:
			if m := inputValue.FindStringSubmatch(tag); m != nil {
				form.Add(name, html.UnescapeString(m[1]))
			} else {
				form.Add(name, "")
			}
		}
	}
	return form
}

// cutLast returns what stands before mark since the last quotation mark.
func cutLast(s, mark string) (before, value string, ok bool) {
	i := strings.Index(s, mark)
	if i < 0 {
		return s, "", false
	}
	j := strings.LastIndexByte(s[:i], '"')
	return s[:j], s[j+1 : i], true
}

func (b *board) saved(who string, w *archive.Work, form url.Values) {
	b.t.Helper()
	a := b.post(who, address.Edit(w.ID), form)
	if a.StatusCode != 303 || a.Header.Get("Location") != address.Edit(w.ID)+"?xong=1" {
		b.t.Fatalf("%d %s\n%.3000s", a.StatusCode, a.Header.Get("Location"), a.body)
	}
}

// An archivist describes a song by the form alone: fields of the genre, somebody known without marks, somebody new, a file's own tags, a relation; an
// opened and saved form changes nothing; the history shows it and takes it back.
func TestDescribing(t *testing.T) {
	b := newBoard(t)
	work := b.sent("Bến trăng", func(w *archive.Work) {
		w.Genre = "ca-khuc"
		w.Representations[0].Files[0].Tags = map[string]string{"title": "Tựa trong thẻ", "composer": "Nhạc Trong Thẻ", "date": "1998-05-03"}
	})
	other := b.sent("Thuyền về")
	before, err := b.current(work.ID)
	b.must(err)
	b.n.get(reviewOf(work), b.as("kho")).expect(t, 200, address.Edit(work.ID), address.Changes(work.ID))
	page := b.n.get(address.Edit(work.ID), b.as("kho")).expect(t, 200, "Số tạp chí", "nhạc", "Tựa trong thẻ", "Nhạc Trong Thẻ (nhạc)", "03/05/1998", "lời")
	if strings.Contains(string(page.body), "Người ký") {
		t.Error("a song is asked who signed it")
	}
	b.saved("kho", work, b.describeForm("kho", work))
	if same, err := b.current(work.ID); err != nil || same.Version != before.Version {
		t.Errorf("opening and saving changed the work: %v %v\n%v", same.Version, before.Version, err)
	}
	form := b.describeForm("kho", work)
	for lam, want := range map[string]int{"them-nguoi": 5, "bo-1": 3, "them-quan-he": 4} {
		form := b.describeForm("kho", work)
		form.Set("lam", lam)
		page := string(b.post("kho", address.Edit(work.ID), form).expect(t, 200).body)
		if got := strings.Count(page, `name="ten-`); got != want || strings.Contains(page, `name="quan-he-0"`) != (lam == "them-quan-he") {
			t.Errorf("after %s there are %d rows, want %d", lam, got, want)
		}
		b.post("kho", address.Edit(work.ID)+"/bo", nil).expect(t, 303)
	}
	form.Set("lam", "lay:title:Tựa trong thẻ")
	form = formOf(string(b.post("kho", address.Edit(work.ID), form).expect(t, 200, `value="Tựa trong thẻ"`).body))
	form.Set("lam", "lay:credits:composer:Nhạc Trong Thẻ")
	form = formOf(string(b.post("kho", address.Edit(work.ID), form).expect(t, 200).body))
	form.Set("date", "khoảng 1998")
	row := rowOf(form, "composer")
	if form.Get("ten-"+row) != "Nhạc Trong Thẻ" {
		t.Fatalf("the row of the composer is %q", form.Get("ten-"+row))
	}
	lyricist := rowOf(form, "lyricist")
	form.Set("ten-"+lyricist, "dang thi suong")
	form.Set("quan-he-0", "sets-to-music")
	form.Set("tac-pham-0", "Thuyền")
	refused := b.post("kho", address.Edit(work.ID), form).expect(t, 400, "Danh bạ chưa có ai tên", "Người mới: Nhạc Trong Thẻ", "Đặng Thị Sương", "Thuyền về", `href="#f-ten-`+row, "khoảng 1998")
	form = formOf(string(refused.body))
	form.Set("chon-"+row, "moi")
	form.Set("sinh-"+row, "1941")
	form.Set("chon-"+lyricist, string(before.Credits[0].Agent))
	form.Set("chon-tp-0", string(other.ID))
	b.saved("kho", work, form)
	got, err := b.current(work.ID)
	b.must(err)
	if got.Title != "Tựa trong thẻ" || got.Date != "1998~" || len(got.Credits) != 3 || len(got.Relations) != 1 || got.Relations[0].Target != other.ID {
		t.Fatalf("the work says %+v", got)
	}
	b.n.get(address.Edit(work.ID), b.as("van")).expect(t, 200, "khoảng 1998", "Thuyền về", "Sinh 1941")
	history := b.n.get(address.Changes(work.ID), b.as("van")).expect(t, 200, "Bà kho", "Bến trăng", "Tựa trong thẻ", "Nhạc Trong Thẻ (nhạc)", "phổ nhạc cho: Thuyền về", "Trả lại như trước")
	b.n.get("/en"+address.Changes(work.ID), b.as("van")).expect(t, 200, "Take this change back", "sets to music: Thuyền về")
	b.n.get(reviewOf(work), b.as("van")).expect(t, 200, "Tên tác phẩm, ")
	undo := regexp.MustCompile(`action="([^"]+/lich-su/\d+)"`).FindSubmatch(history.body)
	b.post("van", string(undo[1]), nil).expect(t, 303)
	b.post("van", string(undo[1]), nil).expect(t, 409, "sửa tiếp sau đó")
	b.post("van", address.Changes(work.ID)+"/x", nil).expect(t, 404)
	if got, err = b.current(work.ID); err != nil || got.Title != "Bến trăng" || len(got.Credits) != 1 || len(got.Relations) != 0 {
		t.Errorf("taken back it says %+v, %v", got, err)
	}
}

// rowOf is the number of the row of a role.
func rowOf(form url.Values, relator string) string {
	for key := range form {
		if n, ok := strings.CutPrefix(key, "vai-"); ok && form.Get(key) == relator {
			return n
		}
	}
	return "none"
}

// The form of a genre has its fields and no others; what another genre left behind is kept, and seen. Roles begin with the genre's own.
func TestTheFormOfAGenre(t *testing.T) {
	b := newBoard(t)
	work := b.sent("Bến trăng", func(w *archive.Work) { w.Paper = archive.Paper{Issue: "12"} })
	form := b.describeForm("kho", work)
	form.Set("lam", "mau")
	for _, g := range archive.Genres() {
		form.Set("genre", string(g.ID))
		page := string(b.post("kho", address.Edit(work.ID), form).expect(t, 200).body)
		shown, asked := formOf(page), archive.FormOf(g.ID, g.Group)
		for _, f := range archive.Fields() {
			want := slices.Contains(asked.Fields, f) || f == archive.FieldIssue // that of the poem
			if has := shown.Has(string(f)) || shown.Has("co-"+string(f)); has != want {
				t.Errorf("the form of %s shows %s: %v", g.ID, f, has)
			}
		}
		if shown.Get("issue") != "12" {
			t.Errorf("%s lost what the poem said", g.ID)
		}
		first := regexp.MustCompile(`<optgroup label="[^"]+"><option value="([^"]+)"`).FindStringSubmatch(page)
		if first == nil || first[1] != string(asked.Relators[0]) {
			t.Errorf("roles of %s begin with %q", g.ID, first)
		}
	}
}

// A row that came with a genre and in which nothing was typed follows the genre; a name keeps its role.
func TestEmptyCreditsFollowTheGenre(t *testing.T) {
	b := newBoard(t)
	work := b.sent("Bến trăng", func(w *archive.Work) { w.Genre, w.Credits = "van-ban", nil })
	form := b.describeForm("kho", work)
	if rowOf(form, "issuing body") == "none" {
		t.Fatalf("a paper is not asked for its issuer: %v", form)
	}
	form.Set("genre", "ca-khuc")
	form.Set("lam", "doi-mau")
	song := formOf(string(b.post("kho", address.Edit(work.ID), form).expect(t, 200).body))
	if rowOf(song, "issuing body") != "none" || rowOf(song, "composer") == "none" {
		t.Errorf("a song is asked for %v", song)
	}
	form.Set("ten-"+rowOf(form, "issuing body"), "Hội")
	if song = formOf(string(b.post("kho", address.Edit(work.ID), form).expect(t, 200).body)); rowOf(song, "issuing body") == "none" {
		t.Errorf("what was typed lost its role: %v", song)
	}
}

// Two people open one form. What they changed otherwise is asked, the rest is merged, and nothing has to be typed again.
func TestTwoDescribe(t *testing.T) {
	b := newBoard(t)
	work := b.sent("Bến trăng")
	mine, theirs := b.describeForm("van", work), b.describeForm("khoa", work)
	theirs.Set("title", "Của Khoa")
	theirs.Set("holder", "Hội")
	b.saved("khoa", work, theirs)
	mine.Set("title", "Của Vân")
	mine.Set("titles", "Một\r\nHai")
	asked := b.post("van", address.Edit(work.ID), mine).expect(t, 409, "Bà khoa", "Của Khoa", "Của Vân", "Giữ của tôi")
	form := formOf(string(asked.body))
	if form.Get("holder") != "Hội" || form.Get("title") != "Của Vân" || form.Get("titles") != "Một\nHai" {
		t.Errorf("the form that asks holds %q", form)
	}
	form = formOf(string(b.post("van", address.Edit(work.ID), form).expect(t, 400, "Xin chọn lấy của người kia").body))
	form.Set("chon-title", "mine")
	b.saved("van", work, form)
	got, err := b.current(work.ID)
	if err != nil || got.Title != "Của Vân" || got.Rights.Holder != "Hội" || len(got.Titles) != 2 {
		t.Errorf("the work says %+v, %v", got, err)
	}
	mine.Set("title", "Lần nữa")
	form = formOf(string(b.post("van", address.Edit(work.ID), mine).expect(t, 409).body))
	form.Set("chon-title", "theirs")
	b.saved("van", work, form)
	if got, err = b.current(work.ID); err != nil || got.Title != "Của Vân" {
		t.Errorf("the work says %q, %v", got.Title, err)
	}
}

// What was typed survives: kept by the script, taken back step by step, and sent again after the session has ended.
func TestNothingTypedIsLost(t *testing.T) {
	b := newBoard(t)
	work := b.sent("Bến trăng")
	path := address.Edit(work.ID)
	form := b.describeForm("kho", work)
	for _, title := range []string{"Một", "Hai"} {
		form.Set("title", title)
		b.post("kho", path+"/nhap", form).expect(t, 204)
	}
	b.n.get(path, b.as("kho")).expect(t, 200, `value="Hai"`, "gõ dở", "Lùi một bước")
	if other := string(b.n.get(path, b.as("van")).expect(t, 200).body); strings.Contains(other, `value="Hai"`) {
		t.Error("somebody else sees what is not saved")
	}
	b.post("kho", path+"/lui", nil).expect(t, 303)
	b.n.get(path, b.as("kho")).expect(t, 200, `value="Một"`)
	b.post("kho", path+"/bo", nil).expect(t, 303)
	b.n.get(path, b.as("kho")).expect(t, 200, `value="Bến trăng"`)
	form.Set("description", "Dòng <một>\nDòng hai")
	b.n.post(path+"/nhap", form).expect(t, 303) // to sign in: the script keeps it on the device
	b.cookies["het"] = "vannghe=x"              // a session that has ended
	lost := string(b.post("het", path, form).expect(t, 403).body)
	carried := regexp.MustCompile(`name="giu" value="([^"]*)"`).FindStringSubmatch(lost)
	if carried == nil {
		t.Fatalf("nothing is carried through signing in:\n%.2000s", lost)
	}
	again, err := url.ParseQuery(html.UnescapeString(carried[1]))
	if err != nil || again.Get("description") != form.Get("description") || again.Get("title") != "Hai" || again.Get("goc") != form.Get("goc") {
		t.Fatalf("kept was %q, %v", again, err)
	}
	b.saved("kho", work, again)
	if got, err := b.current(work.ID); err != nil || got.Description != "Dòng <một>\nDòng hai" {
		t.Errorf("the work says %+v, %v", got, err)
	}
}

// HTML and scripts in every field are words, everywhere they are shown; what cannot be taken is said beside its field.
func TestHostileDescriptions(t *testing.T) {
	b := newBoard(t)
	work := b.sent("Bến trăng", func(w *archive.Work) { w.Genre = "van-ban" })
	path, attack := address.Edit(work.ID), `"><script>alert(1)</script><img src=x onerror=alert(2)>'`
	form := b.describeForm("kho", work)
	for _, f := range archive.Fields() {
		if form.Has(string(f)) && f != archive.FieldGenre && f != archive.FieldDate && f != archive.FieldLicence && f != archive.FieldCopyright && f != archive.FieldCollections &&
			f != archive.FieldStatement {
			form.Set(string(f), attack)
		}
	}
	row := rowOf(form, "author")
	form.Set("ten-"+row, attack)
	form.Set("moi-"+row, "1")
	stated := form.Get(string(archive.FieldStatement))
	form.Set(string(archive.FieldStatement), "javascript://creativecommons.org/%0aalert(1)")
	b.post("kho", path, form).expect(t, 400)
	form.Set(string(archive.FieldStatement), stated)
	b.saved("kho", work, form)
	current, err := b.current(work.ID)
	b.must(err)
	for _, p := range []string{path, address.Changes(work.ID), reviewOf(work), address.Work(work.ID, current.Title), address.Sent(work.ID), address.Queue, address.FindAgents + "?q=script"} {
		page := string(b.n.get(p, b.as("kho")).expect(t, 200).body)
		if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img src=x") {
			t.Errorf("%s runs what was typed", p)
		}
	}
	for field, value := range map[string]string{"date": attack, "licence-until": attack, "vai-" + row: attack, "genre": attack, "collections": attack, "title": strings.Repeat("a", 1001), "signer": strings.Repeat("ư", 300)} {
		form := b.describeForm("kho", work)
		form.Set(field, value)
		page := string(b.post("kho", path, form).expect(t, 400, "Chưa lưu được", `-sai"`).body)
		if strings.Contains(page, "<script>alert") || field != "collections" && !strings.Contains(page, html.EscapeString(value)) {
			t.Errorf("%s: what was typed is lost or runs", field)
		}
		b.post("kho", path+"/bo", nil).expect(t, 303)
	}
	form = b.describeForm("kho", work)
	form.Set("quan-he-0", "part-of")
	form.Set("tac-pham-0", "/tac-pham/x-zzzzzzzzzzzz")
	b.post("kho", path, form).expect(t, 400, "f-tac-pham-0-sai")
	b.post("kho", address.Edit("zzzzzzzzzzzz"), form).expect(t, 404)
	b.post("do", path, form).expect(t, 403)
	form.Set("lam", "bo-999999999")
	b.post("kho", path, form).expect(t, 200)
	form.Set("goc", "{")
	form.Set("lam", "")
	form.Set("quan-he-0", "x")
	b.post("kho", path, form).expect(t, 400)
}

func TestDescribingIsClosedAfterWithdrawal(t *testing.T) {
	b := newBoard(t)
	work := b.published("Bến trăng")
	form := b.describeForm("kho", work)
	form.Set("title", "Sửa khi đang đăng")
	b.saved("kho", work, form)
	b.n.get(address.Work(work.ID, "Sửa khi đang đăng")).expect(t, 200, "Sửa khi đang đăng")
	b.withdraw(work.ID, "Nhầm.")
	form.Set("title", "Sửa sau khi rút")
	b.post("kho", address.Edit(work.ID), form).expect(t, 409, "Sửa sau khi rút") // and what was typed is still there
	b.n.get(address.Edit(work.ID), b.as("kho")).expect(t, 409)
	b.post("kho", address.Edit(work.ID)+"/nhap", form).expect(t, 409)
	b.n.get(address.Changes(work.ID), b.as("kho")).expect(t, 200, "Sửa khi đang đăng")
}

// People are looked up by any of their names, without marks, with what tells namesakes apart.
func TestFindAgents(t *testing.T) {
	b := newBoard(t)
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutAgent(ctx, archive.Agent{ID: "aaaabbbbcccc", Born: "1941~", Died: "2017-03-02", Chapter: "Trúc Khê",
			Names: []archive.AgentName{{Name: "Lâm Tịnh Vân", Kind: archive.PenName}, {Name: "Lâm Thị Vân <b>", Kind: archive.RealName}}})
	})
	found := b.n.get(address.FindAgents+"?q=lam+thi", b.as("kho")).expect(t, 200, `"id":"aaaabbbbcccc"`, "Lâm Thị Vân", "cũng là Lâm Tịnh Vân", "Trúc Khê", "1941")
	if known := b.n.get(address.FindAgents+"?q=lam", b.as("kho")); strings.Contains(string(known.body), `"name":"Lâm Tịnh Vân","about":"cũng là Lâm Tịnh Vân`) || strings.Contains(string(known.body), "cũng là Lâm Tịnh Vân, Lâm") {
		t.Errorf("a name is also itself: %s", known.body)
	}
	if got := found.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("kept by caches: %q", got)
	}
	b.n.get(address.FindAgents+"?q=%00%ff", b.as("kho")).expect(t, 200, `{"agents":[]}`)
}

// keptValue is a field of an unfinished edit.
func keptValue(t *testing.T, form, field string) string {
	t.Helper()
	values, err := url.ParseQuery(form)
	if err != nil {
		t.Fatal(err)
	}
	return values.Get(field)
}
