package web_test

import (
	"context"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/office"
	"vannghe/internal/post"
	"vannghe/internal/post/posttest"
	"vannghe/web"
	"vannghe/web/address"
	officepage "vannghe/web/office"
)

const publicAddress = "https://vannghe.example"

// mailing is a board whose people get letters by a real mail server, at a time of the test's choosing.
type mailing struct {
	*board
	server *posttest.Server
	man    *office.Postman
	now    time.Time
}

func newMailing(t *testing.T) *mailing {
	t.Helper()
	m := &mailing{board: newBoard(t), server: posttest.Start(t, posttest.Options{}), now: time.Now()}
	m.man = &office.Postman{Office: office.New(office.Options{Catalog: m.catalog, Log: m.logger()}), Write: officepage.Letters(publicAddress), Renew: account.NewLink,
		Now: func() time.Time { return m.now }}
	m.reach(m.server)
	m.n = m.startNode(web.Options{Mails: true})
	return m
}

func (m *mailing) reach(s *posttest.Server) {
	m.t.Helper()
	server, err := post.New(post.Options{Host: "127.0.0.1", Port: s.Port, From: "kho@vannghe.example", Timeout: 5 * time.Second})
	m.must(err)
	m.server, m.man.Server = s, server
}

// round sends what is due and returns the letters.
func (m *mailing) round(want int) (list []posttest.Letter) {
	m.t.Helper()
	m.must(m.man.Round(m.t.Context()))
	for range want {
		list = append(list, m.server.Next(m.t))
	}
	select { // a letter is told before the server answers that it has it
	case l, open := <-m.server.Letters:
		if open {
			m.t.Fatalf("one letter more than %d: %s\n%s", want, l.Head("Subject"), l.Text)
		}
	default:
	}
	return list
}

func (m *mailing) box(who string) catalog.Mailbox {
	m.t.Helper()
	box, err := m.catalog.Reader(archive.System("test")).Mailbox(m.t.Context(), m.people[who].Account)
	m.must(err)
	return box
}

// confirmed gives people addresses, by the letters that they get.
func (m *mailing) confirmed(people ...string) {
	m.t.Helper()
	for _, who := range people {
		m.post(who, address.Mailbox, url.Values{"dia-chi": {who + "@vannghe.example"}}).expect(m.t, 303)
		letter := m.round(1)[0]
		if letter.To[0] != who+"@vannghe.example" || len(letter.Defects) > 0 {
			m.t.Fatalf("%+v", letter)
		}
		m.n.post(m.link(letter, address.ConfirmMailbox), nil).expect(m.t, 200, "Đã xác nhận", who+"@vannghe.example")
	}
}

// link is the one in a letter that leads to a page.
func (m *mailing) link(l posttest.Letter, path string) string {
	m.t.Helper()
	found := regexp.MustCompile(regexp.QuoteMeta(publicAddress) + `((?:/en)?` + path + `\?ma=[\w-]+)`).FindStringSubmatch(l.Text)
	if found == nil {
		m.t.Fatalf("no link to %s in %q", path, l.Text)
	}
	return found[1]
}

