package web_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/derive"
	"vannghe/web"
)

// TestOperating: what could not be made stands on the operators' page with its reason and a button that has it tried again; others are not
// let in, and no other site can press the button.
func TestOperating(t *testing.T) {
	w := newWorld(t, 0, nil)
	poem := w.poem("Bến trăng", "trăng nghiêng")
	n := w.startNode(web.Options{MetricsToken: "dau"})
	admin := w.device(archive.Administrator)
	as := func(headers ...string) []string { return append(slices.Clone(admin), headers...) }
	public := w.startNode(web.Options{BaseURL: "https://vannghe.example"})
	n.get("/van-hanh", admin...).expect(t, http.StatusOK, "Không có tệp nào bị lỗi.")
	f := poem.Representations[0].Files[0]
	w.update(func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutDerivative(ctx, archive.Derivative{Work: poem.ID, File: f.ID, Recipe: "hls", Version: 9, State: archive.DerivativeFailed, Problem: "making-too-long", Prefix: "derived/x"})
	})
	again := "/van-hanh/lam-lai/" + string(poem.ID)
	n.get("/van-hanh", admin...).expect(t, http.StatusOK, "Bến trăng", f.Name, "(bản phim xem sớm)", "Chưa có bản sao lưu nào được ghi nhận", "Chưa có lần kiểm tra bản gốc nào", `<form method="post" action="`+again+`"`, "Làm lại “Bến trăng”", `name="robots" content="noindex"`)
	n.get("/en/van-hanh", admin...).expect(t, http.StatusOK, "Try “Bến trăng” again", "/en"+again)

	public.get("/van-hanh").expect(t, http.StatusSeeOther)
	n.get("/van-hanh").expect(t, http.StatusSeeOther) // on this machine, where a proxy may be, too
	n.get("/van-hanh", "Authorization: Bearer dau").expect(t, http.StatusOK, "Bến trăng")
	if cache := n.get("/van-hanh", admin...).Header.Get("Cache-Control"); cache != "no-store" {
		t.Errorf("it is kept: %q", cache)
	}
	const outside = "X-Forwarded-For: 192.0.2.1" // nobody on this machine
	n.get("/van-hanh", outside).expect(t, http.StatusSeeOther)
	n.get("/van-hanh", append(w.device(archive.EditorRole), outside)...).expect(t, http.StatusForbidden)
	n.get("/van-hanh", as(outside)...).expect(t, http.StatusOK, "Bến trăng")
	public.do(http.MethodPost, again, nil).expect(t, http.StatusSeeOther)
	n.do(http.MethodPost, again, nil).expect(t, http.StatusSeeOther)
	n.do(http.MethodPost, again, nil, as("Sec-Fetch-Site: cross-site")...).expect(t, http.StatusForbidden)
	n.do(http.MethodPost, "/van-hanh/lam-lai/x", nil, as("Sec-Fetch-Site: same-origin")...).expect(t, http.StatusNotFound)
	w.failures(1)

	a := n.do(http.MethodPost, again, nil, as("Sec-Fetch-Site: same-origin")...).expect(t, http.StatusSeeOther)
	if to := a.Header.Get("Location"); !strings.HasSuffix(to, "/van-hanh") {
		t.Errorf("sent on to %q", to)
	}
	w.failures(0)
	n.get("/van-hanh", admin...).expect(t, http.StatusOK, "Không có tệp nào bị lỗi.")
	events, err := w.catalog.Reader(archive.System("test")).Events(t.Context(), poem.ID)
	w.must(err)
	if len(events) == 0 || !strings.Contains(events[len(events)-1].Detail, "hls of") || !archive.ValidID(events[len(events)-1].Agent) {
		t.Errorf("events %+v", events)
	}
}

// failures checks how much could not be made.
func (w *world) failures(want int) {
	w.t.Helper()
	failed, err := derive.Failed(w.t.Context(), w.catalog.Reader(archive.System("test")), "")
	w.must(err)
	if len(failed) != want {
		w.t.Errorf("%d failures, want %d", len(failed), want)
	}
}
