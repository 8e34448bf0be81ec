package ui_test

import (
	"fmt"
	"time"

	"vannghe/internal/archive"
	"vannghe/web/ui"
)

func baseWork() ui.Work {
	return ui.Work{
		ID: "abcdefghijkl", Language: "vi", Permalink: "https://vannghe.example/tac-pham/mau-abcdefghijkl", Published: time.Date(2024, 5, 2, 3, 0, 0, 0, time.UTC),
		Rights: ui.Rights{Name: "Còn bản quyền", URL: "https://rightsstatements.org/vocab/InC/1.0/", Holder: "Gia đình tác giả"},
		Description: []string{"Tác phẩm được gia đình tác giả trao cho Hội năm 2024, kèm bản thảo viết tay và hai tấm ảnh chụp ở bến đò cũ.",
			"Bản này giữ nguyên chính tả của bản in lần đầu."},
		Collections: []ui.Link{{Label: "Sông nước trong văn nghệ", URL: "/chuyen-muc"}},
		Related:     pick("poem2", "song", "essay", "video"),
	}
}

func videoSample() ui.Work {
	v := baseWork()
	v.Title, v.Genre, v.Medium, v.Date = "Đêm hội trăng rằm bên bến Lường", ui.Link{Label: "Ghi hình", URL: "/the-loai"}, archive.Video, "2023-09-29"
	v.Credits = []ui.Credit{{Name: "Nhóm ghi hình Bến Cũ", URL: "/tac-gia", Role: archive.Director}, {Name: "Đoàn chèo Trúc Khê", URL: "/tac-gia", Role: archive.Performer}}
	v.Sections = []ui.Section{{Medium: archive.Video, Kind: archive.KindRecording, Items: []ui.Item{{State: ui.Ready,
		Video: &ui.Video{HLS: "/sample/media/master.m3u8", MP4: "/sample/media/video.mp4", Poster: "/sample/dem-hoi.svg", Width: 1280, Height: 720, Duration: 12 * time.Second,
			File: "ffffffffffff", Sound: "/sample/media/audio.m3u8", ChapterTrack: "/sample/media/chapters.vtt", Address: "https://vannghe.example/tac-pham/mau-abcdefghijkl",
			Captions: []ui.Captions{{URL: "/sample/media/vi.vtt", Language: "vi", Label: "Tiếng Việt"}},
			Chapters: []ui.Cue{{Start: 0, URL: "?t=0", Text: "Rước đèn"}, {Start: 6 * time.Second, URL: "?t=6", Text: "Thuyền hoa cập bến"}},
			Scripts: []ui.Script{{Language: "vi", Label: "Tiếng Việt", Cues: []ui.Cue{{Start: 2 * time.Second, URL: "?t=2", Text: "Trăng lên rồi, các cụ ơi!"},
				{Start: 6 * time.Second, URL: "?t=6", Text: "Thuyền hoa cập bến, trống hội đã nổi ở phía đầu làng."}}}}},
		Download: &ui.Download{URL: "#", Name: "dem-hoi.mp4", Format: "MP4", Bytes: 734_003_200}}}}}
	return v
}

func songSample() ui.Work {
	v := baseWork()
	v.Title, v.Genre, v.Medium, v.Date = "Gửi lại mùa nước nổi", ui.Link{Label: "Ca khúc", URL: "/the-loai"}, archive.Audio, "1987"
	v.Credits = []ui.Credit{{Name: "Đỗ Vân Khoa", URL: "/tac-gia", Role: archive.Composer}, {Name: "Lâm Tịnh Vân", URL: "/tac-gia", Role: archive.Lyricist}, {Name: "Tốp ca nữ Sông Lường", Role: archive.Singer}}
	v.Relations = []ui.Relation{{Type: archive.SetsToMusic, Work: entries()["poem"]}}
	v.Embed = `<iframe src="https://vannghe.example/nhung/abcdefghijkl" width="640" height="200" title="Gửi lại mùa nước nổi"></iframe>`
	v.Sections = []ui.Section{
		{Medium: archive.Audio, Kind: archive.KindRecording, Items: []ui.Item{{State: ui.Ready, Audio: &ui.Audio{
			Sources: []ui.Source{{URL: "/sample/media/audio.m4a", Type: "audio/mp4"}}, Waveform: "/sample/waveform.json", Duration: 200 * time.Second,
			Tags: []ui.Tag{{Name: "artist", Value: "Tốp ca nữ Sông Lường"}, {Name: "album", Value: "Tiếng hát bến sông"}, {Name: "date", Value: "1987"}, {Name: "encoder", Value: "Lavf"}}}}}},
		{Anchor: "loi-ca", Label: "Lời ca", Medium: archive.Text, Kind: archive.KindText, Items: []ui.Item{{State: ui.Ready, Reading: &ui.Reading{HTML: poemHTML(), Verse: true}}}},
		{Anchor: "ban-nhac", Medium: archive.Paged, Kind: archive.KindScore, Items: []ui.Item{{State: ui.Preparing}}},
	}
	return v
}

