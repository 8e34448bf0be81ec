package ui_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"vannghe/internal/archive"
	"vannghe/internal/message"
	"vannghe/web/ui"
)

// Every page, in both languages, is markup that the site's policy and a screen reader can work with.
func TestPages(t *testing.T) {
	for _, language := range message.Languages() {
		for _, s := range samples(language, nil) {
			t.Run(language+"/"+s.name, func(t *testing.T) { checkPage(t, s, language) })
		}
	}
}

func checkPage(t *testing.T, s sample, language string) {
	t.Helper()
	var b strings.Builder
	if err := s.page.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	document, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	seen := &seenPage{ids: map[string]bool{}, labels: map[string]bool{}}
	for n := range document.Descendants() {
		if n.Type == html.ElementNode {
			seen.element(t, n)
		}
		if n.Type == html.TextNode && n.Parent.Data != "script" && leftOver.MatchString(n.Data) {
			t.Errorf("a key or placeholder is shown: %q", n.Data)
		}
	}
	if seen.language != language {
		t.Errorf("the page says it is %q", seen.language)
	}
	if seen.titles != 1 {
		t.Errorf("the page has %d first headings, want 1", seen.titles)
	}
	for _, id := range seen.links {
		if !seen.ids[id] {
			t.Errorf("a link leads to #%s, which is not on the page", id)
		}
	}
	for _, id := range seen.inputs {
		if !seen.labels[id] {
			t.Errorf("the field #%s has no label", id)
		}
	}
}

// leftOver is a key of the catalogue or a placeholder that nothing filled.
var leftOver = regexp.MustCompile(`\{[1-9]\}|^\s*[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*\s*$`)

type seenPage struct {
	ids, labels   map[string]bool
	links, inputs []string
	titles        int
	language      string
}

func (p *seenPage) element(t *testing.T, n *html.Node) {
	t.Helper()
	a := map[string]string{}
	for _, attribute := range n.Attr {
		a[attribute.Key] = attribute.Val
		if attribute.Key == "style" || strings.HasPrefix(attribute.Key, "on") {
			t.Errorf("<%s> has the inline attribute %s", n.Data, attribute.Key)
		}
		if (strings.Contains(attribute.Val, "{1}") && !strings.HasPrefix(attribute.Key, "data-")) || strings.HasPrefix(attribute.Val, "about:invalid") {
			t.Errorf("<%s> has %s=%q", n.Data, attribute.Key, attribute.Val)
		}
	}
	if id, ok := a["id"]; ok {
		if p.ids[id] || id == "" {
			t.Errorf("the id %q is there twice or empty", id)
		}
		p.ids[id] = true
	}
	p.byName(t, n, a)
}

func (p *seenPage) byName(t *testing.T, n *html.Node, a map[string]string) {
	t.Helper()
	switch n.Data {
	case "html":
		p.language = a["lang"]
	case "h1":
		p.titles++
	case "style":
		t.Error("there is an inline <style>")
	case "script":
		if a["src"] == "" && a["type"] != "application/ld+json" {
			t.Error("there is an inline script")
		}
	case "img":
		if _, ok := a["alt"]; !ok || a["width"] == "" || a["height"] == "" {
			t.Errorf("the picture %s has no alt or no size", a["src"])
		}
	case "a":
		if id, ok := strings.CutPrefix(a["href"], "#"); ok && id != "" {
			p.links = append(p.links, id)
		}
	case "input":
		if a["type"] == "search" {
			p.inputs = append(p.inputs, a["id"])
		}
	case "label":
		p.labels[a["for"]] = true
	}
}

// What a stranger typed never becomes markup.
func TestNothingTypedBecomesMarkup(t *testing.T) {
	evil := `"><script src=//x></script><b onclick=1>`
	v := poemSample()
	v.Title, v.OtherTitles, v.Description = evil, []string{evil}, []string{evil}
	v.Credits = []ui.Credit{{Name: evil, URL: "javascript:alert(1)", Role: archive.Relator(evil)}}
	v.Rights.URL, v.Collections = "javascript:alert(1)", []ui.Link{{Label: evil, URL: "javascript:alert(1)"}}
	v.Paper = ui.Paper{Number: evil, Signer: evil, Issuer: ui.Link{Label: evil}}
	text := ui.Speak("vi")
	page := samplePage(text, nil, evil)
	page.Query, page.Data = evil, map[string]string{"name": evil}
	search := ui.Search{Query: evil, Hits: []ui.Hit{{Heading: evil + "<mark>đò</mark>", Entry: ui.Entry{Title: evil, Genre: evil, Authors: []string{evil}},
		Parts: []ui.HitPart{{Label: evil, Snippet: evil + "<mark>bến</mark><mark onclick=1>"}}}}}
	for _, component := range []sample{{"work", ui.WorkPage(text, page, v)}, {"search", ui.SearchPage(text, page, search)}} {
		var b strings.Builder
		if err := component.page.Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		document, err := html.Parse(strings.NewReader(b.String()))
		if err != nil {
			t.Fatal(err)
		}
		marks := 0
		for n := range document.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if n.Data == "mark" {
				marks++
			}
			if n.Data == "b" || slices.ContainsFunc(n.Attr, func(a html.Attribute) bool {
				return strings.HasPrefix(a.Key, "on") || a.Val == "//x" || strings.HasPrefix(a.Val, "javascript:")
			}) {
				t.Errorf("%s: <%s> came from what was typed", component.name, n.Data)
			}
		}
		if component.name == "search" && marks != 2 {
			t.Errorf("the search page shows %d marks, want the 2 that are ours", marks)
		}
	}
}

func TestPathOfALanguage(t *testing.T) {
	vi, en := ui.Speak("vi"), ui.Speak("en")
	for _, c := range []struct{ got, want string }{
		{vi.Path("/"), "/"}, {vi.Path("/tim-kiem"), "/tim-kiem"}, {en.Path("/"), "/en"}, {en.Path("/tim-kiem"), "/en/tim-kiem"},
	} {
		if c.got != c.want {
			t.Errorf("path %q, want %q", c.got, c.want)
		}
	}
}
