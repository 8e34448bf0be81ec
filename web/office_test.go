package web_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/office"
	"vannghe/internal/tool"
	"vannghe/web"
	"vannghe/web/address"
)

// stamped is what the form at a path holds of what it shows.
func (b *board) stamped(path string) string {
	b.t.Helper()
	m := seenField.FindSubmatch(b.n.get(path, b.as("quan")).expect(b.t, 200).body)
	if m == nil {
		b.t.Fatalf("%s has no form", path)
	}
	return string(m[1])
}

// sets sends the form at a path as the administrator does.
func (b *board) sets(path string, fields url.Values) answer {
	b.t.Helper()
	fields.Set("thay", b.stamped(path))
	return b.post("quan", path, fields)
}

// deeds are the lines of the record beside works, the oldest first.
func (b *board) deeds() (list []catalog.Recorded) {
	b.t.Helper()
	found, err := b.catalog.Reader(archive.System("test")).Record(b.t.Context(), catalog.RecordFilter{Limit: 1000})
	b.must(err)
	for i := len(found) - 1; i >= 0; i-- {
		if found[i].Work == "" {
			list = append(list, found[i])
		}
	}
	return list
}

// What is typed stands at the foot of every page; what is wrong is said beside its field and nothing is lost; two administrators do not overwrite each
// other.
func TestFacts(t *testing.T) {
	b := newBoard(t)
	old := b.stamped(address.SetFacts)
	b.sets(address.SetFacts, url.Values{"ten": {"Văn nghệ <b>Sông Mơ</b>"}, "thu": {"a@b.vn\r\nBcc: x@y.vn"}}).
		expect(t, 400, "Văn nghệ &lt;b&gt;Sông Mơ&lt;/b&gt;", `id="thu-sai"`, `href="#thu"`)
	b.sets(address.SetFacts, url.Values{"ten": {"Văn nghệ"}, "ngay-phep": {"31/2/2020"}}).expect(t, 400, `id="ngay-phep-sai"`)
	b.sets(address.SetFacts, url.Values{"ten": {strings.Repeat("x", 301)}}).expect(t, 400, "role=\"alert\"")
	b.sets(address.SetFacts, url.Values{"ten": {"Văn nghệ Sông Mơ"}, "ngay-phep": {"2/9/2024"}, "giay-phep": {"00/GP"}, "thu": {"vp@songmo.example"}}).expect(t, 303)
	b.n.get("/").expect(t, 200, "Văn nghệ Sông Mơ", "Giấy phép số 00/GP, ngày 2 tháng 9 năm 2024", "vp@songmo.example")
	b.post("quan", address.SetFacts, url.Values{"ten": {"Khác"}, "thay": {old}}).expect(t, 409, "có người khác vừa đổi", `value="Khác"`)
	b.n.get("/").expect(t, 200, "Văn nghệ Sông Mơ")
	deeds := b.deeds()
	if len(deeds) != 1 || deeds[0].Kind != string(archive.DeedSite) || deeds[0].Name != "Bà quan" || len(deeds[0].Changes) != 4 {
		t.Errorf("on record: %+v", deeds)
	}
}

// A paper without an issuer is one of the association as it was called that day.
func TestBodies(t *testing.T) {
	b := newBoard(t)
	b.sets(address.SetBodies, url.Values{"ten-0": {"Hội mới"}, "tu-0": {"1/7/2025"}, "den-0": {""}, "ten-1": {"Hội cũ"}, "tu-1": {""}, "den-1": {"30/6/2026"}}).
		expect(t, 400, "“Hội cũ”", "Hội mới", `value="1/7/2025"`)
	b.sets(address.SetBodies, url.Values{"ten-0": {"Hội mới"}, "tu-0": {"1/7/2025"}, "den-0": {""}, "ten-1": {"Hội cũ"}, "tu-1": {""}, "den-1": {"30/6/2025"}}).expect(t, 303)
	for day, issuer := range map[archive.Date]string{"2019-03-02": "Hội cũ", "2025-06-30": "Hội cũ", "2025-07-01": "Hội mới", "2026": "Hội mới"} {
		w := catalogtest.Work("Về việc họp", func(w *archive.Work) { w.Genre, w.Date, w.Paper.Number = "van-ban", day, "1/KH-HVN" })
		b.put(w)
		body := string(b.n.get(address.Work(w.ID, w.Title)).expect(t, 200).body)
		main, _, _ := strings.Cut(body, "colophon")
		if !strings.Contains(main, issuer) {
			t.Errorf("a paper of %s does not name %s", day, issuer)
		}
		other := map[string]string{"Hội cũ": "Hội mới", "Hội mới": "Hội cũ"}[issuer]
		if strings.Contains(main, other) {
			t.Errorf("a paper of %s names %s", day, other)
		}
	}
	b.n.get("/").expect(t, 200, "Hội mới")
}