// TestAddressIsConfirmed: only a letter that the owner of a mailbox reads makes an address count, once; strangers are not pestered.
func TestAddressIsConfirmed(t *testing.T) {
	m := newMailing(t)
	m.n.get(address.Mailbox, m.as("do")).expect(t, 200, "Thư điện tử của quý vị", "Gửi thư xác nhận")
	for _, wrong := range []string{"", "do", "do@vannghe.example, khac@vannghe.example", "Bà Do <do@vannghe.example>", "do@vannghe.example\r\nBcc: x@vannghe.example"} {
		m.post("do", address.Mailbox, url.Values{"dia-chi": {wrong}}).expect(t, 400, `id="sai"`)
	}
	m.post("do", address.Mailbox, url.Values{"dia-chi": {" do@vannghe.example "}}).expect(t, 303)
	first := m.round(1)[0]
	m.n.get(address.Mailbox, m.as("do")).expect(t, 200, "đang đến do@vannghe.example")
	if strings.Contains(first.Text, "Bà do") || len(first.Head("List-Unsubscribe")) > 0 || !strings.Contains(first.HTML, address.ConfirmMailbox) {
		t.Errorf("a stranger would read %q", first.Text)
	}
	m.round(0) // it is sent once
	m.post("do", address.Mailbox, url.Values{"dia-chi": {"do@vannghe.example"}}).expect(t, 303)
	second := m.round(1)[0]
	m.n.get(m.link(first, address.ConfirmMailbox)).expect(t, 404, "Đường dẫn này đã dùng rồi")
	link := m.link(second, address.ConfirmMailbox)
	for range 2 { // a program that previews links uses nothing up
		m.n.get(link).expect(t, 200, "Đúng, đây là hộp thư của tôi")
	}
	m.n.post(link, nil).expect(t, 200, "Từ nay kho gửi thư tới do@vannghe.example")
	m.n.post(link, nil).expect(t, 404)
	m.n.get(address.Mailbox, m.as("do")).expect(t, 200, "Kho gửi thư tới do@vannghe.example", "Tác phẩm của quý vị được duyệt")
	m.post("do", address.Mailbox, url.Values{"dia-chi": {"do@vannghe.example"}}).expect(t, 303)
	m.post("khac", address.Mailbox, url.Values{"dia-chi": {"DO@vannghe.example"}}).expect(t, 429, "thử lại vào ngày mai") // whoever enters it
	m.round(0)
	m.post("quan", address.AccountMailbox(m.people["khac"].Account), url.Values{"dia-chi": {"khac@vannghe.example"}}).expect(t, 303)
	m.n.get(address.AccountMailbox(m.people["khac"].Account), m.as("quan")).expect(t, 200, "Thư điện tử của Bà khac", "khac@vannghe.example")
	m.round(1)
	m.post("khac", address.Mailbox+"/xoa", nil).expect(t, 303)
	m.round(0)
	var kinds []string
	for _, d := range m.deeds() {
		kinds = append(kinds, d.Kind)
		if slices.ContainsFunc(d.Changes, func(c archive.Changed) bool { return strings.Contains(c.Before+c.After, "@") }) {
			t.Errorf("the record keeps an address: %+v", d)
		}
	}
	if !slices.Contains(kinds, string(archive.DeedMailbox)) {
		t.Errorf("%q", kinds)
	}
}

