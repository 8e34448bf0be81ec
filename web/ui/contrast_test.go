package ui_test

import (
	"maps"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	declaration = regexp.MustCompile(`--([a-z0-9-]+):\s*(#[0-9a-f]{6});`)
	comment     = regexp.MustCompile(`(?s)/\*.*?\*/`)
)

// colours reads the hexadecimal tokens of every block of tokens.css, by the block's selector.
func colours(t *testing.T) map[string]map[string]string {
	t.Helper()
	source, err := os.ReadFile("style/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string]map[string]string{}
	for _, block := range strings.Split(comment.ReplaceAllString(string(source), ""), "}") {
		open := strings.LastIndex(block, "{")
		if open < 0 {
			continue
		}
		head := block[:open]
		selector := strings.TrimSpace(head[strings.LastIndexAny(head, "{")+1:])
		if blocks[selector] == nil {
			blocks[selector] = map[string]string{}
		}
		for _, m := range declaration.FindAllStringSubmatch(block[open:], -1) {
			blocks[selector][m[1]] = m[2]
		}
	}
	return blocks
}

const (
	light     = ":root"
	darkAsked = `:root[data-theme="dark"]`
	darkByDay = `:root:not([data-theme="light"])`
)

func TestDarkTokensStandTwiceAlike(t *testing.T) {
	all := colours(t)
	if len(all[darkAsked]) < 10 || !maps.Equal(all[darkAsked], all[darkByDay]) {
		t.Errorf("the switch gives %v, the system %v", all[darkAsked], all[darkByDay])
	}
}

// pairs are the colours that meet, with the contrast they need: WCAG 2.2 §1.4.6 (7) for reading text, §1.4.3 (4.5) for
// other text, §1.4.11 (3) for borders of controls and marks that carry meaning.
var pairs = []struct {
	ink, ground string
	least       float64
}{
	{"ink", "paper", 7}, {"ink", "paper-raised", 7}, {"ink", "paper-sunk", 7},
	{"ink-soft", "paper", 7}, {"ink-soft", "paper-raised", 7}, {"ink-soft", "paper-sunk", 4.5},
	{"accent", "paper", 4.5}, {"accent", "paper-raised", 4.5}, {"accent", "paper-sunk", 4.5}, {"on-accent", "accent", 4.5},
	{"link", "paper", 7}, {"link", "paper-raised", 7}, {"link", "paper-sunk", 4.5},
	{"on-mark", "mark", 7}, {"edge", "paper", 3}, {"edge", "paper-raised", 3},
	{"on-stage", "stage", 7}, {"on-stage-soft", "stage", 4.5}, {"on-stage-accent", "stage", 4.5},
	{"on-cover-son", "cover-son", 4.5}, {"on-cover-cham", "cover-cham", 4.5}, {"on-cover-then", "cover-then", 4.5},
	{"on-cover-hoe", "cover-hoe", 4.5}, {"on-cover-reu", "cover-reu", 4.5}, {"on-cover-do", "cover-do", 4.5},
}

func TestContrast(t *testing.T) {
	all := colours(t)
	dark := maps.Clone(all[light])
	maps.Copy(dark, all[darkAsked])
	for theme, tokens := range map[string]map[string]string{"light": all[light], "dark": dark} {
		for _, p := range pairs {
			ink, ground := tokens[p.ink], tokens[p.ground]
			if ink == "" || ground == "" {
				t.Errorf("%s: no colour for %s on %s", theme, p.ink, p.ground)
				continue
			}
			if got := contrast(t, ink, ground); got < p.least {
				t.Errorf("%s: %s %s on %s %s has %.2f, needs %.1f", theme, p.ink, ink, p.ground, ground, got, p.least)
			}
		}
	}
}

func TestContrastOfKnownPairs(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{{"#000000", "#ffffff", 21}, {"#ffffff", "#ffffff", 1}, {"#767676", "#ffffff", 4.54}} {
		if got := contrast(t, c.a, c.b); math.Abs(got-c.want) > 0.01 {
			t.Errorf("%s on %s is %.3f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}

// contrast is the ratio of WCAG 2.2, "contrast ratio".
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	return 0.2126*linear(n>>16&0xff) + 0.7152*linear(n>>8&0xff) + 0.0722*linear(n&0xff)
}

func linear(channel uint64) float64 {
	c := float64(channel) / 255
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}
