package derive

import (
	"context"
	"errors"

	"vannghe/internal/archive"
)

// Reasons that this package gives by itself. They stand beside a file for as long as it is kept, so they take no arguments.
const (
	problemUnknown   archive.Reason = "format-unknown"      // kept; nothing here reads the format
	problemMedia     archive.Reason = "media-unreadable"    // neither pictures nor sound could be found in it
	problemBroken    archive.Reason = "file-unreadable"     // the program that knows the format gave up on it
	problemLong      archive.Reason = "making-too-long"     // over the time that a file of its kind is given
	problemMemory    archive.Reason = "making-too-much"     // over the memory or size that is given
	problemRetired   archive.Reason = "recipe-retired"      // planned by a version of the program that is no longer run
	problemNoText    archive.Reason = "page-text-missing"   // a scan without a text layer: shown, not searched
	problemTruncated archive.Reason = "file-truncated"      // its end is missing: what there is can be seen
	problemPixels    archive.Reason = "picture-over-limit"  // more pixels than are decoded
	problemLongText  archive.Reason = "text-over-limit"     // more text than is made into a page
	problemPages     archive.Reason = "document-over-limit" // more pages than are drawn

	// The cause lies with us, not with the file: what failed so is tried again when its job is.
	problemGaveUp archive.Reason = "making-gave-up"
	problemNoRoom archive.Reason = "making-no-room"
	problemNoTool archive.Reason = "making-no-tool"
)

// ours reports whether a problem says nothing about the file, so that another try may do better.
func ours(p archive.Reason) bool {
	return p == problemGaveUp || p == problemNoRoom || p == problemNoTool
}

// problemOf says in one word why nothing came of a file. Reasons of other packages that take arguments, or speak to an
// administrator of programs, become reasons that speak of the file.
func problemOf(err error) archive.Reason {
	switch reason := archive.ReasonOf(err); {
	case reason == "tool-failed":
		return problemBroken
	case reason == "tool-timeout", errors.Is(err, context.DeadlineExceeded):
		return problemLong
	case reason == "tool-memory", reason == "tool-output":
		return problemMemory
	case reason == "picture-too-large", reason == "page-too-large":
		return problemPixels
	case reason == "pdf-too-long":
		return problemPages
	case reason == "text-too-large":
		return problemLongText
	case reason == "tool-missing":
		return problemNoTool
	case reason == "scratch-full", reason == "storage-full":
		return problemNoRoom
	case !final(err):
		return problemGaveUp
	case hasArguments(err):
		return problemBroken
	default:
		return reason
	}
}

// hasArguments reports whether the sentence for err would have gaps without its arguments.
func hasArguments(err error) bool {
	e, ok := errors.AsType[*archive.Error](err)
	return ok && len(e.Args) > 0 && e.Reason != problemUnknown
}

// final reports whether trying again can change nothing: the file itself is the cause.
func final(err error) bool {
	code := archive.CodeOf(err)
	return code == archive.Invalid || code == archive.TooLarge
}
