package respond

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/utils"

	"vannghe/internal/archive"
	"vannghe/internal/message"
	"vannghe/web/request"
)

// RetryAfter is what a client is told to wait, in seconds, when something is busy or down.
const RetryAfter = "5"

// Notice is what a person is told about a Failure.
type Notice struct {
	Status   int
	Code     archive.Code
	Reason   archive.Reason
	Args     []any // of the sentence
	Sentence string
	Lang     request.Lang
	Request  string // identifier of the request, which the log also holds
}

// Failures ends requests that failed.
type Failures struct {
	Log *slog.Logger
	// Page draws the notice as a whole HTML page in its language.
	Page func(c *fiber.Ctx, n Notice) error
}

// Handle answers err in the form that the address promises: problem details under /api, a line of text for media and for
// programs, a page elsewhere. It is the one place where a request's error ends, and so the one that logs it.
// It is a fiber.ErrorHandler.
func (f *Failures) Handle(c *fiber.Ctx, err error) error {
	failure := FailureOf(err)
	f.log(c, failure, err)
	forget(c)
	c.Status(failure.Status)
	c.Set(fiber.HeaderCacheControl, Never)
	RetryLater(c, failure)
	form := formOf(c.Path())
	n := notice(c, failure, form)
	switch form {
	case formProblem:
		return problem(c, n)
	case formText:
		return line(c, n)
	}
	if err := f.Page(c, n); err != nil {
		f.Log.Error("draw the page of an error", "request", n.Request, "error", err)
		return line(c, n)
	}
	return nil
}

// RetryLater tells a client how long to wait: whole seconds, where waiting helps.
func RetryLater(c *fiber.Ctx, failure Failure) {
	switch {
	case failure.Cause.After > 0:
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(failure.Cause.After.Seconds()))))
	case failure.Status == fiber.StatusServiceUnavailable:
		c.Set(fiber.HeaderRetryAfter, RetryAfter)
	}
}

// Refused is what a form says about an error of the person who filled it: the status and the sentence. A client is told how long to wait where waiting
// helps.
func Refused(c *fiber.Ctx, err error) (status int, sentence string) {
	failure := FailureOf(err)
	RetryLater(c, failure)
	return failure.Status, message.For(string(request.Language(c))).Sentence(failure.Cause)
}

// log writes what people are not shown. Errors of the client are not ours to raise an alarm about.
func (f *Failures) log(c *fiber.Ctx, failure Failure, err error) {
	level := slog.LevelDebug
	if failure.Status >= fiber.StatusInternalServerError {
		level = slog.LevelError
	}
	f.Log.Log(request.Context(c), level, "request failed",
		"request", request.ID(c), "method", c.Method(), "path", c.Path(), "status", failure.Status, "error", err)
}

func notice(c *fiber.Ctx, failure Failure, form form) Notice {
	lang := request.Language(c)
	if form != formPage {
		lang = request.Negotiated(c)
	}
	return Notice{
		Status:   failure.Status,
		Code:     failure.Cause.Code,
		Reason:   failure.Cause.Reason,
		Args:     failure.Cause.Args,
		Sentence: message.For(string(lang)).Sentence(failure.Cause),
		Lang:     lang,
		Request:  request.ID(c),
	}
}

// forget removes what a handler had already said about the answer that it then could not give.
func forget(c *fiber.Ctx) {
	c.Response().ResetBody()
	for _, h := range []string{
		fiber.HeaderETag, fiber.HeaderLastModified, fiber.HeaderContentRange, fiber.HeaderAcceptRanges, fiber.HeaderLocation,
		fiber.HeaderContentEncoding, fiber.HeaderContentDisposition, fiber.HeaderContentLength, fiber.HeaderContentType,
	} {
		c.Response().Header.Del(h)
	}
}

// form is how an error is written.
type form int

const (
	formPage form = iota
	formProblem
	formText
)

// forms maps the first segment of a path to the form of its errors; every other path is a page.
var forms = map[string]form{
	"api":     formProblem,
	"media":   formText,
	"iiif":    formText,
	"assets":  formText,
	"oembed":  formText,
	"rest":    formText,
	"files":   formText,
	"healthz": formText,
	"readyz":  formText,
	"metrics": formText,
}

func formOf(path string) form {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return forms[first]
}

func line(c *fiber.Ctx, n Notice) error {
	c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	c.Set(fiber.HeaderContentLanguage, string(n.Lang))
	return c.SendString(n.Sentence + "\n")
}

// Problem is an RFC 9457 problem document. Code is the stable reason, such as "work-withdrawn", by which programs decide.
type Problem struct {
	Type     string `json:"type"`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail"`
	Instance string `json:"instance,omitempty"`
	Code     string `json:"code"`
}

// ProblemOf writes n as a problem document. Type is "about:blank", as §4.2.1 asks when the status says it all; the title then
// is the status's own phrase.
func ProblemOf(n Notice, title string) Problem {
	p := Problem{Type: "about:blank", Title: title, Status: n.Status, Detail: n.Sentence, Code: string(n.Reason)}
	if n.Request != "" {
		p.Instance = "urn:request:" + n.Request
	}
	return p
}

// ProblemType is the media type of a Problem.
const ProblemType = "application/problem+json"

func problem(c *fiber.Ctx, n Notice) error {
	b, err := json.Marshal(ProblemOf(n, utils.StatusMessage(n.Status)))
	if err != nil {
		return fmt.Errorf("encode a problem document: %w", err)
	}
	c.Set(fiber.HeaderContentType, ProblemType)
	c.Set(fiber.HeaderContentLanguage, string(n.Lang))
	return c.Send(b)
}
