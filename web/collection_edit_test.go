package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"vannghe/internal/archive"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/web/address"
)

// A collection is made by a form, ordered in the browser with scripts and by keys without, and two who order it do not overwrite each other.
func TestOrderingACollection(t *testing.T) {
	w := newWorld(t, 1, nil)
	b := &bringing{w, w.nodes[0], signIn(t, w.catalog, addAccount(t, w.catalog, "Vân", archive.Archivist)), nil}
	b.post(address.EditCollections, url.Values{"ten": {"Sông nước"}, "het-han": {"31/12/2027"}}).expect(t, 400, "31/12/2027")
	base := b.post(address.EditCollections, url.Values{"ten": {"Sông <i>nước</i>"}, "het-han": {"2027-12-31"}}).Header.Get("Location")
	b.post(address.EditCollections, url.Values{"ten": {"Sông <i>nước</i>"}}).expect(t, 400, "đã có chuyên mục")
	b.get(base).expect(t, 200, `value="2027-12-31"`)
	id := archive.CollectionID(base[strings.LastIndex(base, "/")+1:])
	var ids []archive.WorkID
	for _, title := range []string{"Một", "Hai", "Ba"} {
		work := catalogtest.Work(title, func(work *archive.Work) { work.Collections = []archive.CollectionID{id} })
		w.put(work)
		ids = append(ids, work.ID)
	}
	order := func() string {
		list, err := w.catalog.Reader(archive.System("test")).OrderedWorks(t.Context(), id)
		w.must(err)
		var titles []string
		for _, c := range list {
			titles = append(titles, c.Title)
		}
		return strings.Join(titles, " ")
	}
	k := newKeyboard(t)
	k.do(chromedp.Navigate(b.n.url+"/robots.txt"), chromedp.Evaluate[chromedp.Void](`document.cookie = "`+b.cookie+`; path=/"`),
		chromedp.Navigate(b.n.url+base), chromedp.WaitVisible(chromedp.CSS(`[draggable="true"]`)))
	k.to(`#w-`+string(ids[2])+` [value="len"]`, kb.Enter)
	k.sees("Đã chuyển “Ba” tới chỗ 2 trong 3.")
	if !k.is(`document.activeElement.value === "len" && document.activeElement.closest("[data-work]").dataset.work === "` + string(ids[2]) + `"`) {
		t.Error("the focus is lost")
	}
	k.do(chromedp.KeyEvent(kb.Enter))
	k.sees("Đã chuyển “Ba” tới chỗ 1 trong 3.")
	if got := order(); got != "Ba Một Hai" {
		t.Fatalf("the order is %s", got)
	}
	k.is(`(() => { const [from, to] = [document.querySelector("#w-` + string(ids[1]) + `"), document.querySelector("#w-` + string(ids[0]) + `")];
		const data = new DataTransfer();
		from.dispatchEvent(new DragEvent("dragstart", { bubbles: true, dataTransfer: data })); to.dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: data })); return true; })()`)
	k.sees("Đã chuyển “Hai” tới chỗ 2 trong 3.")
	if got := order(); got != "Ba Hai Một" {
		t.Fatalf("after dragging the order is %s", got)
	}
	k.as(b.cookie, b.n.url)
	k.do(chromedp.Navigate(b.n.url + base))
	b.get(base).expect(t, 200, "Sông &lt;i&gt;nước&lt;/i&gt;")
	k.to(`#w-`+string(ids[0])+` [value="dau"]`, kb.Enter)
	k.sees("Đã chuyển “Một” tới chỗ 1 trong 3.")
	if got := order(); got != "Một Ba Hai" {
		t.Errorf("without scripts the order is %s", got)
	}
	b.post(base+"/thu-tu", url.Values{"thay": {"old"}, "tac-pham": {string(ids[0])}, "toi": {"cuoi"}}).expect(t, 409, "vừa được người khác sửa")
	b.post(base, url.Values{"thay": {"old"}, "ten": {"Khác"}}).expect(t, 409, `value="Khác"`)
	b.post(base+"/xoa", url.Values{"thay": {"old"}}).expect(t, 409, "vừa được người khác sửa")
	if !k.is(`document.documentElement.scrollWidth <= innerWidth`) {
		t.Error("the page is wider than a telephone")
	}
	seen := regexp.MustCompile(`name="thay" value="([0-9a-f]+)"`).FindStringSubmatch(string(b.get(base).body))
	b.post(base+"/xoa", url.Values{"thay": {seen[1]}}).expect(t, 303, "")
	b.get(base).expect(t, 404, "")
	for _, id := range ids {
		if work, err := w.catalog.Reader(archive.Public()).Work(t.Context(), id); err != nil || len(work.Collections) > 0 {
			t.Errorf("a work of the collection that was removed: %v, %v", work.Collections, err)
		}
	}
}
