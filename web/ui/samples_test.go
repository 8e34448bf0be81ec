package ui_test

import (
	"slices"
	"time"

	"vannghe/internal/archive"
	"vannghe/web/ui"
)

// samples returns every page of the public site.
func samples(language string, assets *ui.Assets) []sample {
	t := ui.Speak(language)
	page := func(title string) ui.Page { return samplePage(t, assets, title) }
	work := func(name string, v ui.Work) sample { return sample{name, ui.WorkPage(t, page(v.Title), v)} }
	list := []sample{
		work("phim", videoSample()), work("ca-khuc", songSample()), work("hai-giong", twoRecordingsSample()), work("tuyen-tap", albumSample()), work("doc-truyen", spokenSample()), work("hoi-hoa", paintingSample()), work("tho", poemSample()),
		work("truyen", storySample()), work("tap-chi-so", magazineSample()), work("van-ban-1", paperSample()),
		work("khong-doc-duoc", unreadableSample()), work("thong-bao-1", announcementSample()),
		{"", ui.HomePage(t, page(""), homeSample("paint"))},
		{"trang-dau-tho", ui.HomePage(t, page(""), homeSample("poem"))},
		{"trang-dau-trong", ui.HomePage(t, page(""), ui.Home{})},
		{"the-loai", ui.ListingPage(t, page("Thơ"), ui.Listing{Title: "Thơ", Total: 1204, Form: ui.Rows,
			Works: pick("poem", "poem2", "story", "essay", "song2", "video"), Next: "?after=x",
			Order: []ui.Link{{Label: "Mới công bố", URL: "?", Current: true}, {Label: "Theo tên", URL: "?o=1"}, {Label: "Theo năm sáng tác", URL: "?o=2"}}})},
		{"anh", ui.ListingPage(t, page("Nhiếp ảnh"), ui.Listing{Title: "Nhiếp ảnh", Total: 7, Form: ui.Wall,
			Works: pick("photo2", "photo", "paint2", "graphic", "paint", "poem")})},
		{"tap-chi", ui.ListingPage(t, page("Tạp chí"), ui.Listing{Title: "Tạp chí", Total: 2, Form: ui.Books, Works: pick("issue", "issue2", "issue", "issue2", "issue")})},
		{"thong-bao", ui.ListingPage(t, page("Thông báo"), ui.Listing{Title: "Thông báo", Total: 1, Form: ui.Rows, Works: pick("notice", "notice")})},
		{"van-ban", ui.PapersPage(t, page("Văn bản"), ui.Papers{Total: 2, Papers: []ui.PaperEntry{
			{URL: "/van-ban-1", Number: "112/KH-HVN", Title: "Kế hoạch tổ chức trại sáng tác mùa hạ và triển lãm lưu động", Issuer: "Hội Văn học Nghệ thuật tỉnh Sông Lường", Date: "2024-04-09"},
			{URL: "/van-ban-1", Number: "9/TB-HVN", Title: "Về việc xét tặng thưởng năm", Issuer: "Hội Văn học Nghệ thuật tỉnh Sông Lường", Date: "2023"}}})},
		{"chuyen-muc", ui.CollectionPage(t, page("Sông nước trong văn nghệ"), ui.Collection{Title: "Sông nước trong văn nghệ",
			Description: []string{"Những tác phẩm viết, vẽ, hát về con sông Lường và những bến đò của nó."}, Total: 18, Form: ui.Wall,
			Children: []ui.Link{{Label: "Bến đò", URL: "#"}, {Label: "Mùa nước nổi", URL: "#"}}, Closes: time.Date(2026, 8, 31, 0, 0, 0, 0, time.UTC),
			Works: pick("photo", "poem", "paint2", "song", "photo2", "story")})},
		{"tac-gia", ui.AgentPage(t, page("Lâm Tịnh Vân"), ui.Agent{Name: "Lâm Tịnh Vân", Born: "1941~", Died: "2017-03-02", Chapter: "Trúc Khê", Total: 3,
			OtherNames: []ui.AgentName{{Name: "Lâm Thị Vân", Kind: archive.RealName}, {Name: "Tịnh Thôn", Kind: archive.PenName, From: "1962", To: "1970"}},
			Biography:  []string{"Nhà thơ, nhà giáo. Bà dạy học bốn mươi năm ở trường làng Trúc Khê và chép thơ vào những quyển sổ điểm đã cũ."},
			Shelves:    []ui.Shelf{{Title: "Thơ", Form: ui.Rows, Works: pick("poem", "poem2")}, {Title: "Lời ca", Form: ui.Rows, Works: pick("song")}}})},
		{"nhung-phim", ui.PlayerPage(t, page("Đêm hội trăng rằm bên bến Lường"), ui.Player{Work: entries()["video"], Video: videoSample().Sections[0].Items[0].Video})},
		{"nhung-ca-khuc", ui.PlayerPage(t, page("Gửi lại mùa nước nổi"), ui.Player{Work: entries()["song"], Audio: &ui.Audio{Cover: picture("ruong", 1600, 1000),
			Sources: []ui.Source{{URL: "/sample/media/audio.m4a", Type: "audio/mp4"}}, Waveform: "/sample/waveform.json", Duration: 200 * time.Second}})},
		{"nhung-da-rut", ui.PlayerNoticePage(t, page("410"), t.Sentence(archive.Fail(archive.Gone, "work-withdrawn", "Rút theo đề nghị của gia đình tác giả.")))},
		{"danh-sach", ui.IndexPage(t, page("Tác giả"), indexSample())},
		{"tim-kiem", ui.SearchPage(t, page("Tìm kiếm"), searchSample())},
		{"tim-kiem-trong", ui.SearchPage(t, page("Tìm kiếm"), ui.Search{Query: "bến trằng", Filters: []ui.Filter{{Name: "genre", Value: "tho", Facet: "Thể loại", Label: "Thơ", Without: "?"}}, Guess: []ui.Link{{Label: "bến trăng", URL: "?q=b"}}})},
		{"ung-dung", ui.AppsPage(t, page("Nghe bằng ứng dụng khác"), ui.Apps{Server: "https://vannghe.example", User: "khach", Password: "khach", Feed: "https://vannghe.example/feed.xml"})},
		{"van-hanh", ui.OperatePage(t, page("Vận hành"), ui.Operate{Again: "/van-hanh/lam-lai", Failed: []ui.FailedWork{
			{Title: "Đêm hội trăng rằm bên bến Lường", URL: "/phim", Again: "/van-hanh/lam-lai/a", Files: []ui.FailedFile{{Name: "bang-ghi-hinh-1998-mat-a.mpg", Recipe: "ladder", Reason: "making-too-long"}}},
			{Title: "Gửi lại mùa nước nổi", URL: "/ca-khuc", Again: "/van-hanh/lam-lai/b", Files: []ui.FailedFile{{Name: "track03.mp3", Reason: "media-unreadable"}}}}})},
		{"tim-kiem-dau", ui.SearchPage(t, page("Tìm kiếm"), ui.Search{})},
		{"loi-404", ui.FailurePage(t, page("404"), ui.Failure{Status: 404, Sentence: t.Sentence(archive.Fail(archive.NotFound, "work-missing"))})},
		{"loi-500", ui.FailurePage(t, page("500"), ui.Failure{Status: 500, Sentence: t.Sentence(archive.Fail(archive.Internal, "x")), Reference: "k3v9-22ab"})},
		{"da-rut", ui.TombstonePage(t, page("410"), ui.Tombstone{Reason: "Rút theo đề nghị của gia đình tác giả.", Withdrawn: time.Date(2025, 1, 9, 0, 0, 0, 0, time.UTC)})},
	}
	return slices.Concat(list, bulkSamples(t, page), bureauSamples(t, page), describeSamples(t, page), deskSamples(t, page), mailSamples(t, page), officeSamples(t, page), reviewSamples(t, page), sendSamples(t, page))
}

