package request

import (
	"net/netip"
	"testing"
)

func TestAddressOfAClient(t *testing.T) {
	for _, c := range []struct{ name, peer, forwarded, want string }{
		{"nobody between", "203.0.113.7", "", "203.0.113.7"},
		{"a client that makes up a proxy", "203.0.113.7", "198.51.100.1", "203.0.113.7"},
		{"a proxy on this machine", "127.0.0.1", "203.0.113.7", "203.0.113.7"},
		{"a client that lies to the proxy", "127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"},
		{"somebody in the house who lies to the proxy", "127.0.0.1", "10.9.9.9, 192.168.1.5", "192.168.1.5"},
		{"somebody in the house who makes up a client", "192.168.1.7", "198.51.100.9", "192.168.1.7"},
		{"somebody in the house, by the proxy", "127.0.0.1", "192.168.1.20", "192.168.1.20"},
		{"somebody in the house, without proxy", "192.168.1.20", "", "192.168.1.20"},
		{"a proxy that says nonsense", "127.0.0.1", "203.0.113.7, unknown", "127.0.0.1"},
		{"IPv6 within IPv4 form", "::1", "::ffff:203.0.113.7", "203.0.113.7"},
		{"IPv6", "::1", "2001:db8::5", "2001:db8::5"},
	} {
		if got := addressOf(netip.MustParseAddr(c.peer), c.forwarded); got.String() != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Whatever the header holds, a peer from elsewhere counts as itself, and the answer is an address.
func FuzzAddress(f *testing.F) {
	f.Add("203.0.113.7, 10.0.0.1")
	f.Add(",,,")
	f.Add("fe80::1%eth0")
	foreign, proxy := netip.MustParseAddr("203.0.113.99"), netip.MustParseAddr("127.0.0.1")
	f.Fuzz(func(t *testing.T, forwarded string) {
		if got := addressOf(foreign, forwarded); got != foreign {
			t.Errorf("%q: %s", forwarded, got)
		}
		if got := addressOf(proxy, forwarded); !got.IsValid() || got.Zone() != "" {
			t.Errorf("%q: %s", forwarded, got)
		}
	})
}
