package page

import (
	"strings"

	"vannghe/internal/archive"
	"vannghe/web/ui"
)

// statements maps what follows "rightsstatements.org/vocab/" to the key of its name.
var statements = map[string]string{
	"inc": "rights.inc", "inc-edu": "rights.inc-edu", "inc-nc": "rights.inc-nc", "inc-ow-eu": "rights.inc", "inc-ruu": "rights.inc",
	"noc-oklr": "rights.noc", "noc-us": "rights.noc", "noc-nc": "rights.noc", "noc-cr": "rights.noc",
	"und": "rights.und", "cne": "rights.und", "nkc": "rights.und",
}

// rights names a statement. One that is no address of rightsstatements.org or Creative Commons is shown as it was written.
func rights(t ui.Text, r archive.Rights) ui.Rights {
	out := ui.Rights{Holder: r.Holder}
	scheme, rest, found := strings.Cut(r.Statement, "://")
	if !found || (scheme != "http" && scheme != "https") {
		out.Name = r.Statement
		return out
	}
	out.URL, out.Name = r.Statement, r.Statement
	segments := strings.Split(strings.ToLower(strings.Trim(rest, "/")), "/")
	switch {
	case len(segments) > 2 && strings.HasSuffix(segments[0], "rightsstatements.org"):
		if key, ok := statements[segments[2]]; ok {
			out.Name = t.Text(key)
		}
	case len(segments) > 2 && strings.HasSuffix(segments[0], "creativecommons.org") && segments[1] == "publicdomain":
		out.Name = t.Text("rights.cc0")
	case len(segments) > 2 && strings.HasSuffix(segments[0], "creativecommons.org") && segments[1] == "licenses":
		out.Name = t.Text("rights.cc", "CC "+strings.ToUpper(segments[2]))
	}
	return out
}
