package caption_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"vannghe/internal/derive/caption"
)

// validator says what W3C's parser finds wrong with the WebVTT on standard input.
const validator = `const { WebVTTParser } = require("./web/ui/node_modules/webvtt-parser");
const { errors, cues } = new WebVTTParser().parse(require("fs").readFileSync(0, "utf8"), process.argv[1]);
console.log(cues.length); for (const e of errors) console.log(e.line + ": " + e.message);`

// wrong returns what the validator says, and how many cues it reads.
func wrong(t *testing.T, vtt, kind string) (cues string, errors string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", "-e", validator, kind)
	cmd.Dir = "../../.."
	cmd.Stdin = strings.NewReader(vtt)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("node (make assets fetches webvtt-parser): %v\n%s", err, out)
	}
	cues, errors, _ = strings.Cut(string(out), "\n")
	return cues, errors
}

// What is written passes W3C's parser, whatever it was made of.
func TestWhatIsWrittenIsWebVTT(t *testing.T) {
	foreign := "1\r\n00:00:09,000 --> 00:00:08,000\r\n<b>a</b> & b --> c <c>\r\n\r\n2\r\n00:00:01,000 --> 00:00:20,000\r\n- Ai?\r\n- Tôi &lt;i&gt;\r\n\r\n" +
		"3\r\n00:00:02,000 --> 00:00:03,000\r\nNOTE x\r\n\r\n4\r\n00:00:02,000 --> 00:00:03,000\r\nWEBVTT\r\nSTYLE\r\n"
	cues, err := caption.Parse(foreign)
	if err != nil {
		t.Fatal(err)
	}
	if n, errors := wrong(t, caption.WebVTT(cues), "metadata"); n != "4" || errors != "" {
		t.Errorf("%s cues, %s", n, errors)
	}
	if n, errors := wrong(t, caption.WebVTT(cues), "subtitles/captions/descriptions"); n != "4" || errors != "" {
		t.Errorf("as captions: %s cues, %s", n, errors)
	}
	chapters := caption.Chapters([]caption.Cue{{0, 0, "Một & <hai>"}, {time.Minute, 0, ""}}, 2*time.Minute)
	if n, errors := wrong(t, caption.WebVTT(chapters), "chapters"); n != "2" || errors != "" {
		t.Errorf("as chapters: %s cues, %s", n, errors)
	}
	broken := strings.Replace(caption.WebVTT(cues), "00:00:02.000 --> ", "00:00:99.000 -> ", 1)
	if _, errors := wrong(t, broken, "metadata"); errors == "" {
		t.Error("the validator finds nothing wrong with a broken file")
	}
}
