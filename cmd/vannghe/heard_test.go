package main

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// heard is a thing on a page as Chromium tells it to a screen reader.
type heard struct {
	role, name, description, value string
	within                         string            // the nearest that has a name around it
	states                         map[string]string // properties by their names: "level", "checked", "expanded", "invalid", "url", …
}

func (h heard) String() string {
	return strings.TrimRight(fmt.Sprintf("%s %q %s %s", h.role, h.name, h.value, h.description), " ")
}

// reader walks an accessibility tree in the order in which it is read aloud.
type reader struct {
	nodes map[accessibility.NodeID]*accessibility.Node
	page  []heard
}

// listen reads the page aloud once it has come; what a screen reader passes over is left out.
func (b *browser) listen() []heard {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	r := reader{}
	until(b.t, patience, "the page is no longer busy", func() bool {
		tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			b.t.Fatalf("read the accessibility tree: %v", err)
		}
		r = reader{nodes: map[accessibility.NodeID]*accessibility.Node{}}
		for _, n := range tree.Nodes {
			r.nodes[n.NodeID] = n
		}
		r.read(tree.Nodes[0].NodeID, "")
		return len(r.page) > 0 && hear(tree.Nodes[0]).states["busy"] == ""
	})
	return r.page
}

func (r *reader) read(id accessibility.NodeID, within string) {
	n := r.nodes[id]
	if n == nil {
		return
	}
	if !n.Ignored {
		h := hear(n)
		h.within = within
		r.page = append(r.page, h)
		if h.name != "" && slices.Contains(places(), h.role) {
			within = h.role + " " + h.name
		}
		if h.role == "DateTime" || h.role == "Date" { // what is in it speaks the language of the browser
			return
		}
	}
	for _, child := range n.ChildIDs {
		r.read(child, within)
	}
}

func hear(n *accessibility.Node) heard {
	h := heard{role: plain(n.Role), name: plain(n.Name), description: plain(n.Description), value: plain(n.Value), states: map[string]string{}}
	for _, p := range n.Properties {
		h.states[string(p.Name)] = plain(p.Value)
	}
	return h
}

// plain is a value of the tree as text.
func plain(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var text string
	if json.Unmarshal([]byte(v.Value), &text) == nil {
		return strings.Join(strings.Fields(text), " ")
	}
	return string(v.Value)
}

// places are the roles of what tells where one is.
func places() []string { return []string{"list", "group", "region", "navigation", "dialog", "search"} }

// pressed are the roles of what is pressed, chosen or typed into.
func pressed() []string {
	return []string{"button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "slider", "spinbutton", "switch", "DisclosureTriangle",
		"menuitem", "menuitemradio", "tab", "option", "listbox", "application", "DateTime", "Date"}
}

// foreign are words by which controls would give away that they do not speak the language of the page.
var foreign = regexp.MustCompile(`(?i)\b(play|pause|mute|unmute|search|close|open|next|previous|page|your|volume|seek|button|menu|full ?screen|captions?|settings|loading|more|show|hide|submit|choose file)\b`)

// faults are what no page may have for somebody who does not see it. twice are names that two things may share: they do the same.
func faults(page []heard, twice ...string) []string {
	var list []string
	fault := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	count, level, addresses, named := map[string]int{}, 0, map[string]string{}, map[string]int{}
	for _, h := range page {
		count[h.role]++
		isPressed := slices.Contains(pressed(), h.role)
		switch {
		case h.role == "heading":
			at := int(h.states["level"][0] - '0')
			if at > level+1 {
				fault("%s: a heading of level %d follows one of level %d", h, at, level)
			}
			level = at
		case h.name == "" && (isPressed || h.states["focusable"] == "true" && h.role != "main" && h.role != "alert"),
			h.name == "" && slices.Contains([]string{"navigation", "image", "dialog", "region", "radiogroup"}, h.role):
			fault("%s has no name", h)
		case isPressed && foreign.MatchString(h.name+" "+h.description):
			fault("%s does not speak Vietnamese", h)
		}
		switch h.role {
		case "link":
			what := h.within + ": " + h.name + h.description
			if before, ok := addresses[what]; ok && before != h.states["url"] {
				fault("two links are called %q: %s and %s", what, before, h.states["url"])
			}
			addresses[what] = h.states["url"]
		case "button", "navigation", "textbox", "combobox", "DisclosureTriangle":
			named[strings.TrimSpace(h.within+" "+h.role+" "+h.name)]++
		}
		if h.states["invalid"] == "true" && h.description == "" {
			fault("%s is wrong and does not say why", h)
		}
	}
	for name, n := range named {
		if n > 1 && !slices.ContainsFunc(twice, func(same string) bool { return strings.HasSuffix(name, same) }) {
			fault("%d times %s", n, name)
		}
	}
	modal := slices.ContainsFunc(page, func(h heard) bool { return h.states["modal"] == "true" }) // nothing else is read then
	if !modal && (count["main"] != 1 || count["banner"] != 1 || count["contentinfo"] != 1) {
		fault("there are %d main, %d banner, %d contentinfo", count["main"], count["banner"], count["contentinfo"])
	}
	slices.Sort(list)
	return list
}

// hears fails unless the page is without faults and says these things in this order: each a role, a space and words of the name, value or description; behind
// "; " states that hold.
func (b *browser) hears(want ...string) {
	b.t.Helper()
	page := b.listen()
	for _, fault := range faults(page, "button Phát") { // the large one on a film's picture, and the one in the bar
		b.t.Errorf("%s: %s", value[string](b, `location.pathname`), fault)
	}
	at := 0
	for _, line := range want {
		n := slices.IndexFunc(page[at:], func(h heard) bool { return h.matches(line) })
		if n < 0 {
			var said strings.Builder
			for _, h := range page {
				if h.role != "InlineTextBox" && h.role != "generic" {
					fmt.Fprintf(&said, "\n%s %v", h, h.states)
				}
			}
			b.t.Errorf("%s: nothing that follows says %q. The page says%s", value[string](b, `location.pathname`), line, said.String())
			return
		}
		at += n + 1
	}
}

func (h heard) matches(line string) bool {
	said, states, _ := strings.Cut(line, "; ")
	role, words, _ := strings.Cut(said, " ")
	if h.role != role || !strings.Contains(h.name+" "+h.value+" "+h.description, words) {
		return false
	}
	for _, state := range strings.Fields(states) {
		name, want, _ := strings.Cut(state, "=")
		if h.states[name] != want {
			return false
		}
	}
	return true
}

// become signs in as somebody, or out for "".
func (b *browser) become(name string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		b.t.Fatal(err)
	}
	if name == "" {
		return
	}
	b.open("/dang-nhap")
	b.do(chromedp.SendKeys(chromedp.CSS("#ten"), name+kb.Tab+passphrase+kb.Enter))
	b.arrives(`location.pathname === "/ban-lam-viec"`)
}
