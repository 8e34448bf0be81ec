package ui_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// stretches returns where the segments of a playlist begin in its file, in bytes.
func stretches(t *testing.T, playlist string) (starts []int64) {
	t.Helper()
	content, err := os.ReadFile(playlist)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range regexp.MustCompile(`(?m)^#EXT-X-BYTERANGE:\d+@(\d+)`).FindAllStringSubmatch(string(content), -1) {
		start, err := strconv.ParseInt(at[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		starts = append(starts, start)
	}
	if len(starts) < 6 {
		t.Fatalf("%s has segments at %v, not at least six", playlist, starts)
	}
	return starts
}

// segment tells which of the segments a request is for, -1 for none of them.
func segment(r *http.Request, starts []int64) int {
	from, _, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Range"), "bytes="), "-")
	start, err := strconv.ParseInt(from, 10, 64)
	if err != nil {
		return -1
	}
	return slices.Index(starts, start)
}

// Whoever leaps while the picture is behind gets picture and sound of the new place together, and not the sound after the picture.
func TestALeapAsksForPictureAndSoundTogether(t *testing.T) {
	inner, media := filmSite(t, 10)
	pictures, sounds := stretches(t, filepath.Join(media, "little.m3u8")), stretches(t, filepath.Join(media, "sound.m3u8"))
	heard := make(chan int, 100)
	release := make(chan struct{})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/little.m4s") && segment(r, pictures) > 0, strings.HasSuffix(r.URL.Path, "/large.m4s"):
			select { // no more of the picture than its first two seconds
			case <-release:
			case <-r.Context().Done():
				return
			}
		case strings.HasSuffix(r.URL.Path, "/sound.m4s"):
			defer func() { heard <- segment(r, sounds) }()
		}
		inner.Config.Handler.ServeHTTP(w, r)
	}))
	t.Cleanup(site.Close)
	t.Cleanup(func() { close(release) })
	b := browser(t)
	b.open(t, site.URL+"/dai", 360)
	b.click(t, ".stage-first")
	b.await(t, `document.querySelector("video").currentTime > 0.2`)
	until := func(want int) {
		t.Helper()
		patience := time.After(30 * time.Second)
		for n := -1; n != want; {
			select {
			case n = <-heard:
			case <-patience:
				t.Fatalf("the sound of segment %d is not asked for", want)
			}
		}
	}
	until(1) // the sound is ahead of the picture now, and waits for it
	b.await(t, `performance.getEntriesByType("resource").filter(r => r.name.endsWith("/sound.m4s")).length >= 3`)
	b.run(t, fmt.Sprintf(seek, 10.5))
	until(5)
}

// A playlist of sounds that comes late, when its size has been left again, changes nothing: the small picture goes on with its own sound.
func TestALatePlaylistOfSoundsIsLeftAlone(t *testing.T) {
	inner, media := filmSite(t, 10)
	read := func(name string) string {
		content, err := os.ReadFile(filepath.Join(media, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	asked, release := make(chan bool, 10), make(chan struct{})
	own, loud := read("ladder.m3u8"), strings.ReplaceAll(read("sound.m3u8"), "sound.m4s", "loud.m4s")
	group := regexp.MustCompile(`(?m)^(#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="group_s".*)URI="sound.m3u8"(.*)$`)
	two := group.ReplaceAllStringFunc(own, func(line string) string {
		return line + "\n" + strings.NewReplacer("group_s", "group_loud", "sound.m3u8", "loud.m3u8").Replace(line)
	})
	two = regexp.MustCompile(`(RESOLUTION=1280x720.*AUDIO=)"group_s"`).ReplaceAllString(two, `$1"group_loud"`)
	if strings.Count(two, "group_loud") != 2 {
		t.Fatalf("no playlist of two sounds was made of\n%s", own)
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path.Base(r.URL.Path) {
		case "ladder.m3u8":
			_, _ = io.WriteString(w, two)
		case "loud.m3u8":
			asked <- true
			<-release
			_, _ = io.WriteString(w, loud)
		case "loud.m4s":
			http.ServeFile(w, r, filepath.Join(media, "sound.m4s"))
		default:
			inner.Config.Handler.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(site.Close)
	once := sync.OnceFunc(func() { close(release) })
	t.Cleanup(once)
	b := browser(t)
	b.open(t, site.URL+"/dai", 1280)
	b.await(t, `!document.querySelector("[data-quality-choice]").hidden`)
	b.choose(t, "[data-quality]", "0")
	b.click(t, ".stage-first")
	b.await(t, `document.querySelector("video").currentTime > 0.2`)
	b.choose(t, "[data-quality]", "1")
	b.run(t, fmt.Sprintf(seek, 5.5))
	select {
	case <-asked:
	case <-time.After(30 * time.Second):
		t.Fatal("the large size asks for no sound of its own")
	}
	b.choose(t, "[data-quality]", "0")
	once()
	b.await(t, `performance.getEntriesByType("resource").some(r => r.name.endsWith("/loud.m3u8"))`)
	b.run(t, fmt.Sprintf(seek, 10.5))
	b.await(t, `document.querySelector("video").currentTime > 10.6`)
	b.equal(t, loaded+`.includes("loud") ? "loud" : "its own"`, "its own")
}