// twoRecordingsSample has two recordings, each with words that are said in it.
func twoRecordingsSample() ui.Work {
	v := songSample()
	v.Title = "Lời ru hai giọng"
	item := func(file archive.FileID) ui.Item {
		cue := ui.Cue{Start: 5 * time.Second, URL: "?t=5&tep=" + string(file), Text: "À ơi, con nước lớn ròng"}
		return ui.Item{State: ui.Ready, Audio: &ui.Audio{File: file, Sources: []ui.Source{{URL: "/sample/media/audio.m4a", Type: "audio/mp4"}}, Duration: 12 * time.Second,
			Scripts: []ui.Script{{Language: "vi", Label: "Tiếng Việt", Cues: []ui.Cue{cue}}}}}
	}
	v.Sections = []ui.Section{{Medium: archive.Audio, Kind: archive.KindRecording, Items: []ui.Item{item("aaaaaaaaaaaa"), item("bbbbbbbbbbbb")}},
		{Anchor: "phan-2", Medium: archive.Text, Kind: archive.KindText, Items: []ui.Item{{State: ui.Ready,
			Words: []ui.Script{{Language: "vi", Cues: []ui.Cue{{Start: 7 * time.Second, Anchor: "loi-7", Text: "Lời không có bản thu"}}}}}}}}
	return v
}

// albumSample has two songs, the first with words that follow it.
func albumSample() ui.Work {
	v := songSample()
	v.Title, v.Relations = "Tiếng hát bến sông", nil
	item := func(n, title string) ui.Item {
		return ui.Item{State: ui.Ready, Audio: &ui.Audio{File: archive.FileID("bai" + n), Title: title, Waveform: "/sample/waveform.json", Duration: 4 * time.Second,
			Sources: []ui.Source{{URL: "/sample/media/bai" + n + ".m4a", Type: "audio/mp4"}}}}
	}
	first := item("1", "Con nước lớn ròng")
	first.Audio.Cover = picture("ruong", 1600, 1000)
	first.Audio.Captions = []ui.Captions{{URL: "/sample/media/bai1.vtt", Language: "vi", Label: "Tiếng Việt"}}
	first.Audio.Scripts = []ui.Script{{Language: "vi", Label: "Tiếng Việt", Cues: []ui.Cue{
		{URL: "?t=0", Text: "À ơi con nước lớn ròng"}, {Start: 2 * time.Second, URL: "?t=2", Text: "Ru con mẹ mượn tấm lòng của sông"}}}}
	v.Sections = []ui.Section{{Medium: archive.Audio, Kind: archive.KindRecording, Items: []ui.Item{first}},
		{Anchor: "phan-2", Medium: archive.Audio, Kind: archive.KindRecording, Items: []ui.Item{item("2", "Đò dọc")}}}
	return v
}

// spokenSample is a story that is read, in chapters.
func spokenSample() ui.Work {
	v := songSample()
	v.Title, v.Genre, v.Relations = "Người bán diều, đọc truyện", ui.Link{Label: "Truyện ngắn", URL: "/the-loai"}, nil
	v.Sections = []ui.Section{{Medium: archive.Audio, Kind: archive.KindReading, Items: []ui.Item{{State: ui.Ready, Audio: &ui.Audio{File: "truyen", Spoken: true,
		Duration: 12 * time.Second, Waveform: "/sample/waveform.json", Sources: []ui.Source{{URL: "/sample/media/audio.m4a", Type: "audio/mp4"}},
		Chapters: []ui.Cue{{URL: "?t=0", Text: "Một"}, {Start: 6 * time.Second, URL: "?t=6", Text: "Hai"}},
		Lyrics:   &ui.Reading{HTML: poemHTML(), Suffix: "-truyen", Verse: true}}}}}}
	return v
}

func paintingSample() ui.Work {
	v := baseWork()
	v.Title, v.Genre, v.Medium, v.Date = "Ruộng bậc thang lúc chạng vạng", ui.Link{Label: "Hội họa", URL: "/the-loai"}, archive.Image, "1995"
	v.OtherTitles = []string{"Chiều Mường Lống"}
	v.Credits = []ui.Credit{{Name: "Phan Ngọc Lãm", URL: "/tac-gia", Role: archive.Painter}}
	v.Sections = []ui.Section{{Medium: archive.Image, Kind: archive.KindPicture, Items: []ui.Item{{State: ui.Ready,
		Image:    &ui.Image{Picture: *picture("ruong", 1600, 1000), Tiles: "/sample/iiif/info.json", Large: "/sample/ruong.svg"},
		Download: &ui.Download{URL: "#", Name: "ruong.tif", Format: "TIFF", Bytes: 48_400_000}}}}}
	return v
}

