package ui_test

import (
	"time"

	"github.com/a-h/templ"

	"vannghe/internal/archive"
	"vannghe/web/ui"
)

// sample is a page with words, names and numbers that were made up for it.
type sample struct {
	name string // of its address in the preview
	page templ.Component
}

func picture(name string, width, height int) *ui.Picture {
	src := "/sample/" + name + ".svg"
	return &ui.Picture{Src: src, SrcSet: src + " 480w", Width: width, Height: height}
}

func samplePage(t ui.Text, assets *ui.Assets, title string) ui.Page {
	other, label := "/en/", "English"
	if t.Language() == "en" {
		other, label = "/", "Tiếng Việt"
	}
	return ui.Page{
		Title: title, Description: "Trang mẫu để ngắm chữ và màu.", Canonical: "https://vannghe.example/" + title,
		Alternates:    []ui.Alternate{{Language: "vi", URL: "https://vannghe.example/"}, {Language: "en", URL: "https://vannghe.example/en/"}},
		OtherLanguage: ui.Link{Label: label, URL: other, Language: map[string]string{"/en/": "en", "/": "vi"}[other]},
		Nav: []ui.Link{{Label: "Truyện ngắn", URL: "/the-loai"}, {Label: "Thơ", URL: "/the-loai", Current: title == "Thơ"}, {Label: "Ca khúc", URL: "/ca-khuc"},
			{Label: "Hội họa", URL: "/hoi-hoa"}, {Label: "Nhiếp ảnh", URL: "/anh"}, {Label: "Ghi hình", URL: "/phim"},
			{Label: "Tạp chí", URL: "/tap-chi"}, {Label: "Văn bản", URL: "/van-ban"}, {Label: "Thông báo", URL: "/thong-bao"}},
		Data: map[string]string{"@context": "https://schema.org", "@type": "CreativeWork", "name": "</script><b>" + title},
		Site: ui.Site{Title: "Văn nghệ Sông Lường", Body: "Hội Văn học Nghệ thuật tỉnh Sông Lường", ManagingBody: "Hội Văn học Nghệ thuật tỉnh Sông Lường",
			ParentBody: "Ủy ban nhân dân tỉnh Sông Lường", Address: "Số 12, phố Bến Đò Cũ, phường Trúc Khê, tỉnh Sông Lường",
			Email: "vannghe@songluong.example", Phone: "0200 000 1234", Responsible: "Ông Lưu Đình Ngữ, Chủ tịch Hội",
			Licence: "07/GP-TTĐT", LicenceDate: "2024-03-05", LicenceFrom: "Sở Văn hóa và Thể thao"},
		Assets: assets,
	}
}

func entries() map[string]ui.Entry {
	return map[string]ui.Entry{
		"video": {URL: "/phim", Title: "Đêm hội trăng rằm bên bến Lường", Authors: []string{"Nhóm ghi hình Bến Cũ"}, Genre: "Ghi hình", Medium: archive.Video,
			Length: ui.Length{Duration: 754 * time.Second}, Date: "2023-09-29", Picture: picture("dem-hoi", 1280, 720)},
		"film2": {URL: "/phim", Title: "Người giữ lò gốm cuối làng", Authors: []string{"Khổng Thị Mây"}, Genre: "Phim", Medium: archive.Video,
			Length: ui.Length{Duration: 3723 * time.Second}, Date: "2019", Picture: picture("lo-gom", 1280, 720)},
		"film3": {URL: "/phim", Title: "Múa quạt Trúc Khê", Authors: []string{"Đoàn múa Trúc Khê"}, Genre: "Múa", Medium: archive.Video,
			Length: ui.Length{Duration: 322 * time.Second}, Date: "1998~"},
		"song": {URL: "/ca-khuc", Title: "Gửi lại mùa nước nổi", Authors: []string{"Đỗ Vân Khoa"}, Genre: "Ca khúc", Medium: archive.Audio,
			Length: ui.Length{Duration: 200 * time.Second}, Date: "1987"},
		"song2": {URL: "/ca-khuc", Title: "Khúc ru trên đồi chè Ễnh Ương", Authors: []string{"Tạ Phương Ngân", "Nghiêm Đỗ Quyên"}, Genre: "Dân ca", Medium: archive.Audio,
			Length: ui.Length{Duration: 271 * time.Second}, Date: "1974~"},
		"poem": {URL: "/tho", Title: "Ngồi nghe mưa trên mái lá cọ", Authors: []string{"Lâm Tịnh Vân"}, Genre: "Thơ", Medium: archive.Text,
			Length: ui.Length{Words: 112}, Date: "2011"},
		"poem2": {URL: "/tho", Title: "Ằ! Ễ! Ữ!", Authors: []string{"Ứng Hoàng Ẩn"}, Genre: "Thơ", Medium: archive.Text, Length: ui.Length{Words: 64}, Date: "2002"},
		"story": {URL: "/truyen", Title: "Người bán diều ở cuối con đường không tên", Authors: []string{"Quách Hữu Đằng"}, Genre: "Truyện ngắn", Medium: archive.Text,
			Length: ui.Length{Words: 4310}, Date: "2020", Summary: "Mỗi mùa gió, ông già lại dựng chiếc sào tre ở cuối đường, treo lên đó bảy con diều chưa ai hỏi mua."},
		"essay": {URL: "/truyen", Title: "Chợ phiên có sương", Authors: []string{"Mạc Thu Hà"}, Genre: "Tản văn", Medium: archive.Text, Length: ui.Length{Words: 1250}, Date: "2016"},
		"paint": {URL: "/hoi-hoa", Title: "Ruộng bậc thang lúc chạng vạng", Authors: []string{"Phan Ngọc Lãm"}, Genre: "Hội họa", Medium: archive.Image, Date: "1995",
			Picture: picture("ruong", 1600, 1000)},
		"paint2": {URL: "/hoi-hoa", Title: "Chân dung bà tôi", Authors: []string{"Hứa Diễm"}, Genre: "Hội họa", Medium: archive.Image, Date: "2008", Picture: picture("ba-toi", 900, 1250)},
		"photo":  {URL: "/anh", Title: "Kéo lưới", Authors: []string{"Âu Văn Trỗi"}, Genre: "Nhiếp ảnh", Medium: archive.Image, Date: "2014-06", Picture: picture("keo-luoi", 1500, 1000)},
		"photo2": {URL: "/anh", Title: "Toàn cảnh cửa sông nhìn từ chòi canh cũ", Authors: []string{"Âu Văn Trỗi"}, Genre: "Nhiếp ảnh", Medium: archive.Image, Date: "2015",
			Picture: picture("cua-song", 2400, 800)},
		"graphic": {URL: "/hoi-hoa", Title: "Đám cưới làng", Authors: []string{"Vương Khắc Tuệ"}, Genre: "Đồ họa", Medium: archive.Image, Date: "199X", Picture: picture("dam-cuoi", 1000, 1000)},
		"issue": {URL: "/tap-chi-so", Title: "Văn nghệ Sông Lường, số 41", Authors: []string{"Nhiều tác giả"}, Genre: "Tạp chí", Medium: archive.Paged,
			Length: ui.Length{Pages: 64}, Date: "2022-01", Picture: picture("so-41", 700, 1000)},
		"issue2": {URL: "/tap-chi-so", Title: "Văn nghệ Sông Lường, số Xuân", Authors: []string{"Nhiều tác giả"}, Genre: "Tạp chí", Medium: archive.Paged,
			Length: ui.Length{Pages: 96}, Date: "2021-02"},
		"notice": {URL: "/thong-bao-1", Title: "Mời gửi tác phẩm dự trại sáng tác mùa hạ", Authors: []string{"Hội Văn học Nghệ thuật tỉnh Sông Lường"}, Genre: "Thông báo",
			Medium: archive.Text, Date: "2024-04-12"},
	}
}

