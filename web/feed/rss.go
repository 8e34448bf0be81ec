package feed

import "encoding/xml"

// rss is an RSS 2.0 document. The prefixes of its namespaces are written out: encoding/xml would declare each anew at every element, which
// some feed readers do not take.
type rss struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	ITunes  string   `xml:"xmlns:itunes,attr"`
	Podcast string   `xml:"xmlns:podcast,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Channel channel  `xml:"channel"`
}

type channel struct {
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	Description string   `xml:"description"`
	Language    string   `xml:"language"`
	Generator   string   `xml:"generator"`
	Self        link     `xml:"atom:link"`
	Author      string   `xml:"itunes:author"`
	Image       *picture `xml:"itunes:image"`
	Explicit    string   `xml:"itunes:explicit"`
	Type        string   `xml:"itunes:type"`
	Category    category `xml:"itunes:category"`
	GUID        string   `xml:"podcast:guid"`
	Medium      string   `xml:"podcast:medium,omitempty"`
	Items       []item   `xml:"item"`
}

type item struct {
	Title       string       `xml:"title"`
	Link        string       `xml:"link"`
	GUID        guid         `xml:"guid"`
	Description string       `xml:"description"`
	Date        string       `xml:"pubDate"` // RFC 822, as RSS wants it
	Category    string       `xml:"category,omitempty"`
	Creator     string       `xml:"dc:creator,omitempty"`
	Enclosure   *enclosure   `xml:"enclosure"`
	Author      string       `xml:"itunes:author,omitempty"`
	Image       *picture     `xml:"itunes:image"`
	Duration    int          `xml:"itunes:duration,omitempty"` // seconds
	Explicit    string       `xml:"itunes:explicit"`
	Transcripts []transcript `xml:"podcast:transcript"`
	Chapters    *chapters    `xml:"podcast:chapters"`
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type picture struct {
	Href string `xml:"href,attr"`
}

type category struct {
	Text string `xml:"text,attr"`
}

type guid struct {
	Permanent string `xml:"isPermaLink,attr"`
	Value     string `xml:",chardata"`
}

type enclosure struct {
	URL    string `xml:"url,attr"`
	Length int64  `xml:"length,attr"` // bytes
	Type   string `xml:"type,attr"`
}

// transcript is podcast:transcript.
type transcript struct {
	URL      string `xml:"url,attr"`
	Type     string `xml:"type,attr"`
	Language string `xml:"language,attr,omitempty"`
	Rel      string `xml:"rel,attr"`
}

// chapters is podcast:chapters.
type chapters struct {
	URL  string `xml:"url,attr"`
	Type string `xml:"type,attr"`
}