func poemSample() ui.Work {
	v := baseWork()
	v.Title, v.Genre, v.Medium, v.Date = "Ngồi nghe mưa trên mái lá cọ", ui.Link{Label: "Thơ", URL: "/the-loai"}, archive.Text, "2011"
	v.Credits = []ui.Credit{{Name: "Lâm Tịnh Vân", URL: "/tac-gia", Role: archive.Author}}
	v.Relations = []ui.Relation{{Type: archive.SetsToMusic, Reverse: true, Work: entries()["song"]}}
	v.Sections = []ui.Section{{Medium: archive.Text, Kind: archive.KindText, Items: []ui.Item{{State: ui.Ready, Reading: &ui.Reading{HTML: poemHTML(), Verse: true}}}}}
	return v
}

func storySample() ui.Work {
	v := baseWork()
	v.Title, v.Genre, v.Medium, v.Date = "Người bán diều ở cuối con đường không tên", ui.Link{Label: "Truyện ngắn", URL: "/the-loai"}, archive.Text, "2020"
	v.Credits = []ui.Credit{{Name: "Quách Hữu Đằng", URL: "/tac-gia", Role: archive.Author}}
	v.Sections = []ui.Section{{Medium: archive.Text, Kind: archive.KindText, Items: []ui.Item{{State: ui.Ready,
		Reading:  &ui.Reading{HTML: storyHTML(), Contents: []ui.Link{{Label: "Một", URL: "#muc-1"}, {Label: "Hai", URL: "#muc-2"}}},
		Download: &ui.Download{URL: "#", Name: "nguoi-ban-dieu.docx", Format: "DOCX", Bytes: 38_211}}}}}
	return v
}

func pages(n int) []ui.PageView {
	var list []ui.PageView
	for i := range n {
		p := ui.PageView{Number: i + 1, Anchor: fmt.Sprintf("trang-%d", i+1), Picture: *picture("so-41", 700, 1000), Large: "/sample/so-41.svg"}
		if i > 0 {
			p.Text = "Trang này có chữ đọc được.\nDòng thứ hai của trang, để tìm thấy đến tận trang."
		}
		list = append(list, p)
	}
	return list
}

func magazineSample() ui.Work {
	v := baseWork()
	v.Title, v.Genre, v.Medium, v.Date = "Văn nghệ Sông Lường, số 41", ui.Link{Label: "Tạp chí", URL: "/tap-chi"}, archive.Paged, "2022-01"
	v.Credits = []ui.Credit{{Name: "Lưu Đình Ngữ", URL: "/tac-gia", Role: archive.Editor}}
	v.Sections = []ui.Section{{Medium: archive.Paged, Kind: archive.KindScan, Items: []ui.Item{{State: ui.Ready, Pages: &ui.Pages{Pages: pages(5), Spread: true},
		Download: &ui.Download{URL: "#", Name: "so-41.pdf", Format: "PDF", Bytes: 12_300_000}}}}}
	return v
}

func paperSample() ui.Work {
	v := baseWork()
	v.Title, v.Genre, v.Medium, v.Date = "Kế hoạch tổ chức trại sáng tác mùa hạ và triển lãm lưu động", ui.Link{Label: "Văn bản", URL: "/van-ban"}, archive.Paged, "2024-04-09"
	v.Paper = ui.Paper{Number: "112/KH-HVN", Issuer: ui.Link{Label: "Hội Văn học Nghệ thuật tỉnh Sông Lường", URL: "/tac-gia"}, Signer: "Lưu Đình Ngữ",
		Recipients: []string{"Các chi hội trực thuộc", "Văn phòng Hội", "Lưu: văn thư"}}
	v.Sections = []ui.Section{{Medium: archive.Paged, Kind: archive.KindScan, Items: []ui.Item{{State: ui.Ready, Pages: &ui.Pages{Pages: pages(2)},
		Download: &ui.Download{URL: "#", Name: "112.pdf", Format: "PDF", Bytes: 312_000}}}}}
	return v
}

func unreadableSample() ui.Work {
	v := baseWork()
	v.Title, v.Genre, v.Medium, v.Date = "Băng ghi âm chưa rõ tên", ui.Link{Label: "Dân ca", URL: "/the-loai"}, archive.Other, "19XX"
	v.Description = nil
	v.Related = nil
	v.Sections = []ui.Section{{Medium: archive.Other, Items: []ui.Item{{State: ui.Unreadable, Problem: "format-unknown",
		Download: &ui.Download{URL: "#", Name: "bang-07.dat", Format: "DAT", Bytes: 9_120_000}}}}}
	return v
}

func announcementSample() ui.Work {
	v := storySample()
	v.Title, v.Genre, v.Date = "Mời gửi tác phẩm dự trại sáng tác mùa hạ", ui.Link{Label: "Thông báo", URL: "/thong-bao"}, "2024-04-12"
	v.Credits = []ui.Credit{{Name: "Hội Văn học Nghệ thuật tỉnh Sông Lường", URL: "/tac-gia", Role: archive.Issuer}}
	v.Sections[0].Items[0].Reading = &ui.Reading{HTML: `<p>Trại mở từ ngày 3 tháng 6 tại nhà sáng tác Trúc Khê, đón hai mươi tác giả các chuyên ngành.</p><p>Tác phẩm gửi về văn phòng Hội trước ngày 15 tháng 5.</p>`}
	return v
}
