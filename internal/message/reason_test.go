package message_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"vannghe/internal/message"
)

// Every reason that a source of this module names has a sentence in every language, and no sentence has a placeholder that
// stays unfilled somewhere.
func TestEveryReasonHasASentence(t *testing.T) {
	uses := readReasons(t)
	if len(uses) < 100 {
		t.Errorf("found only %d reasons in the sources: the walk is broken", len(uses))
	}
	for _, language := range message.Languages() {
		sentences := readFile(t, "error."+language+".json")
		for _, reason := range slices.Sorted(maps.Keys(uses)) {
			for _, complaint := range complaints(sentences["error."+reason], uses[reason]) {
				t.Errorf("error.%s in %q: %s", reason, language, complaint)
			}
		}
	}
}

// A sentence whose reason nothing gives any more would be corrected for nothing.
func TestNoErrorSentenceIsLeftOver(t *testing.T) {
	uses := readReasons(t)
	for key := range readFile(t, "error.vi.json") {
		reason := strings.TrimPrefix(key, "error.")
		if _, used := uses[reason]; !used && !strings.HasPrefix(reason, "code.") {
			t.Errorf("no source gives the reason %s", reason)
		}
	}
}

func TestComplaints(t *testing.T) {
	for _, c := range []struct {
		name  string
		texts []string
		args  int
		want  int
	}{
		{"no sentence", nil, 0, 1},
		{"a plain sentence", []string{"Hết chỗ."}, 0, 0},
		{"fewer placeholders than arguments", []string{"Hết chỗ ở {1}."}, 2, 0},
		{"a placeholder without its argument", []string{"Hết chỗ ở {1}: {2}."}, 1, 1},
		{"one of two forms has too many", []string{"Còn {1}.", "Còn {1}, {2}."}, 1, 1},
		{"arguments that cannot be seen", []string{"Hết chỗ ở {1}."}, unseen, 0},
	} {
		if got := complaints(c.texts, []reasonUse{{at: "x.go:1", args: c.args}}); len(got) != c.want {
			t.Errorf("%s: %q, want %d complaints", c.name, got, c.want)
		}
	}
}

// The reader finds a reason wherever Go lets one stand, with the arguments that its sentence will get.
func TestReasonsAreFoundWhereverTheyStand(t *testing.T) {
	const domain = `package archive
type Reason string
type Error struct{ Reason Reason }
func Fail(code string, reason Reason, args ...any) *Error { return nil }
func own() *Error { return Fail("x", "in-its-own-package", 1) }`
	const source = `package p
import ("vannghe/internal/archive"; "elsewhere")
const kept archive.Reason = "constant"
type file struct{ Problem archive.Reason }
type check struct { value string; reason archive.Reason }
func direct(x []any) { elsewhere.Wrap(archive.Fail("c", "direct", elsewhere.Join(x), 2).Because(nil)); archive.Fail("c", "spread", x...) }
func known(ids elsewhere.IDs, reason archive.Reason) error { return archive.Fail("c", reason, ids) }
func call() error { return known(elsewhere.All(), "helper") }
func back() (string, archive.Reason) { return "no", "returned" }
func field(f *file) { f.Problem = "assigned"; _ = file{Problem: "keyed"}; if f.Problem == "compared" { return } }
var answers = map[int]*archive.Error{elsewhere.Status: archive.Fail("c", "in-a-map", 1)}
func constant() error { return archive.Fail("c", kept, 1, 2, 3) }
func table() error {
	for _, c := range []check{{"v", "in-a-table"}} { return archive.Fail("c", c.reason, c.value) }
	return nil
}`
	m := newModule()
	m.add(t, "archive.go", archivePath, domain)
	m.add(t, "p.go", "vannghe/p", source)
	got := map[string]int{}
	for reason, uses := range m.reasons() {
		got[reason] = unseen
		for _, use := range uses {
			got[reason] = max(got[reason], use.args)
		}
	}
	want := map[string]int{"in-its-own-package": 1, "constant": 3, "direct": 2, "spread": unseen, "helper": 1, "returned": 0,
		"assigned": 0, "keyed": 0, "compared": unseen, "in-a-table": 1, "in-a-map": 1}
	if !maps.Equal(got, want) {
		t.Errorf("found %v\n want %v", got, want)
	}
}
