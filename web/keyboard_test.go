package web_test

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"vannghe/internal/archive"
	"vannghe/web/address"
)

// keyboard is a person at 360 px without scripts and without a mouse.
type keyboard struct {
	t   *testing.T
	ctx context.Context
}

func newKeyboard(t *testing.T) *keyboard {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-background-networking", true))
	allocated, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	k := &keyboard{t, ctx}
	if err := chromedp.Do(ctx); err != nil { // starts it: no deadline may hang on this call
		t.Fatal(err)
	}
	k.do(chromedp.EmulateViewport(360, 780))
	return k
}

func (k *keyboard) do(actions ...chromedp.Action[chromedp.Void]) {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(k.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		k.t.Fatalf("in the browser: %v", err)
	}
}

// is evaluates an expression; a page that is just being left answers no.
func (k *keyboard) is(expression string) bool {
	ctx, cancel := context.WithTimeout(k.ctx, time.Minute)
	defer cancel()
	ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
	return err == nil && ok
}

// as is somebody by their cookie, and opens the queue.
func (k *keyboard) as(cookie, origin string) {
	k.t.Helper()
	k.do(chromedp.Navigate(origin+"/robots.txt"), chromedp.Evaluate[chromedp.Void](`document.cookie = "`+cookie+`; path=/"`))
	if _, err := chromedp.Call(k.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		k.t.Fatal(err)
	}
	k.do(chromedp.Navigate(origin + address.Queue))
}

// to goes on with Tab until what has the focus matches, then presses keys there.
func (k *keyboard) to(selector, keys string) {
	k.t.Helper()
	for range 250 {
		if k.is(`!!document.activeElement?.matches(` + "`" + selector + "`" + `)`) {
			k.do(chromedp.KeyEvent(keys))
			return
		}
		k.do(chromedp.KeyEvent(kb.Tab))
	}
	k.t.Fatalf("no Tab leads to %s", selector)
}

// sees waits for words on the page.
func (k *keyboard) sees(words string) {
	k.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if k.is(`document.readyState === "complete" && document.body.innerText.includes(` + "`" + words + "`" + `)`) {
			return
		}
	}
	k.t.Fatalf("the page never says %q", words)
}

// TestDecidingByKeyboard: two editors approve what a member sent, one publishes, and withdraws, at 360 px, without scripts and by keys
// alone.
func TestDecidingByKeyboard(t *testing.T) {
	b := newBoard(t)
	work := b.sent("Bến trăng")
	k := newKeyboard(t)
	for _, who := range []string{"van", "khoa"} {
		k.as(b.cookies[who], b.n.url)
		k.to(`.review-list h2 a`, kb.Enter)
		k.sees("Sương xuống đò đầy")
		for _, item := range archive.CheckItems() {
			k.to(`[name="kiem-`+string(item)+`"][value="yes"]`, " ")
		}
		k.to(`form[action$="/duyet"] button`, kb.Enter)
		k.sees("Đã ghi lượt duyệt của quý vị.")
	}
	k.to(`form[action$="/cong-bo"] button`, kb.Enter)
	k.sees("Đã công bố.")
	b.n.get(address.Work(work.ID, work.Title)).expect(t, 200, "Trăng lên bến cũ")
	k.to(`form[action$="/rut"] textarea`, "Theo đề nghị.")
	k.to(`form[action$="/rut"] button`, kb.Enter)
	k.sees("Đã rút. Tác phẩm không còn hiện ở đâu nữa.")
	b.n.get(address.Work(work.ID, work.Title)).expect(t, 410, "Theo đề nghị.")
}
