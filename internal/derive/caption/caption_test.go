package caption_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
		{"an empty line missing before a number",
			"1\n00:00:01,000 --> 00:00:02,000\nmột\n2\n00:00:03,000 --> 00:00:04,000\nhai\n1975\n",
			[]caption.Cue{{time.Second, 2 * time.Second, "một"}, {3 * time.Second, 4 * time.Second, "hai\n1975"}}},
		{"a cue that claims nine hours stands a minute",
			"00:00:01.000 --> 09:00:00.000\nmãi\n\n00:00:02.000 --> 00:00:03.000\nsau\n",
			[]caption.Cue{{time.Second, 61 * time.Second, "mãi"}, {2 * time.Second, 3 * time.Second, "sau"}}},
		{"HTML and scripts are words at most",
			"00:00:01.000 --> 00:00:02.000\n<script>alert(1)</script><img src=x onerror=alert(2)> 1 < 2 &lt;b&gt;\n",
			[]caption.Cue{{time.Second, 2 * time.Second, "alert(1) 1 < 2 <b>"}}},
		{"Advanced SubStation Alpha: overrides, breaks, commas, comments, shadows and drawings",
			"[Script Info]\nTitle: x\n\n[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n\n[Events]\n" +
				"Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n" +
				"Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,không nói\n" +
				"Dialogue: 0,0:00:05.10,0:00:06.00,Default,,0,0,0,,{\\pos(1,2)\\an8}Trăng lên rồi,\\Ncác cụ ơi!\n" +
				"Dialogue: 1,0:00:05.10,0:00:06.00,Shadow,,0,0,0,,{\\blur5}Trăng lên rồi,\\Ncác cụ ơi!\n" +
				"Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\k20}À{\\k30}\\hơi{\\p1}m 0 0 l 100 0{\\p0}\n",
			[]caption.Cue{{time.Second, 2 * time.Second, "À ơi"}, {5100 * time.Millisecond, 6 * time.Second, "Trăng lên rồi,\ncác cụ ơi!"}}},
		{"SSA with its columns in another order",
			"[events]\r\nFormat: Start,End,Text\r\nDialogue: 0:01:35.50,0:01:37.00,một, hai\r\nDialogue: 0:01:40.50\r\nDialogue: x,y,z\r\n",
			[]caption.Cue{{95500 * time.Millisecond, 97 * time.Second, "một, hai"}}},
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
		{0, 2 * time.Second, "Trăm năm"}, {2 * time.Second, 4 * time.Second, "trong\ncõi"}, {2900 * time.Millisecond, 4 * time.Second, "(nhạc)"},
		{30 * time.Second, 32 * time.Second, "người ta"},
	}
	got := caption.Passages(cues)
	want := []caption.Passage{
		{Lines: []caption.Line{{0, "Trăm năm"}, {2 * time.Second, "trong cõi (nhạc)"}}},
		{Lines: []caption.Line{{30 * time.Second, "người ta"}}},
	}
	if len(got) != 2 || !slices.Equal(got[0].Lines, want[0].Lines) || !slices.Equal(got[1].Lines, want[1].Lines) {
		t.Fatalf("got %v, want %v: cues in one breath belong together, those after a pause do not, a second is one place", got, want)
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

// A subtitle of a day's length is read within a moment, and what lies between its cues too.
func TestTenThousandCues(t *testing.T) {
	var b strings.Builder
	for i := range 10_000 {
		at := time.Duration(9_999-i) * 5 * time.Second / 2                                           // backwards
		fmt.Fprintf(&b, "%d\n%s --> %s\ncâu thứ %d\n\n", i, srt(at), srt(at+4*time.Second), 9_999-i) // and overlapping
	}
	began := time.Now()
	cues, err := caption.Parse(b.String())
	if err != nil || len(cues) != 10_000 || cues[0].Text != "câu thứ 0" || cues[9_999].Text != "câu thứ 9999" {
		t.Fatalf("%d cues, %v", len(cues), err)
	}
	lines := 0
	for _, p := range caption.Passages(cues) {
		lines += len(p.Lines)
	}
	if lines != 10_000 {
		t.Errorf("%d lines in passages: every cue begins in a second of its own", lines)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

func srt(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d,%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}

func TestChapters(t *testing.T) {
	in := []caption.Cue{
		{60 * time.Second, 0, "Lễ <b>rước</b>"}, {0, 99 * time.Hour, "  "}, {60400 * time.Millisecond, 0, "cùng giây"}, {90 * time.Second, 80 * time.Second, "Hội\nđêm"},
		{300 * time.Second, 400 * time.Second, "sau khi hết"},
	}
	want := []caption.Cue{{0, 60 * time.Second, "1"}, {60 * time.Second, 90 * time.Second, "Lễ <b>rước</b>"}, {90 * time.Second, 120 * time.Second, "Hội đêm"}}
	if got := caption.Chapters(in, 2*time.Minute); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := caption.Chapters(in[:1], 0); got != nil {
		t.Errorf("one chapter divides nothing: %v", got)
	}
	if got := caption.Chapters(make([]caption.Cue, 100_000), 0); got != nil {
		t.Errorf("100,000 chapters at the same instant: %d", len(got))
	}
}

func FuzzChapters(f *testing.F) {
	f.Add(int64(0), int64(5), "a", int64(60), int64(1), "b", int64(100))
	f.Fuzz(func(t *testing.T, s1, e1 int64, t1 string, s2, e2 int64, t2 string, end int64) {
		list := caption.Chapters([]caption.Cue{{time.Duration(s1), time.Duration(e1), t1}, {time.Duration(s2), time.Duration(e2), t2}}, time.Duration(end))
		for i, c := range list {
			if c.Text == "" || c.End <= c.Start || c.Start < 0 || (i > 0 && c.Start != list[i-1].End) {
				t.Fatalf("chapter %d: %+v", i, list)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("[Script Info]\n[Events]\nFormat: Layer, Start, End, Style, Text\nDialogue: 0,0:00:01.00,0:00:02.00,Default,{\\p1}m 0 0{\\p0}À\\Nơi, {\\i1}em\n")
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
