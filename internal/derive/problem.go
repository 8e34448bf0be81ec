package derive

import (
	"context"
	"errors"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
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
	problemCrashes   archive.Reason = "making-crashes"      // working on it ended the server again and again
)

// problemOf says in one word why nothing came of a file. Reasons of other packages that take arguments, or speak to an
// administrator of programs, become reasons that speak of the file.
func problemOf(err error) archive.Reason {
	switch reason := archive.ReasonOf(err); {
	case errors.Is(err, errGoesOn):
		return archive.MakingGaveUp
	case reason == "tool-failed":
		return problemBroken
	case reason == catalog.ReasonCrashes:
		return problemCrashes
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
		return archive.MakingNoTool
	case reason == "scratch-full", reason == "storage-full":
		return archive.MakingNoRoom
	case !final(err):
		return archive.MakingGaveUp
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
