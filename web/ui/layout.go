package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/a-h/templ"

	"vannghe/internal/message"
	"vannghe/internal/viet"
)

func documentTitle(p Page) string {
	if p.Title == "" {
		return p.Site.Title
	}
	return p.Title + " · " + p.Site.Title
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// integrity lets the browser refuse an asset that is not the one that was built.
func integrity(p Page, name string) templ.Attributes {
	if i := p.Assets.Integrity(name); i != "" {
		return templ.Attributes{"integrity": i}
	}
	return nil
}

func current(l Link) templ.Attributes {
	if l.Current {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

// foreign marks words in another language than the page's, for screen readers and hyphenation.
func foreign(t Text, language string) templ.Attributes {
	if language == "" || language == t.Language() {
		return nil
	}
	return templ.Attributes{"lang": language}
}

// own marks a work's own words. Where the catalogue does not say their language, Vietnamese letters do.
func own(t Text, language, words string) templ.Attributes {
	if language == "" && viet.IsVietnamese(words) {
		language = message.Vietnamese
	}
	return foreign(t, language)
}

// told marks what the catalogue says of a work, which is in Vietnamese whatever the work is in, or in the work's language.
func told(t Text, language, words string) templ.Attributes {
	if viet.IsVietnamese(words) {
		language = message.Vietnamese
	}
	return foreign(t, language)
}

// suggestAddress is where the script of the search box asks what may be meant; q follows.
func suggestAddress(t Text) string { return "/api/v1/suggest?lang=" + t.Language() + "&q=" }

// dialled is a telephone number as tel: wants it, without what people put in to read it.
func dialled(phone string) string {
	return strings.Map(func(r rune) rune {
		if (r >= '0' && r <= '9') || r == '+' {
			return r
		}
		return -1
	}, phone)
}

// labelled names an element; "" leaves it without a name.
func labelled(name string) templ.Attributes {
	if name == "" {
		return nil
	}
	return templ.Attributes{"aria-label": name}
}

func licence(t Text, s Site) string {
	sentence := t.Text("site.licence", s.Licence)
	if s.LicenceDate != "" {
		sentence = t.Text("site.licence-dated", s.Licence, t.Date(s.LicenceDate))
	}
	if s.LicenceFrom != "" {
		sentence += t.Text("site.licence-from", s.LicenceFrom)
	}
	return sentence
}

// jsonLD writes schema.org data. The browser runs nothing of this type, so the policy against inline scripts lets it
// stand; encoding/json escapes <, > and &, so no value can end the element.
func jsonLD(data any) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		b, err := json.Marshal(data)
		if err != nil {
			return fmt.Errorf("write JSON-LD: %w", err)
		}
		if _, err := fmt.Fprintf(w, `<script type="application/ld+json">%s</script>`, b); err != nil {
			return fmt.Errorf("write JSON-LD: %w", err)
		}
		return nil
	})
}
