package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"vannghe/internal/account"
	"vannghe/internal/archive"
)

// errand is somebody who listens instead of looking, with what they come for.
type errand struct {
	*browser
	s   *server
	set []string
}

// testHeard: the twelve things that people come for, as a screen reader tells them: every control has a role, a name in Vietnamese, its states, and comes
// in an order that makes sense; what goes wrong is told.
func testHeard(t *testing.T, s *server, b *browser, set []string) {
	for name, role := range map[string]archive.Role{"nghe-van": archive.EditorRole, "nghe-kho": archive.Archivist, "nghe-may": archive.Member} {
		_, err := account.New(openParts(t, set).catalog).AddWithPassword(t.Context(), name, "Bà "+name, passphrase, role)
		noError(t, err)
	}
	b.width(1280)
	e := &errand{b, s, set}
	for _, task := range []struct {
		name string
		do   func(*testing.T)
	}{
		{"search", e.searches}, {"watch with captions", e.watches}, {"listen", e.listens}, {"read", e.reads}, {"look into a painting", e.looks}, {"page through the magazine", e.pages},
		{"send a poem", e.sends}, {"follow its link", e.follows}, {"describe", e.describes}, {"decide", e.decides}, {"withdraw", e.withdraws}, {"complain", e.complains},
	} {
		t.Run(task.name, func(t *testing.T) { b.t = t; task.do(t); b.clean(task.name) })
	}
	b.t = t
}

func (e *errand) searches(*testing.T) {
	e.open("/")
	e.hears("link Đến thẳng nội dung", "banner", "search", "combobox Tìm tác phẩm; expanded=false hasPopup=listbox", "button Tìm", "navigation Các mục chính", "main", "heading; level=1", "contentinfo", "navigation Mục lục")
	e.tabTo(`.find input[type="search"]`)
	e.keys("ben tr")
	e.truth(listOpen)
	e.hears("combobox ben tr; expanded=true", "listbox", "option", "status", "StaticText gợi ý")
	e.keys(kb.Enter)
	e.arrives(`location.pathname === "/tim-kiem"`)
	e.hears("main", "heading Tìm kiếm; level=1", "search", "combobox ben tr", "button Tìm", "navigation Thu hẹp kết quả", "heading Thể loại; level=2", "list Thể loại", "link Thơ", "navigation Thứ tự",
		"list Kết quả", "link Bến trăng")
	e.open("/tim-kiem?q=xyzzy")
	e.hears("main", "heading Tìm kiếm; level=1", "heading xyzzy; level=2")
}