func homeSample(lead string) ui.Home {
	e := entries()[lead]
	h := ui.Home{Lead: &e, Total: 1326, Shelves: []ui.Shelf{
		{Title: "Trang viết", URL: "/the-loai", Form: ui.Books, Works: pick("poem", "story", "essay", "poem2", "notice")},
		{Title: "Tranh và ảnh", URL: "/anh", Form: ui.Wall, Works: pick("photo", "paint2", "graphic", "photo2")},
		{Title: "Nghe", URL: "/ca-khuc", Form: ui.Rows, Works: pick("song", "song2")},
		{Title: "Xem", URL: "/phim", Form: ui.Screen, Works: pick("video", "film2", "film3")},
		{Title: "Tạp chí", URL: "/tap-chi", Form: ui.Books, Works: pick("issue", "issue2")},
		{Title: "Thông báo", URL: "/thong-bao", Form: ui.Rows, Works: pick("notice")},
	}}
	if lead == "poem" {
		h.Verse, h.Excerpt = true, []string{"Mái lá cọ nghe mưa từ thuở trước", "giọt rơi nghiêng, giọt đứng đợi bên thềm", "bà têm lại miếng trầu chưa kịp nhạt", "gió lùa về thơm mùi rạ trong đêm."}
	} else {
		h.Lead.Summary = "Sơn mài vẽ bằng son, vàng và vỏ trứng, sau chuyến đi thực tế dài nhất của họa sĩ."
	}
	return h
}

