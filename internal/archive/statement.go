package archive

import (
	"net/url"
	"strings"
)

// ParseStatement checks the address of a rights statement or licence: http or https at rightsstatements.org or creativecommons.org, because it is
// shown as a link and handed to harvesters. "" says nothing of rights. The error is Invalid "rights-unknown".
func ParseStatement(s string) (string, error) {
	if s == "" {
		return s, nil
	}
	u, err := url.Parse(s)
	if err != nil || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return "", Fail(Invalid, "rights-unknown", s)
	}
	switch strings.TrimPrefix(strings.ToLower(u.Host), "www.") {
	case "rightsstatements.org", "creativecommons.org":
		return s, nil
	default:
		return "", Fail(Invalid, "rights-unknown", s)
	}
}
