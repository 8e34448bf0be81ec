package ui

import "vannghe/internal/archive"

// Page is what every page says about itself, around its content.
type Page struct {
	Title       string // of this page, without the site's name; "" on the home page
	Description string // one or two sentences for search engines and shared links
	Canonical   string // absolute address; "" when the page has none (errors, searches)
	Image       string // absolute address of a picture for shared links; may be ""
	Type        string // Open Graph type: "website", "article", "video.other", "music.song", "profile"
	Data        any    // schema.org value written as JSON-LD; nil for none
	Private     bool   // keep out of search engines
	Status      int    // HTTP status the page is served with; 0 counts as 200

	Player     *Frame    // what other sites may show of it in a frame; nil for none
	Sound      *Source   // absolute address of a recording for shared links; nil for none
	Subscribed []Offered // the same in forms that programs read: feeds, oEmbed

	Alternates    []Alternate // this page in every language, itself included; for hreflang
	OtherLanguage Link        // the same page in the other language: Label its own name ("English"), Language its tag
	Nav           []Link      // main sections, in order
	Query         string      // what stands in the header's search box
	SignedIn      bool        // the way leads to the desk instead of to signing in
	Site          Site
	Assets        *Assets
}

// Alternate is the same page in one language.
type Alternate struct {
	Language string // BCP 47
	URL      string // absolute
}

// Frame is a page made to be shown within another.
type Frame struct {
	URL    string // absolute
	Width  int    // pixels
	Height int
}

// Offered is a page in another form.
type Offered struct {
	Type  string // media type
	Title string
	URL   string
}

// Link is a named address. Current marks the one that the reader is on.
type Link struct {
	Label    string
	URL      string
	Current  bool
	Count    int    // works behind it; 0 is not shown
	Language string // BCP 47, when it differs from the page's
}

// Site is what the archive says of itself on every page.
type Site = archive.Site

// Picture is an image in its own proportions. Width and Height are those of the largest version, in pixels; they keep
// the place so that nothing moves while it loads.
type Picture struct {
	Src    string // a version of middling size
	SrcSet string // "address 480w, address 960w"; may be ""
	WebP   string // the same in WebP, which is smaller; "" when there is none
	Width  int
	Height int
	Alt    string // "" when the title beside it says the same
}