func pick(names ...string) []ui.Entry {
	all := entries()
	var list []ui.Entry
	for _, n := range names {
		list = append(list, all[n])
	}
	return list
}

func poemHTML() ui.HTML {
	return `<p class="stanza" id="kho-1"><span class="line">Mái lá cọ nghe mưa từ thuở trước</span><br>
<span class="line">giọt rơi nghiêng, giọt đứng đợi bên thềm</span><br>
<span class="line">bà têm lại miếng trầu chưa kịp nhạt</span><br>
<span class="line">gió lùa về thơm mùi rạ trong đêm.</span></p>
<p class="stanza" id="kho-2"><span class="line">Tôi ngồi đếm những vòng tròn trên nước</span><br>
<span class="line">mỗi vòng tan là một tiếng ai cười</span><br>
<span class="line">` + "\u2003" + `con thuyền giấy thuở lên năm lên sáu</span><br>
<span class="line">vẫn còn trôi qua cửa sổ nhà tôi, qua cả những mùa nước nổi rất dài mà không ai còn nhớ tên.</span></p>
<p class="stanza" id="kho-3"><span class="line">Ằng ặc trống, ễnh ương và những chữ</span><br>
<span class="line">Ữ Ở Ộ Ể chồng dấu lên nhau</span><br>
<span class="line">mưa cũng viết một trang không gạch xóa</span><br>
<span class="line">rồi để quên trên ngọn lá trầu.</span></p>`
}

func storyHTML() ui.HTML {
	return `<h2 id="muc-1">Một</h2>
<p id="doan-1">Con đường ấy không có tên. Người ta gọi nó là lối ra bãi, rồi lối ra đê, rồi chẳng gọi gì nữa, vì ai đã đi đến cuối đường thì cũng đều biết mình đi đâu. Ở đó, mỗi mùa gió, ông Thược dựng một chiếc sào tre và treo lên bảy con diều.</p>
<p>Bảy con, không hơn không kém. Tôi hỏi vì sao, ông bảo: “Ít hơn thì gió buồn, nhiều hơn thì tôi không nhớ hết mặt chúng nó.”</p>
<p>Mùa ấy nước lên sớm. Ễnh ương kêu suốt đêm, và người trong xóm bắt đầu chuyển thóc lên gác. Chỉ có ông Thược vẫn ngồi vót nan, những sợi nan mỏng đến nỗi đặt lên bàn tay còn nhìn thấy đường chỉ tay ở dưới.</p>
<hr>
<p>Đứa bé đến vào một buổi chiều không có gió.</p>
<h2 id="muc-2">Hai</h2>
<p>Nó đứng rất lâu trước con diều thứ tư, con diều giấy dó phất hồ cậy đã ngả màu nâu.</p>
<blockquote><p>Diều không bay vì nó nhẹ. Diều bay vì có người giữ dây.</p></blockquote>
<p>Nhiều năm sau, khi con đường đã có tên và có cả đèn, tôi vẫn nghĩ câu ấy là của gió.</p>`
}
