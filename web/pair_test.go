package web_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/address"
)

// leads checks that an address answers with a permanent redirect to another.
func (n *node) leads(t *testing.T, from, to string, headers ...string) {
	t.Helper()
	if a := n.get(from, headers...); a.StatusCode != 301 || !strings.HasSuffix(a.Header.Get("Location"), to) {
		t.Errorf("%s answers %d %q, want 301 to %s", from, a.StatusCode, a.Header.Get("Location"), to)
	}
}

// Two works that are one, by forms alone: from the choice of many or from a work, side by side, with a pick where they differ; then every address of the
// one leads to the other, for those who may see that.
func TestMergingTwoWorks(t *testing.T) {
	b := newBoard(t)
	keep, other := b.poem("Bến trăng xưa", "Trăng lên"), b.poem("Bến trăng cũ", "Trăng lặn")
	film, _, _ := b.film("Bến trăng trên phim", 64<<10)
	asset := assetPath(b.derive(other, "audio", map[archive.Asset][]byte{{Kind: "audio", Path: "audio.m4a", Type: "audio/mp4"}: []byte("x")}), "audio.m4a")
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, other.ID)
		if err == nil {
			w.Description, w.Key = "Chép tay <b>năm 1971", "cu-2"
			err = tx.PutWork(ctx, &w)
		}
		return err
	})
	was := address.Work(other.ID, other.Title)
	b.n.get(was).expect(t, 200, "Trăng lặn")

	van, kho := b.as("van"), b.as("kho")
	b.n.get(address.Review(keep.ID), van).expect(t, 200, address.PairOf(keep.ID, ""))
	b.n.get(address.PairOf(keep.ID, ""), van).expect(t, 200, "Tìm tác phẩm kia", "Bến trăng xưa")
	b.n.get(address.PairOf(keep.ID, "")+"&tim=ben+trang", van).expect(t, 200, "Bến trăng cũ", url.QueryEscape(string(other.ID)), string(film.ID))
	b.n.get(address.PairOf(keep.ID, "")+"&tim="+url.QueryEscape(b.n.url+was), van).expect(t, 200, "Gộp hai tác phẩm</button>")
	b.n.get("/en"+address.PairOf(keep.ID, other.ID), van).expect(t, 200, "Merge the two works", "As the other work")
	b.n.get(address.PairOf(keep.ID, "aaaaaaaaaaaa"), van).expect(t, 404)
	b.n.get(address.PairOf(keep.ID, other.ID), kho).expect(t, 200, "Tác phẩm đang công bố thì biên tập viên gộp", "Bến trăng cũ")
	if page := b.n.get(address.PairOf(keep.ID, other.ID), kho); strings.Contains(string(page.body), "Gộp hai tác phẩm</button>") {
		t.Error("a button is offered that would be refused")
	}
	choice := url.Values{"tim": {"1"}, "chu": {"ben trang"}}
	b.n.post(address.Batches+"/gop-tac-pham", choice, kho).expect(t, 400, "Đang chọn 3 tác phẩm")
	choice.Set("bo", string(film.ID))
	b.n.get(b.n.post(address.Batches+"/gop-tac-pham", choice, kho).expect(t, 303).Header.Get("Location"), kho).expect(t, 200, "Bến trăng cũ", "Bến trăng xưa")

	page := string(b.n.get(address.PairOf(keep.ID, other.ID), van).expect(t, 200, "Chép tay &lt;b&gt;năm 1971", "a.txt").body)
	form := url.Values{"chon-title": {"other"}}
	for _, m := range regexp.MustCompile(`type="hidden" name="([a-z-]+)" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		form.Set(m[1], m[2])
	}
	b.n.post(address.Pair, form, kho).expect(t, 409, "biên tập viên gộp")
	stale := url.Values{"giu": form["giu"], "bo": form["bo"], "thay-giu": form["thay-giu"], "chon-title": {"other"}}
	b.n.post(address.Pair, stale, van).expect(t, 409, `value="other" checked`)
	done := b.n.post(address.Pair, form, van).expect(t, 303)
	b.n.get(done.Header.Get("Location"), van).expect(t, 200, "Đã gộp", "Gộp với tác phẩm khác", "Trăng lặn", "Chép tay &lt;b&gt;năm 1971")
	b.settle()

	now := address.Work(keep.ID, "Bến trăng cũ")
	b.n.get(now).expect(t, 200, "Trăng lên", "Trăng lặn", "Bến trăng xưa")
	b.n.leads(t, was, now)
	b.n.leads(t, "/en"+was+"?x=1", "/en"+now+"?x=1")
	b.n.get(address.Player(other.ID)).expect(t, 200, "Bến trăng cũ", address.Work(keep.ID, "Bến trăng cũ"))
	b.n.leads(t, asset, strings.Replace(asset, string(other.ID), string(keep.ID), 1))
	b.n.get(strings.Replace(asset, string(other.ID), string(keep.ID), 1)).expect(t, 200, "x")
	b.n.leads(t, address.Review(other.ID), address.Review(keep.ID), van)
	b.n.leads(t, address.Letter(other.ID), address.Letter(keep.ID))
	b.n.get("/api/v1/works/"+string(other.ID)).expect(t, 200, `"`+string(keep.ID)+`"`)
	b.n.get("/oembed?url="+url.QueryEscape(b.n.url+was)).expect(t, 200, "Bến trăng cũ")
	for _, path := range []string{"/api/v1/works", "/api/v1/search?q=trang+lan", "/feed.xml", "/api/v1/suggest?q=ben+trang", "/tim-kiem?q=ben+trang"} {
		if a := b.n.get(path).expect(t, 200); strings.Contains(string(a.body), string(other.ID)) || !strings.Contains(string(a.body), string(keep.ID)) {
			t.Errorf("%s tells of the merged work, or not of the kept one", path)
		}
	}
	b.withdraw(keep.ID, "Theo yêu cầu")
	b.n.leads(t, was, string(keep.ID))
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, keep.ID)
		if err == nil {
			w.Audience = archive.AudienceStaff
			err = tx.PutWork(ctx, &w)
		}
		return err
	})
	b.n.get(was).expect(t, 404)
	b.n.get(asset).expect(t, 404)
}
