package message

import "testing"

func TestMoney(t *testing.T) {
	vi, en := For(Vietnamese), For(English)
	for got, want := range map[string]string{
		vi.Money(1_250_000): "1.250.000 đ", en.Money(-1_250_000): "-1,250,000 VND",
		vi.MoneyWords(1_250_000): "Một triệu hai trăm năm mươi nghìn đồng", vi.MoneyWords(0): "Không đồng", vi.MoneyWords(-5): "Âm năm đồng",
		en.MoneyWords(1_005_021): "One million five thousand twenty-one Vietnamese dong", en.MoneyWords(340): "Three hundred forty Vietnamese dong",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