func (e *errand) watches(t *testing.T) {
	folder := t.TempDir()
	record(t, folder, "hoi.mp4", "-f", "lavfi", "-i", "testsrc=s=128x72:d=4", "-f", "lavfi", "-i", "sine=d=4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
	write(t, folder, "hoi.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nThuyền hoa cập bến\n")
	write(t, folder, "works.csv", "file,work,title,genre\nhoi.mp4,h,Hội thuyền,phim\nhoi.vtt,h,,\n")
	must(t, append([]string{"import", folder, "--manifest", "works.csv", "--publish"}, e.set...)...)
	e.open(e.s.page(t, "Hội thuyền"))
	e.truth(`document.querySelector(".stage-first")?.shadowRoot && document.querySelector("media-captions-button")?.checkVisibility()`)
	e.hears("main", "article", "region máy chiếu phim", "button Phát", "slider tua", "button Phát", "button lùi 10 giây", "timer thời gian phát", "button Tắt tiếng", "slider âm lượng", "switch Phụ đề; checked=true",
		"button Xem toàn màn hình", "group Cách xem và nghe", "button Chỉ nghe; pressed=false", "button Tiết kiệm dữ liệu; pressed=false", "combobox Tốc độ", "combobox Cỡ phụ đề",
		"DisclosureTriangle Đọc phần lời; expanded=true", "link Thuyền hoa cập bến", "heading Hội thuyền; level=1")
	e.tabTo(`.stage-first`)
	e.keys(kb.Enter)
	e.truth(`document.querySelector("video").currentTime > 0.3`)
	e.truth(pauses) // the button is told of the recording's state a moment later
	e.hears("region máy chiếu phim", "button Tạm dừng")
	e.truth(`/^[0-4] giây trên 4 giây$/.test(document.querySelector("media-time-range").shadowRoot.querySelector("#range").getAttribute("aria-valuetext"))`)
}

// pauses is true when a button on the page is called as what it then does.
const pauses = `[...document.querySelectorAll("media-play-button")].some(b => b.getAttribute("aria-label") === "Tạm dừng")`

func (e *errand) listens(t *testing.T) {
	e.open("/")
	e.truth(`(document.querySelector(".listening:not([hidden]) .listening-close")?.click(), localStorage.getItem("listening") === null)`) // what was heard before
	e.open(e.s.page(t, "Lời ru bên sông"))
	e.truth(`document.querySelector("[data-recording] media-play-button")?.shadowRoot != null`)
	e.hears("main", "heading Lời ru bên sông; level=1", "region máy nghe nhạc", "button Phát", "slider tua", "term Tên bài", "heading Bản chữ; level=2", "heading Về tác phẩm; level=2", "button Chép đường dẫn", "link Góp ý, khiếu nại")
	e.tabTo(`[data-recording] media-play-button`)
	e.truth(`document.querySelector("audio").loop = true`) // a sample is over before it can be listened to
	e.keys(kb.Enter)
	e.truth(`document.querySelector("audio").currentTime > 0.3 && !document.querySelector("audio").paused`)
	e.truth(pauses)
	e.hears("region máy nghe nhạc", "button Tạm dừng", "button Xếp vào hàng nghe")
}

func (e *errand) reads(t *testing.T) {
	e.open(e.s.page(t, "Bến trăng"))
	e.hears("main", "article", "heading Bến trăng; level=1", "StaticText trăng buông một mái chèo rồi lặng thinh", "StaticText bến nghe tiếng guốc một mình", "heading Về tác phẩm; level=2", "term Trích dẫn",
		"heading Tác phẩm gần gũi; level=2")
}

func (e *errand) looks(t *testing.T) {
	e.open(e.s.page(t, "Đêm bến Vải"))
	e.hears("main", "link Xem kỹ: Đêm bến Vải", "link Xem kỹ từng nét", "heading Đêm bến Vải; level=1")
	e.tabTo(`a.button[data-closeup]`)
	e.keys(kb.Enter)
	e.truth(`document.querySelector("dialog.closeup canvas") !== null`)
	e.hears("dialog Đêm bến Vải; modal=true", "application Phím mũi tên", "button Thu nhỏ", "button Toàn bức", "button Phóng to; focused=true", "button Đóng")
	e.keys(kb.Escape)
	e.truth(`document.querySelector("dialog.closeup") === null`)
	e.hears("link Xem kỹ từng nét; focused=true") // back where it was opened
}

func (e *errand) pages(t *testing.T) {
	e.open("/tap-chi")
	e.hears("main", "heading Tạp chí; level=1", "link Tạp chí Văn nghệ Sông Mơ, số 1")
	e.open(e.s.page(t, "Tạp chí Văn nghệ Sông Mơ, số 1"))
	e.hears("main", "heading Tạp chí Văn nghệ Sông Mơ, số 1; level=1", "navigation Các trang", "link Trang 1", "link Trang 5", "figure", "StaticText Trang 1", "link Phóng to trang 1", "DisclosureTriangle Chữ trên trang 1; expanded=false",
		"figure", "StaticText Trang 2", "link Phóng to trang 2")
}

func (e *errand) sends(*testing.T) {
	e.become("nghe-may")
	e.hears("main", "heading Bàn làm việc; level=1", "link Gửi tác phẩm")
	e.open("/ban-lam-viec/gui")
	e.hears("main", "StaticText Bước 1 trên 4", "heading Quý vị muốn gửi gì?; level=1", "button Bài thơ", "link Về bàn làm việc")
	e.tabTo(`button[value="tho"]`)
	e.keys(kb.Enter)
	e.arrives(`document.querySelector("#loi") !== null && document.querySelector("[data-plain]").hidden`)
	e.hears("main", "StaticText Bước 2 trên 4", "heading; level=1", "textbox Gõ hoặc dán bài thơ; multiline=true", "button Chụp các trang giấy", "button Chọn tệp có sẵn", "button Đi tiếp", "link", "button Giúp tôi")
	e.tabTo(`[data-next] button`)
	e.keys(kb.Enter)
	e.arrives(`document.querySelector("#sai") !== null`)
	e.hears("main", "heading; level=1", "alert", "StaticText chưa có gì bên trong", "textbox Gõ hoặc dán bài thơ")
	e.noted("400")
	e.tabTo(`#loi`)
	e.keys("Trăng lên\rbến cũ")
	e.tabTo(`[data-next] button`)
	e.keys(kb.Enter)
	e.arrives(`document.querySelector("#ten") !== null`)
	e.hears("main", "StaticText Bước 3 trên 4", "textbox Tên tác phẩm; required=true", "textbox Tác giả", "textbox Vài lời", "combobox Thể loại", "button Đi tiếp")
	e.tabTo(`#ten`)
	e.keys(" ")
	e.tabTo(`[data-words-form] button`)
	e.keys(kb.Enter)
	e.arrives(`document.querySelector("#sai") !== null`)
	e.hears("main", "alert", "textbox Còn thiếu tên; invalid=true required=true")
	e.noted("400")
	e.tabTo(`#ten`)
	e.keys("Trăng nghe")
	e.tabTo(`[data-words-form] button`)
	e.keys(kb.Enter)
	e.arrives(`document.querySelector(".send-read") !== null`)
	e.hears("main", "StaticText Bước 4 trên 4", "heading Xin xem lại; level=1", "region Trăng nghe", "heading Trăng nghe; level=2", "StaticText Trăng lên", "button Gửi cho ban biên tập", "link Sửa nội dung", "link Sửa tên")
	e.tabTo(`form[action$="/xem"] button`)
	e.keys(kb.Enter)
	e.arrives(`document.body.innerText.includes("Chờ duyệt")`)
}

func (e *errand) follows(*testing.T) {
	e.hears("main", "heading Trăng nghe; level=1", "StaticText Chờ duyệt", "status", "StaticText Đã gửi.", "link Lấy đường dẫn theo dõi", "heading Nhận xét; level=2", "textbox Lời nhận xét; required=true", "button Gửi nhận xét")
	e.tabTo(`a[href$="/theo-doi"]`)
	e.keys(kb.Enter)
	e.arrives(`location.pathname.endsWith("/theo-doi")`)
	e.hears("main", "heading Đường dẫn theo dõi; level=1", "button Lấy đường dẫn", "link Về tác phẩm")
	e.tabTo(`form[action$="/theo-doi"] button`)
	e.keys(kb.Enter)
	e.arrives(`document.querySelector("#duong-dan") !== null`)
	e.hears("main", "heading Đường dẫn chỉ hiện một lần; level=2", "textbox Đường dẫn; readonly=true", "button Chép đường dẫn", "image", "button Lấy đường dẫn mới", "button Thôi dùng đường dẫn")
	link := value[string](e.browser, `document.querySelector("#duong-dan").value`)
	e.become("")
	e.open(strings.TrimPrefix(link, e.origin))
	e.hears("main", "heading Trăng nghe; level=1", "StaticText Ban biên tập đã nhận được")
}

func (e *errand) describes(t *testing.T) {
	e.become("nghe-kho")
	page := e.s.page(t, "Kế hoạch số hoá tư liệu văn nghệ giai đoạn một")
	e.open("/ban-lam-viec/sua/" + page[strings.LastIndexByte(page, '-')+1:])
	e.truth(`document.querySelector("#f-ten-0").getAttribute("role") === "combobox"`)
	e.hears("main", "heading Kế hoạch số hoá; level=1", "region Tác phẩm", "combobox Thể loại Văn bản", "button Đổi mẫu theo thể loại", "textbox Tên tác phẩm; required=true", "region Người làm nên tác phẩm",
		"combobox Tên, dòng 1; autocomplete=list", "combobox Vai trò, dòng 1", "button Thêm một người", "textbox Số", "button Lưu")
	e.script(`document.querySelector("#f-title").value = ""; document.querySelector("#f-date").value = "hôm nọ"`)
	e.tabTo(`.describe-form .main`)
	e.keys(kb.Enter)
	e.arrives(`document.querySelector("#sai") !== null`)
	e.hears("main", "alert", "link Tên", "link Ngày", "textbox Tên; invalid=true", "textbox Ngày; invalid=true")
	e.noted("400")
}

func (e *errand) decides(*testing.T) {
	e.become("nghe-van")
	e.open("/ban-lam-viec/duyet")
	e.hears("main", "heading Hàng chờ duyệt; level=1", "navigation Các trang duyệt", "navigation Theo bước", "heading Trăng nghe; level=2", "link Trăng nghe")
	e.tabTo(`.review-list h2 a`)
	e.keys(kb.Enter)
	e.arrives(`document.querySelector("#quyet-dinh") !== null`)
	e.hears("main", "heading Trăng nghe; level=1", "link Tới phần quyết định", "region Tác phẩm như công chúng sẽ thấy", "group Bản xem trước", "heading Trăng nghe; level=3", "heading Về tác phẩm; level=4",
		"heading Duyệt; level=2", "group Tuyên bố về quyền", "radio Có; checked=false invalid=false", "radio Không áp dụng; checked=false", "textbox vì sao", "group", "textbox Ghi chú", "button Duyệt",
		"region Nhận xét", "combobox Về chỗ nào", "textbox Lời nhận xét", "region Diễn biến")
	for _, item := range archive.CheckItems() {
		e.tabTo(`[name="kiem-` + string(item) + `"]`)
		if item == archive.CheckRights || item == archive.CheckConsent {
			e.keys(kb.ArrowDown) // "does not apply"
		} else {
			e.keys(" ")
		}
	}
	e.tabTo(`form[action$="/duyet"] button`)
	e.keys(kb.Enter)
	e.arrives(`document.querySelector("#sai") !== null`)
	e.hears("main", "alert", "link Tuyên bố về quyền", "group Tuyên bố về quyền", "radio phải ghi lý do; invalid=true", "radio Không áp dụng; checked=true invalid=true", "button Duyệt")
	e.noted("400")
	for _, item := range []string{"rights", "consent"} {
		e.tabTo(`[name="vi-sao-` + item + `"]`)
		e.keys("Tác giả tự gửi.")
	}
	e.tabTo(`form[action$="/duyet"] button`)
	e.keys(kb.Enter)
	e.arrives(`document.body.innerText.includes("Đã ghi lượt duyệt")`)
	e.hears("main", "status", "StaticText Đã ghi lượt duyệt", "heading Đã duyệt 1")
}

func (e *errand) withdraws(t *testing.T) {
	page := e.s.page(t, "Lò đêm")
	e.open("/ban-lam-viec/duyet/" + page[strings.LastIndexByte(page, '-')+1:])
	e.hears("main", "heading Rút tác phẩm; level=2", "textbox Lý do (công chúng đọc được); required=true", "button Rút tác phẩm")
	e.tabTo(`form[action$="/rut"] textarea`)
	e.keys(" ")
	e.tabTo(`form[action$="/rut"] button`)
	e.keys(kb.Enter)
	e.arrives(`document.querySelector("#sai") !== null`)
	e.hears("main", "alert", "textbox Lý do; invalid=true required=true")
	e.noted("400")
	e.tabTo(`form[action$="/rut"] textarea`)
	e.keys("Theo đề nghị.")
	e.tabTo(`form[action$="/rut"] button`)
	e.keys(kb.Enter)
	e.arrives(`document.body.innerText.includes("Đã rút.")`)
	e.hears("main", "status", "StaticText Đã rút.")
	e.become("")
	e.open(page)
	e.hears("main", "heading; level=1", "StaticText Theo đề nghị.")
	e.noted("410")
}

func (e *errand) complains(t *testing.T) {
	e.open(e.s.page(t, "Bến trăng"))
	e.tabTo(`.letter-way a`)
	e.keys(kb.Enter)
	e.arrives(`location.pathname.startsWith("/gop-y/")`)
	e.hears("main", "heading Góp ý, khiếu nại; level=1", "group Thư này là", "radio Góp ý; checked=false invalid=false", "radio Khiếu nại; checked=false", "textbox Nội dung; required=true multiline=true",
		"textbox Họ tên; required=false", "textbox Điện thoại; required=false", "button Gửi")
	e.tabTo(`[name="loai"]`)
	e.keys(" " + kb.Tab + " ")
	e.tabTo(`main form .main`)
	e.keys(kb.Enter)
	e.arrives(`document.querySelector("#sai") !== null`)
	e.hears("main", "alert", "radio Góp ý; checked=true", "textbox Nội dung; invalid=true required=true")
	e.tabTo(`#noi-dung-thu`)
	e.keys("Dòng thứ hai chép sai một chữ.")
	e.tabTo(`main form .main`)
	e.keys(kb.Enter)
	e.arrives(`document.querySelector(".review-done") !== null`)
	e.hears("main", "heading Góp ý, khiếu nại; level=1", "status", "link Trở lại tác phẩm")
	e.noted("400")
}
