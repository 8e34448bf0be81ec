package reading_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"

	"vannghe/internal/derive/reading"
)

var (
	allowedTags = strings.Fields("p span br hr h2 h3 h4 div blockquote em strong u s sub sup ruby rt rp q a ul ol li dl dt dd table thead tbody tfoot tr th td caption")
	ourID       = regexp.MustCompile(`^(?:(?:kho|dong|muc|doan)-\d+|fn(?:ref)?\d+)$`)
	ourHref     = regexp.MustCompile(`^(?i:https?://|mailto:)|^#fn(?:ref)?\d+$`)
)

// checkSafe reads a fragment as a browser's tokenizer does and holds that nothing in it can act.
func checkSafe(t *testing.T, fragment string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(fragment))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.CommentToken, html.DoctypeToken:
			t.Fatalf("a comment or doctype in %q", fragment)
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			token := z.Token()
			if !slices.Contains(allowedTags, token.Data) {
				t.Fatalf("element %q in %q", token.Data, fragment)
			}
			for _, a := range token.Attr {
				checkAttribute(t, token.Data, a)
			}
		case html.TextToken:
		}
	}
}

func checkAttribute(t *testing.T, element string, a html.Attribute) {
	t.Helper()
	ok := false
	switch a.Key {
	case "id":
		ok = ourID.MatchString(a.Val)
	case "class":
		ok = element == "p" && a.Val == "stanza" || element == "span" && a.Val == "line"
	case "href":
		ok = element == "a" && ourHref.MatchString(a.Val)
	case "rel":
		ok = element == "a" && a.Val == "nofollow noopener"
	case "colspan", "rowspan":
		ok = element == "td" || element == "th"
	}
	if !ok {
		t.Fatalf("attribute %s=%q on %s", a.Key, a.Val, element)
	}
}

func checkDocument(t *testing.T, d reading.Document) {
	t.Helper()
	checkSafe(t, d.HTML)
	if len(d.Pieces) == 0 {
		t.Fatal("a document without a piece")
	}
	for _, p := range d.Pieces {
		if strings.TrimSpace(p.Text) == "" || !norm.NFC.IsNormalString(p.Text) {
			t.Fatalf("piece %+v", p)
		}
		if strings.Count(d.HTML, ` id="`+p.Locator+`"`) != 1 {
			t.Fatalf("piece %q leads nowhere in %q", p.Locator, d.HTML)
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, seed := range []string{
		"<h1>A</h1><p>b<br>c</p>", "<svg><p><style><!--</style><img src=x onerror=alert(1)>-->", "<ul><li>a<table><td>b",
		"<a href='JaVaScRiPt:x'>y</a><a href=#fn1 id=fnref1>1</a>", "<pre> a\n\n b</pre>", "&lt;script&gt;&#x202e;", "<i><b><p>x</i></b>",
		"<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, page string) {
		if d, err := reading.HTML(page, reading.Unknown); err == nil {
			checkDocument(t, d)
		}
	})
}

func FuzzPlain(f *testing.F) {
	for _, seed := range []string{poem, "Chương 1\n\nx\n\n***\n\ny", "\ufeffa\r\nb\u2028c", "<b>\x00&", "- a\n- b\n\n  c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := reading.Plain(text, reading.Verse); err == nil {
			checkDocument(t, d)
		}
	})
}

// TestRealTexts holds the measure of verse against some 280 texts whose genre is known.
func TestRealTexts(t *testing.T) {
	root := os.Getenv("VANNGHE_TESTDATA")
	if root == "" {
		t.Skip("VANNGHE_TESTDATA is not set")
	}
	file, err := os.Open(filepath.Join(root, "dev/works.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, row := range rows[1:] {
		name, genre := row[0], row[3]
		if !strings.HasPrefix(name, "literature/") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, "dev", name))
		if err != nil {
			t.Fatal(err)
		}
		seen++
		d := plain(t, string(text))
		checkDocument(t, d)
		want := reading.Prose
		// The rhymed prose of the Bạch Đằng river is filed under poems and has lines of 388 letters.
		if (genre == "thơ" || genre == "văn nghệ dân gian") && !strings.Contains(name, "bach-dang-giang-phu") {
			want = reading.Verse
		}
		if d.Form != want {
			t.Errorf("%s (%s) is taken for %s", name, genre, d.Form)
		}
	}
	if seen < 200 {
		t.Fatalf("only %d texts", seen)
	}
}
