package archive

import (
	"strings"
	"testing"
)

// Every act × state × role, of one's own work and of another's: "-" forbidden, "own" forbidden because it is one's own, "state" not as
// the work stands, "closed" likewise of files that were published, "yes" allowed. The states stand in their order, from draft to withdrawn.
const permitted = `
edit             public        -     -     -     -     -     -      | -     -     -     -     -     -
edit             member        yes   state yes   state state state  | -     -     -     -     -     -
edit             archivist     yes   yes   yes   yes   yes   state  | yes   yes   yes   yes   yes   state
edit             editor        yes   yes   yes   yes   yes   state  | yes   yes   yes   yes   yes   state
edit             administrator yes   state yes   state state state  | -     -     -     -     -     -
files            public        -     -     -     -     -     -      | -     -     -     -     -     -
files            member        yes   state yes   state closed closed | -    -     -     -     -     -
files            archivist     yes   yes   yes   yes   closed closed | yes  yes   yes   yes   closed closed
files            editor        yes   yes   yes   yes   closed closed | yes  yes   yes   yes   closed closed
files            administrator yes   state yes   state closed closed | -    -     -     -     -     -
submit           public        -     -     -     -     -     -      | -     -     -     -     -     -
submit           member        yes   state yes   state state state  | -     -     -     -     -     -
submit           archivist     yes   state yes   state state state  | yes   state yes   state state state
submit           editor        yes   state yes   state state state  | yes   state yes   state state state
submit           administrator yes   state yes   state state state  | -     -     -     -     -     -
recall           public        -     -     -     -     -     -      | -     -     -     -     -     -
recall           member        state yes   yes   state state state  | -     -     -     -     -     -
recall           archivist     state yes   yes   state state state  | state yes   yes   state state state
recall           editor        state yes   yes   state state state  | state yes   yes   state state state
recall           administrator state yes   yes   state state state  | -     -     -     -     -     -
request-changes  public        -     -     -     -     -     -      | -     -     -     -     -     -
request-changes  member        -     -     -     -     -     -      | -     -     -     -     -     -
request-changes  archivist     -     -     -     -     -     -      | -     -     -     -     -     -
request-changes  editor        state yes   state yes   state state  | state yes   state yes   state state
request-changes  administrator -     -     -     -     -     -      | -     -     -     -     -     -
approve          public        -     -     -     -     -     -      | -     -     -     -     -     -
approve          member        -     -     -     -     -     -      | -     -     -     -     -     -
approve          archivist     -     -     -     -     -     -      | -     -     -     -     -     -
approve          editor        own   own   own   own   own   own    | state yes   state state state state
approve          administrator -     -     -     -     -     -      | -     -     -     -     -     -
publish          public        -     -     -     -     -     -      | -     -     -     -     -     -
publish          member        -     -     -     -     -     -      | -     -     -     -     -     -
publish          archivist     -     -     -     -     -     -      | -     -     -     -     -     -
publish          editor        state state state yes   state state  | state state state yes   state state
publish          administrator -     -     -     -     -     -      | -     -     -     -     -     -
arrange          public        -     -     -     -     -     -      | -     -     -     -     -     -
arrange          member        -     -     -     -     -     -      | -     -     -     -     -     -
arrange          archivist     -     -     -     -     -     -      | -     -     -     -     -     -
arrange          editor        state state state yes   yes   state  | state state state yes   yes   state
arrange          administrator -     -     -     -     -     -      | -     -     -     -     -     -
withdraw         public        -     -     -     -     -     -      | -     -     -     -     -     -
withdraw         member        -     -     -     -     -     -      | -     -     -     -     -     -
withdraw         archivist     -     -     -     -     -     -      | -     -     -     -     -     -
withdraw         editor        state state state state yes   state  | state state state state yes   state
withdraw         administrator state state state state yes   state  | state state state state yes   state
restore          public        -     -     -     -     -     -      | -     -     -     -     -     -
restore          member        -     -     -     -     -     -      | -     -     -     -     -     -
restore          archivist     -     -     -     -     -     -      | -     -     -     -     -     -
restore          editor        state state state state state yes    | state state state state state yes
restore          administrator -     -     -     -     -     -      | -     -     -     -     -     -
merge            public        -     -     -     -     -     -      | -     -     -     -     -     -
merge            member        -     -     -     -     -     -      | -     -     -     -     -     -
merge            archivist     yes   yes   yes   yes   state state  | yes   yes   yes   yes   state state
merge            editor        yes   yes   yes   yes   yes   state  | yes   yes   yes   yes   yes   state
merge            administrator -     -     -     -     -     -      | -     -     -     -     -     -
`

func TestMayDo(t *testing.T) {
	states := []State{Draft, Submitted, ChangesRequested, Approved, Published, Withdrawn}
	words := map[Reason]string{"": "yes", "account-needed": "-", "act-forbidden": "-", "own-work": "own", "act-state": "state", "files-closed": "closed"}
	var b strings.Builder
	for _, act := range Acts() {
		for _, role := range []Role{"public", Member, Archivist, EditorRole, Administrator} {
			v := Viewer{Account: "abcdefgh2345", Roles: []Role{role}}
			if role == "public" {
				v = Public()
			}
			line := []string{string(act), string(role)}
			for _, own := range []bool{true, false} {
				for _, s := range states {
					line = append(line, words[ReasonOf(v.MayDo(act, s, own))])
				}
				if own {
					line = append(line, "|")
				}
			}
			b.WriteString(strings.Join(line, " ") + "\n")
		}
	}
	got := strings.Split(strings.TrimSpace(b.String()), "\n")
	want := strings.Split(strings.TrimSpace(permitted), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for i := range want {
		if fields := strings.Join(strings.Fields(want[i]), " "); got[i] != fields {
			t.Errorf("row %d is\n%s, want\n%s", i+1, got[i], fields)
		}
	}
}

// What the table lets a person do, the state machine allows.
func TestPermissionsFollowTheStateMachine(t *testing.T) {
	for _, p := range permissions() {
		for _, s := range p.from {
			if p.to != "" && s.To(p.to) != nil {
				t.Errorf("%s leads from %s to %s, which the state machine does not", p.act, s, p.to)
			}
		}
	}
}

func TestSent(t *testing.T) {
	events := []Event{{Type: EventSubmission, Agent: "abcdefgh2345"}, {Type: EventModification, Agent: "bbbbbbbb2345"}}
	for account, want := range map[AccountID]bool{"abcdefgh2345": true, "bbbbbbbb2345": false, "": false} {
		if Sent(events, account) != want {
			t.Errorf("%q sent it: %v", account, !want)
		}
	}
}
