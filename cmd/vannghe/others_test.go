package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// What other people's programs make of an archive: a browser on another site, a podcast program.
func TestOtherPrograms(t *testing.T) {
	t.Parallel()
	folder, set := t.TempDir(), []string{"--data", t.TempDir()}
	record(t, folder, "phim.mp4", "-f", "lavfi", "-i", "testsrc=s=320x180:d=6", "-f", "lavfi", "-i", "sine=d=6", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
	record(t, folder, "mot.mp3", "-f", "lavfi", "-i", "sine=frequency=330:d=4")
	record(t, folder, "hai.mp3", "-f", "lavfi", "-i", "sine=frequency=440:d=3")
	write(t, folder, "mot.lrc", "[00:01.00]À ơi\n[00:02.50]Con nước lớn\n")
	write(t, folder, "works.csv", "file,work,title,creator,genre,collection\n"+
		"phim.mp4,p,Thuyền qua trăng,Lưu Đình Ngữ (đạo diễn),phim,Sông nước\n"+
		"mot.mp3,a,Tiếng nước,Đỗ Vân Khoa (nhạc sĩ),ca-khuc,Sông nước\nmot.lrc,a,,,,\nhai.mp3,a,,,,\n")
	must(t, append([]string{"import", folder, "--manifest", filepath.Join(folder, "works.csv"), "--publish"}, set...)...)
	s := serve(t, set...)
	t.Run("a frame on another site", func(t *testing.T) { testForeignFrame(t, s) })
	t.Run("a podcast program", func(t *testing.T) { testPodcastProgram(t, s) })
	t.Run("a music player", func(t *testing.T) { testMusicPlayer(t, s, set) })
	s.stop(t)
}

// Another site shows what oEmbed gave it: film and song play in the frame, also without scripts, and a page of ours stays empty there.
func testForeignFrame(t *testing.T, s *server) {
	frames := map[string]string{}
	for name, title := range map[string]string{"film": "Thuyền qua trăng", "song": "Tiếng nước"} {
		var card struct {
			HTML string `json:"html"`
		}
		s.answer(t, "/oembed?url="+s.url+s.page(t, title), &card)
		frames["/"+name] = card.HTML
	}
	frames["/page"] = fmt.Sprintf(`<iframe src=%q></iframe>`, s.url+s.page(t, "Tiếng nước"))
	foreign := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, "<!DOCTYPE html><title>x</title>%s", frames[r.URL.Path])
	}))
	defer foreign.Close()
	b := chromium(t, foreign.URL)
	for name, element := range map[string]string{"film": "video", "song": "audio"} {
		b.open("/" + name)
		b.frame(fmt.Sprintf(`document.querySelector("media-controller %s") !== null`, element))
		b.frame(fmt.Sprintf(`document.querySelector(%q).play() !== null`, element))
		b.frame(fmt.Sprintf(`document.querySelector(%q).currentTime > 1`, element))
		b.shot("frame-" + name)
	}
	b.open("/page")
	b.noted("frame-ancestors 'none'")

	b.scripts(false)
	player := regexp.MustCompile(`src="([^"]+)"`).FindStringSubmatch(frames["/film"])[1]
	b.do(chromedp.Navigate(player), chromedp.WaitReady(chromedp.CSS("video")))
	b.still(`document.querySelector("video[controls] source[type='video/mp4']") !== null`)
	b.script(`void document.querySelector("video").play()`)
	b.still(`document.querySelector("video").currentTime > 0.5`)
	b.scripts(true)
	for _, width := range []int64{360, 1280} {
		b.width(width)
		b.do(chromedp.Navigate(player), chromedp.WaitReady(chromedp.CSS("video")))
		if over := value[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
			t.Errorf("the player is %d px wider than %d", over, width)
		}
	}
}

