package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/web"
)

const passphrase = "một câu dễ nhớ lắm"

// post sends a form as a browser does from a page of ours.
func (n *node) post(path string, form url.Values, headers ...string) answer {
	n.w.t.Helper()
	return n.do(http.MethodPost, path, strings.NewReader(form.Encode()), append([]string{"Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin"}, headers...)...)
}

// cookie returns what an answer has the device keep, as a header, and the attributes.
func (a answer) cookie(t *testing.T) (header string, c *http.Cookie) {
	t.Helper()
	for _, c := range a.Cookies() {
		if strings.HasSuffix(c.Name, "vannghe") {
			return "Cookie: " + c.Name + "=" + c.Value, c
		}
	}
	t.Fatalf("%s: status %d keeps nothing\n%.300s", a.Request.URL, a.StatusCode, a.body)
	return "", nil
}

func (w *world) accounts() *account.Accounts { return account.New(w.catalog) }

// member is a device that came in by a link.
func (w *world) member(n *node, name string) (header string, made account.Invited) {
	w.t.Helper()
	made, err := w.accounts().AddInvited(w.t.Context(), archive.System("test"), name, "Hội viên "+name, archive.Member)
	w.must(err)
	header, _ = n.post("/loi-moi", url.Values{"ma": {made.Secret}}).expect(w.t, 303).cookie(w.t)
	return header, made
}

// The way of a member: a link that programs may preview, one button, a device that stays.
func TestAMemberComesIn(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	made, err := w.accounts().AddInvited(t.Context(), archive.System("test"), "la", "Khổng Thị Mây", archive.Member)
	w.must(err)
	link := "/loi-moi?ma=" + made.Secret
	for range 2 {
		a := n.get(link, "User-Agent: facebookexternalhit/1.1").expect(t, 200, "Chào Khổng Thị Mây", `name="ma" value="`+made.Secret+`"`)
		if a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Referrer-Policy") != "same-origin" || len(a.Cookies()) != 0 {
			t.Errorf("the page of an invitation says %v", a.Header)
		}
	}
	n.get("/en"+link).expect(t, 200, "Hello Khổng Thị Mây")
	a := n.post("/loi-moi", url.Values{"ma": {made.Secret}}, "User-Agent: Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36").expect(t, 303)
	cookie, c := a.cookie(t)
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure || c.Path != "/" || c.Domain != "" || c.MaxAge < 364*24*3600 {
		t.Errorf("the cookie is %s", c.Raw)
	}
	n.get(a.Header.Get("Location"), cookie).expect(t, 200, "Khổng Thị Mây", "hội viên", "Gửi tác phẩm của mình")
	n.get("/ban-lam-viec/thiet-bi", cookie).expect(t, 200, "Chrome, Android", "Thiết bị này")
	n.post("/loi-moi", url.Values{"ma": {made.Secret}}, cookie).expect(t, 303) // pressed twice
	n.post("/loi-moi", url.Values{"ma": {made.Secret}}).expect(t, 404, "đã được dùng")
	n.get("/tai-khoan", cookie).expect(t, 404)
	n.get("/ban-lam-viec/tai-khoan", cookie).expect(t, 403, "chưa được giao việc ấy")
	if strings.Contains(w.log.String(), made.Secret) || strings.Contains(w.log.String(), c.Value) {
		t.Error("a secret is in the log")
	}

	out := n.post("/dang-xuat", nil, cookie).expect(t, 303)
	if _, gone := out.cookie(t); gone.Value != "" || gone.MaxAge >= 0 {
		t.Errorf("after signing out the cookie is %s", gone.Raw)
	}
	a = n.get("/ban-lam-viec/thiet-bi", cookie).expect(t, 303) // replayed
	if to := a.Header.Get("Location"); to != "/dang-nhap?toi=%2Fban-lam-viec%2Fthiet-bi" {
		t.Errorf("who is signed out is led to %s", to)
	}
	if _, gone := a.cookie(t); gone.Value != "" {
		t.Error("a cookie that opens nothing was not taken back")
	}
	if a = n.get("/", cookie).expect(t, 200, "Đăng nhập"); !strings.Contains(a.Header.Get("Cache-Control"), "private") {
		t.Errorf("who is signed out is answered with %v", a.Header)
	}
}

func (w *world) staff(name string, roles ...archive.Role) {
	w.t.Helper()
	_, err := w.accounts().AddWithPassword(w.t.Context(), name, "", passphrase, roles...)
	w.must(err)
}

