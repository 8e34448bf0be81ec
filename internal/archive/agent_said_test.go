package archive

import (
	"reflect"
	"testing"
)

func TestAgentSaidIsReadBack(t *testing.T) {
	a := &Agent{ID: "aaaaaaaaaaaa", Organisation: true, Born: "1990~", Died: "2020", Chapter: "Trúc Khê", Biography: "Một\nHai", Predecessor: "bbbbbbbbbbbb", Successor: "cccccccccccc",
		Names: []AgentName{{Name: "Hội Văn nghệ", Kind: RealName, From: "1990", To: "2008"}, {Name: "Nhóm", Kind: UnsaidName}}}
	again := &Agent{ID: a.ID}
	said := a.Said()
	if len(said) != len(AgentFields()) {
		t.Errorf("%d fields are said", len(said))
	}
	for f, text := range said {
		if err := again.Say(f, text); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
	if !reflect.DeepEqual(a, again) {
		t.Errorf("became %+v", again)
	}
	for text, want := range map[Field][2]string{AgentNames: {"", "name-missing"}, AgentBorn: {"hôm qua", "date-invalid"}, AgentSuccessor: {"aaaaaaaaaaaa", "agent-self"}, FieldTitle: {"x", "field-unknown"}} {
		if err := again.Say(text, want[0]); string(ReasonOf(err)) != want[1] {
			t.Errorf("%s: %v, want %s", text, err, want[1])
		}
	}
	for line, want := range map[string]Reason{"king\t\t\tVân": "name-kind-unknown", "pen\t\t\t ": "name-missing", "Vân": "name-missing", "pen\tx\t\tVân": "date-invalid", "pen\t\ty\tVân": "date-invalid"} {
		if _, err := ParseName(line); ReasonOf(err) != want {
			t.Errorf("%q: %v, want %s", line, err, want)
		}
	}
}
