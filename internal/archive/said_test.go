package archive

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func described() *Work {
	return &Work{ID: "aaaaaaaaaaaa", Genre: "ca-khuc", Title: "Bến trăng", Titles: []string{"Trăng bến", "Bến"}, Description: "Một dòng.\nHai dòng.",
		Language: "vi", Date: "1997~", Credits: []Credit{{Agent: "bbbbbbbbbbbb", Relator: Composer, Name: "Sương"}, {Agent: "cccccccccccc", Relator: Director, Name: "Vân"}},
		Rights: Rights{Statement: "http://rightsstatements.org/vocab/InC/1.0/", Holder: "Hội", Evidence: "thư", LicenceUntil: time.Date(2027, 1, 1, 0, 0, 0, 0, Vietnam).UTC(),
			CopyrightUntil: time.Date(2060, 3, 4, 5, 6, 7, 0, time.UTC)},
		Paper:     Paper{Number: "1/KH", Issuer: "Hội", Signer: "A", Recipients: "B", Issue: "12", Page: "3-4"},
		Notice:    Notice{Group: "g", Event: "e", Place: "p", From: "2024", To: "2025"},
		Relations: []Relation{{Type: SetsToMusic, Target: "dddddddddddd"}}, Collections: []CollectionID{"eeeeeeeeeeee"}}
}

// What is said of a work, said of an empty one, makes it the same: so history is exact.
func TestSaidIsReadBack(t *testing.T) {
	w, again := described(), &Work{ID: "aaaaaaaaaaaa"}
	said := w.Said()
	if len(said) != len(Fields()) {
		t.Errorf("%d fields are said, want %d", len(said), len(Fields()))
	}
	if said[FieldLicence] != "2026-12-31" || said[FieldCopyright] != "2060-03-04T05:06:07Z" {
		t.Errorf("ends are %q and %q", said[FieldLicence], said[FieldCopyright])
	}
	for f, text := range said {
		if err := again.Say(f, text); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
	if !reflect.DeepEqual(w, again) {
		t.Errorf("became %+v", again)
	}
	for _, f := range Fields() {
		if f != FieldTitle && f != FieldGenre {
			if err := again.Say(f, ""); err != nil || again.Said()[f] != "" {
				t.Errorf("%s cannot be emptied: %v", f, err)
			}
		}
	}
}

func TestWhatCannotBeSaid(t *testing.T) {
	for _, c := range []struct {
		field  Field
		text   string
		reason Reason
	}{
		{FieldTitle, " \n", "title-missing"}, {FieldGenre, "", "genre-unknown"}, {FieldDate, "31/02/2020", "date-invalid"}, {FieldFrom, "mai", "date-invalid"},
		{FieldLicence, "2027", "day-invalid"}, {FieldCopyright, "mai", "day-invalid"}, {FieldCredits, "bbbbbbbbbbbb", "relator-unknown"},
		{FieldRelations, "like\tdddddddddddd", "relation-unknown"}, {"state", "published", "field-unknown"},
	} {
		w := described()
		if err := w.Say(c.field, c.text); ReasonOf(err) != c.reason {
			t.Errorf("%s %q: %v, want %s", c.field, c.text, err, c.reason)
		}
		if !reflect.DeepEqual(w, described()) {
			t.Errorf("%s %q changed the work", c.field, c.text)
		}
	}
}

func TestMerge(t *testing.T) {
	for _, c := range []struct {
		name                     string
		field                    Field
		base, mine, theirs, want string
		clash                    bool
	}{
		{"nobody changed it", FieldTitle, "A", "A", "A", "A", false},
		{"only I did", FieldTitle, "A", "B", "A", "B", false},
		{"only they did", FieldTitle, "A", "A", "C", "C", false},
		{"both alike", FieldTitle, "A", "B", "B", "B", false},
		{"both otherwise", FieldTitle, "A", "B", "C", "C", true},
		{"both emptied and changed", FieldDate, "1997", "", "1998", "1998", true},
		{"lists grow on both sides", FieldTitles, "a\nb", "a\nb\nc", "a\nb\nd", "a\nb\nd\nc", false},
		{"one takes away, the other adds", FieldCredits, "a\nb", "a", "a\nb\nc", "a\nc", false},
		{"both add the same", FieldTitles, "", "x", "x\ny", "x\ny", false},
		{"both replace the same line", FieldCredits, "a\nb", "a\nc", "a\nd", "a\nd", true},
		{"one changes the order, the other adds", FieldCredits, "a\nb", "b\na", "a\nb\nc", "a\nb\nc", true},
	} {
		merged, clashes := Merge(Said{c.field: c.base}, Said{c.field: c.mine}, Said{c.field: c.theirs, FieldHolder: "x"})
		if merged[c.field] != c.want || (len(clashes) > 0) != c.clash || len(merged) != 1 {
			t.Errorf("%s: %q with clashes %v", c.name, merged, clashes)
		}
	}
}

func TestCorrectionIsReadBack(t *testing.T) {
	c := Correction{Format: 1, Name: `Bà "Vân" <b>`, Undoes: 7, Changes: []Change{{FieldTitle, "A\tB", "C\nD"}}}
	if got, ok := ParseCorrection(c.Detail()); !ok || !reflect.DeepEqual(got, c) {
		t.Errorf("%q is read as %+v, %t", c.Detail(), got, ok)
	}
	for _, detail := range []string{"", "described anew", `{"decision":1,"name":"x"}`, `{"correction":1,"name":`} {
		if _, ok := ParseCorrection(detail); ok {
			t.Errorf("%q is taken for a correction", detail)
		}
	}
}

// Putting a work into a collection leaves approvals alone, any other correction voids them.
func TestCorrectionsAndApprovals(t *testing.T) {
	approval := Event{Type: EventApproval, Agent: "van", Outcome: Success, Detail: Decision{Content: "x"}.Detail()}
	for f, want := range map[Field]int{FieldCollections: 1, FieldTitle: 0} {
		change := Event{Type: EventModification, Outcome: Success, Detail: Correction{Changes: []Change{{Field: f, After: "y"}}}.Detail()}
		if got := len(Approvals([]Event{approval, change}, "x")); got != want {
			t.Errorf("after a change of %s %d approvals count, want %d", f, got, want)
		}
	}
}

func TestTypedDate(t *testing.T) {
	for typed, want := range map[string]Date{
		"": "", "1997": "1997", "21/11/2023": "2023-11-21", "ngày 21 tháng 11 năm 2023": "2023-11-21", "3 thang 5 nam 1971": "1971-05-03",
		"tháng 5 năm 1997": "1997-05", "Tháng 5/1997": "1997-05", "năm 1997": "1997", "khoảng 1997": "1997~", "Khoảng năm 1997": "1997~", "có lẽ 1997": "1997?",
		"những năm 1990": "199X", "1990s": "199X", "1990-1999": "1990/1999", "từ 1990 đến 1999": "1990/1999", "1990 – 1999": "1990/1999", "1990": "1990", "199X": "199X", "1997~": "1997~",
	} {
		if got, err := TypedDate(typed); err != nil || got != want {
			t.Errorf("%q is read as %q, %v; want %q", typed, got, err, want)
		}
	}
	for _, typed := range []string{"31/02/2020", "khoảng", "khoảng 1990-1999", "hôm qua", "<b>1997</b>", "13/1997", strings.Repeat("9", 5)} {
		if got, err := TypedDate(typed); ReasonOf(err) != "date-invalid" {
			t.Errorf("%q is read as %q, %v", typed, got, err)
		}
	}
}
