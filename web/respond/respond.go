// Package respond writes answers: errors as a page, a problem document or a line of text; texts with validators and
// compression; and the bytes of stored objects with ranges (object.go), which a withdrawal can cut (streams.go).
//
// It must not know what a page shows, where an object lies, or who may see it: handlers decide that before they call.
package respond

// Cache-Control values. Everything that can be withdrawn is asked for again within five minutes by the browser that holds it
// and at once by everybody else, because no shared cache may keep it.
const (
	Immutable  = "public, max-age=31536000, immutable" // interface assets, whose name changes with their content
	Brief      = "private, max-age=300"                // media: pictures, segments, tiles, originals
	Revalidate = "no-cache"                            // pages, playlists, manifests, info.json, API
	Alone      = "private, no-cache"                   // what Revalidate is, to one account
	Never      = "no-store"                            // errors, and what belongs to one account
)
