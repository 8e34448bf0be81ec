package demo

import "context"

// work is one row of the manifest and how its file is made.
type work struct {
	file, key, title, creator, genre, date, description, collection string
	rights, number, issuer, signer, issue                           string

	light bool // text alone
	make  maker
}

// maker makes the file of a work at path.
type maker func(ctx context.Context, m material, path string) error

// free is the rights statement of most sample works: they may be used by anybody.
const free = "https://creativecommons.org/publicdomain/zero/1.0/"

func columns() []string {
	return []string{"file", "work", "title", "creator", "genre", "date", "language", "description", "collection",
		"rights", "number", "issuer", "signer", "issue"}
}

func (w work) row() []string {
	rights := w.rights
	if rights == "" {
		rights = free
	}
	return []string{w.file, KeyPrefix + w.key, w.title, w.creator, w.genre, w.date, "vi", w.description, w.collection,
		rights, w.number, w.issuer, w.signer, w.issue}
}

// sample lists the sample works, the oldest first: the newest stand at the head of the home page.
func sample() []work {
	var all []work
	for _, group := range [][]work{papers(), prose(), poems(), pictures(), music(), films()} {
		all = append(all, group...)
	}
	return all
}

const (
	issuer  = "Hội Văn học Nghệ thuật tỉnh Sông Mơ"
	autumn  = "Trại sáng tác mùa thu"
	journal = "Tạp chí Văn nghệ Sông Mơ"
)

func papers() []work {
	return []work{
		{file: "van-ban/ke-hoach-12.docx", key: "ke-hoach", title: "Kế hoạch số hoá tư liệu văn nghệ giai đoạn một", genre: "văn bản",
			date: "2024-02-19", number: "12/KH-VHNT", issuer: issuer, signer: "Đỗ Quang Hậu", creator: issuer + " (cơ quan ban hành)", make: word("ke-hoach.md")},
		{file: "thong-bao/trai-sang-tac.md", key: "trai-sang-tac", title: "Thông báo về trại sáng tác mùa thu", genre: "thông báo",
			date: "2024-08-12", issuer: issuer, creator: issuer + " (cơ quan ban hành)", light: true, make: words("thong-bao-trai-sang-tac.md")},
		{file: "tin-tuc/kho-luu-tru.md", key: "kho-luu-tru", title: "Kho lưu trữ văn nghệ mở cửa cho bạn đọc", genre: "tin tức",
			date: "2024-09-02", creator: "Ban biên tập", light: true, make: words("tin-ra-mat-kho-luu-tru.md")},
		{file: "tap-chi/so-1.pdf", key: "tap-chi-1", title: "Tạp chí Văn nghệ Sông Mơ, số 1", genre: "tạp chí", date: "2024-09",
			creator: "Ban biên tập (biên tập)", issue: "1", collection: journal, description: "Số ra mắt: thơ, tản văn và một con sông.", make: issueOne},
	}
}

func prose() []work {
	return []work{
		{file: "ly-luan/doc-lai-ca-dao-que.md", key: "ca-dao-que", title: "Đọc lại ca dao quê: cái “ta” không ký tên", creator: "Vũ Đình Khuê",
			genre: "lý luận phê bình", date: "2021", light: true, make: words("doc-lai-ca-dao-que.md")},
		{file: "ky/lang-gom-ben-doi.md", key: "lang-gom", title: "Làng gốm bên đồi", creator: "Mai Chi", genre: "ký", date: "2023-10",
			collection: autumn, description: "Bảy mươi hai nóc nhà, mười một lò còn đỏ lửa.", light: true, make: words("lang-gom-ben-doi.md")},
		{file: "tan-van/mui-khoi-bep.txt", key: "mui-khoi-bep", title: "Mùi khói bếp", creator: "Lê Thu Hoài", genre: "tản văn", date: "2022",
			collection: journal, light: true, make: words("mui-khoi-bep.txt")},
		{file: "truyen-ngan/nguoi-giu-do.md", key: "nguoi-giu-do", title: "Người giữ đò", creator: "Phạm Văn Kha", genre: "truyện ngắn", date: "2019",
			description: "Bến Vải sắp có cầu. Người giữ đò vẫn dậy trước gà.", light: true, make: words("nguoi-giu-do.md")},
	}
}

