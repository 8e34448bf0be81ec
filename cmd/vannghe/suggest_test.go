package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// riverside is a small archive for typing: works, an author and a phrase that begin alike.
func riverside(t *testing.T) []string {
	t.Helper()
	folder := t.TempDir()
	write(t, folder, "ben-trang.txt", "Trăng buông một mái chèo\nbến nghe tiếng guốc một mình\n\nĐò không trôi, trăng không trôi\nthuyền nằm nghe nước ru lời cỏ lau")
	write(t, folder, "xua.txt", "Người về bến cũ đò xưa\nguốc khua một nhịp cho vừa đêm trăng")
	write(t, folder, "que.txt", "Khói bếp lên chiều\nmái chèo gác ngang")
	write(t, folder, "works.csv", "file,title,creator,genre\nben-trang.txt,Bến trăng,Đặng Thị Sương,thơ\nxua.txt,Về bến trăng xưa,Bến Trúc,thơ\nque.txt,Khói quê bến trăng ngà,Lưu Ngân,tản văn\n")
	set := []string{"--data", t.TempDir()}
	must(t, append([]string{"import", folder, "--manifest", "works.csv", "--publish"}, set...)...)
	return set
}

// The parts of a search box as the tests see them.
const (
	box       = `document.querySelector("input[data-suggest]")`
	listOpen  = box + `.getAttribute("aria-expanded") === "true" && !document.querySelector(".suggest").hidden`
	listShut  = box + `.getAttribute("aria-expanded") === "false" && document.querySelector(".suggest").hidden`
	activeOne = `(document.getElementById(` + box + `.getAttribute("aria-activedescendant"))?.textContent ?? "")`
)

func TestSearchBoxSuggests(t *testing.T) {
	s := serve(t, riverside(t)...)
	b := chromium(t, s.url)
	for sentence, test := range map[string]func(*testing.T, *server, *browser){
		"keys lead to a work":               testKeysLeadToAWork,
		"escape closes and keeps the text":  testEscape,
		"home, end, wrapping and tab":       testKeysWithinTheList,
		"what screen readers are told":      testAccessibleTree,
		"composing asks nothing":            testComposing,
		"the last answer counts":            testLastAnswer,
		"a click leads to a phrase":         testClick,
		"the list fits and has large rows":  testListFits,
		"no violation with the list open":   testAxe,
		"without scripts it is a plain box": testPlainBox,
	} {
		t.Run(sentence, func(t *testing.T) {
			b.t = t
			b.width(1280)
			test(t, s, b)
			b.clean(sentence)
		})
	}
	s.stop(t)
}

