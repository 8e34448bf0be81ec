package web_test

import (
	"context"
	"html"
	"net/url"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/address"
)

// agentForm is what a browser without scripts would send back of the form of an agent.
func (b *board) agentForm(who string, id archive.AgentID) url.Values {
	b.t.Helper()
	return formOfAgent(string(b.n.get(address.EditAgent(id), b.as(who)).expect(b.t, 200).body))
}

func formOfAgent(page string) url.Values {
	_, page, _ = strings.Cut(page, "data-agents")
	return formOf("data-describe=" + page)
}

// A person is described by a form: names with kind and time, dates as people type them, who came before; two people lose nothing, and nothing typed becomes
// markup.
func TestDescribingAgents(t *testing.T) {
	b := newBoard(t)
	const poet, body = archive.AgentID("aaaabbbbcccc"), archive.AgentID("aaaabbbbcccd")
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutAgent(ctx, archive.Agent{ID: body, Organisation: true, Names: []archive.AgentName{{Name: "Nhóm Bến Cũ", Kind: archive.RealName, From: "1990"}}}); err != nil {
			return err
		}
		return tx.PutAgent(ctx, archive.Agent{ID: poet, Names: []archive.AgentName{{Name: "Tịnh Vân"}}, Predecessor: body})
	})
	path := address.EditAgent(poet)
	current := func() archive.Agent {
		a, err := b.catalog.Reader(archive.System("test")).Agent(t.Context(), poet)
		b.must(err)
		return a
	}
	form := b.agentForm("kho", poet)
	if form.Get("agent-predecessor") != "Nhóm Bến Cũ" {
		t.Errorf("who came before is %q", form.Get("agent-predecessor"))
	}
	b.post("kho", path, form).expect(t, 303)
	if a := current(); a.Predecessor != body || len(a.Names) != 1 {
		t.Errorf("opening and saving made it %+v", a)
	}
	form.Set("lam", "them")
	form = formOfAgent(string(b.post("kho", path, form).expect(t, 200, "f-ten-1").body))
	form.Set("ten-1", "Lâm Thị Vân")
	form.Set("kieu-1", "real")
	form.Set("lam", "len-1")
	form = formOfAgent(string(b.post("kho", path, form).expect(t, 200).body))
	form.Set("kieu-1", "pen")
	form.Set("tu-1", "khoảng 1962")
	form.Set("agent-born", "hôm qua")
	form.Set("agent-successor", "Không Ai")
	form = formOfAgent(string(b.post("kho", path, form).expect(t, 400, `href="#f-agent-born"`, "hôm qua", "Danh bạ chưa có ai tên “Không Ai”", "Lâm Thị Vân").body))
	form.Set("agent-born", "3/5/1941")
	form.Set("agent-successor", "")
	form.Set("agent-predecessor", "")
	form.Set("agent-biography", `<script>alert(1)</script>`)
	b.post("kho", path, form).expect(t, 303)
	a := current()
	if a.Name() != "Lâm Thị Vân" || len(a.Names) != 2 || a.Names[1].From != "1962~" || a.Names[1].Kind != archive.PenName || a.Born != "1941-05-03" || a.Predecessor != "" {
		t.Fatalf("it became %+v", a)
	}
	for _, p := range []string{path, "/en" + path, address.Agent(poet, a.Name())} {
		if page := string(b.n.get(p, b.as("kho")).expect(t, 200).body); strings.Contains(page, "<script>alert") || !strings.Contains(page, html.EscapeString("<script>alert(1)</script>")) {
			t.Errorf("%s runs or loses what was typed", p)
		}
	}
	mine, theirs := b.agentForm("van", poet), b.agentForm("khoa", poet)
	theirs.Set("agent-chapter", "Trúc Khê")
	theirs.Set("agent-died", "2017")
	mine.Set("agent-chapter", "Bến Lường")
	mine.Set("agent-body", "1")
	b.post("khoa", path, theirs).expect(t, 303)
	mine = formOfAgent(string(b.post("van", path, mine).expect(t, 409, "Trúc Khê", "Bến Lường").body))
	mine = formOfAgent(string(b.post("van", path, mine).expect(t, 400, "Xin chọn lấy của người kia").body))
	mine.Set("chon-agent-chapter", "theirs")
	b.post("van", path, mine).expect(t, 303)
	if a = current(); a.Chapter != "Trúc Khê" || a.Died != "2017" || !a.Organisation {
		t.Errorf("merged it is %+v", a)
	}
	b.n.post(path, mine).expect(t, 303) // to sign in
	b.post("do", path, mine).expect(t, 403)
}
