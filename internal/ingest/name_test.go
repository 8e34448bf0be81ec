package ingest

import (
	"strings"
	"testing"

	"vannghe/internal/archive"
)

func TestBaseName(t *testing.T) {
	long := strings.Repeat("ữ", 85) // 255 bytes, the longest of most file systems
	for given, want := range map[string]string{
		"thơ.txt":                 "thơ.txt",
		"a/b.txt":                 "b.txt",
		"/etc/passwd":             "passwd",
		`C:\Ảnh\đẹp.jpg`:          "đẹp.jpg",
		"../../x":                 "x",
		"Ba\u0300i.txt":           "Ba\u0300i.txt", // NFD stays NFD
		"ảnh\u202egpj.exe.txt":    "ảnh\u202egpj.exe.txt",
		"🎨 tranh Đông Hồ 🐓.txt":   "🎨 tranh Đông Hồ 🐓.txt",
		"tên\nxuống dòng.txt":     "tên\nxuống dòng.txt",
		long:                      long,
		strings.Repeat("a", 1024): strings.Repeat("a", 1024),
	} {
		if got, err := BaseName(given); err != nil || got != want {
			t.Errorf("%q: %q %v", given, got, err)
		}
	}
	for given, reason := range map[string]archive.Reason{"": "name-invalid", "..": "name-invalid", ".": "name-invalid", "a/": "name-invalid",
		"a\x00b": "name-invalid", "a\xff": "name-invalid", strings.Repeat("a", 1025): "name-too-long"} {
		if _, err := BaseName(given); archive.ReasonOf(err) != reason {
			t.Errorf("%q: %v", given, err)
		}
	}
}

func TestDisplayName(t *testing.T) {
	if got := DisplayName("ảnh\u202egpj.exe.txt"); got != "ảnhgpj.exe.txt" {
		t.Errorf("RTL override: %q", got)
	}
	if got := DisplayName("a\tb\nc\x1b[31m"); strings.ContainsAny(got, "\t\n\x1b") {
		t.Errorf("controls: %q", got)
	}
	long := DisplayName(strings.Repeat("ữ", 300) + ".jpg")
	if !strings.HasSuffix(long, ".jpg") || len([]rune(long)) > 120 {
		t.Errorf("long: %q", long)
	}
}

func TestTitleOf(t *testing.T) {
	for name, want := range map[string]string{
		"Bến_trăng.mp4":        "Bến trăng",
		"Ba\u0300i thơ.txt":    "Bài thơ",
		"ảnh\u202egpj.exe.txt": "ảnhgpj.exe",
		".txt":                 ".txt",
		"\u202e":               "Không tên",
		"01 - Mưa.flac":        "01 - Mưa",
	} {
		if got := TitleOf(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
