package archive

import "testing"

func TestSortName(t *testing.T) {
	for _, c := range []struct {
		sentence string
		agent    Agent
		want     string
	}{
		{"a real name begins with the given name", Agent{Names: []AgentName{{Name: "Nguyễn Công Hoan", Kind: RealName}}}, "Hoan Nguyễn Công"},
		{"of one word it is that", Agent{Names: []AgentName{{Name: "Hoan", Kind: RealName}}}, "Hoan"},
		{"a pen name is one whole", Agent{Names: []AgentName{{Name: "Tố Hữu", Kind: PenName}, {Name: "Nguyễn Kim Thành", Kind: RealName}}}, "Tố Hữu"},
		{"a former name too", Agent{Names: []AgentName{{Name: "Sở Văn hoá", Kind: FormerName}}}, "Sở Văn hoá"},
		{"nobody said which it is", Agent{Names: []AgentName{{Name: "Nguyễn Công Hoan"}}}, "Nguyễn Công Hoan"},
		{"a body has no given name", Agent{Organisation: true, Names: []AgentName{{Name: "Hội Văn nghệ", Kind: RealName}}}, "Hội Văn nghệ"},
		{"without a name", Agent{}, ""},
	} {
		if got := c.agent.SortName(); got != c.want {
			t.Errorf("%s: %q, want %q", c.sentence, got, c.want)
		}
	}
}
