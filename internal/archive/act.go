package archive

import "slices"

// Act is what a person does with a work on its way to the public and back.
type Act string

// The acts.
const (
	ActEdit     Act = "edit"            // what is said of the work
	ActFiles    Act = "files"           // give it files, or take them out
	ActSubmit   Act = "submit"          // hand it to the editors
	ActRecall   Act = "recall"          // take it back
	ActReturn   Act = "request-changes" // send it back with a note
	ActApprove  Act = "approve"
	ActPublish  Act = "publish"
	ActArrange  Act = "arrange" // from when, until when and for whom it is shown
	ActWithdraw Act = "withdraw"
	ActRestore  Act = "restore"
	ActMerge    Act = "merge" // with another work, asked of both
)

// Acts lists every act.
func Acts() []Act {
	return []Act{ActEdit, ActFiles, ActSubmit, ActRecall, ActReturn, ActApprove, ActPublish, ActArrange, ActWithdraw, ActRestore, ActMerge}
}

// permission is a row of the table of acts: in these states these roles may, of their own works and of others'.
type permission struct {
	act         Act
	from        []State
	to          State // "": the work stays in its state
	own, others []Role
}

// permissions is the whole table. Editors decide, administrators do not by being that; but whoever looks after the program may take
// a work from the public at any hour; to show it again is to decide. Nobody approves their own. What the public sees has been approved: nobody gives
// a published work other files before it is withdrawn, nor a withdrawn one, which is closed.
func permissions() []permission {
	all := []Role{Member, Archivist, EditorRole, Administrator}
	desk, editors := []Role{Archivist, EditorRole}, []Role{EditorRole}
	guards := []Role{EditorRole, Administrator}
	return []permission{
		{act: ActEdit, from: []State{Draft, ChangesRequested}, own: all, others: desk},
		{act: ActEdit, from: []State{Submitted, Approved, Published}, own: desk, others: desk},
		{act: ActFiles, from: []State{Draft, ChangesRequested}, own: all, others: desk},
		{act: ActFiles, from: []State{Submitted, Approved}, own: desk, others: desk},
		{act: ActSubmit, from: []State{Draft, ChangesRequested}, to: Submitted, own: all, others: desk},
		{act: ActRecall, from: []State{Submitted, ChangesRequested}, to: Draft, own: all, others: desk},
		{act: ActReturn, from: []State{Submitted, Approved}, to: ChangesRequested, own: editors, others: editors},
		{act: ActApprove, from: []State{Submitted}, to: Approved, others: editors},
		{act: ActPublish, from: []State{Approved}, to: Published, own: editors, others: editors},
		{act: ActArrange, from: []State{Approved, Published}, own: editors, others: editors},
		{act: ActWithdraw, from: []State{Published}, to: Withdrawn, own: guards, others: guards},
		{act: ActRestore, from: []State{Withdrawn}, to: Published, own: editors, others: editors},
		{act: ActMerge, from: []State{Draft, Submitted, ChangesRequested, Approved}, own: desk, others: desk},
		{act: ActMerge, from: []State{Published}, own: editors, others: editors},
	}
}

func (p permission) roles(own bool) []Role {
	if own {
		return p.own
	}
	return p.others
}

// MayDo decides whether v may do act with a work in state s; own says that v sent the work (see Sent). The errors are Forbidden
// "account-needed", "own-work" (others could) or "act-forbidden", and Conflict "files-closed" of files that were published, else "act-state" with
// act and state, when v could, but not as the work stands.
func (v Viewer) MayDo(act Act, s State, own bool) error {
	if !v.SignedIn() {
		return Fail(Forbidden, "account-needed")
	}
	could, others := false, false
	for _, p := range permissions() {
		if p.act != act {
			continue
		}
		may := v.any(p.roles(own))
		if may && slices.Contains(p.from, s) {
			return nil
		}
		could, others = could || may, others || v.any(p.others)
	}
	switch {
	case could && act == ActFiles && (s == Published || s == Withdrawn):
		return Fail(Conflict, "files-closed")
	case could:
		return Fail(Conflict, "act-state", string(act), string(s))
	case others:
		return Fail(Forbidden, "own-work")
	default:
		return Fail(Forbidden, "act-forbidden")
	}
}

// MaySay decides whether v may change a field of a work in state s. Of a published one the fields that open originals, or show again what has hidden
// itself, are for those who arrange it: Forbidden "rights-decided". The other errors are those of MayDo.
func (v Viewer) MaySay(f Field, s State, own bool) error {
	if err := v.MayDo(ActEdit, s, own); err != nil {
		return err
	}
	if s == Published && slices.Contains([]Field{FieldLicence, FieldCopyright, FieldStatement}, f) && v.MayDo(ActArrange, s, own) != nil {
		return Fail(Forbidden, "rights-decided")
	}
	return nil
}

func (v Viewer) any(roles []Role) bool { return slices.ContainsFunc(roles, v.Is) }

// Sent reports whether the account brought the work in or handed it to the editors, as the record of its events has it, however many others corrected
// it; also one that was merged into it.
func Sent(events []Event, account AccountID) bool {
	return account != "" && slices.Contains(Senders(events).Sent, string(account))
}

// Sending is who had a part in a work's coming, by account: a program stands there by its name.
type Sending struct {
	Began []string `json:"began,omitempty"` // began it as its sender
	Sent  []string `json:"sent,omitempty"`  // began it, brought it in or handed it in
}

// Senders reads from its events who sent a work, or one that was merged into it; each once.
func Senders(events []Event) (s Sending) {
	for _, e := range events {
		if m, ok := ParseMerger(e.Detail); ok && e.Type == EventMerge {
			s.Began, s.Sent = append(s.Began, m.Sending.Began...), append(s.Sent, m.Sending.Sent...)
			continue
		}
		switch e.Type {
		case EventCreation:
			s.Began, s.Sent = append(s.Began, e.Agent), append(s.Sent, e.Agent)
		case EventIngestion, EventSubmission:
			s.Sent = append(s.Sent, e.Agent)
		}
	}
	slices.Sort(s.Began)
	slices.Sort(s.Sent)
	return Sending{Began: slices.Compact(s.Began), Sent: slices.Compact(s.Sent)}
}

// Credited reports whether v is one of those who are named with a work, by the link of account and agent.
func (v Viewer) Credited(w *Work) bool {
	named := func(c Credit) bool { return slices.Contains(v.Agents, c.Agent) }
	return slices.ContainsFunc(w.Credits, named) ||
		slices.ContainsFunc(w.Representations, func(r Representation) bool { return slices.ContainsFunc(r.Credits, named) })
}

// OwnFor reports whether a work counts as v's own for an act: as Owns, and for approving also when v is named with it. To be named gives no rights.
func (v Viewer) OwnFor(act Act, w *Work, events []Event) bool {
	return v.Owns(events) || act == ActApprove && v.Credited(w)
}

// Owns reports whether a work is v's own. To whoever works on the archive what they brought in or handed in is: nobody approves their own. To everybody
// else only what they began themselves as its sender, so that who was an archivist once has no part any more in what they brought in for the archive.
func (v Viewer) Owns(events []Event) bool {
	if v.Is(Archivist) || v.Is(EditorRole) {
		return Sent(events, v.Account)
	}
	return v.Account != "" && slices.Contains(Senders(events).Began, string(v.Account))
}
