package demo

import (
	"context"
	"fmt"
	"strings"

	"vannghe/internal/tool/rsvg"
)

// Sizes of the magazine's A4 page, in points.
const (
	pageWidth  = 595.0
	pageHeight = 842.0
	margin     = 72.0
	bodySize   = 10.5
	bodyLead   = 17.0
)

// issueOne makes the sample issue of the magazine as PDF.
func issueOne(ctx context.Context, m material, path string) error {
	return m.drawing.PDF(ctx, magazine(m), path)
}

func magazine(m material) []rsvg.Page {
	return []rsvg.Page{
		magazineCover(),
		magazineContents(),
		article(3, "Bến trăng", "Nguyễn Hạ Vân", strings.Split(m.text("ben-trang.txt"), "\n")),
		article(4, "Mùi khói bếp", "Lê Thu Hoài", prosaic(m.text("mui-khoi-bep.txt"))),
		article(5, "Đường về ngã ba Gạo", "Trần Thiện Lộc", strings.Split(m.text("duong-ve-nga-ba-gao.txt"), "\n")),
	}
}

// prosaic breaks paragraphs into the lines of a column.
func prosaic(text string) []string { return rsvg.Wrap(text, bodySize, pageWidth-2*margin) }

func sheet(shapes ...rsvg.Shape) rsvg.Page {
	return rsvg.Page{Width: pageWidth, Height: pageHeight, Ground: "#fbf6ea", Shapes: shapes}
}

func centred(y, size float64, colour, line string) rsvg.Text {
	return rsvg.Text{X: pageWidth / 2, Y: y, Size: size, Colour: colour, Anchor: rsvg.Middle, Lines: []string{line}}
}

const faint = "#4b3f36"

func magazineCover() rsvg.Page {
	return sheet(
		rsvg.Drawing{Y: 196, SVG: moonlitRiver(pageWidth, 560, 0.4)},
		centred(84, 17, son, "TẠP CHÍ"),
		centred(134, 38, son, "VĂN NGHỆ SÔNG MƠ"),
		centred(170, 12, faint, "Số 1 · Mùa thu 2024"),
		centred(798, 11, faint, issuer),
	)
}

func magazineContents() rsvg.Page {
	titles := []string{"Bến trăng, thơ Nguyễn Hạ Vân", "Mùi khói bếp, tản văn Lê Thu Hoài", "Đường về ngã ba Gạo, thơ Trần Thiện Lộc"}
	return sheet(
		rsvg.Text{X: margin, Y: 120, Size: 26, Colour: son, Lines: []string{"Trong số này"}},
		rsvg.Text{X: margin, Y: 180, Size: 12, Leading: 30, Lines: titles},
		rsvg.Text{X: pageWidth - margin, Y: 180, Size: 12, Leading: 30, Anchor: rsvg.End, Lines: []string{"3", "4", "5"}},
		rsvg.Text{X: margin, Y: 330, Size: bodySize, Leading: bodyLead, Lines: prosaic("Tạp chí ra mắt bạn đọc vào đầu mỗi mùa. Mỗi số chọn một con sông làm người " +
			"dẫn chuyện; số đầu tiên là sông Mơ, nơi có bến Vải, bến Chài và ghềnh Hổ Đợi.")},
		foot(2),
	)
}

func article(number int, title, author string, lines []string) rsvg.Page {
	return sheet(
		rsvg.Text{X: margin, Y: 110, Size: 24, Colour: son, Lines: []string{title}},
		rsvg.Text{X: margin, Y: 136, Size: 11, Colour: faint, Italic: true, Lines: []string{author}},
		rsvg.Text{X: margin, Y: 186, Size: bodySize, Leading: bodyLead, Lines: lines},
		foot(number),
	)
}

func foot(number int) rsvg.Text {
	return centred(pageHeight-36, 9, faint, fmt.Sprintf("— %d —", number))
}
