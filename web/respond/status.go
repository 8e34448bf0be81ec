package respond

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
)

// statuses, with reasons, is the only place where a class of error becomes an HTTP status (RFC 9110 §15).
var statuses = map[archive.Code]int{
	archive.Invalid:     fiber.StatusBadRequest,
	archive.NotFound:    fiber.StatusNotFound,
	archive.Gone:        fiber.StatusGone,
	archive.Forbidden:   fiber.StatusForbidden,
	archive.Conflict:    fiber.StatusConflict,
	archive.TooLarge:    fiber.StatusRequestEntityTooLarge,
	archive.Busy:        fiber.StatusServiceUnavailable,
	archive.TooMany:     fiber.StatusTooManyRequests,
	archive.Unavailable: fiber.StatusServiceUnavailable,
	archive.Internal:    fiber.StatusInternalServerError,
}

// reasons holds the errors for which a protocol has a status of its own (tus 1.0; RFC 4918 §11.3).
var reasons = map[archive.Reason]int{
	"request-too-slow":   fiber.StatusRequestTimeout,
	"tus-version":        fiber.StatusPreconditionFailed,
	"upload-type":        fiber.StatusUnsupportedMediaType,
	"upload-busy":        fiber.StatusLocked,
	"upload-interrupted": fiber.StatusLocked,
	"upload-checksum":    460,
	"uploads-too-many":   fiber.StatusTooManyRequests,
}

// protocol holds the errors that Fiber and fasthttp report themselves, by their status: what the person is told about them.
var protocol = map[int]*archive.Error{
	fiber.StatusBadRequest:                  archive.Fail(archive.Invalid, "request-malformed"),
	fiber.StatusNotFound:                    archive.Fail(archive.NotFound, "page-missing"),
	fiber.StatusMethodNotAllowed:            archive.Fail(archive.Invalid, "method-not-allowed"),
	fiber.StatusRequestTimeout:              archive.Fail(archive.Invalid, "request-too-slow"),
	fiber.StatusRequestEntityTooLarge:       archive.Fail(archive.TooLarge, "request-too-large"),
	fiber.StatusRequestHeaderFieldsTooLarge: archive.Fail(archive.TooLarge, "headers-too-large"),
}

// Failure is an error on its way to a person: the status, and the archive.Error whose sentence is shown.
type Failure struct {
	Status int
	Cause  *archive.Error // never nil; its own cause is for the log
}

// FailureOf classes err. An error without an archive.Error is Internal "internal"; one that ended because time ran out is
// Unavailable "too-slow".
func FailureOf(err error) Failure {
	if e, ok := errors.AsType[*archive.Error](err); ok {
		return Failure{Status: statusFor(e), Cause: e}
	}
	if e, ok := errors.AsType[*fiber.Error](err); ok {
		return protocolFailure(e)
	}
	e := archive.Fail(archive.Internal, "internal").Because(err)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		e = archive.Fail(archive.Unavailable, "too-slow").Because(err)
	}
	return Failure{Status: statusOf(e.Code), Cause: e}
}

func statusFor(e *archive.Error) int {
	if s, ok := reasons[e.Reason]; ok {
		return s
	}
	return statusOf(e.Code)
}

func statusOf(code archive.Code) int {
	if s, ok := statuses[code]; ok {
		return s
	}
	return fiber.StatusInternalServerError
}

func protocolFailure(err *fiber.Error) Failure {
	if e, ok := protocol[err.Code]; ok {
		return Failure{Status: err.Code, Cause: e.Because(err)}
	}
	if err.Code >= 400 && err.Code < 500 {
		return Failure{Status: err.Code, Cause: protocol[fiber.StatusBadRequest].Because(err)}
	}
	return Failure{Status: fiber.StatusInternalServerError, Cause: archive.Fail(archive.Internal, "internal").Because(err)}
}
