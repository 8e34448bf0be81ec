package viet

import (
	"math"
	"testing"
)

func TestNumber(t *testing.T) {
	for n, want := range map[int64]string{
		0: "không", 5: "năm", 10: "mười", 11: "mười một", 15: "mười lăm", 20: "hai mươi", 21: "hai mươi mốt", 25: "hai mươi lăm", 44: "bốn mươi bốn",
		100: "một trăm", 101: "một trăm lẻ một", 105: "một trăm lẻ năm", 110: "một trăm mười", 115: "một trăm mười lăm", 999: "chín trăm chín mươi chín",
		1000: "một nghìn", 1005: "một nghìn không trăm lẻ năm", 1050: "một nghìn không trăm năm mươi", 10_000: "mười nghìn", 250_000: "hai trăm năm mươi nghìn",
		1_250_000: "một triệu hai trăm năm mươi nghìn", 1_005_000: "một triệu không trăm lẻ năm nghìn", 1_000_001: "một triệu không trăm lẻ một",
		21_000_000: "hai mươi mốt triệu", 1_000_000_000: "một tỷ", 2_000_000_005: "hai tỷ không trăm lẻ năm", 1_500_000_000_000: "một nghìn năm trăm tỷ",
		-750_000: "âm bảy trăm năm mươi nghìn", math.MaxInt64: "chín tỷ hai trăm hai mươi ba triệu ba trăm bảy mươi hai nghìn không trăm ba mươi sáu tỷ tám trăm năm mươi bốn triệu bảy trăm bảy mươi lăm nghìn tám trăm lẻ bảy",
	} {
		if got := Number(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	if got := Number(math.MinInt64); got[:3] != "âm"[:3] {
		t.Errorf("the least: %q", got)
	}
}
