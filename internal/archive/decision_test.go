package archive

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestDecisionIsReadBack(t *testing.T) {
	at := time.Date(2026, 5, 1, 7, 30, 0, 1000, time.UTC)
	d := Decision{Format: 1, Name: `Vân "<b>"`, Note: "xem lại\nkhổ 2", Content: "abc", Audience: AudienceMembers, Opens: at,
		Checks: []Check{{Item: CheckRights, Answer: AnswerYes, Name: "Vân", Time: at}}}
	got, ok := ParseDecision(d.Detail())
	if !ok || !reflect.DeepEqual(got, d) {
		t.Errorf("%+v, %v", got, ok)
	}
	for _, detail := range []string{"", "đã họp", "{}", `{"decision":2,"name":"x"}`, `{"decision":1,"name":`, `{"decision":1,"checks":5}`} {
		if d, ok := ParseDecision(detail); ok {
			t.Errorf("%q is the decision %+v", detail, d)
		}
	}
}

func FuzzParseDecision(f *testing.F) {
	f.Add(Decision{Name: "Vân", Checks: []Check{{Item: CheckAgents, Time: time.Unix(0, 0)}}}.Detail())
	f.Add(`{"decision":1,"opens":"9999-12-31T23:59:59.999999+23:59"}`)
	f.Fuzz(func(t *testing.T, detail string) {
		d, ok := ParseDecision(detail)
		if !ok {
			return
		}
		if again, ok := ParseDecision(d.Detail()); !ok || again.Name != d.Name || len(again.Checks) != len(d.Checks) {
			t.Errorf("%q became %+v", detail, again)
		}
	})
}

func answered(change ...func(*Check)) []Check {
	var list []Check
	for _, i := range CheckItems() {
		c := Check{Item: i, Answer: AnswerYes}
		for _, fn := range change {
			fn(&c)
		}
		list = append(list, c)
	}
	return list
}

func TestChecked(t *testing.T) {
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	whole := Work{Rights: Rights{Statement: "https://creativecommons.org/licenses/by/4.0/", Evidence: "thư 3/5"}, Credits: []Credit{{Name: "Vân"}}}
	exempt := func(item CheckItem, remark string) func(*Check) {
		return func(c *Check) {
			if c.Item == item {
				c.Answer, c.Remark = AnswerExempt, remark
			}
		}
	}
	for _, c := range []struct {
		sentence string
		work     Work
		given    []Check
		reason   Reason
		item     string
	}{
		{"all is answered", whole, answered(), "", ""},
		{"nothing is answered", whole, nil, "check-missing", "rights"},
		{"one is not answered", whole, answered()[:3], "check-missing", "content"},
		{"an answer that is none", whole, answered(func(c *Check) { c.Answer = "no" }), "check-missing", "rights"},
		{"no consent is there", Work{Rights: Rights{Statement: "x"}}, answered(), "check-contradicted", "consent"},
		{"no rights are there", Work{}, answered(), "check-contradicted", "rights"},
		{"nobody is named", Work{Rights: whole.Rights}, answered(), "check-contradicted", "agents"},
		{"consent is not needed, and it is said why", Work{Rights: Rights{Statement: "x"}, Credits: whole.Credits}, answered(exempt(CheckConsent, "văn bản của Hội")), "", ""},
		{"or not said why", whole, answered(exempt(CheckConsent, " ")), "check-remark", "consent"},
		{"the content is always read", whole, answered(exempt(CheckContent, "bận")), "check-remark", "content"},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			checks, err := c.work.Checked(c.given, "Vân", at)
			if ReasonOf(err) != c.reason || (err != nil && !strings.Contains(err.Error(), c.item)) {
				t.Fatalf("%v, want %s of %s", err, c.reason, c.item)
			}
			for _, got := range checks {
				if got.Name != "Vân" || !got.Time.Equal(at) {
					t.Errorf("%+v has no name or time", got)
				}
			}
		})
	}
}

func TestApprovals(t *testing.T) {
	approval := func(agent, content string) Event {
		return Event{Type: EventApproval, Agent: agent, Outcome: Success, Detail: Decision{Name: agent, Content: content}.Detail()}
	}
	other := func(kind EventType) Event { return Event{Type: kind, Outcome: Success} }
	for _, c := range []struct {
		sentence string
		events   []Event
		want     string
	}{
		{"two persons", []Event{other(EventSubmission), approval("a", "x"), approval("b", "x")}, "a b"},
		{"one person twice", []Event{other(EventSubmission), approval("a", "x"), approval("a", "x")}, "a"},
		{"of another content", []Event{other(EventSubmission), approval("a", "y"), approval("b", "x")}, "b"},
		{"before it was corrected", []Event{approval("a", "x"), other(EventModification), approval("b", "x")}, "b"},
		{"before it was handed in again", []Event{approval("a", "x"), other(EventSubmission)}, ""},
		{"before it was sent back", []Event{approval("a", "x"), other(EventRequest)}, ""},
		{"by a program", []Event{{Type: EventApproval, Agent: "import", Outcome: Success, Detail: "import"}}, ""},
		{"what does not matter lies between", []Event{approval("a", "x"), other(EventAccession), other(EventDerivation)}, "a"},
		{"a correction that failed changed nothing", []Event{approval("a", "x"), {Type: EventModification, Outcome: Failure}}, "a"},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			var got []string
			for _, e := range Approvals(c.events, "x") {
				got = append(got, e.Agent)
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("%q, want %q", s, c.want)
			}
		})
	}
}

func TestContentCoversWhatIsShown(t *testing.T) {
	made := func(change func(*Work)) string {
		w := Work{ID: "abcdefgh2345", Genre: "tho", Title: "Bến", Credits: []Credit{{Name: "Vân"}}, Representations: []Representation{
			{ID: "a", Position: 0, Medium: Text, Files: []File{{ID: "f", Name: "a.txt", Digest: "d"}}}, {ID: "b", Position: 1}}}
		change(&w)
		return w.Content()
	}
	same := made(func(*Work) {})
	for sentence, change := range map[string]func(*Work){
		"state":      func(w *Work) { w.State, w.Version, w.Published = Published, 9, time.Now() },
		"access":     func(w *Work) { w.Audience, w.PublicFrom = AudienceMembers, time.Now() },
		"inspection": func(w *Work) { w.Representations[0].Files[0].Width = 5 },
		"what is ready first": func(w *Work) {
			w.Representations[0], w.Representations[1] = w.Representations[1], w.Representations[0]
		},
		"empty lists": func(w *Work) { w.Titles, w.Relations = []string{}, []Relation{} },
	} {
		if made(change) != same {
			t.Errorf("%s changed the content", sentence)
		}
	}
	for sentence, change := range map[string]func(*Work){
		"title":   func(w *Work) { w.Title = "Bờ" },
		"rights":  func(w *Work) { w.Rights.Holder = "x" },
		"credit":  func(w *Work) { w.Credits[0].Name = "x" },
		"bytes":   func(w *Work) { w.Representations[0].Files[0].Digest = "e" },
		"a file":  func(w *Work) { w.Representations[1].Files = []File{{ID: "g"}} },
		"licence": func(w *Work) { w.Rights.LicenceUntil = time.Now() },
	} {
		if made(change) == same {
			t.Errorf("%s did not change the content", sentence)
		}
	}
}
