package request

import (
	"regexp"
	"testing"
)

// hostPattern is what validHost says, as a pattern.
var hostPattern = regexp.MustCompile(`^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$`)

func FuzzHost(f *testing.F) {
	for _, host := range []string{
		"", "a", "vannghe.example", "vannghe.example:8080", "a:", "a:123456", "a:1:2", "[::1]", "[::1]:80", "[::1", "::1", "[:]", "[1]", "-a", "a-", "a b", "a@b", "á", "[::1]]", "[::1]a:1",
		"[::1]:", "[g::1]", "a/b", "a\n", "[", "]", ":", "[]:1", "{a", "@", "`",
	} {
		f.Add(host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		if got, want := validHost(host), hostPattern.MatchString(host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	})
}