var logoAddress = regexp.MustCompile(`src="(/dau-hieu/[^"]+)"`)

// The mark is drawn anew: what else lay in the file is gone. What is no picture is refused.
func TestLogo(t *testing.T) {
	b := newBoard(t)
	runner, err := tool.Open(t.Context(), tool.Options{Scratch: filepath.Join(t.TempDir(), "scratch"), Writable: []string{os.TempDir()}})
	b.must(err)
	b.n = b.startNode(web.Options{Office: office.New(office.Options{Catalog: b.catalog, Runner: runner})})
	img := image.NewNRGBA(image.Rect(0, 0, 900, 600))
	for i := range 600 {
		img.Set(i, i, color.NRGBA{200, 30, 20, 255})
	}
	var picture bytes.Buffer
	b.must(png.Encode(&picture, img))
	hidden := append(picture.Bytes(), "<script>alert(1)</script>"...)
	for name, content := range map[string][]byte{"svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "cut": picture.Bytes()[:40], "none": nil} {
		if a := b.sendsLogo(content); a.StatusCode != 400 || !bytes.Contains(a.body, []byte(`id="anh-sai"`)) {
			t.Errorf("%s: status %d", name, a.StatusCode)
		}
	}
	b.sendsLogo(make([]byte, 2<<20)).expect(t, 413)
	b.sendsLogo(hidden).expect(t, 303)
	m := logoAddress.FindSubmatch(b.n.get("/").expect(t, 200).body)
	if m == nil {
		t.Fatal("the page shows no mark")
	}
	served := b.n.get(string(m[1])).expect(t, 200)
	if got := served.Header.Get("Content-Type"); got != "image/webp" || !bytes.HasPrefix(served.body, []byte("RIFF")) || bytes.Contains(served.body, []byte("script")) {
		t.Errorf("served %s, %d bytes", got, len(served.body))
	}
	b.post("quan", address.SetLogo+"/bo", url.Values{"thay": {b.stamped(address.SetLogo)}}).expect(t, 303)
	if logoAddress.Match(b.n.get("/").expect(t, 200).body) {
		t.Error("the mark is shown still")
	}
	b.n.get(string(m[1])).expect(t, 404)
}

func (b *board) sendsLogo(content []byte) answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	b.must(w.WriteField("thay", b.stamped(address.SetLogo)))
	if content != nil {
		part, err := w.CreateFormFile("anh", "../../logo.png")
		b.must(err)
		_, err = part.Write(content)
		b.must(err)
	}
	b.must(w.Close())
	return b.n.do("POST", address.SetLogo, &body, b.as("quan"), "Content-Type: "+w.FormDataContentType(), "Sec-Fetch-Site: same-origin")
}

// Authors go with a chapter that is renamed, also when two take each other's name; one with authors stays.
func TestChapters(t *testing.T) {
	b := newBoard(t)
	a := archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: "Lâm Tịnh Vân"}}, Chapter: "Trúc Khê"}
	b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutAgent(ctx, a) })
	b.sets(address.SetChapters, url.Values{"cu-0": {"Trúc Khê"}, "ten-0": {"Trúc Khê"}, "cu-1": {""}, "ten-1": {"Đồng Mơ"}}).expect(t, 303)
	b.n.get(address.SetChapters, b.as("quan")).expect(t, 200, "Đồng Mơ", "1 tác giả", "0 tác giả")
	b.sets(address.SetChapters, url.Values{"cu-0": {"Đồng Mơ"}, "ten-0": {"Đồng Mơ"}, "cu-1": {"Trúc Khê"}, "ten-1": {""}}).expect(t, 409, "còn tác giả")
	b.sets(address.SetChapters, url.Values{"cu-0": {"Đồng Mơ"}, "ten-0": {"Trúc Khê"}, "cu-1": {"Trúc Khê"}, "ten-1": {"Trúc Khê"}}).expect(t, 409, "cùng tên")
	b.sets(address.SetChapters, url.Values{"cu-0": {"Đồng Mơ"}, "ten-0": {"Trúc Khê"}, "cu-1": {"Trúc Khê"}, "ten-1": {"Đồng Mơ"}}).expect(t, 303)
	found, err := b.catalog.Reader(archive.System("test")).Agent(t.Context(), a.ID)
	b.must(err)
	if found.Chapter != "Đồng Mơ" {
		t.Errorf("the author belongs to %q", found.Chapter)
	}
	b.post("quan", address.SetChapters, url.Values{"thay": {"old"}, "cu-0": {"x"}, "ten-0": {"y"}}).expect(t, 409, "có người khác vừa đổi")
	b.sets(address.SetChapters, url.Values{"cu-0": {"Trúc Khê"}, "ten-0": {""}, "cu-1": {"Đồng Mơ"}, "ten-1": {"Đồng Mơ"}}).expect(t, 303)
}

