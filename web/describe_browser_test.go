package web_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/address"
)

// in opens a page as somebody, with scripts.
func (k *keyboard) in(cookie, origin, path string) {
	k.t.Helper()
	k.do(chromedp.Navigate(origin+"/robots.txt"), chromedp.Evaluate[chromedp.Void](`document.cookie = "`+cookie+`; path=/"`), chromedp.Navigate(origin+path))
}

func (k *keyboard) run(script string) {
	k.t.Helper()
	k.do(chromedp.Evaluate[chromedp.Void](script))
}

// until waits for an expression to hold.
func (k *keyboard) until(expression string) {
	k.t.Helper()
	for range 20_000 {
		if k.is(expression) {
			return
		}
	}
	k.t.Fatalf("never %s", expression)
}

func (k *keyboard) offline(off bool) {
	k.t.Helper()
	params := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{}}
	if off {
		params.MatchedNetworkConditions = append(params.MatchedNetworkConditions, &network.Conditions{Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
	}
	if _, err := chromedp.Call(k.ctx, network.EmulateNetworkConditionsByRule, params); err != nil {
		k.t.Fatal(err)
	}
}

// By keys alone: somebody is found without marks in a list that says who is who, a suggestion is taken, what is typed without a line is kept and sent when it
// is back, and what is typed after the session ended is there again after signing in.
func TestDescribingInABrowser(t *testing.T) {
	b := newBoard(t)
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		for i, born := range []archive.Date{"1941", "1972"} {
			a := archive.Agent{ID: archive.AgentID(fmt.Sprintf("aaaabbbbccc%c", 'a'+i)), Born: born, Names: []archive.AgentName{{Name: "Lâm Tịnh Vân"}}}
			if err := tx.PutAgent(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
	work := b.sent("Bến trăng", func(w *archive.Work) {
		w.Genre, w.Representations[0].Files[0].Tags = "ca-khuc", map[string]string{"title": "Tựa trong thẻ"}
	})
	path, k := address.Edit(work.ID), newKeyboard(t)
	k.in(b.cookies["kho"], b.n.url, path)
	k.until(`document.querySelector("#f-ten-1")?.getAttribute("role") === "combobox"`)
	k.run(`document.querySelector("#f-ten-1").focus()`)
	k.do(chromedp.KeyEvent("lam tinh"))
	k.until(`document.querySelectorAll("#f-ten-1-goi-y [role=option]").length === 3`)
	k.sees("1972")
	k.do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown))
	k.until(`document.querySelector("#" + document.activeElement.getAttribute("aria-activedescendant"))?.getAttribute("aria-selected") === "true"`)
	k.do(chromedp.KeyEvent(kb.Enter))
	k.until(`document.querySelector("[name=ten-1]").value === "Lâm Tịnh Vân" && document.querySelector("[name=nguoi-1]").value.startsWith("aaaabbbbccc")`)
	chosen := `document.querySelector("[name=nguoi-1]").value`
	k.to(`[data-take]`, kb.Enter)
	k.until(`document.querySelector("#f-title").value === "Tựa trong thẻ"`)
	k.sees("Phần quý vị vừa gõ được giữ")
	k.offline(true)
	k.run(`document.querySelector("#f-description").focus()`)
	k.do(chromedp.KeyEvent("khi mat mang"))
	k.sees("Mất mạng.")
	k.offline(false)
	k.run(`dispatchEvent(new Event("online"))`)
	k.until(`document.querySelector("[data-status]").textContent === "Đã giữ phần gõ dở." && localStorage.length === 0`)
	e, err := b.catalog.Reader(b.people["kho"]).Edit(t.Context(), work.ID)
	if err != nil || keptValue(t, e.Form, "description") != "khi mat mang" {
		t.Fatalf("kept is %q, %v", e.Form, err)
	}
	k.run(`document.cookie = "` + b.cookies["kho"][:8] + `x; path=/"`)
	k.do(chromedp.KeyEvent(", roi het phien"))
	k.sees("Phiên đăng nhập đã hết.")
	k.in(b.cookies["kho"], b.n.url, path)
	k.until(`document.querySelector("#f-description")?.value === "khi mat mang, roi het phien" && localStorage.length === 0`)
	k.until(chosen + `.startsWith("aaaabbbbccc")`)
	k.to(`.describe-form .main`, kb.Enter)
	k.sees("Đã lưu.")
	got, err := b.current(work.ID)
	if err != nil || got.Title != "Tựa trong thẻ" || got.Description != "khi mat mang, roi het phien" || len(got.Credits) != 2 || got.Credits[1].Name != "Lâm Tịnh Vân" {
		t.Errorf("the work says %+v, %v", got, err)
	}
}
