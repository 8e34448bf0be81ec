package web_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
	"vannghe/web/address"
)

// Works are found, one is left out, the change is shown, made and undone, all by forms.
func TestChangingManyWorks(t *testing.T) {
	w := newWorld(t, 1, nil)
	b := &bringing{w, w.nodes[0], signIn(t, w.catalog, addAccount(t, w.catalog, "Vân", archive.Archivist)), nil}
	edit := editorial.New(editorial.Options{Catalog: w.catalog})
	draft := func(title string) *archive.Work {
		work := catalogtest.Work(title, func(work *archive.Work) { work.State = archive.Draft })
		w.put(work)
		return work
	}
	first, out, other := draft("Bến <b>trăng</b>"), draft("Bến vắng"), draft("Mưa")
	run := func(base string) {
		w.must(edit.RunBatch(t.Context(), archive.BatchID(base[strings.LastIndex(base, "/")+1:])))
	}
	b.get(address.Batches).expect(t, 200, "Sửa nhiều tác phẩm cùng lúc")
	b.get(address.Batches+"?tim=1&chu=ben&the-loai=tho").expect(t, 200, "Tìm thấy 2 tác phẩm")
	for _, lang := range []string{"", "/en"} {
		if page := b.get(lang + address.Batches + "?tim=1"); strings.Contains(string(page.body), ">relator.") {
			t.Errorf("%s: a role has no word", lang)
		}
	}
	b.get(address.Batches+"?tim=1&tac-gia=Không+Ai").expect(t, 200, "Tìm thấy 0 tác phẩm")
	fields := url.Values{"tim": {"1"}, "chu": {"ben"}, "the-loai": {"tho"}, "bo": {string(out.ID)}, "sua": {"date"}, "gia-tri-date": {"ngày nào đó"}}
	b.post(address.Batches, fields).expect(t, 400, "ngày nào đó")
	fields.Set("gia-tri-date", "1997")
	base := b.post(address.Batches, fields).Header.Get("Location")
	b.get(base).expect(t, 200, "Đang xem trước")
	run(base)
	page := b.get(base)
	page.expect(t, 200, "1 tác phẩm sẽ được sửa, 0 đã đúng như vậy, 0 không được sửa.")
	page.expect(t, 200, "Bến &lt;b&gt;trăng&lt;/b&gt;")
	b.get("/en"+base).expect(t, 200, "Date: 1997")
	b.post(base+"/sua", nil).expect(t, 303, "")
	run(base)
	b.post(base+"/sua", nil).expect(t, 409, "Lần sửa này đã qua bước đó")
	dates := func() string {
		var dates []string
		for _, id := range []archive.WorkID{first.ID, out.ID, other.ID} {
			work, err := w.catalog.Reader(archive.System("test")).Work(t.Context(), id)
			w.must(err)
			dates = append(dates, string(work.Date))
		}
		return strings.Join(dates, "|")
	}
	if got := dates(); got != "1997||" {
		t.Errorf("the dates are %s", got)
	}
	b.post(base+"/tra-lai", nil).expect(t, 303, "")
	run(base)
	b.get(base).expect(t, 200, "Đã trả lại như cũ")
	if got := dates(); got != "||" {
		t.Errorf("the dates are %s", got)
	}
	b.merge(run)
}

// merge merges two agents by a form: the former address then answers 301, and after undoing its page again.
func (b *bringing) merge(run func(base string)) {
	b.t.Helper()
	first, second := archive.NewID[archive.AgentID](), archive.NewID[archive.AgentID]()
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		return errors.Join(tx.PutAgent(ctx, archive.Agent{ID: first, Names: []archive.AgentName{{Name: "Tịnh Thôn"}}}), tx.PutAgent(ctx, archive.Agent{ID: second, Names: []archive.AgentName{{Name: "Lâm Tịnh Vân"}}}))
	})
	work := catalogtest.Work("Ngồi nghe mưa", func(w *archive.Work) {
		w.Credits = []archive.Credit{{Agent: first, Name: "Tịnh Thôn", Relator: archive.Director}}
	})
	b.put(work)
	b.post(address.Batches+"/gop", url.Values{"bo-ten": {"Tịnh Thôn"}, "giu-ten": {"Không ai"}}).expect(b.t, 404, `value="Không ai"`)
	base := b.post(address.Batches+"/gop", url.Values{"bo-ten": {"tịnh thôn"}, "giu-ten": {b.n.url + address.Agent(second, "Lâm Tịnh Vân")}}).Header.Get("Location")
	run(base)
	b.get(base).expect(b.t, 200, "Gộp tác giả Tịnh Thôn vào Lâm Tịnh Vân")
	b.post(base+"/sua", nil).expect(b.t, 303, "")
	run(base)
	old := address.Agent(first, "Tịnh Thôn")
	if a := b.n.get(old); a.StatusCode != 301 || !strings.HasSuffix(a.Header.Get("Location"), address.Agent(second, "Lâm Tịnh Vân")) {
		b.t.Errorf("the former address answers %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	b.n.get(address.Agent(second, "Lâm Tịnh Vân")).expect(b.t, 200, "Tịnh Thôn")
	feed := address.Feed(address.Agent(second, "Lâm Tịnh Vân"))
	if a := b.n.get(address.Feed(old)); a.StatusCode != 301 || !strings.HasSuffix(a.Header.Get("Location"), feed) {
		b.t.Errorf("the former feed answers %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	b.n.get(feed).expect(b.t, 200, "Ngồi nghe mưa")
	b.post(base+"/tra-lai", nil).expect(b.t, 303, "")
	run(base)
	b.n.get(old).expect(b.t, 200, "Ngồi nghe mưa")
}
