package archive

import (
	"slices"
	"strings"
	"time"
)

// Role is what an account may do.
type Role string

// The roles.
const (
	Member        Role = "member"
	Archivist     Role = "archivist"
	EditorRole    Role = "editor"
	Administrator Role = "administrator"
)

// Viewer is whoever asks. The zero Viewer is the public.
type Viewer struct {
	Account AccountID
	Name    string
	Roles   []Role
	Session SessionID // of the device that asks; "" for programs and the public
	Agents  []AgentID // who the account is among the agents, as somebody said
}

// Public is the viewer without an account.
func Public() Viewer { return Viewer{} }

// System is the viewer as which the program itself works: import, derivation, indexing. It sees everything.
func System(name string) Viewer { return Viewer{Name: name, Roles: []Role{Administrator}} }

// Is reports whether v has the role.
func (v Viewer) Is(r Role) bool { return slices.Contains(v.Roles, r) }

// Staff reports whether v works on the archive.
func (v Viewer) Staff() bool { return v.Is(Archivist) || v.Is(EditorRole) || v.Is(Administrator) }

// Program reports whether v is the program itself (System) and no person.
func (v Viewer) Program() bool { return v.Account == "" && v.Is(Administrator) }

// SignedIn reports whether v has an account.
func (v Viewer) SignedIn() bool { return v.Account != "" || v.Staff() }

// Audiences lists the audiences whose published works v may see. catalog and search filter by it, so that the rule
// stands here alone.
func (v Viewer) Audiences() []Audience {
	switch {
	case v.Staff():
		return []Audience{AudiencePublic, AudienceMembers, AudienceStaff}
	case v.SignedIn():
		return []Audience{AudiencePublic, AudienceMembers}
	default:
		return []Audience{AudiencePublic}
	}
}

// Open reports whether the work's dates let it be shown at now: public_from past, public_until and licence_until not.
func (w *Work) Open(now time.Time) bool {
	if !w.PublicFrom.IsZero() && now.Before(w.PublicFrom) {
		return false
	}
	if end := w.Closes(); !end.IsZero() && !now.Before(end) {
		return false
	}
	return true
}

// Closes returns the instant from which the work hides itself: the earlier of PublicUntil and Rights.LicenceUntil,
// zero when neither is set.
func (w *Work) Closes() time.Time {
	a, b := w.PublicUntil, w.Rights.LicenceUntil
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// Sees decides whether v may see w at now. It answers nil, NotFound (v may not know that it exists) or Gone
// "work-withdrawn" with the reason; of a work withdrawn before its embargo ended the public knows nothing. Staff see every state.
// A work that was merged into another is seen by the program alone.
func (v Viewer) Sees(w *Work, now time.Time) error {
	if w.MergedInto != "" && !v.Program() {
		return Fail(NotFound, "work-missing")
	}
	if v.Staff() {
		return nil
	}
	if w.State == Withdrawn && slices.Contains(v.Audiences(), w.Audience) && !now.Before(w.PublicFrom) {
		return Fail(Gone, "work-withdrawn", w.WithdrawnReason)
	}
	if w.State != Published || !slices.Contains(v.Audiences(), w.Audience) || !w.Open(now) {
		return Fail(NotFound, "work-missing")
	}
	return nil
}

// inCopyright are the beginnings, after the scheme, of the addresses of every "in copyright" statement of rightsstatements.org, as a thing and
// as a page: InC, InC-EDU, InC-NC, InC-OW-EU, InC-RUU.
var inCopyright = []string{"rightsstatements.org/vocab/inc", "rightsstatements.org/page/inc"}

// Downloads decides whether v may take home the originals of w at now: whoever sees the work may, unless its rights statement
// says that it is in copyright; then the work is shown and played, but only staff receive its originals.
// The error is that of Sees, or Forbidden "original-in-copyright".
func (v Viewer) Downloads(w *Work, now time.Time) error {
	if err := v.Sees(w, now); err != nil {
		return err
	}
	if reserved(w.Rights.Statement) && !v.Staff() {
		return Fail(Forbidden, "original-in-copyright")
	}
	return nil
}

// reserved reports whether a rights statement says that the work is in copyright.
func reserved(statement string) bool {
	_, statement, _ = strings.Cut(statement, "://")
	statement = strings.TrimPrefix(strings.ToLower(statement), "www.")
	return slices.ContainsFunc(inCopyright, func(p string) bool { return strings.HasPrefix(statement, p) })
}