func searchSample() ui.Search {
	return ui.Search{Query: "ben do", Total: 38, Next: "?q=ben+do&cursor=x",
		Loose: true, Meant: ui.Link{Label: "bến đò", URL: "?q=b%E1%BA%BFn+%C4%91%C3%B2"},
		Order:   []ui.Link{{Label: "Sát nhất", URL: "?q=ben+do", Current: true}, {Label: "Theo năm sáng tác", URL: "?q=ben+do&order=date"}, {Label: "Theo tên", URL: "?q=ben+do&order=title"}},
		Names:   []ui.FoundName{{Name: "Nguyễn Thị Bến Đò", URL: "/tac-gia", Kind: "Tác giả", Works: 12}, {Name: "Bến đò", URL: "/chuyen-muc", Kind: "Chuyên mục", Works: 1204}},
		Filters: []ui.Filter{{Name: "year", Value: "1990-1999", Facet: "Năm", Label: "những năm 1990", Without: "?q=ben+do"}},
		Facets: []ui.Facet{
			{Label: "Thể loại", Links: []ui.Link{{Label: "Thơ", URL: "?genre=tho", Count: 21}, {Label: "Ca khúc", URL: "?genre=ca-khuc", Count: 9}, {Label: "Truyện ngắn", URL: "?genre=truyen-ngan", Count: 1208}}},
			{Label: "Loại hình", Links: []ui.Link{{Label: "Trang viết", URL: "?medium=text", Count: 30}, {Label: "Âm thanh", URL: "?medium=audio", Count: 8}}}},
		Hits: []ui.Hit{
			{Entry: entries()["poem"], Heading: "Ngồi nghe mưa trên mái lá cọ", Parts: []ui.HitPart{{Label: "Khổ 2", URL: "/tho#kho-2", Snippet: "con thuyền giấy thuở lên năm lên sáu vẫn còn trôi qua <mark>bến đò</mark> nhà tôi"}}},
			{Entry: entries()["video"], Parts: []ui.HitPart{{Label: "0:06", URL: "/phim?t=6", Snippet: "Thuyền hoa cập <mark>bến</mark>, trống hội đã nổi &lt;ở phía đầu làng&gt;"}, {Label: "3:41", URL: "/phim?t=221", Snippet: "… qua <mark>bến đò</mark> cũ"}}},
			{Entry: entries()["song"], Heading: "Gửi lại mùa <mark>bến</mark> nổi"},
			{Entry: entries()["issue"], Parts: []ui.HitPart{{Label: "Trang 5", URL: "/tap-chi-so#trang-5", Snippet: "Người lái <mark>đò</mark> ở <mark>bến</mark> Lường kể rằng mùa ấy nước lên sớm"}}},
		}}
}

func indexSample() ui.Index {
	row := []ui.Link{{Label: "Tất cả", URL: "/tac-gia", Current: true}}
	for _, r := range "AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY" {
		link := ui.Link{Label: string(r)}
		if r%3 != 0 {
			link.URL = "/tac-gia?letter=" + string(r)
		}
		row = append(row, link)
	}
	return ui.Index{Title: "Tác giả", Letters: row, Next: "?after=x", Groups: []ui.IndexGroup{
		{Label: "A", Links: []ui.Link{{Label: "Nguyễn Thị An", URL: "/tac-gia", Count: 3}, {Label: "Vũ Hoài An", URL: "/tac-gia", Count: 1204}}},
		{Label: "Ă", Links: []ui.Link{{Label: "Ăng-ghen phố huyện", URL: "/tac-gia", Count: 1}}},
		{Label: "Đ", Links: []ui.Link{{Label: "Đoàn múa Trúc Khê", URL: "/tac-gia", Count: 12}}}}}
}
