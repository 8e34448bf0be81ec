package archive

// Genres lists the genres every archive starts with, in the association's order. An archive may hold more:
// the catalogue's list counts, this one only fills an empty catalogue.
func Genres() []Genre {
	list := []Genre{
		{ID: "truyen-ngan", Name: "Truyện ngắn", English: "Short story", Group: "van-xuoi"},
		{ID: "tieu-thuyet", Name: "Tiểu thuyết", English: "Novel", Group: "van-xuoi"},
		{ID: "ky", Name: "Ký", English: "Literary journalism", Group: "van-xuoi"},
		{ID: "ghi-chep", Name: "Ghi chép", English: "Notes", Group: "van-xuoi"},
		{ID: "tan-van", Name: "Tản văn", English: "Essay", Group: "van-xuoi"},
		{ID: "tho", Name: "Thơ", English: "Poem", Group: "tho"},
		{ID: "truong-ca", Name: "Trường ca", English: "Long poem", Group: "tho"},
		{ID: "kich-ban", Name: "Kịch bản sân khấu", English: "Stage play", Group: "san-khau"},
		{ID: "cheo", Name: "Chèo", English: "Chèo opera", Group: "san-khau"},
		{ID: "xam", Name: "Xẩm", English: "Xẩm song", Group: "san-khau"},
		{ID: "ly-luan-phe-binh", Name: "Lý luận phê bình", English: "Theory and criticism", Group: "ly-luan"},
		{ID: "van-nghe-dan-gian", Name: "Văn nghệ dân gian", English: "Folklore", Group: "dan-gian"},
		{ID: "hoi-hoa", Name: "Hội họa", English: "Painting", Group: "my-thuat"},
		{ID: "do-hoa", Name: "Đồ họa", English: "Graphic art", Group: "my-thuat"},
		{ID: "dieu-khac", Name: "Điêu khắc", English: "Sculpture", Group: "my-thuat"},
		{ID: "kien-truc", Name: "Kiến trúc", English: "Architecture", Group: "my-thuat"},
		{ID: "nhiep-anh", Name: "Nhiếp ảnh", English: "Photography", Group: "nhiep-anh"},
		{ID: "ca-khuc", Name: "Ca khúc", English: "Song", Group: "am-nhac"},
		{ID: "khi-nhac", Name: "Khí nhạc", English: "Instrumental music", Group: "am-nhac"},
		{ID: "dan-ca", Name: "Dân ca", English: "Folk song", Group: "am-nhac"},
		{ID: "mua", Name: "Múa", English: "Dance", Group: "mua"},
		{ID: "phim", Name: "Phim", English: "Film", Group: "phim"},
		{ID: "ghi-hinh", Name: "Ghi hình", English: "Filmed event", Group: "phim"},
		{ID: "tap-chi", Name: "Tạp chí", English: "Magazine issue", Group: "tap-chi"},
		{ID: "van-ban", Name: "Văn bản", English: "Official document", Group: "van-ban"},
		{ID: "thong-bao", Name: "Thông báo", English: "Announcement", Group: "thong-bao"},
		{ID: "tin-tuc", Name: "Tin tức", English: "News", Group: "tin-tuc"},
	}
	for i := range list {
		list[i].Order = (i + 1) * 10 // gaps, so that one may be put between
	}
	return list
}
