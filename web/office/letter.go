package office

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strings"

	"vannghe/internal/office"
	"vannghe/internal/post"
	"vannghe/web/address"
	"vannghe/web/ui"
)

// Letters words letters whose links lead to base, such as "https://vannghe.example".
func Letters(base string) func(office.Message) (post.Letter, error) {
	base = strings.TrimSuffix(base, "/")
	return func(m office.Message) (post.Letter, error) {
		view := letter(ui.Speak(m.To.Language), base, m)
		l := post.Letter{To: m.To.Address, Sender: m.Site, Subject: view.Subject, Text: view.Plain(), Leave: view.Leave.URL}
		var html bytes.Buffer
		if err := ui.MailPage(view).Render(context.Background(), &html); err != nil {
			return l, fmt.Errorf("write a letter: %w", err)
		}
		l.HTML = html.String()
		return l, nil
	}
}

// letter is one as both of its forms say it.
func letter(t ui.Text, base string, m office.Message) ui.Mail {
	site := m.Site
	if site == "" {
		site = ui.DefaultTitle
	}
	v := ui.Mail{Language: t.Language()}
	if m.Confirm != "" { // to whoever reads it there nothing is said of the account
		v.Subject, v.Lead = t.Text("letter.confirm-subject", site), t.Text("letter.confirm", site)
		v.Things = []ui.Thing{{Link: ui.Link{Label: t.Text("letter.confirm-link"), URL: base + secretPath(t, address.ConfirmMailbox, m.Confirm)}}}
		v.Foot = []string{t.Text("letter.confirm-foot")}
		return v
	}
	v.Hello = t.Text("letter.hello", m.Name)
	v.Subject, v.Lead = t.Text("letter.many-subject", site), t.Text("letter.now", site)
	for _, n := range m.Notices {
		one := thing(t, n)
		one.URL = base + one.URL
		v.Things = append(v.Things, one)
	}
	switch {
	case m.Everyday:
		v.Subject, v.Lead = t.Text("letter.daily-subject", site), t.Text("letter.daily", site)
	case len(v.Things) == 1:
		v.Subject = v.Things[0].Label
	}
	v.All = ui.Link{Label: t.Text("letter.all"), URL: base + t.Path(address.Notices)}
	if m.More > 0 {
		v.More = t.Text("letter.more", m.More)
	}
	v.Choose = ui.Link{Label: t.Text("letter.choose-link"), URL: base + t.Path(address.Mailbox)}
	v.Leave = ui.Link{Label: t.Text("letter.leave"), URL: base + secretPath(t, address.LeaveLetters, m.To.Leave)}
	v.Foot, v.ToChoose = []string{t.Text("letter.foot")}, t.Text("letter.choose")
	return v
}

func secretPath(t ui.Text, path, secret string) string {
	return t.Path(path) + "?" + url.Values{"ma": {secret}}.Encode()
}