func poems() []work {
	return []work{
		{file: "xam/xam-cho-huyen.txt", key: "xam-cho-huyen", title: "Xẩm chợ huyện", creator: "Bùi Văn Chắt", genre: "xẩm", date: "1998~", light: true, make: words("xam-cho-huyen.txt")},
		{file: "truong-ca/song-ke.txt", key: "song-ke", title: "Sông kể", creator: "Trần Thiện Lộc", genre: "trường ca", date: "2015", light: true, make: words("song-ke.txt")},
		{file: "tho/hoa-am-thang-chap.txt", key: "hoa-am", title: "Hoà âm tháng Chạp", creator: "Nguyễn Hạ Vân", genre: "thơ", date: "2020-01", light: true, make: words("hoa-am-thang-chap.txt")},
		{file: "tho/duong-ve-nga-ba-gao.txt", key: "nga-ba-gao", title: "Đường về ngã ba Gạo", creator: "Trần Thiện Lộc", genre: "thơ", date: "2018",
			collection: journal, light: true, make: words("duong-ve-nga-ba-gao.txt")},
		{file: "tho/ben-trang.txt", key: "ben-trang", title: "Bến trăng", creator: "Nguyễn Hạ Vân", genre: "thơ", date: "2023-11-21",
			collection: journal, light: true, make: words("ben-trang.txt")},
	}
}

func pictures() []work {
	const sonMai = "Sơn mài"
	return []work{
		{file: "nhiep-anh/suong-som.jpg", key: "suong-som", title: "Sương sớm đèo Gió", creator: "Hà Minh Tân", genre: "nhiếp ảnh", date: "2022-12-03", make: painted(mist, 2400, 1600)},
		{file: "nhiep-anh/lo-dem.jpg", key: "lo-dem", title: "Lò đêm", creator: "Hà Minh Tân", genre: "nhiếp ảnh", date: "2023-10", collection: autumn, make: painted(kiln, 2400, 1600)},
		{file: "do-hoa/gio.png", key: "gio", title: "Gió", creator: "Đinh Tuyết Nhung (họa sĩ)", genre: "đồ họa", date: "2021", make: painted(wind, 2400, 1800)},
		{file: "hoi-hoa/cho-phien.jpg", key: "cho-phien", title: "Chợ phiên nhìn từ trên cao", creator: "Đinh Tuyết Nhung", genre: "hội họa", date: "2017", description: "Bột màu trên giấy dó.", make: painted(market, 2800, 2100)},
		{file: "hoi-hoa/mua-gat.jpg", key: "mua-gat", title: "Mùa gặt tầng tầng", creator: "Lò Thị Dung", genre: "hội họa", date: "2020", collection: sonMai, make: painted(terraces, 3000, 2000)},
		{file: "hoi-hoa/sen-tan.jpg", key: "sen-tan", title: "Sen tàn", creator: "Hoàng Bá Lễ", genre: "hội họa", date: "1997~", collection: sonMai,
			description: "Sơn mài, vỏ trứng, vàng quỳ.", make: painted(lotus, 2700, 3600)},
		{file: "hoi-hoa/dem-ben-vai.jpg", key: "dem-ben-vai", title: "Đêm bến Vải", creator: "Hoàng Bá Lễ", genre: "hội họa", date: "2004", collection: sonMai, make: painted(river, 3600, 2400)},
	}
}

func music() []work {
	return []work{
		{file: "khi-nhac/mua-qua-mai-ngoi.flac", key: "mua-qua-mai-ngoi", title: "Mưa qua mái ngói", creator: "Quách Tuệ (nhạc sĩ); Lưu Ngân (biểu diễn)",
			genre: "khí nhạc", date: "2016", make: played(rain(), kiln, "Mưa qua mái ngói", "Lưu Ngân")},
		{file: "ca-khuc/loi-ru-ben-song.mp3", key: "loi-ru", title: "Lời ru bên sông", creator: "Quách Tuệ (nhạc sĩ); Nguyễn Hạ Vân (lời); Lưu Ngân (biểu diễn)",
			genre: "ca khúc", date: "2021", make: played(lullaby(), river, "Lời ru bên sông", "Lưu Ngân")},
		{file: "ca-khuc/loi-ru-ben-song.txt", key: "loi-ru", title: "Lời ru bên sông", creator: "Quách Tuệ (nhạc sĩ); Nguyễn Hạ Vân (lời); Lưu Ngân (biểu diễn)",
			genre: "ca khúc", date: "2021", make: words("loi-ru-ben-song.txt")},
	}
}

func films() []work {
	return []work{
		{file: "ghi-hinh/dem-tho.mp4", key: "dem-tho", title: "Đêm thơ rằm tháng Giêng", creator: "Tổ ghi hình Hội (đạo diễn)", genre: "ghi hình", date: "2024-02-24", make: filmed(stage, rain())},
		{file: "phim/thuyen-qua-trang.mp4", key: "thuyen-qua-trang", title: "Thuyền qua trăng", creator: "Đặng Hải Âu (đạo diễn); Quách Tuệ (nhạc sĩ)", genre: "phim", date: "2024",
			description: "Phim hoạt hình ngắn: một con thuyền, một vầng trăng, không lời.", make: filmed(moonlitRiver, lullaby())},
	}
}

// river is the night river with its boat a third of the way across.
func river(w, h float64) string { return moonlitRiver(w, h, 0.35) }
