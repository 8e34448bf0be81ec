package ingest

import (
	"context"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage"
	"vannghe/storage/memstore"
)

// bench is an archive to import into.
type bench struct {
	*Ingest
	catalog *catalog.Catalog
	bucket  *storage.Bucket
}

func newBench(t testing.TB) bench {
	t.Helper()
	return benchOn(t, catalogtest.Open(t), storage.NewBucket(memstore.New()))
}

func benchOn(t testing.TB, c *catalog.Catalog, b *storage.Bucket) bench {
	t.Helper()
	return bench{Ingest: New(Options{Catalog: c, Bucket: b}), catalog: c, bucket: b}
}

// tree writes files by path; folders come by themselves.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// bring imports and returns the results as lines "row file status reason".
func (b bench) bring(t testing.TB, opt ImportOptions) ([]string, []FileResult, Totals) {
	t.Helper()
	var lines []string
	var results []FileResult
	totals, err := b.Import(t.Context(), opt, func(r FileResult) {
		results = append(results, r)
		line := fmt.Sprintf("%d %s %s", r.Row, r.File, r.Status)
		if r.Remark != nil {
			line += " " + string(r.Remark.Reason)
		}
		lines = append(lines, line)
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines, results, totals
}

func (b bench) work(t testing.TB, id archive.WorkID) archive.Work {
	t.Helper()
	w, err := b.catalog.Reader(viewer()).Work(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// staged lists what lies in staging.
func (b bench) staged(t testing.TB) []string {
	t.Helper()
	var keys []string
	for o, err := range b.bucket.List(t.Context(), stagingFolder) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, string(o.Key))
	}
	return keys
}

// works counts every work of the archive by the change sequence, which names each once.
func (b bench) works(t testing.TB) int {
	t.Helper()
	changes, err := b.catalog.Changes(t.Context(), 0, 10000)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range changes {
		if c.Kind == catalog.ChangeWork {
			n++
		}
	}
	return n
}

func same(t testing.TB, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestImportFolder(t *testing.T) {
	b := newBench(t)
	dir := tree(t, map[string]string{"Thơ/Bến_trăng.txt": "Trăng sáng", "Hội xuân/ảnh.jpg": "\xff\xd8\xff\xe0", ".hidden": "x", "Thumbs.db": "x",
		".git/config": "x", "~$nháp.docx": "x", "trống.txt": ""})
	lines, results, totals := b.bring(t, ImportOptions{Folder: dir})
	same(t, lines, []string{"0 Hội xuân/ảnh.jpg added", "0 Thơ/Bến_trăng.txt added", "0 trống.txt failed file-empty"})
	if want := (Totals{Files: 3, Added: 2, Failed: 1, Skipped: 4, Works: 2, Bytes: int64(len("Trăng sáng") + 4)}); totals != want {
		t.Errorf("totals %+v, want %+v", totals, want)
	}
	poem := b.work(t, results[1].Work)
	if poem.Title != "Bến trăng" || poem.Genre != "tho" || poem.State != archive.Draft || len(poem.Collections) != 0 {
		t.Errorf("the folder's name was not taken for the genre: %+v", poem)
	}
	photo := b.work(t, results[0].Work)
	if photo.Genre != "nhiep-anh" || len(photo.Collections) != 1 || photo.Primary() != archive.Image {
		t.Errorf("photograph: %+v", photo)
	}
	f := poem.Representations[0].Files[0]
	sum := sha512.Sum512([]byte("Trăng sáng"))
	if f.Digest != archive.Digest(hex.EncodeToString(sum[:])) || len(f.SHA256) != 64 || f.Size != 12 || f.Name != "Bến_trăng.txt" ||
		f.Path != "Thơ/Bến_trăng.txt" || f.State != archive.FileStaged || f.Key != string(StagingKey(f.ID)) || f.Format != "text" {
		t.Errorf("file: %+v", f)
	}
	if got := b.staged(t); len(got) != 2 || !slices.Contains(got, f.Key) {
		t.Errorf("staging: %v", got)
	}
}

func TestImportTwiceAddsNothing(t *testing.T) {
	for _, manifest := range []string{"", "works.csv"} {
		t.Run("manifest "+manifest, func(t *testing.T) {
			b := newBench(t)
			dir := tree(t, map[string]string{"a.txt": "một", "b.txt": "hai", "c.jpg": "\xff\xd8\xff\xe0", ".works": ""})
			if manifest != "" {
				rows := "file,work,title,creator,collection\na.txt,k1,Một,Nguyễn Du,Tuyển tập\nb.txt,k1,Một,Nguyễn Du,Tuyển tập\nc.jpg,,Ba,Nguyễn Du,\n"
				if err := os.WriteFile(filepath.Join(dir, manifest), []byte(rows), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			opt := ImportOptions{Folder: dir, Manifest: manifest}
			_, first, _ := b.bring(t, opt)
			works, staged := b.works(t), b.staged(t)
			last, err := b.catalog.LastChange(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			_, second, totals := b.bring(t, opt)
			if totals.Added != 0 || totals.Exists != 3 || totals.Failed != 0 || totals.Works != 0 {
				t.Errorf("totals of the second run: %+v", totals)
			}
			for i := range second {
				if second[i].Work != first[i].Work || second[i].Work == "" {
					t.Errorf("%s: work %q, was %q", second[i].File, second[i].Work, first[i].Work)
				}
			}
			if now, err := b.catalog.LastChange(t.Context()); err != nil || now != last {
				t.Errorf("the second run changed the catalogue: %d → %d, %v", last, now, err)
			}
			if b.works(t) != works || !slices.Equal(b.staged(t), staged) {
				t.Errorf("works %d → %d, staging %v → %v", works, b.works(t), staged, b.staged(t))
			}
		})
	}
}

func TestImportManifest(t *testing.T) {
	b := newBench(t)
	dir := tree(t, map[string]string{
		"a/lời.txt": "Trăng sáng", "a/bài hát.mp3": string(mp3Frame()) + string(mp3Frame()), "a/lời.lrc": "[00:01.00] Trăng", "a/bìa1.jpg": "\xff\xd8\xff\xe01", "a/bìa2.jpg": "\xff\xd8\xff\xe02",
		"works.csv": "\xef\xbb\xbffile;work;title;creator;genre;date;language;description;collection;rights;number;issuer;signer;issue;page;source_url;licence_until\r\n" +
			"a/lời.txt;bt;Bến trăng;Trần A (lời);Ca khúc;21/11/2023;vi;Một bài hát;Tuyển tập / Quyển một;CC BY 4.0;465/KH-VHNT;Hội Văn nghệ;Lê B;12;5;http://cu.example/bai?id=7;31/12/2026\r\n" +
			"a/bài hát.mp3;bt;Bản thu 2020;Phạm C;;;;;;;;;;;;;\r\n" +
			"a/lời.lrc;bt;;;;;;;;;;;;;;;\r\na/bìa1.jpg;bt;;;;;;;;;;;;;;;\r\na/bìa2.jpg;bt;;;;;;;;;;;;;;;\r\n",
	})
	lines, results, _ := b.bring(t, ImportOptions{Folder: dir, Manifest: filepath.Join(dir, "works.csv"), Publish: true, As: "bien.tap"})
	same(t, lines, []string{"2 a/lời.txt added", "3 a/bài hát.mp3 added", "4 a/lời.lrc added", "5 a/bìa1.jpg added", "6 a/bìa2.jpg added"})
	w := b.work(t, results[0].Work)
	if w.Key != "bt" || w.Title != "Bến trăng" || w.Genre != "ca-khuc" || w.Date != "2023-11-21" || w.Language != "vi" || w.Description != "Một bài hát" ||
		w.SourceURL != "http://cu.example/bai?id=7" || w.Rights.Statement != "https://creativecommons.org/licenses/by/4.0/" ||
		w.Rights.LicenceUntil.In(archive.Vietnam).Format("2006-01-02") != "2027-01-01" {
		t.Errorf("header: %+v", w)
	}
	if want := (archive.Paper{Number: "465/KH-VHNT", Issuer: "Hội Văn nghệ", Signer: "Lê B", Issue: "12", Page: "5"}); w.Paper != want {
		t.Errorf("paper: %+v", w.Paper)
	}
	var credits []string
	for _, c := range w.Credits {
		credits = append(credits, c.Name+" "+string(c.Relator))
	}
	same(t, credits, []string{"Trần A lyricist", "Hội Văn nghệ issuing body", "Phạm C composer"})
	var forms []string
	for _, r := range w.Representations {
		names := ""
		for _, f := range r.Files {
			names += " " + f.Name
		}
		forms = append(forms, fmt.Sprintf("%s %s %q%s", r.Medium, r.Kind, r.Label, names))
	}
	same(t, forms, []string{`audio recording "Bản thu 2020" bài hát.mp3 lời.lrc`, `text text "" lời.txt`, `image picture "" bìa1.jpg bìa2.jpg`})
	if w.State != archive.Approved || !w.PublishWhenReady {
		t.Errorf("state %s, when ready %v", w.State, w.PublishWhenReady)
	}
	b.checkEvents(t, w.ID)
	b.checkCollection(t, w)
}

func (b bench) checkEvents(t *testing.T, id archive.WorkID) {
	t.Helper()
	events, err := b.catalog.Reader(viewer()).Events(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := archive.CheckChain(events); err != nil {
		t.Error(err)
	}
	counts := map[archive.EventType]int{}
	for _, e := range events {
		counts[e.Type]++
		if e.Agent != "bien.tap" {
			t.Errorf("event %s by %q", e.Type, e.Agent)
		}
	}
	if counts[archive.EventIngestion] != 5 || counts[archive.EventDigest] != 5 || counts[archive.EventFormat] != 5 || counts[archive.EventSubmission] != 1 || counts[archive.EventApproval] != 1 {
		t.Errorf("events: %v", counts)
	}
}

func (b bench) checkCollection(t *testing.T, w archive.Work) {
	t.Helper()
	if len(w.Collections) != 1 {
		t.Fatalf("collections: %v", w.Collections)
	}
	inner, err := b.catalog.Reader(viewer()).Collection(t.Context(), w.Collections[0])
	if err != nil || inner.Title != "Quyển một" {
		t.Fatalf("inner collection: %+v %v", inner, err)
	}
	outer, err := b.catalog.Reader(viewer()).Collection(t.Context(), inner.Parent)
	if err != nil || outer.Title != "Tuyển tập" {
		t.Fatalf("outer collection: %+v %v", outer, err)
	}
}

func TestImportBadRows(t *testing.T) {
	b := newBench(t)
	outside := tree(t, map[string]string{"secret.txt": "bí mật"})
	dir := tree(t, map[string]string{"tốt.txt": "tốt", "ngày.txt": "x", "loại.txt": "x", "thư mục/x.txt": "x", "trống.txt": "", "quyền.txt": "x", "url.txt": "x", "cuối.txt": "cuối"})
	for link, target := range map[string]string{"ra.txt": filepath.Join(outside, "secret.txt"), "rangoài": outside, "trong.txt": "tốt.txt", "vòng.txt": "vòng.txt"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "ống.txt"), 0o600); err != nil {
		t.Fatal(err)
	}
	manifest := strings.Join([]string{"file,title,date,genre,rights,source_url",
		"tốt.txt,Tốt,1997~,thơ,,", "không có.txt,x,,,,", "ngày.txt,x,31/02/2020,,,", "loại.txt,x,,thể loại lạ,,", "../secret.txt,x,,,,", "/etc/passwd,x,,,,",
		"ra.txt,x,,,,", "rangoài/secret.txt,x,,,,", "thư mục,x,,,,", "trống.txt,x,,,,", "ống.txt,x,,,,", "vòng.txt,x,,,,", `qu"yền.txt,x,,,,`, "quyền.txt,x,,,tùy,",
		"url.txt,x,,,,javascript:1", ",x,,,,", "tốt.txt/x,x,,,,", strings.Repeat("ữ", 400) + ",x,,,,", "trong.txt,Qua liên kết,,,,", "cuối.txt,\"=HYPERLINK(\"\"http://x\"\")\",,,,"}, "\n")
	if err := os.WriteFile(filepath.Join(dir, "m.csv"), []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	lines, results, totals := b.bring(t, ImportOptions{Folder: dir, Manifest: "m.csv"})
	same(t, lines, []string{"2 tốt.txt added", "3 không có.txt failed file-not-in-folder", "4 ngày.txt failed date-invalid", "5 loại.txt failed genre-unknown",
		"6 ../secret.txt failed file-outside", "7 /etc/passwd failed file-outside", "8 ra.txt failed file-outside", "9 rangoài/secret.txt failed file-outside",
		"10 thư mục failed file-is-folder", "11 trống.txt failed file-empty", "12 ống.txt failed file-not-regular", "13 vòng.txt failed file-unreadable",
		`14 qu"yền.txt failed row-quote-broken`, "15 quyền.txt failed rights-unknown", "16 url.txt failed source-url-invalid", "17  failed row-without-file",
		"18 tốt.txt/x failed file-not-in-folder", "19 " + strings.Repeat("ữ", 400) + " failed file-not-in-folder", "20 trong.txt added", "21 cuối.txt added"})
	if totals.Failed != 17 || totals.Added != 3 {
		t.Errorf("totals: %+v", totals)
	}
	if w := b.work(t, results[19].Work); w.Title != `=HYPERLINK("http://x")` {
		t.Errorf("a title that looks like a formula became %q", w.Title)
	}
	if got := b.staged(t); len(got) != 3 {
		t.Errorf("staging holds what failed: %v", got)
	}
}

func TestImportRefusesWhole(t *testing.T) {
	b := newBench(t)
	dir := tree(t, map[string]string{"a.txt": "x", "cột.csv": "file,tilte\na.txt,x\n"})
	for _, c := range []struct {
		opt    ImportOptions
		reason archive.Reason
	}{
		{ImportOptions{Folder: filepath.Join(dir, "không có")}, "folder-missing"},
		{ImportOptions{Folder: filepath.Join(dir, "a.txt")}, "folder-missing"},
		{ImportOptions{Folder: dir, Manifest: "không có.csv"}, "manifest-missing"},
		{ImportOptions{Folder: dir, Manifest: "cột.csv"}, "manifest-column-unknown"},
	} {
		_, err := b.Import(t.Context(), c.opt, func(r FileResult) { t.Errorf("a file was reported: %+v", r) })
		if archive.ReasonOf(err) != c.reason {
			t.Errorf("%+v: %v, want %s", c.opt, err, c.reason)
		}
	}
	if b.works(t) != 0 || len(b.staged(t)) != 0 {
		t.Error("something went in")
	}
}

func TestImportNames(t *testing.T) {
	b := newBench(t)
	long := strings.Repeat("ữ", 83) + "xx.txt" // 255 bytes, the longest that file systems take
	names := map[string]string{
		"Bài thơ.txt":             "composed",
		"Ba\u0300i ca.txt":        "decomposed on disk",
		"ảnh\u202egpj.exe.txt":    "turned",
		"🎨 tranh Đông Hồ 🐓.txt":   "pictures",
		"tên\nxuống dòng.txt":     "line",
		"tab\tname.txt":           "tab",
		"Ðường.txt":               "lookalike",
		long:                      "long",
		"thư mu\u0323c/sâu/y.txt": "deep",
		`a\b.txt`:                 "backslash",
	}
	dir := tree(t, names)
	rows := "file,title\n\"Ba\u0300i thơ.txt\",nfd trong bảng\nBài ca.txt,nfc trong bảng\nthư mục\\sâu\\y.txt,gạch ngược\nĐường.txt,chữ Đ\n"
	if err := os.WriteFile(filepath.Join(dir, ".m.csv"), []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	lines, results, _ := b.bring(t, ImportOptions{Folder: dir, Manifest: ".m.csv"})
	same(t, lines, []string{"2 Ba\u0300i thơ.txt added", "3 Bài ca.txt added", "4 thư mục\\sâu\\y.txt added", "5 Đường.txt added"})
	if f := b.work(t, results[1].Work).Representations[0].Files[0]; f.Name != "Ba\u0300i ca.txt" || f.Path != "Bài ca.txt" {
		t.Errorf("the name on disk is not kept, or the path is not normal: %q %q", f.Name, f.Path)
	}
	_, results, totals := b.bring(t, ImportOptions{Folder: dir})
	if totals.Files != 10 || totals.Failed != 0 || totals.Exists != 4 {
		t.Errorf("totals: %+v", totals)
	}
	for _, r := range results {
		f := b.work(t, r.Work).Representations[0].Files[0]
		if want := r.File[strings.LastIndexAny(r.File, `/`)+1:]; f.Name != want {
			t.Errorf("%q is kept as %q", want, f.Name)
		}
		if title := b.work(t, r.Work).Title; strings.ContainsAny(title, "\n\t\u202e") {
			t.Errorf("title %q", title)
		}
	}
}

func TestImportByContent(t *testing.T) {
	b := newBench(t)
	dir := tree(t, map[string]string{"ảnh.mp4": "\xff\xd8\xff\xe0\x00\x10JFIF", "hls.mp4": "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "cắt.mp4": "\x00\x00\x00\x18ftypisom", "rác.mp4": "\x01\x02\x00\x03"})
	lines, results, _ := b.bring(t, ImportOptions{Folder: dir})
	same(t, lines, []string{"0 cắt.mp4 added", "0 hls.mp4 added playlist-refused", "0 rác.mp4 added", "0 ảnh.mp4 added"})
	var kinds []string
	for _, r := range results {
		w := b.work(t, r.Work)
		f := w.Representations[0].Files[0]
		kinds = append(kinds, fmt.Sprint(f.Format, " ", f.Type, " ", f.Problem, " ", w.Primary()))
	}
	same(t, kinds, []string{"mp4 video/mp4  video", "playlist application/octet-stream playlist-refused other", "unknown application/octet-stream  other", "jpeg image/jpeg  image"})
}

func TestImportUpdate(t *testing.T) {
	b := newBench(t)
	dir := tree(t, map[string]string{"a.txt": "bản một", "works.csv": "file,work,title,date\na.txt,k,Tựa cũ,1990\n"})
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	opt := ImportOptions{Folder: dir, Manifest: "works.csv"}
	_, first, _ := b.bring(t, opt)
	id := first[0].Work

	write("works.csv", "file,work,title,date\na.txt,k,Tựa mới,\n")
	lines, _, _ := b.bring(t, opt)
	same(t, lines, []string{"2 a.txt exists"})
	if w := b.work(t, id); w.Title != "Tựa cũ" {
		t.Errorf("changed without being asked: %q", w.Title)
	}
	opt.Update = true
	lines, _, _ = b.bring(t, opt)
	same(t, lines, []string{"2 a.txt exists work-updated"})
	w := b.work(t, id)
	if w.Title != "Tựa mới" || w.Date != "1990" {
		t.Errorf("title %q, date %q: an empty cell says nothing", w.Title, w.Date)
	}
	version := w.Version
	lines, _, _ = b.bring(t, opt)
	same(t, lines, []string{"2 a.txt exists"})
	if w := b.work(t, id); w.Version != version {
		t.Errorf("version %d → %d though nothing differs", version, w.Version)
	}

	write("a.txt", "bản hai")
	opt.Update = false
	lines, _, _ = b.bring(t, opt)
	same(t, lines, []string{"2 a.txt exists file-differs"})
	opt.Update = true
	lines, _, _ = b.bring(t, opt)
	same(t, lines, []string{"2 a.txt added"})
	w = b.work(t, id)
	if len(w.Representations) != 2 || w.Representations[0].Files[0].Size != int64(len("bản hai")) || len(w.Representations[1].Files) != 1 {
		t.Errorf("the newer state does not lead, or the older is gone: %+v", w.Representations)
	}
	if len(b.staged(t)) != 2 {
		t.Errorf("staging: %v", b.staged(t))
	}

	write("b.txt", "thêm")
	write("works.csv", "file,work,title,date\na.txt,k,Tựa mới,\nb.txt,k,Tựa mới,\n")
	opt.Update = false
	lines, _, _ = b.bring(t, opt)
	same(t, lines, []string{"2 a.txt exists", "3 b.txt added"}) // a row that failed the first time goes in when it is put right
	if w := b.work(t, id); len(w.Representations) != 3 {
		t.Errorf("%d representations", len(w.Representations))
	}
}

func TestImportUpdateFromNamesKeepsWhatPeopleWrote(t *testing.T) {
	b := newBench(t)
	dir := tree(t, map[string]string{"a.txt": "x", "works.csv": "file,title,genre\na.txt,Tựa của người,thơ\n"})
	_, first, _ := b.bring(t, ImportOptions{Folder: dir, Manifest: "works.csv"})
	if err := os.Remove(filepath.Join(dir, "works.csv")); err != nil {
		t.Fatal(err)
	}
	lines, _, _ := b.bring(t, ImportOptions{Folder: dir, Update: true})
	same(t, lines, []string{"0 a.txt exists"})
	if w := b.work(t, first[0].Work); w.Title != "Tựa của người" || w.Genre != "tho" {
		t.Errorf("a guess replaced what a person wrote: %+v", w)
	}
}

func TestImportStopsBetweenFiles(t *testing.T) {
	b := newBench(t)
	files := map[string]string{}
	for i := range 20 {
		files[fmt.Sprintf("%02d.txt", i)] = fmt.Sprint("tệp ", i)
	}
	dir := tree(t, files)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	n := 0
	totals, err := b.Import(ctx, ImportOptions{Folder: dir}, func(FileResult) {
		if n++; n == 3 {
			stop()
		}
	})
	if archive.CodeOf(err) == "" || totals.Files != n || n >= 20 {
		t.Fatalf("%d files, %+v, %v", n, totals, err)
	}
	if b.works(t) != totals.Added || len(b.staged(t)) != totals.Added {
		t.Errorf("%d works, staging %v, %+v", b.works(t), b.staged(t), totals)
	}
	_, _, totals = b.bring(t, ImportOptions{Folder: dir})
	if totals.Added+totals.Exists != 20 || totals.Exists != n || b.works(t) != 20 {
		t.Errorf("carried on: %+v, %d works", totals, b.works(t))
	}
}

// A withdrawn work is not described anew: whoever wants that restores it first.
func TestImportLeavesWithdrawnWorks(t *testing.T) {
	b := newBench(t)
	dir := tree(t, map[string]string{"a.txt": "bản một", "works.csv": "file,work,title\na.txt,k,Tựa cũ\n"})
	opt := ImportOptions{Folder: dir, Manifest: "works.csv", Update: true}
	_, first, _ := b.bring(t, opt)
	w := b.work(t, first[0].Work)
	w.State = archive.Withdrawn
	if err := b.catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error { return tx.PutWork(ctx, &w) }); err != nil {
		t.Fatal(err)
	}
	lines, _, _ := b.bring(t, opt)
	same(t, lines, []string{"2 a.txt exists"})
	if err := os.WriteFile(filepath.Join(dir, "works.csv"), []byte("file,work,title\na.txt,k,Tựa mới\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if lines, _, _ = b.bring(t, opt); len(lines) != 1 || !strings.Contains(lines[0], "work-closed") || b.work(t, w.ID).Title != "Tựa cũ" {
		t.Errorf("%q, the title is %q", lines, b.work(t, w.ID).Title)
	}
}