func TestStaffSignIn(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	w.staff("van", archive.EditorRole)
	form := func(password, to string) url.Values {
		return url.Values{"ten": {"van"}, "mat-khau": {password}, "toi": {to}}
	}
	n.post("/dang-nhap", form("sai", "/tim-kiem")).expect(t, 403, "Tên hoặc mật khẩu không đúng", `value="van"`, `value="/tim-kiem"`, `role="alert"`, `aria-invalid="true"`)
	planted := "Cookie: vannghe=" + strings.Repeat("A", 43)
	first, _ := n.post("/dang-nhap", form(passphrase, ""), planted).expect(t, 303).cookie(t)
	if first == planted {
		t.Error("a planted secret was taken over")
	}
	for to, want := range map[string]string{
		"/tim-kiem?q=x": "/tim-kiem?q=x", "//evil.example": "/ban-lam-viec", `/\evil.example`: "/ban-lam-viec", "/\t/evil.example": "/ban-lam-viec",
		"https://evil.example": "/ban-lam-viec", "javascript:alert(1)": "/ban-lam-viec",
	} {
		a := n.get("/dang-nhap?"+url.Values{"toi": {to}}.Encode(), first).expect(t, 303)
		if got := a.Header.Get("Location"); got != want {
			t.Errorf("after signing in, %q leads to %q", to, got)
		}
	}
	second, _ := n.post("/dang-nhap", form(passphrase, ""), first).expect(t, 303).cookie(t)
	n.get("/ban-lam-viec", first).expect(t, 303)
	n.get("/ban-lam-viec", second).expect(t, 200, "biên tập viên")
	n.get("/en/ban-lam-viec", second).expect(t, 200, "editor", "Approve, publish and withdraw")
}

// Wrong tries end in 429 with the time to wait, told by a proxy's address; what a client outside writes into the header changes nothing.
func TestTooManyTries(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	try := func(address string) answer {
		return n.post("/dang-nhap/so", url.Values{"so": {"123456"}}, "X-Forwarded-For: 198.51.100.1, "+address)
	}
	for range 6 {
		try("203.0.113.1").expect(t, 403, "Sáu chữ số này không đúng")
	}
	a := try("203.0.113.1").expect(t, 429, "Đã thử sai quá nhiều lần")
	if seconds := a.Header.Get("Retry-After"); seconds == "" || seconds == "0" || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("Retry-After %q, Cache-Control %q", seconds, a.Header.Get("Cache-Control"))
	}
	try("203.0.113.2").expect(t, 403)
	n.post("/en/dang-nhap/so", url.Values{"so": {"123456"}}, "X-Forwarded-For: 203.0.113.1").expect(t, 429, "Too many wrong tries")
}

// What another site makes a browser send changes nothing, whatever the cookie.
func TestOtherSitesChangeNothing(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	cookie, _ := w.member(n, "la")
	send := func(headers ...string) answer {
		return n.do(http.MethodPost, "/dang-xuat", strings.NewReader(""), append(headers, "Content-Type: application/x-www-form-urlencoded", cookie)...)
	}
	for _, headers := range [][]string{
		{"Sec-Fetch-Site: cross-site"}, {"Sec-Fetch-Site: same-site"}, {"Sec-Fetch-Site: nonsense"}, {"Origin: https://evil.example"}, {"Origin: null"},
		{"Origin: http://" + n.addr + ".evil.example"}, {"Sec-Fetch-Site: cross-site", "Origin: http://" + n.addr},
		{}, {"Referer: https://evil.example/" + n.addr}, {"Referer: "},
	} {
		a := send(headers...)
		if a.StatusCode != 403 {
			t.Errorf("%q: status %d", headers, a.StatusCode)
		}
	}
	n.get("/ban-lam-viec", cookie).expect(t, 200)
	send("Referer: http://"+n.addr+"/ban-lam-viec").expect(t, 303) // an old browser
	n.get("/ban-lam-viec", cookie).expect(t, 303)
}

// Behind TLS the cookie is one that neither plain HTTP nor a neighbour below the same domain can plant or take.
func TestCookieBehindTLS(t *testing.T) {
	w := newWorld(t, 0, nil)
	n := w.startNode(web.Options{BaseURL: "https://vannghe.example"})
	w.staff("van", archive.EditorRole)
	a := n.post("/dang-nhap", url.Values{"ten": {"van"}, "mat-khau": {passphrase}}).expect(t, 303)
	cookie, c := a.cookie(t)
	if c.Name != "__Host-vannghe" || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is %s", c.Raw)
	}
	n.get("/ban-lam-viec", cookie).expect(t, 200)
	n.get("/ban-lam-viec", "Cookie: vannghe="+c.Value).expect(t, 303)
}

