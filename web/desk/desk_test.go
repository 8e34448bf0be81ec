package desk

import (
	"image"
	"image/color"
	"strings"
	"testing"

	qr "github.com/piglig/go-qr"
)

func TestDevice(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36": "Samsung Internet, Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1":    "Safari, iPhone",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/127.0 Chrome/121.0.0.0 Safari/537.36":      "Cốc Cốc, Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0":              "Edge, Windows",
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0":                                                                     "Firefox, Linux",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15":                      "Safari, Mac",
		"curl/8.5.0": "?", "": "?",
	} {
		if got := Device(agent); got != want {
			t.Errorf("%s is called %q, want %q", agent, got, want)
		}
	}
}

// Whatever a program calls itself, its label is one of ours: nothing it says comes into the list.
func FuzzDevice(f *testing.F) {
	f.Add("Mozilla/5.0 (<script>alert(1)</script>) Chrome/1 Android")
	f.Fuzz(func(t *testing.T, agent string) {
		label := Device(agent)
		for _, list := range [][]mark{browsers(), systems()} {
			for _, m := range list {
				label = strings.Replace(label, m.name, "", 1)
			}
		}
		if strings.Trim(label, "?, ") != "" {
			t.Errorf("%q leaves %q", agent, label)
		}
	})
}

// What is drawn, as a picture and for a terminal, reads as what went in.
func TestQR(t *testing.T) {
	const link = "https://vannghe.example/loi-moi?ma=AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE"
	c, err := QR(link)
	if err != nil {
		t.Fatal(err)
	}
	drawn := fromPath(t, c)
	shown := fromLines(c)
	for name, dark := range map[string]func(x, y int) bool{"path": drawn, "terminal": shown} {
		const unit = 6
		img := image.NewGray(image.Rect(0, 0, c.Size*unit, c.Size*unit))
		for y := range c.Size * unit {
			for x := range c.Size * unit {
				if !dark(x/unit, y/unit) {
					img.SetGray(x, y, color.Gray{255})
				}
			}
		}
		if got, err := qr.Decode(img); err != nil || got != link {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// fromPath reads the path as a browser would: M x y h n v1 h-n z.
func fromPath(t *testing.T, c Code) func(x, y int) bool {
	t.Helper()
	dark := map[[2]int]bool{}
	for _, piece := range strings.Split(strings.TrimSuffix(c.Path, "z"), "z") {
		x, y, n := numbers(piece)
		for i := range n {
			dark[[2]int{x + i, y}] = true
		}
	}
	return func(x, y int) bool { return dark[[2]int{x, y}] }
}

func numbers(piece string) (x, y, n int) {
	words := strings.FieldsFunc(piece, func(r rune) bool { return r < '0' || r > '9' })
	read := func(s string) (n int) {
		for _, c := range s {
			n = 10*n + int(c-'0')
		}
		return n
	}
	return read(words[0]), read(words[1]), read(words[2])
}

func fromLines(c Code) func(x, y int) bool {
	var rows [][]rune
	for line := range strings.Lines(c.Lines()) {
		rows = append(rows, []rune(strings.TrimSuffix(line, "\n")))
	}
	return func(x, y int) bool {
		half := rows[y/2][x]
		light := half == '█' || half == '▀' && y%2 == 0 || half == '▄' && y%2 == 1
		return !light
	}
}

func TestLocalPaths(t *testing.T) {
	for p, want := range map[string]bool{"/": true, "/a?b=c": true, "": false, "a": false, "//a": false, "/\\a": false, "/\ta": false, "http://a": false, "/a b": false} {
		if got := isLocal(p); got != want {
			t.Errorf("isLocal(%q) is %t", p, got)
		}
	}
}
