package address

import (
	"testing"

	"vannghe/internal/archive"
)

func TestWork(t *testing.T) {
	const id archive.WorkID = "abcdefgh2345"
	cases := map[string]string{
		"Bến trăng":          "/tac-pham/ben-trang-abcdefgh2345",
		"Đường về":           "/tac-pham/duong-ve-abcdefgh2345",
		"…":                  "/tac-pham/khong-ten-abcdefgh2345",
		"465/KH-VHNT":        "/tac-pham/465-kh-vhnt-abcdefgh2345",
		"<script>alert('x')": "/tac-pham/script-alert-x-abcdefgh2345",
	}
	for title, want := range cases {
		if got := Work(id, title); got != want {
			t.Errorf("Work(%q) = %q, want %q", title, got, want)
		}
	}
}

func TestPart(t *testing.T) {
	for locator, want := range map[string]string{"trang-5": "/w#trang-5", "t=95": "/w?t=95", "": "/w"} {
		if got := Part("/w", locator); got != want {
			t.Errorf("Part(%q) = %q, want %q", locator, got, want)
		}
	}
}

func TestID(t *testing.T) {
	cases := map[string]bool{
		"ben-trang-abcdefgh2345": true, "abcdefgh2345": true, "-abcdefgh2345": true,
		"ben-trang": false, "": false, "ben-ABCDEFGH2345": false, "abcdefgh2345-": false, "abcdefgh2345x": false,
	}
	for segment, want := range cases {
		id, ok := ID[archive.WorkID](segment)
		if ok != want || (ok && id != "abcdefgh2345") {
			t.Errorf("ID(%q) = %q, %v", segment, id, ok)
		}
	}
}
