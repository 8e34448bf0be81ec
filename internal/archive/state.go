package archive

import "slices"

// State is how far a work is on its way to the public.
type State string

// The states, in the order in which a work passes them.
const (
	Draft            State = "draft"
	Submitted        State = "submitted"
	ChangesRequested State = "changes-requested"
	Approved         State = "approved"
	Published        State = "published"
	Withdrawn        State = "withdrawn"
)

// Next returns the states that may follow s.
func (s State) Next() []State {
	switch s {
	case Draft:
		return []State{Submitted}
	case Submitted:
		return []State{ChangesRequested, Approved, Draft}
	case ChangesRequested:
		return []State{Submitted, Draft}
	case Approved:
		return []State{Published, ChangesRequested, Submitted} // back to submitted when it changed
	case Published:
		return []State{Withdrawn}
	case Withdrawn:
		return []State{Published}
	default:
		return nil
	}
}

// To checks the step from s to next. The error is Conflict "state-step" with both states.
func (s State) To(next State) error {
	if slices.Contains(s.Next(), next) {
		return nil
	}
	return Fail(Conflict, "state-step", string(s), string(next))
}