// testPodcastProgram lets gpodder subscribe to a collection and download an episode; a feed that is cut off it refuses.
func testPodcastProgram(t *testing.T, s *server) {
	status, page := s.get(t, "/chuyen-muc")
	link := regexp.MustCompile(`/chuyen-muc/song-nuoc-[a-z2-7]{12}`).FindString(page)
	if status != http.StatusOK || link == "" {
		t.Fatalf("no collection on the page: %d", status)
	}
	feed := s.url + link + "/feed.xml"
	home := t.TempDir()
	gpo := func(args ...string) string {
		cmd := exec.Command("gpo", args...)
		cmd.Env = append(os.Environ(), "GPODDER_HOME="+home, "HOME="+home, "GPODDER_DOWNLOAD_DIR="+filepath.Join(home, "got"), "LC_ALL=C.UTF-8")
		out, err := cmd.CombinedOutput()
		if err != nil && cmd.ProcessState == nil {
			t.Fatalf("gpo (Debian package gpodder): %v", err)
		}
		return string(out)
	}
	gpo("subscribe", feed)
	if list := gpo("list"); !strings.Contains(list, "Sông nước") || !strings.Contains(list, feed) {
		t.Fatalf("gpo did not subscribe: %s", list)
	}
	if pending := gpo("pending"); !strings.Contains(pending, "Tiếng nước") || !strings.Contains(pending, "Thuyền qua trăng") {
		t.Errorf("episodes: %s", pending)
	}
	gpo("download", feed)
	sounds, err := filepath.Glob(filepath.Join(home, "got", "*", "*.m4a"))
	if err != nil || len(sounds) != 2 {
		t.Fatalf("downloaded %v, %v", sounds, err)
	}
	out, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", sounds[0]).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "aac" {
		t.Errorf("ffprobe of the episode: %v %s", err, out)
	}

	_, whole := s.get(t, link+"/feed.xml")
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = io.WriteString(w, strings.Replace(whole, "<item>", "<item", 1))
	}))
	defer broken.Close()
	gpo("subscribe", broken.URL)
	if list := gpo("list"); strings.Contains(list, broken.URL) {
		t.Errorf("gpo took a broken feed: %s", list)
	}
}

// testMusicPlayer lets a client library sign in as the guest and as an account, and play a song; it refuses wrong and revoked passwords.
func testMusicPlayer(t *testing.T, s *server, set []string) {
	must(t, append([]string{"user", "add", "van", "--shown", "Lâm Tịnh Vân"}, set...)...)
	id, secret, ok := strings.Cut(strings.TrimSpace(must(t, append([]string{"user", "app-password", "add", "van", "điện thoại"}, set...)...)), "\t")
	if !ok {
		t.Fatal("no password was printed")
	}
	play := func(user, password string) (string, string, int) {
		file := filepath.Join(t.TempDir(), "song.m4a")
		cmd := exec.Command("node", "../../web/ui/build/player.mjs", s.url, user, password, file)
		out, err := cmd.Output()
		if cmd.ProcessState == nil {
			t.Fatalf("node: %v", err)
		}
		return strings.TrimSpace(string(out)), file, cmd.ProcessState.ExitCode()
	}
	for user, password := range map[string]string{"khach": "khach", "van": secret} {
		told, file, code := play(user, password)
		if code != 0 || !strings.Contains(told, `"album":"Tiếng nước"`) || !strings.Contains(told, `"type":"audio/mp4"`) {
			t.Fatalf("%s: status %d, %s", user, code, told)
		}
		out, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "stream=codec_name:format=duration", "-of", "csv=p=0", file).CombinedOutput()
		if err != nil || !strings.HasPrefix(string(out), "aac\n4.") {
			t.Errorf("ffprobe of the song: %v %s", err, out)
		}
	}
	if told, _, code := play("van", "wrong"); code != 3 || !strings.Contains(told, `"code":40`) {
		t.Errorf("a wrong password: status %d, %s", code, told)
	}
	if list := must(t, append([]string{"user", "app-password", "list", "van"}, set...)...); !strings.Contains(list, "điện thoại") || strings.Contains(list, secret) || strings.HasSuffix(strings.TrimSpace(list), "-") {
		t.Errorf("the list of passwords: %s", list)
	}
	must(t, append([]string{"user", "app-password", "revoke", "van", id}, set...)...)
	if told, _, code := play("van", secret); code != 3 {
		t.Errorf("a revoked password plays: %s", told)
	}
	if list := must(t, append([]string{"user", "list"}, set...)...); !strings.Contains(list, "van\t[member]\tLâm Tịnh Vân") {
		t.Errorf("accounts: %s", list)
	}
	for _, wrong := range [][]string{{"user", "add", "van"}, {"user", "add", "khach"}, {"user", "add", "Vân Anh"}, {"user", "add", "x2", "--role", "king"}, {"user", "app-password", "add", "nobody", "x"}, {"user", "app-password", "revoke", "van", id}} {
		if r := vannghe(t, append(wrong, set...)...); r.code != 1 || !strings.Contains(r.err, "[") {
			t.Errorf("%v: status %d, %s", wrong, r.code, r.err)
		}
	}
}
