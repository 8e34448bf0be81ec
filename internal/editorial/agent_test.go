package editorial_test

import (
	"context"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
)

// An agent is changed by archivists and editors alone; two at once lose nothing; what cannot be taken is named.
func TestEditAgent(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx := t.Context()
	old := archive.Agent{ID: archive.NewID[archive.AgentID](), Organisation: true, Names: []archive.AgentName{{Name: "Hội Văn nghệ tỉnh cũ"}}}
	poet := archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: "Tịnh Vân"}}}
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutAgent(ctx, old); err != nil {
			return err
		}
		return tx.PutAgent(ctx, poet)
	})
	one := func() archive.Agent {
		a, err := b.catalog.Reader(archive.System("test")).Agent(ctx, poet.ID)
		b.must(err)
		return a
	}
	typed := func() editorial.TypedAgent {
		a := one()
		return editorial.TypedAgent{Base: a.Said(), Fields: archive.Said{}, Names: []editorial.TypedName{{Name: "Tịnh Vân"}}}
	}
	for _, v := range []archive.Viewer{archive.Public(), b.member, b.adm} {
		if _, err := b.As(v).EditAgent(ctx, poet.ID, typed()); archive.CodeOf(err) != archive.Forbidden {
			t.Errorf("%s: %v", v.Name, err)
		}
	}
	mine, theirs := typed(), typed()
	mine.Fields = archive.Said{archive.AgentBorn: "khoảng 1941", archive.AgentBiography: "Nhà thơ.\r\n<script>"}
	mine.Names = []editorial.TypedName{{Name: " Lâm Tịnh  Vân", Kind: archive.PenName, From: "1962", To: "tháng 5/1970"}, {Name: ""}, {Name: "Lâm Thị Vân", Kind: archive.RealName}}
	mine.Before = editorial.TypedOther{Name: "hội văn nghệ tỉnh cũ"}
	theirs.Fields = archive.Said{archive.AgentBorn: "1942", archive.AgentChapter: "Trúc Khê"}
	_, err := b.As(b.khoa).EditAgent(ctx, poet.ID, theirs)
	b.must(err)
	out, err := b.As(b.van).EditAgent(ctx, poet.ID, mine)
	b.wants("the same field", err, "fields-clash")
	if len(out.Clashes) != 1 || out.Clashes[0].Theirs != "1942" {
		t.Fatalf("clashes %+v", out.Clashes)
	}
	mine.Base = out.Current
	_, err = b.As(b.van).EditAgent(ctx, poet.ID, mine)
	b.must(err)
	a := one()
	if a.Born != "1941~" || a.Chapter != "Trúc Khê" || len(a.Names) != 2 || a.Name() != "Lâm Tịnh Vân" || a.Names[0].To != "1970-05" || a.Predecessor != old.ID || a.Biography != "Nhà thơ.\n<script>" {
		t.Errorf("the agent is %+v", a)
	}
	wrong := typed()
	wrong.Fields = archive.Said{archive.AgentDied: "hôm qua", archive.AgentChapter: strings.Repeat("x", 501)}
	wrong.Names = []editorial.TypedName{{Name: "A", Kind: "king"}, {Name: "B", From: "x"}}
	wrong.Before, wrong.After = editorial.TypedOther{Name: "Không Ai"}, editorial.TypedOther{Name: "Lâm Tịnh Vân", Agent: poet.ID}
	out, err = b.As(b.van).EditAgent(ctx, poet.ID, wrong)
	b.wants("all of it", err, "fields-wrong")
	for place, reason := range map[string]archive.Reason{"agent-died": "date-invalid", "agent-chapter": "field-long", "agent-names.0": "name-kind-unknown", "agent-names.1": "date-invalid",
		"agent-predecessor": "agent-none", "agent-successor": "agent-self"} {
		b.wants(place, out.Wrong[place], reason)
	}
	wrong = typed()
	wrong.Names = nil
	out, err = b.As(b.van).EditAgent(ctx, poet.ID, wrong)
	b.wants("without a name", err, "fields-wrong")
	b.wants("the names", out.Wrong["agent-names"], "name-missing")
	_, err = b.As(b.van).EditAgent(ctx, "zzzzzzzzzzzz", typed())
	b.wants("nobody", err, "agent-missing")
}