// TestNoticesByMail: a member hears at once of a decision, an editor once in the morning of what waits and at once of a letter with a deadline; each thing is
// told once; what is withdrawn meanwhile is not named; one request ends it.
func TestNoticesByMail(t *testing.T) {
	m := newMailing(t)
	m.now = morningOf(m.now, 6)
	m.confirmed("do", "van", "khac")
	work, other := m.sent("Bến trăng"), m.sent("Đò đầy")
	m.round(0) // not yet morning
	m.now = morningOf(m.now, 7)
	daily := m.round(1)[0]
	if daily.To[0] != "van@vannghe.example" || !strings.Contains(daily.Text, "Chờ duyệt: Bến trăng") || !strings.Contains(daily.Text, publicAddress+address.Review(other.ID)) ||
		!strings.Contains(daily.HTML, "Chờ duyệt: Đò đầy") || !strings.HasPrefix(daily.Text, "Kính gửi Bà van,") || daily.Head("Subject")[0] != "Việc hôm nay ở Văn nghệ" {
		t.Errorf("%q: %s", daily.Head("Subject"), daily.Text)
	}
	third := m.sent("Sương xuống")
	m.now = m.now.Add(time.Hour)
	m.round(0) // what comes later in the day waits for the next
	public := m.published("Trăng cũ")
	m.n.post(address.Letter(public.ID), url.Values{"loai": {"complaint"}, "loi": {"Sai năm."}}).expect(t, 200)
	if urgent := m.round(1)[0]; urgent.To[0] != "van@vannghe.example" || !strings.Contains(urgent.Text, "Thư góp ý, khiếu nại chờ trả lời") || strings.Contains(urgent.Text, "Sai năm") {
		t.Error(urgent.Text)
	}
	m.done(m.post("van", reviewOf(work)+"/sua-lai", url.Values{"thay": {m.seen("van", work)}, "ly-do": {"Xin ghi năm."}}), work, archive.ActReturn)
	decided := m.round(1)[0]
	if decided.To[0] != "do@vannghe.example" || !strings.Contains(decided.Head("Subject")[0], "Bến trăng") || !strings.Contains(decided.Text, publicAddress+address.Sent(work.ID)) {
		t.Errorf("%q: %s", decided.Head("Subject"), decided.Text)
	}
	m.round(0) // it is told once
	m.withdrawnMeanwhile(third)
	leave := decided.Head("List-Unsubscribe")[0]
	at, _ := strings.CutPrefix(strings.Trim(leave, "<>"), publicAddress)
	m.n.get(at).expect(t, 200, "Thôi nhận thư")
	m.n.post(at, url.Values{"List-Unsubscribe": {"One-Click"}}).expect(t, 200, "không gửi thư báo việc tới do@vannghe.example nữa")
	m.post("khoa", reviewOf(other)+"/nhan-xet", url.Values{"loi": {"Khổ hai rất hay."}}).expect(t, 303)
	m.sent("Mưa cọ")
	m.now = m.now.Add(24 * time.Hour)
	if next := m.round(1)[0]; next.To[0] != "van@vannghe.example" || !strings.Contains(next.Text, "Mưa cọ") || strings.Contains(next.Text, "Đò đầy") {
		t.Errorf("who wants none got one, or somebody got it twice: %+v", next)
	}
}

// withdrawnMeanwhile: between a decision and its letter the work is withdrawn; the letter says that something happened, and not to what.
func (m *mailing) withdrawnMeanwhile(work *archive.Work) {
	m.t.Helper()
	m.done(m.post("van", reviewOf(work)+"/duyet", m.approves("van", work)), work, archive.ActApprove)
	m.done(m.post("khoa", reviewOf(work)+"/duyet", m.approves("khoa", work)), work, archive.ActApprove)
	m.done(m.post("van", reviewOf(work)+"/cong-bo", url.Values{"thay": {m.seen("van", work)}, "ai": {"public"}}), work, archive.ActPublish)
	m.done(m.post("khoa", reviewOf(work)+"/rut", url.Values{"thay": {m.seen("khoa", work)}, "ly-do": {"Theo đề nghị."}}), work, archive.ActWithdraw)
	m.now = m.now.Add(time.Hour)
	l := m.round(1)[0]
	if l.To[0] != "do@vannghe.example" || strings.Contains(l.Text+l.HTML+l.Head("Subject")[0], "Sương xuống") || strings.Contains(l.Text, "Theo đề nghị") || !strings.Contains(l.Text, "một tác phẩm") {
		m.t.Errorf("%q: %s", l.Head("Subject"), l.Text)
	}
}

// morningOf is an hour in Vietnam of the day after t.
func morningOf(t time.Time, hour int) time.Time {
	t = t.In(archive.Vietnam)
	if t.Hour() == 6 {
		return time.Date(t.Year(), t.Month(), t.Day(), hour, 0, 0, 0, archive.Vietnam)
	}
	return time.Date(t.Year(), t.Month(), t.Day()+1, hour, 0, 0, 0, archive.Vietnam)
}