// Ending a device, changing roles and ending an account cut what streams to it, on every server, while others go on.
func TestEndedDevicesAreCut(t *testing.T) {
	w := newWorld(t, 2, nil)
	here, there := w.nodes[0], w.nodes[1]
	film, d, _ := w.film("Sông quê", 48<<20)
	w.update(reader(film, archive.AudienceMembers))
	path := assetPath(d, "1080p.mp4")
	here.get(path).expect(t, 404)
	chief := archive.System("test")
	kept, _ := w.member(here, "ke")
	keep := slow(t, there, path, kept)
	for i, end := range []func(account.Invited) error{
		func(i account.Invited) error { return w.accounts().EndDevices(t.Context(), chief, i.Account.ID, "") },
		func(i account.Invited) error {
			return w.accounts().SetRoles(t.Context(), chief, i.Account.ID, archive.Member, archive.Archivist)
		},
		func(i account.Invited) error { return w.accounts().End(t.Context(), chief, i.Account.ID) },
	} {
		cookie, invited := w.member(here, fmt.Sprint("hoi-vien-", i))
		conn := slow(t, there, path, cookie)
		began := time.Now()
		w.must(end(invited))
		ended(t, conn, began.Add(2*time.Second))
		here.get(path, cookie).expect(t, 404)
	}
	w.must(keep.SetReadDeadline(time.Now().Add(20 * time.Second)))
	if _, err := keep.Read(make([]byte, 1<<20)); err != nil {
		t.Errorf("the stream of another device was cut: %v", err)
	}
}

// An administrator invites, changes and ends on the desk.
func TestAccountsOnTheDesk(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	w.staff("quan", archive.Administrator)
	chief, _ := n.post("/dang-nhap", url.Values{"ten": {"quan"}, "mat-khau": {passphrase}}).expect(t, 303).cookie(t)
	n.post("/ban-lam-viec/tai-khoan", url.Values{"ten-hien-thi": {"Lâm Tịnh Vân"}}, chief).expect(t, 400, "ít nhất một vai", `value="Lâm Tịnh Vân"`)
	a := n.post("/ban-lam-viec/tai-khoan", url.Values{"ten-hien-thi": {"Lâm Tịnh Vân"}, "vai": {"member"}}, chief).expect(t, 200, "Lời mời cho Lâm Tịnh Vân", "<svg", n.url+"/loi-moi?ma=")
	page := string(a.body)
	_, digits, _ := strings.Cut(page, `class="digits num">`)
	code, _, _ := strings.Cut(digits, "<")
	device, _ := n.post("/dang-nhap/so", url.Values{"so": {code}}).expect(t, 303).cookie(t)
	n.get("/ban-lam-viec", device).expect(t, 200, "Lâm Tịnh Vân")
	van, err := w.accounts().Named(t.Context(), "lam-tinh-van")
	w.must(err)
	base := "/ban-lam-viec/tai-khoan/" + string(van.ID)
	n.get("/ban-lam-viec/tai-khoan", chief).expect(t, 200, base, "lam-tinh-van")
	n.post(base+"/vai", url.Values{"vai": {"member", "editor"}}, chief).expect(t, 303)
	n.get("/ban-lam-viec", device).expect(t, 303)
	page = string(n.post(base+"/moi", nil, chief).expect(t, 200).body)
	_, digits, _ = strings.Cut(page, `class="digits num">`)
	code, _, _ = strings.Cut(digits, "<")
	link := n.post("/dang-nhap/so", url.Values{"so": {code}}).expect(t, 303).Header.Get("Location") // staff choose a password
	n.get(link).expect(t, 200, `autocomplete="new-password"`)
	_, secret, _ := strings.Cut(link, "ma=")
	n.post("/loi-moi", url.Values{"ma": {secret}, "mat-khau": {passphrase}, "lan-nua": {"khác"}}).expect(t, 400, "không giống nhau")
	n.post("/loi-moi", url.Values{"ma": {secret}, "mat-khau": {"ngắn"}, "lan-nua": {"ngắn"}}).expect(t, 400, "ít nhất 12 ký tự")
	n.post("/loi-moi", url.Values{"ma": {secret}, "mat-khau": {passphrase}, "lan-nua": {passphrase}}).expect(t, 303)
	n.post(base+"/ket-thuc", nil, chief).expect(t, 303)
	n.get("/ban-lam-viec/tai-khoan", chief).expect(t, 200, "đã kết thúc")
	me, err := w.accounts().Named(t.Context(), "quan")
	w.must(err)
	n.post("/ban-lam-viec/tai-khoan/"+string(me.ID)+"/ket-thuc", nil, chief).expect(t, 409, "người quản trị duy nhất")
	n.get("/ban-lam-viec", chief).expect(t, 200)
}

