package poppler

import (
	"math"
	"strconv"
	"strings"

	"vannghe/internal/archive"
)

// parseInfo reads pdfinfo's answer. What the document says of itself stands first and may hold lines that look like the
// rest; so of its own words the first line of a name counts, of what poppler found the last.
func parseInfo(answer string) (Info, error) {
	var info Info
	own := map[string]string{}
	for line := range strings.Lines(strings.ToValidUTF8(answer, "\uFFFD")) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		if _, seen := own[name]; !seen {
			own[name] = value
		}
		info.found(name, value)
	}
	info.Title, info.Author, info.Subject, info.Creator, info.Producer = own["Title"], own["Author"], own["Subject"], own["Creator"], own["Producer"]
	if info.Pages < 1 {
		return Info{}, archive.Fail(archive.Invalid, "pdf-unreadable")
	}
	if len(info.Sizes) > info.Pages {
		info.Sizes = info.Sizes[:info.Pages]
	}
	return info, nil
}

// maxPages bounds what is believed of a number of pages.
const maxPages = 1_000_000

func (i *Info) found(name, value string) {
	switch name {
	case "Pages":
		if n, err := strconv.Atoi(value); err == nil && n <= maxPages {
			i.Pages = n
		}
		i.Sizes = nil // they follow
	case "Encrypted":
		i.Encrypted = strings.HasPrefix(value, "yes")
	case "JavaScript":
		i.JavaScript = value == "yes"
	case "PDF version":
		i.Version = value
	default:
		i.page(name, value)
	}
}

// page reads "Page    1 size:  595.3 x 841.9 pts (A4)" and "Page    1 rot:   90".
func (i *Info) page(name, value string) {
	fields := strings.Fields(name)
	if len(fields) != 3 || fields[0] != "Page" {
		return
	}
	n, err := strconv.Atoi(fields[1])
	switch {
	case err != nil:
	case fields[2] == "size" && n == len(i.Sizes)+1:
		i.Sizes = append(i.Sizes, size(value))
	case fields[2] == "rot" && n == len(i.Sizes) && n > 0 && (value == "90" || value == "270"):
		s := &i.Sizes[n-1]
		s.Width, s.Height = s.Height, s.Width
	}
}

func size(s string) Size {
	fields := strings.Fields(s)
	if len(fields) < 3 {
		return Size{}
	}
	return Size{points(fields[0]), points(fields[2])}
}

func points(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || f < 0 {
		return 0
	}
	return f
}
