package web_test

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"vannghe/internal/archive"
	"vannghe/web/address"
)

var feeID = regexp.MustCompile(`name="dong" value="([a-z2-7]{12})"`)

// A month of royalties by forms without scripts: a rate, a sheet, an amount by hand, closing, paying, a correction; as page, table and document.
func TestRoyaltyPages(t *testing.T) {
	b := newBoard(t)
	work := b.published("=Bến trăng")
	month := work.Published.In(archive.Vietnam).Format("1/2006") // as somebody types it whose browser has no field for months
	b.n.get(address.Fees, b.as("van")).expect(t, 200, "Chưa có bảng nào", "Về bàn làm việc", time.Now().In(archive.Vietnam).Format("2006-01"))
	b.post("quan", address.FeeRates, url.Values{"the-loai": {"tho"}, "tu": {"2026-01-01"}, "don-vi": {"1.5"}, "he-so": {"1"}}).expect(t, 400, "Số tiền ghi bằng đồng", `value="1.5"`)
	b.post("quan", address.FeeRates, url.Values{"the-loai": {"tho"}, "tu": {"2020-01-01"}, "don-vi": {"100.000 đ"}, "he-so": {"NaN"}}).expect(t, 400, "Hệ số là số dương")
	b.post("quan", address.FeeRates, url.Values{"the-loai": {"tho"}, "tu": {"2020-01-01"}, "don-vi": {"100.000 đ"}, "he-so": {"2,5"}}).expect(t, 303)
	b.n.get(address.FeeRates, b.as("van")).expect(t, 200, "100.000 đ × 2,5 = 250.000 đ")
	b.post("van", address.Fees, url.Values{"thang": {"tháng này"}}).expect(t, 400, "Xin chọn một tháng")
	sheet := b.post("van", address.Fees, url.Values{"thang": {month}, "han": {"2020-01-02"}}).expect(t, 303).Header.Get("Location")
	page := b.n.get(sheet, b.as("van")).expect(t, 200, "250.000 đ", "Bằng chữ: Hai trăm năm mươi nghìn đồng", "Quá hạn chi", "Đặng Thị Sương")
	row := string(feeID.FindSubmatch(page.body)[1])
	b.post("van", sheet+"/doi", url.Values{"dong": {row}, "thay": {"250000"}, "tien": {"300.000"}}).expect(t, 400, "review-wrong")
	b.post("van", sheet+"/doi", url.Values{"dong": {row}, "thay": {"250000"}, "tien": {"300.000"}, "ly-do": {"Bài <hay>"}}).expect(t, 303)
	b.post("van", sheet+"/them", url.Values{"tac-pham": {"gì đó"}, "ten": {"x"}, "tien": {"1"}, "ly-do": {"x"}}).expect(t, 400, "Không tìm thấy tác phẩm")
	b.n.get(sheet, b.as("khoa")).expect(t, 200, "Bài &lt;hay&gt;", "300.000 đ")
	b.n.get("/en"+sheet, b.as("quan")).expect(t, 200, "Three hundred thousand Vietnamese dong", "300,000 VND")
	b.post("van", sheet+"/khoa", url.Values{"thay": {"1"}}).expect(t, 409, "vừa được người khác đổi")
	b.post("van", sheet+"/khoa", url.Values{"thay": {"300000"}}).expect(t, 303)
	b.post("van", sheet+"/doi", url.Values{"dong": {row}, "thay": {"300000"}, "tien": {"1"}, "ly-do": {"x"}}).expect(t, 409, "đã khoá")
	b.post("quan", sheet+"/chi", nil).expect(t, 400, "Xin chọn dòng")
	b.post("quan", sheet+"/chi", url.Values{"dong": {row}}).expect(t, 303)
	b.n.get(sheet, b.as("van")).expect(t, 200, "Bà quan ghi đã chi", "đã chi 300.000 đ")
	next := b.post("van", sheet+"/sua", url.Values{"dong": {row}, "thay": {"300000"}, "tien": {"280000"}, "ly-do": {"Nhầm"}}).expect(t, 303).Header.Get("Location")
	b.n.get(next, b.as("van")).expect(t, 200, "-20.000 đ", "Điều chỉnh bảng đã khoá: Nhầm", "Âm hai mươi nghìn đồng")
	b.n.get(address.Fees, b.as("van")).expect(t, 200, "Tổng 300.000 đ; đã chi 300.000 đ; còn 0 đ")
	b.sheetFiles(sheet)
}

func (b *board) sheetFiles(sheet string) {
	b.t.Helper()
	made := b.n.get(sheet+"?dang=xlsx", b.as("van")).expect(b.t, 200)
	book, err := excelize.OpenReader(bytes.NewReader(made.body))
	b.must(err)
	defer book.Close()
	rows, err := book.GetRows("1", excelize.Options{RawCellValue: true})
	b.must(err)
	if len(rows) != 6 || rows[3][1] != "=Bến trăng" || rows[3][6] != "300000" || rows[3][5] != "2.5" || rows[4][6] != "300000" {
		b.t.Errorf("%q", rows)
	}
	if formula, err := book.GetCellFormula("1", "B4"); err != nil || formula != "" {
		b.t.Errorf("a title is a formula: %q %v", formula, err)
	}
	pdf := b.printing().get(sheet+"?dang=pdf", b.as("van")).expect(b.t, 200)
	if said := strings.Join(strings.Fields(pdfText(b.t, pdf.body)), " "); !strings.Contains(said, "300.000") || !strings.Contains(said, "Ba trăm nghìn đồng") || !strings.Contains(said, "Ký nhận") {
		b.t.Error(said)
	}
}