// A catalogue that does not answer is not taken for a device that is unknown: nobody is signed out by it.
func TestSignedInWhileTheCatalogueIsDown(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	cookie, _ := w.member(n, "la")
	n.broken = true
	w.must(n.catalog.Close())
	a := n.get("/ban-lam-viec", cookie)
	if a.StatusCode < 500 || len(a.Cookies()) != 0 {
		t.Errorf("status %d, cookies %v", a.StatusCode, a.Cookies())
	}
}

// With the setting, staff are led to set an app up, and then sign in by its digits.
func TestSecondFactorOnPages(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	w.staff("van", archive.EditorRole)
	w.must(w.accounts().AskSecondFactor(t.Context(), archive.System("test"), true))
	n.get("/dang-nhap").expect(t, 200, "Sáu chữ số của ứng dụng")
	to := n.post("/dang-nhap", url.Values{"ten": {"van"}, "mat-khau": {passphrase}}).expect(t, 303).Header.Get("Location")
	page := string(n.get(to).expect(t, 200, "Ứng dụng xác thực", "<svg").body)
	_, rest, _ := strings.Cut(page, `name="khoa" value="`)
	key, _, _ := strings.Cut(rest, `"`)
	_, secret, _ := strings.Cut(to, "ma=")
	form := url.Values{"ma": {secret}, "mat-khau": {passphrase}, "lan-nua": {passphrase}, "khoa": {key}, "so-ung-dung": {"12"}}
	n.post("/loi-moi", form).expect(t, 400, "không đúng", key) // the app that was set up goes on being the one
	form.Set("khoa", strings.Repeat("A", 1000))
	n.post("/loi-moi", form).expect(t, 400)
	form.Set("khoa", key)
	out, err := exec.CommandContext(t.Context(), "oathtool", "--totp", "--base32", key).Output()
	w.must(err)
	form.Set("so-ung-dung", strings.TrimSpace(string(out)))
	cookie, _ := n.post("/loi-moi", form).expect(t, 303).cookie(t)
	n.get("/ban-lam-viec", cookie).expect(t, 200)
	n.post("/dang-nhap", url.Values{"ten": {"van"}, "mat-khau": {passphrase}}).expect(t, 403)
}

// Staff give themselves another password: the present one is asked for, this device goes on, every other is signed out.
func TestStaffChangeTheirPassword(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	w.staff("van", archive.EditorRole)
	signIn := func(password string) answer {
		return n.post("/dang-nhap", url.Values{"ten": {"van"}, "mat-khau": {password}})
	}
	here, _ := signIn(passphrase).expect(t, 303).cookie(t)
	there, _ := signIn(passphrase).expect(t, 303).cookie(t)
	const page, another = "/ban-lam-viec/mat-khau", "trăng lên trên bến sông"
	form := func(present, chosen, again string) url.Values {
		return url.Values{"hien-nay": {present}, "mat-khau": {chosen}, "lan-nua": {again}}
	}
	n.get(page, here).expect(t, 200, "Đổi mật khẩu", `autocomplete="current-password"`)
	for _, c := range []struct {
		form   url.Values
		status int
		words  string
	}{
		{form("không phải câu ấy", another, another), 403, "Mật khẩu hiện nay không đúng"},
		{form(passphrase, another, another+"."), 400, "Hai lần gõ"},
		{form(passphrase, "ngắn", "ngắn"), 400, "ít nhất 12 ký tự"},
	} {
		n.post(page, c.form, here).expect(t, c.status, c.words, `role="alert"`)
	}
	n.get("/ban-lam-viec", there).expect(t, 200)
	done := n.post(page, form(passphrase, another, another), here).expect(t, 303)
	renewed, _ := done.cookie(t)
	n.get(done.Header.Get("Location"), renewed).expect(t, 200, "Đã đổi mật khẩu")
	for _, former := range []string{here, there} {
		n.get("/ban-lam-viec", former).expect(t, 303)
	}
	signIn(passphrase).expect(t, 403)
	signIn(another).expect(t, 303)
	if strings.Contains(w.log.String(), another) {
		t.Error("the password is in the log")
	}
	for range 6 { // two were wrong already
		n.post(page, form("không phải câu ấy", another, another), renewed).expect(t, 403)
	}
	n.post(page, form(another, passphrase, passphrase), renewed).expect(t, 429)
	member, _ := w.member(n, "la")
	n.get(page, member).expect(t, 403)
}