// Genres and groups are added, renamed, moved and taken away; a genre that works have stays, and its works go with it to another group.
func TestGenresAreSet(t *testing.T) {
	b := newBoard(t)
	poem := b.poem("Bến trăng", "Trăng lên bến cũ")
	b.sets(address.SetGroup("moi"), url.Values{"ten": {"Thơ, sân khấu"}, "tieng-anh": {"Poetry and stage"}, "tinh": {"1"}}).expect(t, 303)
	b.sets(address.SetGroup("moi"), url.Values{"ten": {"thơ, Sân Khấu"}}).expect(t, 409, "Đã có nhóm")
	b.n.get(address.SetGenres, b.as("quan")).expect(t, 200, "Thơ, sân khấu", "Nhóm này chưa có thể loại nào")
	old := b.stamped(address.SetGenre("tho"))
	b.sets(address.SetGenre("tho"), url.Values{"ten": {"Thơ"}, "tieng-anh": {"Poem"}, "nhom": {"khong-co"}}).expect(t, 400, `id="nhom-sai"`)
	b.sets(address.SetGenre("tho"), url.Values{"ten": {"Thơ ca"}, "tieng-anh": {"Verse"}, "nhom": {"tho-san-khau"}}).expect(t, 303)
	b.post("quan", address.SetGenre("tho"), url.Values{"thay": {old}, "ten": {"Thơ"}, "nhom": {"tho"}}).expect(t, 409, "có người khác vừa đổi")
	b.n.get("/en/the-loai/tho").expect(t, 200, "Verse")
	b.n.get("/the-loai/tho").expect(t, 200, "Thơ ca", poem.Title)
	b.post("quan", address.SetGenre("tho")+"/xoa", url.Values{"thay": {b.stamped(address.SetGenre("tho"))}}).expect(t, 409, "đang có 1 tác phẩm")
	b.post("quan", address.SetGenre("moi"), url.Values{"ten": {"Câu đối"}, "nhom": {"tho-san-khau"}}).expect(t, 303)
	b.post("quan", address.SetGenre("cau-doi")+"/len", url.Values{}).expect(t, 303)
	body := string(b.n.get(address.SetGenres, b.as("quan")).expect(t, 200).body)
	_, main, _ := strings.Cut(body, "<main")
	if strings.Index(main, "Câu đối") > strings.Index(main, "Thơ ca") {
		t.Error("the genre was not moved")
	}
	b.post("quan", address.SetGenre("cau-doi")+"/xoa", url.Values{"thay": {b.stamped(address.SetGenre("cau-doi"))}}).expect(t, 303)
	b.n.get(address.SetGenre("cau-doi"), b.as("quan")).expect(t, 404)
	b.post("quan", address.SetGroup("tho-san-khau")+"/xoa", url.Values{"thay": {b.stamped(address.SetGroup("tho-san-khau"))}}).expect(t, 409, "còn thể loại")
	b.post("quan", address.SetGroup("tho-san-khau")+"/len", url.Values{}).expect(t, 303)
	b.n.get(address.Rules, b.as("quan")).expect(t, 200, "Thơ, sân khấu")
	kinds := map[string]int{}
	for _, d := range b.deeds() {
		kinds[d.Kind]++
	}
	if kinds["genre"] != 4 || kinds["report-group"] != 2 {
		t.Errorf("on record: %v", kinds)
	}
}