// keys presses keys one after the other.
func (b *browser) keys(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// typing opens a page, counts what its search box asks, and types into it key by key.
func (b *browser) typing(path, text string) {
	b.t.Helper()
	b.open(path)
	b.script(`window.asked = 0; window.plain = window.fetch; window.fetch = (...a) => { window.asked++; return window.plain(...a) }`)
	b.script(box + `.value = ""; ` + box + `.focus()`)
	for _, key := range text {
		b.keys(string(key))
	}
}

// arrives waits until a condition holds on the page to which the browser is on its way, and the page has wholly come.
func (b *browser) arrives(condition string) {
	b.t.Helper()
	until(b.t, patience, condition, func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		defer cancel()
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && (`+condition+`)`))
		return err == nil && holds // between two pages there is nobody to ask
	})
}

func (b *browser) is(expression, want string) {
	b.t.Helper()
	if got := value[string](b, expression); got != want {
		b.t.Errorf("%s is %q, want %q", expression, got, want)
	}
}

func testKeysLeadToAWork(t *testing.T, s *server, b *browser) {
	b.typing("/", "ben tr")
	b.truth(listOpen)
	b.is(activeOne, "") // nothing is chosen by itself
	b.is(`[...document.querySelectorAll(".suggest [role=option]")].map(o => o.textContent).join(", ")`,
		"Bến Trúc tác giả, bến trăng cụm từ, Bến trăng tác phẩm, Về bến trăng xưa tác phẩm, Khói quê bến trăng ngà tác phẩm")
	b.is(`document.querySelector(".find [role=status]").textContent`, "Có 5 gợi ý. Dùng phím mũi tên để chọn.")
	if n := value[int](b, `window.asked`); n > 3 { // six keys; on a slow machine two may lie further apart than the pause
		t.Errorf("%d questions for six keys", n)
	}
	b.keys(strings.Repeat(kb.ArrowDown, 3))
	b.is(activeOne, "Bến trăng tác phẩm")
	b.keys(kb.Enter)
	b.arrives(`location.pathname === "` + s.page(t, "Bến trăng") + `"`)
}

func testEscape(_ *testing.T, _ *server, b *browser) {
	b.typing("/tim-kiem", "ben tr")
	b.truth(listOpen)
	b.keys(kb.ArrowDown + kb.Escape)
	b.truth(listShut)
	b.is(box+`.value`, "ben tr")
	b.is(activeOne, "")
	b.keys(kb.ArrowDown) // opens it again
	b.truth(listOpen)
	b.keys(kb.Escape + kb.Enter) // with nothing chosen the form is sent
	b.arrives(`location.search === "?q=ben+tr" && document.querySelector(".hit") !== null`)
}

func testKeysWithinTheList(_ *testing.T, _ *server, b *browser) {
	b.typing("/", "ben tr")
	b.truth(listOpen)
	b.keys(kb.ArrowUp)
	b.is(activeOne, "Khói quê bến trăng ngà tác phẩm")
	b.keys(kb.ArrowDown)
	b.is(activeOne, "") // back in the box
	b.keys(kb.ArrowDown + kb.End)
	b.is(activeOne, "Khói quê bến trăng ngà tác phẩm")
	b.keys(kb.Home)
	b.is(activeOne, "Bến Trúc tác giả")
	b.keys("u")
	b.is(activeOne, "") // whoever goes on typing did not mean it
	b.keys(kb.Backspace)
	b.truth(listOpen)
	b.keys(kb.Home + "x") // without a choice Home moves the caret
	b.is(box+`.value`, "xben tr")
	b.typing("/", "ben tr")
	b.truth(listOpen)
	b.keys(kb.ArrowDown + kb.Tab)
	b.truth(listShut)
	b.is(`document.activeElement.tagName + location.pathname`, "BUTTON/")
}

// node is what a screen reader is told of an element.
type node struct{ role, name string }

func testAccessibleTree(t *testing.T, _ *server, b *browser) {
	b.typing("/", "ben tr")
	b.truth(listOpen)
	b.keys(kb.ArrowDown + kb.ArrowDown)
	tree, err := chromedp.Call(b.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		t.Fatal(err)
	}
	var nodes []node
	var active string
	for _, n := range tree.Nodes {
		if n.Ignored {
			continue
		}
		one := node{axText(n.Role), axText(n.Name)}
		nodes = append(nodes, one)
		if one.role == "combobox" {
			active = activeName(tree.Nodes, n)
		}
	}
	for _, want := range []node{
		{"combobox", "Tìm tác phẩm, tác giả, câu chữ"}, {"listbox", "Gợi ý"}, {"option", "Bến Trúc tác giả"}, {"option", "bến trăng cụm từ"},
		{"option", "Bến trăng tác phẩm"}, {"status", ""},
	} {
		if !slices.Contains(nodes, want) {
			t.Errorf("the tree has no %v", want)
		}
	}
	if active != "bến trăng cụm từ" {
		t.Errorf("the active descendant is %q", active)
	}
}

func axText(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var text string
	if json.Unmarshal(v.Value, &text) != nil {
		return ""
	}
	return text
}

// activeName is the name of what a combobox says is active.
func activeName(nodes []*accessibility.Node, box *accessibility.Node) string {
	for _, p := range box.Properties {
		if p.Name != accessibility.PropertyNameActivedescendant {
			continue
		}
		for _, n := range nodes {
			if slices.ContainsFunc(p.Value.RelatedNodes, func(r *accessibility.RelatedNode) bool { return r.BackendDOMNodeID == n.BackendDOMNodeID }) {
				return axText(n.Name)
			}
		}
	}
	return ""
}

func testComposing(t *testing.T, _ *server, b *browser) {
	b.typing("/", "")
	compose := func(text string) {
		t.Helper()
		params := input.ImeSetCompositionParams{Text: text, SelectionStart: int64(len([]rune(text))), SelectionEnd: int64(len([]rune(text)))}
		if _, err := chromedp.Call(b.ctx, input.ImeSetComposition, params); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{"b", "be", "bê", "bến"} {
		compose(text)
	}
	b.script(box + `.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowDown", isComposing: true, bubbles: true, cancelable: true}))`)
	b.script(box + `.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowDown", keyCode: 229, bubbles: true, cancelable: true}))`)
	b.script(`window.begun = performance.now()`)
	b.truth(`performance.now() > window.begun + 500`) // four times the pause
	if n := value[int](b, `window.asked`); n != 0 {
		t.Errorf("%d questions while composing", n)
	}
	b.is(box+`.value`, "bến")
	if _, err := chromedp.Call(b.ctx, input.InsertText, input.InsertTextParams{Text: "bến"}); err != nil { // commits
		t.Fatal(err)
	}
	b.truth(listOpen)
	b.truth(`window.asked === 1`)
}

func testLastAnswer(_ *testing.T, _ *server, b *browser) {
	b.typing("/", "")
	// The first answer comes when the test says so, whoever gave the question up meanwhile.
	b.script(`window.fetch = address => window.plain(address).then(r => new Promise(done => { window.late = () => done(r) })); window.asked = 0`)
	b.keys("khoi")
	b.truth(`window.late !== undefined`)
	b.script(`window.fetch = window.plain`)
	for range "khoi" {
		b.keys(kb.Backspace)
	}
	b.keys("ben tru")
	b.truth(`document.querySelector(".suggest").textContent.includes("Bến Trúc")`)
	b.script(`window.late(); window.begun = performance.now()`)
	b.truth(`performance.now() > window.begun + 200`)
	b.is(`String(document.querySelector(".suggest").textContent.includes("Khói"))`, "false")
}

func testClick(_ *testing.T, _ *server, b *browser) {
	b.typing("/", "ben tr")
	b.truth(listOpen)
	b.click(".suggest [role=option]:nth-child(2)")
	b.arrives(`location.pathname + decodeURIComponent(location.search) === "/tim-kiem?q=bến+trăng"`)
}

func testListFits(t *testing.T, _ *server, b *browser) {
	for _, width := range []int64{360, 1280} {
		b.width(width)
		for _, path := range []string{"/", "/en/tim-kiem"} {
			b.typing(path, "ben tr")
			b.truth(listOpen)
			where := fmt.Sprintf("%s at %d px", path, width)
			if over := value[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
				t.Errorf("%s: %d px wider than the screen", where, over)
			}
			if small := value[int](b, `[...document.querySelectorAll(".suggest [role=option]")].filter(o => o.getBoundingClientRect().height < 48).length`); small > 0 {
				t.Errorf("%s: %d rows are lower than 48 px", where, small)
			}
			b.keys(kb.ArrowDown)
			b.shot(fmt.Sprintf("suggest-%s-%d", strings.Trim(strings.ReplaceAll(path, "/", "-"), "-"), width))
		}
	}
}

// axe is the accessibility checker of web/ui's development packages.
func axe(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("../../web/ui/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is missing (make assets fetches it): %v", err)
	}
	return string(source)
}

func testAxe(t *testing.T, s *server, b *browser) {
	checker := axe(t)
	for _, path := range []string{"/", "/tim-kiem?q=ben+trang", "/en/tim-kiem?q=ben+trang", "/tac-gia", s.page(t, "Bến trăng")} {
		for _, theme := range []string{"light", "dark"} {
			b.typing(path, "ben tr")
			b.script(`document.documentElement.dataset.theme = "` + theme + `"`)
			b.truth(listOpen)
			b.keys(kb.ArrowDown)
			b.script(checker)
			b.script(`window.wrong = undefined; axe.run().then(r => { window.wrong = r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" ")).join("\n") })`)
			b.truth(`window.wrong !== undefined && ` + listOpen)
			if wrong := value[string](b, `window.wrong`); wrong != "" {
				t.Errorf("%s, %s: %s", path, theme, wrong)
			}
			b.shot(fmt.Sprintf("suggest-axe-%s-%s", strings.Trim(strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(path), "-"), theme))
		}
	}
}

func testPlainBox(_ *testing.T, _ *server, b *browser) {
	b.scripts(false)
	defer b.scripts(true)
	b.open("/")
	b.is(box+`.getAttribute("role") ?? ""`, "")
	b.do(chromedp.Focus(chromedp.CSS("input[data-suggest]")))
	b.keys("ben trang" + kb.Enter)
	b.arrives(`location.search === "?q=ben+trang" && document.querySelector(".hit") !== null`)
}
