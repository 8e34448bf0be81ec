package archive

import (
	"errors"
	"fmt"
	"time"
)

// LastRun is when something that is done from time to time for the archive, such as a backup, was done last, and how it ended.
type LastRun struct {
	Time     time.Time  // zero: never to its end
	Problems int        // found; 0: all is well
	Failed   *FailedRun `json:",omitempty"` // the tries since then, none of which came to an end; nil: there was none
}

// FailedRun is why tries did not come to an end.
type FailedRun struct {
	Since  time.Time // the first of them
	Time   time.Time // the last
	Reason Reason    // of the last
	Args   []string  `json:",omitempty"` // of its sentence
}

// Ended notes a run that came to its end.
func (l *LastRun) Ended(now time.Time, problems int) {
	*l = LastRun{Time: now, Problems: problems}
}

// Broke notes a try that did not come to an end, and why.
func (l *LastRun) Broke(now time.Time, why error) {
	f := FailedRun{Since: now, Time: now, Reason: ReasonOf(why)}
	if l.Failed != nil {
		f.Since = l.Failed.Since
	}
	if e, ok := errors.AsType[*Error](why); ok {
		for _, arg := range e.Args {
			f.Args = append(f.Args, fmt.Sprint(arg))
		}
	}
	l.Failed = &f
}

// Tried is when it was tried last, zero for never.
func (l *LastRun) Tried() time.Time {
	if l.Failed != nil {
		return l.Failed.Time
	}
	return l.Time
}