// TestMailServersThatFail: what a server refuses for good is shown beside the address, what it puts off is tried again; a dead one is left alone, nothing
// piles up, and afterwards everything arrives; one that dies with a letter in its hands gets it again under the same name.
func TestMailServersThatFail(t *testing.T) {
	m := newMailing(t)
	m.post("khac", address.Mailbox, url.Values{"dia-chi": {"nobox@vannghe.example"}}).expect(t, 303)
	m.post("kho", address.Mailbox, url.Values{"dia-chi": {"later@vannghe.example"}}).expect(t, 303)
	m.round(0)
	m.n.get(address.Mailbox, m.as("khac")).expect(t, 200, "Không gửi được tới nobox@vannghe.example", "Không có hộp thư nào ở địa chỉ này")
	if box := m.box("kho"); box.Tries != 1 || !box.NotBefore.After(m.now) || box.Letter == "" {
		t.Errorf("put off: %+v", box)
	}
	m.round(0)
	m.now = m.now.Add(2 * time.Minute)
	if l := m.round(1)[0]; l.To[0] != "later@vannghe.example" {
		t.Errorf("%+v", l)
	}
	m.confirmed("do")
	m.server.Stop()
	work := m.sent("Bến trăng")
	m.done(m.post("van", reviewOf(work)+"/sua-lai", url.Values{"thay": {m.seen("van", work)}, "ly-do": {"Xin ghi năm."}}), work, archive.ActReturn)
	for range 20 {
		m.must(m.man.Round(t.Context()))
		m.now = m.now.Add(5 * time.Minute)
	}
	state, err := m.man.PostState(t.Context())
	m.must(err)
	jobs, err := m.catalog.Reader(archive.System("test")).OpenJobs(t.Context(), 100)
	m.must(err)
	jobs = slices.DeleteFunc(jobs, func(j catalog.OpenJob) bool { return j.Kind != post.Job })
	if state.Tries < 3 || state.Tries > 8 || state.Reason != "mail-silent" || state.Server == "" || len(jobs) > 1 {
		t.Errorf("%+v, %+v", state, jobs)
	}
	past := state
	past.Since = time.Now().Add(-2 * time.Hour)
	m.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutSetting(ctx, "catalog.post", past) })
	m.n.get(address.Notices, m.as("quan")).expect(t, 200, "Kho không gửi được thư", "không trả lời")
	m.reach(posttest.Start(t, posttest.Options{}))
	m.now = m.now.Add(6 * time.Hour)
	if l := m.round(1)[0]; !strings.Contains(l.Text, "Bến trăng") {
		t.Error(l.Text)
	}
	if state, err = m.man.PostState(t.Context()); err != nil || state != (office.PostState{}) {
		t.Errorf("%+v, %v", state, err)
	}
	m.cut()
}

func (m *mailing) cut() {
	m.t.Helper()
	once := filepath.Join(m.t.TempDir(), "cut")
	m.reach(posttest.Start(m.t, posttest.Options{Once: once}))
	m.post("van", address.Mailbox, url.Values{"dia-chi": {"cut@vannghe.example"}}).expect(m.t, 303)
	m.must(m.man.Round(m.t.Context()))
	first := m.server.Next(m.t)
	m.reach(posttest.Start(m.t, posttest.Options{Once: once}))
	m.now = m.now.Add(time.Hour)
	again := m.round(1)[0]
	if first.Head("Message-ID")[0] != again.Head("Message-ID")[0] || m.box("van").Letter != "" {
		m.t.Errorf("%q, then %q", first.Head("Message-ID"), again.Head("Message-ID"))
	}
}

// TestLettersAfterTheClockWasSetBack: a pause that ends farther ahead than any pause lasts is that of a clock that was set back, and keeps no letter.
func TestLettersAfterTheClockWasSetBack(t *testing.T) {
	m := newMailing(t)
	m.post("do", address.Mailbox, url.Values{"dia-chi": {"do@vannghe.example"}}).expect(t, 303)
	waits := func(until time.Time) {
		m.update(func(ctx context.Context, tx *catalog.Tx) error {
			return tx.PutSetting(ctx, "catalog.post", office.PostState{Tries: 3, Next: until})
		})
	}
	waits(m.man.Now().Add(time.Hour))
	m.round(0)
	waits(m.man.Now().Add(30 * 24 * time.Hour))
	m.round(1)
}
