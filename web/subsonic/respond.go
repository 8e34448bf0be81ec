package subsonic

import (
	"encoding/json"
	"encoding/xml"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/message"
	"vannghe/web/request"
	"vannghe/web/respond"
)

// The codes of failures that the protocol knows.
const (
	codeGeneric     = 0
	codeParameter   = 10
	codeOldClient   = 20
	codeNewClient   = 30
	codeWrong       = 40
	codeConflicting = 43
	codeKey         = 44
	codeForbidden   = 50
	codeMissing     = 70
)

// codeOf is the protocol's code of an error.
func codeOf(err error) int {
	switch archive.ReasonOf(err) {
	case "subsonic-parameter":
		return codeParameter
	case reasonOldClient:
		return codeOldClient
	case reasonNewClient:
		return codeNewClient
	case reasonWrong:
		return codeWrong
	case reasonConflicting:
		return codeConflicting
	case reasonKey:
		return codeKey
	}
	switch archive.CodeOf(err) {
	case archive.NotFound, archive.Gone: // what was withdrawn is not there for a player
		return codeMissing
	case archive.Forbidden:
		return codeForbidden
	default:
		return codeGeneric
	}
}

// fail answers with a failure. What is our fault also ends as an error of the server, so that the log holds its cause.
func (k *call) fail(err error, status int) error {
	failure := respond.FailureOf(err)
	if failure.Status >= fiber.StatusInternalServerError {
		return err
	}
	for _, h := range []string{fiber.HeaderContentDisposition, fiber.HeaderETag, fiber.HeaderLastModified, fiber.HeaderAcceptRanges} {
		k.c.Response().Header.Del(h)
	}
	say := message.For(string(request.Negotiated(k.c)))
	return k.send(&response{Status: "failed", Error: &failed{Code: codeOf(err), Message: say.Sentence(failure.Cause)}}, status)
}

// send writes a document in the format that was asked for; nobody else may keep it. JSONP is not spoken: it would run in pages of others.
func (k *call) send(doc *response, status int) error {
	if doc.Status == "" {
		doc.Status = "ok"
	}
	doc.Version, doc.Type, doc.ServerVersion, doc.OpenSubsonic = version, "vannghe", "1", true
	t := respond.Text{Type: "application/xml; charset=utf-8", Cache: respond.Never, Status: status}
	var err error
	if k.param("f") == "json" {
		t.Type = "application/json; charset=utf-8"
		t.Body, err = json.Marshal(map[string]*response{"subsonic-response": doc})
	} else if t.Body, err = xml.Marshal(doc); err == nil {
		t.Body = append([]byte(xml.Header), t.Body...)
	}
	if err != nil {
		return fmt.Errorf("write an answer to a player: %w", err)
	}
	return t.Send(k.c)
}
