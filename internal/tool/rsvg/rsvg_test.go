package rsvg_test

import (
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/internal/tool"
	"vannghe/internal/tool/poppler"
	"vannghe/internal/tool/rsvg"
)

func open(t testing.TB) *tool.Runner {
	t.Helper()
	r, err := tool.Open(t.Context(), tool.Options{Scratch: filepath.Join(t.TempDir(), "scratch"), Writable: []string{os.TempDir(), os.Getenv("VANNGHE_TESTDATA")}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// alphabet holds every letter of Vietnamese with every mark.
const alphabet = "aàáảãạ ăằắẳẵặ âầấẩẫậ đ eèéẻẽẹ êềếểễệ iìíỉĩị oòóỏõọ ôồốổỗộ ơờớởỡợ uùúủũụ ưừứửữự yỳýỷỹỵ"

func TestPDFHoldsVietnameseTextThatCanBeFound(t *testing.T) {
	r := open(t)
	first, second := rsvg.A4(), rsvg.A4()
	lower := rsvg.Wrap(alphabet, 12, 440)
	first.Shapes = []rsvg.Shape{
		rsvg.Rect{X: 0, Y: 0, Width: 595, Height: 200, Colour: "#8c1c13"},
		rsvg.Circle{X: 480, Y: 90, Radius: 40, Colour: "#f0e6cd"},
		rsvg.Hill{Points: []rsvg.Point{{X: 0, Y: 180}, {X: 200, Y: 120}, {X: 595, Y: 190}}, Bottom: 200, Colour: "#2b1a15"},
		rsvg.Text{X: 60, Y: 280, Size: 12, Lines: lower},
		rsvg.Text{X: 60, Y: 480, Size: 12, Lines: rsvg.Wrap(strings.ToUpper(alphabet), 12, 440), Bold: true, Sans: true},
	}
	second.Shapes = []rsvg.Shape{rsvg.Text{X: 297, Y: 400, Size: 20, Anchor: rsvg.Middle, Italic: true, Lines: []string{`Số "2" & <hết>`}}}
	out := filepath.Join(t.TempDir(), "issue.pdf")
	if err := rsvg.New(r).PDF(t.Context(), []rsvg.Page{first, second}, out); err != nil {
		t.Fatal(err)
	}
	p := poppler.New(r, poppler.DefaultLimits())
	info, err := p.Info(t.Context(), out)
	if err != nil || info.Pages != 2 || info.JavaScript || info.Encrypted {
		t.Fatalf("%+v %v", info, err)
	}
	if s := info.Sizes[0]; s.Width < 594 || s.Width > 596 || s.Height < 841 || s.Height > 843 {
		t.Errorf("size %+v", s)
	}
	pages, err := p.Text(t.Context(), out)
	if err != nil || len(pages) != 2 {
		t.Fatalf("%q %v", pages, err)
	}
	got := strings.Join(strings.Fields(pages[0]), " ")
	if got != alphabet+" "+strings.ToUpper(alphabet) {
		t.Errorf("text of the first page:\n%s", got)
	}
	if pages[1] != `Số "2" & <hết>` {
		t.Errorf("text of the second page: %q", pages[1])
	}
}

func TestPNG(t *testing.T) {
	page := rsvg.Page{Width: 100, Height: 50, Ground: "#ff0000"}
	out := filepath.Join(t.TempDir(), "made.png")
	if err := rsvg.New(open(t)).PNG(t.Context(), page, 400, out); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := png.Decode(f)
	if err != nil || m.Bounds().Dx() != 400 || m.Bounds().Dy() != 200 {
		t.Fatalf("%v %v", m, err)
	}
	if r, g, _, _ := m.At(200, 100).RGBA(); r>>8 != 255 || g != 0 {
		t.Error("not red")
	}
}

func TestNoPages(t *testing.T) {
	if err := rsvg.New(open(t)).PDF(t.Context(), nil, "/tmp/none.pdf"); !errors.Is(err, os.ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

func TestWrap(t *testing.T) {
	text := "Đêm ấy trăng lên muộn, thuyền về bến cũ.\n\nmộtchữrấtdàikhôngngắtđược"
	lines := rsvg.Wrap(text, 12, 100)
	if strings.Join(strings.Fields(strings.Join(lines, " ")), " ") != strings.Join(strings.Fields(text), " ") {
		t.Errorf("words are lost: %q", lines)
	}
	if len(lines) < 5 || lines[len(lines)-2] != "" || lines[len(lines)-1] != "mộtchữrấtdàikhôngngắtđược" {
		t.Errorf("%q", lines)
	}
}
