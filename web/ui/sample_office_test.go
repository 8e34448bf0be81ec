package ui_test

import (
	"vannghe/internal/archive"
	"vannghe/web/ui"
)

// officeSamples are the pages of the association's office: what is destroyed, what authors are paid, the roll of members.
func officeSamples(t ui.Text, page func(string) ui.Page) []sample {
	plan := archive.Purge{Work: "abcdefgh2345", Cause: archive.PurgePrivacy, Reason: "Thư của gia đình ngày 3/5/2026.", Proposed: at(3), ProposedName: "Nghiêm Đỗ Quyên"}
	waits := ui.Purge{Title: "Ngồi nghe mưa trên mái lá cọ", URL: "/huy-tho", List: "/huy", Work: "/duyet-tho", Plan: plan, Seen: "x", Waits: true, May: true, Until: at(10)}
	asked := ui.Purge{Title: "Ngồi nghe mưa trên mái lá cọ", URL: "/huy-tho", List: "/huy", Work: "/duyet-tho", SeenWork: "x", Wrong: t.Sentence(archive.Fail(archive.Invalid, "purge-cause"))}
	done := waits
	done.Waits, done.Plan.Confirmed, done.Plan.ConfirmedName, done.Plan.Done = false, at(4), "Quách Hữu Đằng", at(4)
	return []sample{
		{"huy", ui.PurgesPage(t, page(t.Text("purge.title")), []ui.Purge{waits, done})},
		{"huy-de-nghi", ui.PurgePage(t, page(t.Text("purge.title")), asked)},
		{"huy-tho", ui.PurgePage(t, page(t.Text("purge.title")), waits)},
	}
}
