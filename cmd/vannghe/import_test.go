package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage/miniostore/miniotest"
)

// fileLine is one line of import --json.
type fileLine struct {
	File    string `json:"file"`
	Status  string `json:"status"`
	Work    string `json:"work"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// fileLines reads the output of import --json: one line a file, then the totals.
func fileLines(t *testing.T, out string) (files map[string]fileLine, totals map[string]int) {
	t.Helper()
	all := lines(out)
	if len(all) == 0 {
		t.Fatal("import --json printed nothing")
	}
	files = map[string]fileLine{}
	for _, l := range all[:len(all)-1] {
		var f fileLine
		if err := json.Unmarshal([]byte(l), &f); err != nil {
			t.Fatalf("line %q: %v", l, err)
		}
		files[f.File] = f
	}
	if err := json.Unmarshal([]byte(all[len(all)-1]), &totals); err != nil {
		t.Fatalf("totals %q: %v", all[len(all)-1], err)
	}
	return files, totals
}

// library writes a small folder of texts with a manifest and returns it.
func library(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	write(t, folder, "tho/ben-cu.txt", "Chiều rơi trên bến cũ\nmái chèo gác ngang trời\n\nAi qua miền sương khói\nnhặt giùm tiếng đò ơi")
	write(t, folder, "tho/hoa.txt", "Hoà trong mưa tháng bảy\nmột sắc hoa không tên")
	write(t, folder, "truyen/duong-xa.md", "# Đường xa\n\n## Một\n\nCon Ðường ấy dài hơn người ta tưởng.\n\n## Hai\n\nNgười lái đò già ngồi đợi khách cuối.")
	write(t, folder, "works.csv", "file,title,creator,genre,collection\n"+
		"tho/ben-cu.txt,Bến cũ,Lê Thị Sương (thơ),thơ,Tập nháp\n"+
		"tho/hoa.txt,Sắc hoa,Trần Mộc,thơ,Tập nháp\n"+
		"truyen/duong-xa.md,Đường xa,Phạm Kha,truyện ngắn,\n")
	return folder
}

// stores lists the pairs of store and settings on which whole-program tests run.
func stores(t *testing.T) map[string]func(t *testing.T) []string {
	t.Helper()
	return map[string]func(t *testing.T) []string{
		"disk": func(t *testing.T) []string { return []string{"--data", t.TempDir()} },
		"minio": func(t *testing.T) []string {
			return []string{"--data", t.TempDir(), "--storage", miniotest.Start(t).DSN("vannghe")}
		},
	}
}

// pairs is stores and the pair for which an institution outgrows one machine.
func pairs(t *testing.T) map[string]func(t *testing.T) []string {
	t.Helper()
	all := stores(t)
	all["minio and postgres"] = func(t *testing.T) []string {
		return append(stores(t)["minio"](t), "--database", catalogtest.OnPostgres(t).DSN)
	}
	return all
}

func TestImportTwiceAddsNothingTwice(t *testing.T) {
	t.Parallel()
	for name, settings := range pairs(t) {
		t.Run(name, func(t *testing.T) {
			set := settings(t)
			folder := library(t)
			args := append([]string{"import", folder, "--manifest", "works.csv", "--publish", "--json"}, set...)
			files, totals := fileLines(t, must(t, args...))
			if totals["added"] != 3 || len(files) != 3 {
				t.Fatalf("first import: totals %v, lines %v", totals, files)
			}
			files, totals = fileLines(t, must(t, args...))
			if totals["exists"] != 3 || totals["added"] != 0 {
				t.Fatalf("second import: totals %v, lines %v", totals, files)
			}
			s := serve(t, set...)
			for title, n := range s.works(t) {
				if n != 1 {
					t.Errorf("%q is there %d times", title, n)
				}
			}
			s.stop(t)
		})
	}
}

// Each bad row is named with its number and a reason; the good rows go in; the status is 1.
func TestImportReportsBadRows(t *testing.T) {
	folder := library(t)
	write(t, folder, "trong.mp4", "")
	write(t, folder, "bad.csv", "\ufefffile;title;genre;date\n"+
		"tho/ben-cu.txt;Bến cũ;thơ;1987~\n"+
		"khong-co.txt;Không có;thơ;\n"+
		"tho/hoa.txt;Hoa;thơ;31/02/1990\n"+
		"../../etc/passwd;Trộm;thơ;\n"+
		"trong.mp4;Trống;phim;\n"+
		"truyen/duong-xa.md;Đường xa;thể loại lạ;\n")
	set := []string{"--data", t.TempDir()}
	r := vannghe(t, append([]string{"import", folder, "--manifest", "bad.csv", "--publish", "--json"}, set...)...)
	if r.code != 1 {
		t.Errorf("status %d, want 1\n%s", r.code, r.err)
	}
	files, totals := fileLines(t, r.out)
	if totals["added"] != 1 || totals["failed"] != 5 {
		t.Errorf("totals %v\n%s", totals, r.out)
	}
	for name, f := range files {
		if f.Status == "failed" && (f.Code == "" || f.Code == "internal" || f.Message == "") {
			t.Errorf("%s: failed without a reason a person understands: %+v", name, f)
		}
	}
}

func TestImportRefusesAnUnknownColumn(t *testing.T) {
	folder := library(t)
	write(t, folder, "bad.csv", "file,title,tacgia\ntho/hoa.txt,Hoa,Mộc\n")
	set := []string{"--data", t.TempDir()}
	r := vannghe(t, append([]string{"import", folder, "--manifest", "bad.csv"}, set...)...)
	if r.code != 1 || !strings.Contains(r.err, "tacgia") {
		t.Errorf("status %d, want 1 and the column's name\n%s", r.code, r.err)
	}
}

// A name in NFD, of 255 bytes, with emoji and with a right-to-left override comes back byte for byte.
func TestImportKeepsOddNames(t *testing.T) {
	folder := t.TempDir()
	long := strings.Repeat("a", 251) + ".txt"
	for _, name := range []string{"Ba\u0300i tho\u031b.txt", "🎨 tranh Đông Hồ 🐓.txt", "\u1ea3nh\u202egpj.exe.txt", long} {
		write(t, folder, name, "Nội dung của tệp có tên khó: "+name[:8])
	}
	set := []string{"--data", t.TempDir()}
	files, totals := fileLines(t, must(t, append([]string{"import", folder, "--publish", "--json"}, set...)...))
	if totals["added"] != 4 {
		t.Fatalf("totals %v: %v", totals, files)
	}
	s := serve(t, set...)
	for _, f := range files {
		var w apiWork
		s.answer(t, "/api/v1/works/"+f.Work, &w)
		original := w.medium("original")
		status, body := s.get(t, s.path(original.URL))
		want, err := os.ReadFile(filepath.Join(folder, f.File))
		if err != nil {
			t.Fatal(err)
		}
		if status != 200 || body != string(want) {
			t.Errorf("%q came back with status %d and %d bytes, want %d", f.File, status, len(body), len(want))
		}
	}
	s.stop(t)
}

// A film that cannot be played has failed, however its name is written, though its original is kept and given back.
func TestImportTellsWhatCannotBePlayed(t *testing.T) {
	folder := t.TempDir()
	broken := "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + strings.Repeat("không phải phim", 400)
	write(t, folder, "phim/hong.mp4", broken)
	write(t, folder, "works.csv", "file,title,genre\nphim\\hong.mp4,Phim hỏng,phim\n")
	set := []string{"--data", t.TempDir()}
	r := vannghe(t, append([]string{"import", folder, "--manifest", "works.csv", "--publish", "--json"}, set...)...)
	files, totals := fileLines(t, r.out)
	f := files["phim\\hong.mp4"]
	if r.code != 1 || totals["failed"] != 1 || f.Status != "failed" || f.Code == "" || f.Work == "" {
		t.Fatalf("status %d, totals %v, line %+v\n%s", r.code, totals, f, r.err)
	}
	told := must(t, append([]string{"failed"}, set...)...)
	if !strings.HasPrefix(told, f.Work+"\t-\thong.mp4\t") || !strings.Contains(told, "["+f.Code+"]") {
		t.Errorf("failed tells %q", told)
	}
	if told := must(t, append([]string{"failed", "--json", f.Work}, set...)...); !strings.Contains(told, `"title":"Phim hỏng","file":"hong.mp4","recipe":"","code":"`+f.Code+`"`) {
		t.Errorf("failed --json tells %q", told)
	}
	if told := must(t, append([]string{"retry", f.Work, "--reason", "ffmpeg mới"}, set...)...); told != "1\n" {
		t.Errorf("retry tells %q", told)
	}
	if r := vannghe(t, append([]string{"retry"}, set...)...); r.code != 1 || !strings.Contains(r.err, "retry-of-what") {
		t.Errorf("retry of nothing: status %d, %q", r.code, r.err)
	}
	if again := must(t, append([]string{"failed"}, set...)...); again != "" {
		t.Errorf("while it waits, failed tells %q", again)
	}
	must(t, append([]string{"drain"}, set...)...)
	if again := must(t, append([]string{"failed"}, set...)...); again != told {
		t.Errorf("after it was tried again, failed tells %q", again)
	}
	s := serve(t, set...)
	var w apiWork
	s.answer(t, "/api/v1/works/"+f.Work, &w)
	if _, body := s.get(t, s.path(w.medium("original").URL)); body != broken {
		t.Errorf("the original came back with %d bytes, want %d", len(body), len(broken))
	}
	if status, page := s.get(t, s.path(w.URL)); status != 200 || !strings.Contains(page, "Bản gốc vẫn được giữ") {
		t.Errorf("the page (status %d) does not say that the original is kept", status)
	}
	s.stop(t)
}

// The data folder may be named relative to where the command is started, as by default.
func TestRelativeDataFolder(t *testing.T) {
	folder, work := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "tranh.png"), noisePNG(t, 60, 40), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := program(t, "import", folder, "--publish", "--data", "kho")
	cmd.Dir = work
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	s := serve(t, "--data", filepath.Join(work, "kho"))
	if n := len(s.works(t)); n != 1 {
		t.Errorf("%d works, want 1", n)
	}
	s.stop(t)
}
