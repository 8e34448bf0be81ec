package page

import (
	"net/url"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/web/ui"
)

// statements are those of rightsstatements.org, each of which has its words under "rights.".
var statements = []string{
	"inc", "inc-ow-eu", "inc-edu", "inc-nc", "inc-ruu", "noc-cr", "noc-nc", "noc-oklr", "noc-us", "cne", "und", "nkc",
}

// rights names a statement in the reader's words. One that is no address of rightsstatements.org or Creative Commons is shown as
// it was written.
func rights(t ui.Text, r archive.Rights) ui.Rights {
	out := ui.Rights{Name: r.Statement, Holder: r.Holder}
	u, err := url.Parse(r.Statement)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return out
	}
	out.URL = r.Statement
	kind, statement, _ := strings.Cut(strings.Trim(strings.ToLower(u.Path), "/"), "/")
	statement, _, _ = strings.Cut(statement, "/") // a version may follow
	if name := statementName(t, strings.TrimPrefix(strings.ToLower(u.Host), "www."), kind, statement); name != "" {
		out.Name = name
	}
	return out
}

// statementName words the statements one by one: whether rights have ended, were given up or are only unknown is not the same.
func statementName(t ui.Text, host, kind, statement string) string {
	switch {
	case host == "rightsstatements.org" && (kind == "vocab" || kind == "page") && slices.Contains(statements, statement):
		return t.Text("rights." + statement)
	case host != "creativecommons.org" || statement == "":
		return ""
	case kind == "publicdomain" && statement == "zero":
		return t.Text("rights.cc0")
	case kind == "publicdomain" && statement == "mark":
		return t.Text("rights.pdm")
	case kind == "licenses" && statement != "publicdomain":
		return t.Text("rights.cc", "CC "+strings.ToUpper(statement))
	default:
		return ""
	}
}
