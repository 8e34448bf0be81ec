package archive

import (
	"errors"
	"fmt"
	"time"
)

// Code is the class of an Error. web/respond maps each to one HTTP status, the commands map it to an exit message.
type Code string

// The classes. A new one is added only together with its status in web/respond.
const (
	Invalid     Code = "invalid"     // what was asked or given is not acceptable as it stands
	NotFound    Code = "not-found"   // there is no such thing, or this viewer may not know of it
	Gone        Code = "gone"        // it was public once and has been withdrawn
	Forbidden   Code = "forbidden"   // the viewer is known and may not
	Conflict    Code = "conflict"    // somebody else changed it first
	TooLarge    Code = "too-large"   // over a stated limit
	Busy        Code = "busy"        // try again shortly
	TooMany     Code = "too-many"    // this client asked too often; Error.After says until when
	Unavailable Code = "unavailable" // a part we depend on (storage, database, tool) does not answer
	Internal    Code = "internal"    // our fault
)

// Reason is a stable code for programs and the key "error.<reason>" of the message catalogue for people.
// Reasons are lowercase words joined by "-".
type Reason string

// Error is what crosses a package boundary when a person has to be told something.
// Reason and Args make the sentence (internal/message); Err is the cause, for the log only, and is never shown.
type Error struct {
	Code   Code
	Reason Reason
	Args   []any         // for the sentence, in the order of its placeholders
	Err    error         // may be nil
	After  time.Duration // how long to wait before the next try; 0 when nothing is known
}

// Fail makes an Error without a cause.
func Fail(code Code, reason Reason, args ...any) *Error {
	return &Error{Code: code, Reason: reason, Args: args}
}

// TryAfter returns a copy of e that says how long to wait before the next try.
func (e *Error) TryAfter(wait time.Duration) *Error {
	c := *e
	c.After = wait
	return &c
}

// Because returns a copy of e that carries cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Err = cause
	return &c
}

// Error is for logs: code, reason, arguments and cause. People get the sentence from internal/message.
func (e *Error) Error() string {
	s := string(e.Code) + ": " + string(e.Reason)
	if len(e.Args) > 0 {
		s += " " + fmt.Sprint(e.Args...)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is an *Error of the same code and, when target names one, the same reason.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	if !ok {
		return false
	}
	return t.Code == e.Code && (t.Reason == "" || t.Reason == e.Reason)
}

// CodeOf returns the code of the first *Error in err's chain, Internal for any other error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// ReasonOf returns the reason of the first *Error in err's chain, "internal" for any other error, and "" for nil.
func ReasonOf(err error) Reason {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return "internal"
}
