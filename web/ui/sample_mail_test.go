package ui_test

import (
	"vannghe/internal/archive"
	"vannghe/web/ui"
)

// mailSamples are the pages of where somebody gets letters.
func mailSamples(t ui.Text, page func(string) ui.Page) []sample {
	back := ui.Link{Label: t.Text("desk.back"), URL: "/ban-lam-viec"}
	var topics []ui.MailTopic
	for _, topic := range archive.Topics() {
		one := ui.MailTopic{Topic: topic}
		for _, p := range archive.Paces() {
			one.Paces = append(one.Paces, ui.Option{Value: string(p), Label: t.Text("pace." + string(p)), Chosen: p == archive.Daily})
		}
		topics = append(topics, one)
	}
	confirmed := ui.Mailbox{Base: "/thu", Address: "lam.tinh.van@vannghe.example", Typed: "lam.tinh.van@vannghe.example", On: true, Confirmed: at(3), Topics: topics, Back: back,
		Languages: []ui.Option{{Value: "vi", Label: t.Text("language.vi"), Chosen: true}, {Value: "en", Label: t.Text("language.en")}}}
	refused := ui.Mailbox{Base: "/thu", Address: "lam@vannghe.example", Typed: "lam@", On: true, Refused: at(3), Why: t.Sentence(archive.Fail(archive.Invalid, "mail-no-box")),
		Wrong: t.Sentence(archive.Fail(archive.Invalid, "email-invalid")), Back: back}
	waits := ui.Mailbox{Base: "/thu", Address: "lam@vannghe.example", Typed: "lam@vannghe.example", Waits: true, Back: back}
	return []sample{
		{"thu", ui.MailboxPage(t, page(t.Text("mailbox.title")), confirmed)},
		{"thu-sai", ui.MailboxPage(t, page(t.Text("mailbox.title")), refused)},
		{"thu-cho", ui.MailboxPage(t, page(t.Text("mailbox.title")), waits)},
		{"thu-xac-nhan", ui.MailLinkPage(t, page(t.Text("confirm.title")), ui.MailLink{Title: t.Text("confirm.title"), Lead: t.Text("confirm.lead", "lam@vannghe.example"), Action: "/thu", Go: t.Text("confirm.go")})},
		{"thu-thoi", ui.MailLinkPage(t, page(t.Text("leave.title")), ui.MailLink{Title: t.Text("leave.title"), Lead: t.Text("leave.done", "lam@vannghe.example")})},
	}
}
