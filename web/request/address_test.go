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
		if got := addressOf(nil, netip.MustParseAddr(c.peer), c.forwarded); got.String() != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A proxy on another machine counts once it is named, and a chain is followed to the first that is not.
func TestAddressBehindNamedProxies(t *testing.T) {
	named, err := ParseProxies("10.0.0.5, fd00::/8 172.16.0.0/12")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, peer, forwarded, want string }{
		{"named", "10.0.0.5", "203.0.113.7", "203.0.113.7"},
		{"its neighbour is not", "10.0.0.6", "203.0.113.7", "10.0.0.6"},
		{"two in a row", "127.0.0.1", "198.51.100.1, 203.0.113.7, 172.20.0.2", "203.0.113.7"},
		{"a client that makes up the chain", "172.20.0.2", "172.20.0.9, 203.0.113.7", "203.0.113.7"},
		{"IPv6", "fd00::1", "2001:db8::5", "2001:db8::5"},
		{"nothing said", "10.0.0.5", "", "10.0.0.5"},
	} {
		if got := addressOf(named, netip.MustParseAddr(c.peer), c.forwarded); got.String() != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	for _, list := range []string{"caddy", "10.0.0.0/33", "10.0.0.5;10.0.0.6"} {
		if _, err := ParseProxies(list); err == nil {
			t.Errorf("%q is taken", list)
		}
	}
	if a, b := Place(netip.MustParseAddr("2001:db8::5")), Place(netip.MustParseAddr("2001:db8::77:1")); a != b {
		t.Errorf("one line of IPv6 is two places: %s, %s", a, b)
	}
}

// Whatever the header holds, a peer from elsewhere counts as itself, and the answer is an address.
func FuzzAddress(f *testing.F) {
	f.Add("203.0.113.7, 10.0.0.1")
	f.Add(",,,")
	f.Add("fe80::1%eth0")
	foreign, proxy := netip.MustParseAddr("203.0.113.99"), netip.MustParseAddr("127.0.0.1")
	f.Fuzz(func(t *testing.T, forwarded string) {
		if got := addressOf(nil, foreign, forwarded); got != foreign {
			t.Errorf("%q: %s", forwarded, got)
		}
		if got := addressOf(nil, proxy, forwarded); !got.IsValid() || got.Zone() != "" {
			t.Errorf("%q: %s", forwarded, got)
		}
	})
}
