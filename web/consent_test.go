package web_test

import (
	"bytes"
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/web/address"
)

// draftOf is a poem of a member that is ready to be sent, and the last page of sending it.
func (b *board) draftOf(title string) (*archive.Work, string) {
	b.t.Helper()
	base := b.begin("do", "tho")
	b.post("do", base, url.Values{"loi": {"Trăng lên bến cũ"}}).expect(b.t, 303)
	b.post("do", base+"/loi", url.Values{"ten": {title}, "tac-gia": {"Bà do"}}).expect(b.t, 303)
	w, err := b.current(archive.WorkID(strings.TrimPrefix(base, address.Send+"/")))
	b.must(err)
	return w, base + "/xem"
}

// TestConsentIsAsked: the last page asks whose the work is and takes no answer for one; what was said is evidence in the record and beside the question
// of the checklist, stands in the chain, and is replaced by another answer but not by what somebody else wrote there.
func TestConsentIsAsked(t *testing.T) {
	b := newBoard(t)
	w, last := b.draftOf("Bến trăng")
	page := b.n.get(last, b.as("do")).expect(t, 200, "Tác phẩm này của ai?", `value="given"`)
	if bytes.Contains(page.body, []byte("checked")) {
		t.Error("an answer is put into somebody's mouth")
	}
	seen := string(seenInForm.FindSubmatch(page.body)[1])
	b.post("do", last, url.Values{"thay": {seen}, "cua-ai": {"all"}}).expect(t, 400, "một trong ba câu trả lời")
	b.post("do", last, url.Values{"thay": {seen}, "cua-ai": {"own"}}).expect(t, 303)
	b.n.get(reviewOf(w), b.as("van")).expect(t, 200, "Hồ sơ ghi: Bà do gửi và cho biết là tác phẩm của mình, ngày", "Người gửi cho biết: tác phẩm của mình.")
	b.done(b.post("van", reviewOf(w)+"/sua-lai", url.Values{"thay": {b.seen("van", w)}, "ly-do": {"Có thật không?"}}), w, archive.ActReturn)
	desk := editorial.New(editorial.Options{Catalog: b.catalog}).As(b.people["do"])
	b.must(desk.SubmitSaying(t.Context(), w.ID, "", archive.ConsentUnknown))
	b.n.get(reviewOf(w), b.as("van")).expect(t, 200, "Người gửi cho biết: chưa rõ của ai.")
	now, err := b.current(w.ID)
	b.must(err)
	if now.Rights.Evidence != "" {
		t.Errorf("what was taken back stands: %s", now.Rights.Evidence)
	}
	refused := b.post("van", reviewOf(w)+"/duyet", b.approves("van", w))
	refused.expect(t, 400, `<p class="wrong" id="sai-rights">`, `aria-describedby="sai-rights"`, `<a href="#muc-rights">`)
	silent, last := b.draftOf("Đò đầy")
	seen = string(seenInForm.FindSubmatch(b.n.get(last, b.as("do")).expect(t, 200).body)[1])
	b.post("do", last, url.Values{"thay": {seen}}).expect(t, 303)
	b.n.get(reviewOf(silent), b.as("van")).expect(t, 200, "Người gửi không cho biết tác phẩm của ai.")
	held := b.sent("Có thư") // with a letter in its record
	b.done(b.post("van", reviewOf(held)+"/sua-lai", url.Values{"thay": {b.seen("van", held)}, "ly-do": {"?"}}), held, archive.ActReturn)
	b.must(desk.SubmitSaying(t.Context(), held.ID, "", archive.ConsentOwn))
	if now, err = b.current(held.ID); err != nil || now.Rights.Evidence != "thư ngày 3/5" {
		t.Errorf("%q, %v", now.Rights.Evidence, err)
	}
}

// TestChecklistIsRefusedAtItsQuestion: each refusal stands beside the question that it is about and in the summary, and only there.
func TestChecklistIsRefusedAtItsQuestion(t *testing.T) {
	b := newBoard(t)
	w := b.sent("Bến trăng", func(w *archive.Work) { w.Rights.Evidence = "" })
	for item, fields := range map[archive.CheckItem]url.Values{
		archive.CheckConsent: {}, archive.CheckContent: {"kiem-consent": {"exempt"}, "vi-sao-consent": {"Tác giả tự gửi."}, "kiem-content": {""}},
		archive.CheckAgents: {"kiem-consent": {"exempt"}, "vi-sao-consent": {"Tác giả tự gửi."}, "kiem-agents": {"exempt"}, "vi-sao-agents": {" "}},
	} {
		form := b.approves("van", w)
		for name, value := range fields {
			form[name] = value
		}
		a := b.post("van", reviewOf(w)+"/duyet", form).expect(t, 400, `<a href="#muc-`+string(item)+`">`, `id="muc-`+string(item)+`"`, `aria-describedby="sai-`+string(item)+`"`)
		if n := len(regexp.MustCompile(`<p class="wrong" id="sai-(rights|consent|agents|content)"`).FindAll(a.body, -1)); n != 1 {
			t.Errorf("%s: %d questions are called wrong", item, n)
		}
	}
}

// TestRecordNamesPeople: the history of a work says who by their names, and that a program was the server.
func TestRecordNamesPeople(t *testing.T) {
	b := newBoard(t)
	w := b.sent("Bến trăng")
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		return tx.AddEvent(ctx, archive.Event{Work: w.ID, Type: archive.EventAccession, Agent: "vannghe preserve", Outcome: archive.Success})
	})
	page := b.n.get(reviewOf(w), b.as("van")).expect(t, 200, "Bà do · ", "Máy chủ · ")
	for _, id := range []string{string(b.people["do"].Account), "vannghe preserve"} {
		if bytes.Contains(page.body, []byte(id)) {
			t.Errorf("the page says %q", id)
		}
	}
}
