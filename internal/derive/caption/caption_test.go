package caption_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/derive/caption"
)

func TestParse(t *testing.T) {
	tests := []struct {
		name, in string
		want     []caption.Cue
	}{
		{"SubRip with CR LF, a byte order mark and a comma before the milliseconds",
			"\ufeff1\r\n00:00:01,500 --> 00:00:03,000\r\nMột trai\r\ncon thứ\r\n\r\n2\r\n00:00:04,000 --> 00:00:05,000\r\nrốt lòng\r\n",
			[]caption.Cue{{1500 * time.Millisecond, 3 * time.Second, "Một trai\ncon thứ"}, {4 * time.Second, 5 * time.Second, "rốt lòng"}}},
		{"WebVTT with notes, styles, settings, hours left out and markup",
			"WEBVTT\n\nNOTE nothing\n\nSTYLE\n::cue {}\n\nintro\n00:01.000 --> 00:02.000 align:start\n<v Hà>Chào <i>anh</i> &amp; chị\n",
			[]caption.Cue{{time.Second, 2 * time.Second, "Chào anh & chị"}}},
		{"cues out of order, an end before its start, no empty line between",
			"00:00:09.000 --> 00:00:08.000\nsau\n00:00:01.000 --> 00:00:02.000\ntrước",
			[]caption.Cue{{time.Second, 2 * time.Second, "trước"}, {9 * time.Second, 11 * time.Second, "sau"}}},
		{"lyrics with a repeated line, tags and an empty line that ends the one before",
			"[ti:Khúc đàn]\n[00:01.00][00:03.50]Trăm năm\n[00:02.00]\n",
			[]caption.Cue{{time.Second, 2 * time.Second, "Trăm năm"}, {3500 * time.Millisecond, 8500 * time.Millisecond, "Trăm năm"}}},
		{"placement codes and direction overrides are taken out",
			"1\n00:00:01,000 --> 00:00:02,000\n{\\an8}trên\u202e cao\n",
			[]caption.Cue{{time.Second, 2 * time.Second, "trên cao"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := caption.Parse(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(tt.want) {
				t.Fatalf("got %d cues %v, want %v", len(got), got, tt.want)
			}
			for i := range got {
				if got[i] != tt.want[i] {
					t.Errorf("cue %d is %v, want %v", i, got[i], tt.want[i])
				}
			}
		})
	}
}

func TestParseRefusesWhatIsNoSubtitle(t *testing.T) {
	for _, in := range []string{"", "chỉ là văn xuôi\n", "aa:bb --> cc:dd\nx\n", "1\n99999:00:00,000 --> 99999:00:01,000\nx\n"} {
		if _, err := caption.Parse(in); archive.ReasonOf(err) != "captions-unreadable" || archive.CodeOf(err) != archive.Invalid {
			t.Errorf("Parse(%q): got %v, want Invalid captions-unreadable", in, err)
		}
	}
	if _, err := caption.Parse(strings.Repeat("a", caption.MaxBytes+1)); archive.ReasonOf(err) != "text-too-large" {
		t.Errorf("an oversize file: got %v, want text-too-large", err)
	}
}

func TestWebVTTIsReadBack(t *testing.T) {
	in := []caption.Cue{{0, time.Second, "a < b & c --> d"}, {3*time.Hour + time.Second, 3*time.Hour + 2*time.Second, "hai\ndòng"}}
	text := caption.WebVTT(in)
	if strings.Count(text, "-->") != len(in) {
		t.Fatalf("an arrow in the text would be read as a time:\n%s", text)
	}
	got, err := caption.Parse(text)
	if err != nil || len(got) != 2 || got[0] != in[0] || got[1] != in[1] {
		t.Fatalf("got %v, %v; want %v", got, err, in)
	}
}

func TestPassages(t *testing.T) {
	cues := []caption.Cue{
		{0, 2 * time.Second, "Trăm năm"}, {2 * time.Second, 4 * time.Second, "trong cõi"},
		{30 * time.Second, 32 * time.Second, "người ta"},
	}
	got := caption.Passages(cues)
	if len(got) != 2 || got[0].Text != "Trăm năm\ntrong cõi" || got[1].Start != 30*time.Second {
		t.Fatalf("got %v: cues in one breath belong together, those after a pause do not", got)
	}
}

func TestWords(t *testing.T) {
	if got := caption.Words("[ar:Ai]\n[00:01.00]Một\n[00:02.00]\n[00:03.00]Hai\n"); got != "Một\n\nHai\n" {
		t.Errorf("got %q", got)
	}
}

func TestRealFiles(t *testing.T) {
	root := os.Getenv("VANNGHE_TESTDATA")
	if root == "" {
		t.Skip("VANNGHE_TESTDATA is not set")
	}
	names, err := filepath.Glob(filepath.Join(root, "dev/subtitles/*"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no subtitles: %v", err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		cues, err := caption.Parse(string(text))
		if err != nil || len(cues) < 2 {
			t.Errorf("%s: %d cues, %v", filepath.Base(name), len(cues), err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("1\n00:00:01,500 --> 00:00:03,000\nMột\n")
	f.Add("WEBVTT\n\n00:01.000 --> 00:02.000\n<b>x</b>\n")
	f.Add("[00:01.00]Trăm năm")
	f.Fuzz(func(t *testing.T, in string) {
		cues, err := caption.Parse(in)
		if err != nil {
			return
		}
		for i, c := range cues {
			if c.Text == "" || c.End <= c.Start || c.Start < 0 || (i > 0 && c.Start < cues[i-1].Start) {
				t.Fatalf("cue %d: %+v", i, c)
			}
		}
		again, err := caption.Parse(caption.WebVTT(cues))
		if err != nil || len(again) != len(cues) {
			t.Fatalf("wrote %d cues, read %d back: %v", len(cues), len(again), err)
		}
	})
}
