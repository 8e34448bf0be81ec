package request

import (
	"net"
	"net/netip"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Address returns from where the request comes, for counting: the peer, or what a proxy on this machine or in this network says. A peer from
// elsewhere may write into X-Forwarded-For what it likes; it is not asked. The zero Addr when nothing is known.
func Address(c *fiber.Ctx) netip.Addr {
	peer := netip.Addr{}
	if tcp, ok := c.Context().RemoteAddr().(*net.TCPAddr); ok {
		peer, _ = netip.AddrFromSlice(tcp.IP)
		peer = peer.Unmap()
	}
	return addressOf(peer, strings.Join(c.GetReqHeaders()[fiber.HeaderXForwardedFor], ","))
}

// addressOf reads the list from its end, where the proxy nearest to us wrote: whatever stands before the first address that is not of our own network
// was sent by the client.
func addressOf(peer netip.Addr, forwarded string) netip.Addr {
	if !ours(peer) {
		return peer
	}
	found := peer
	for forwarded != "" {
		rest, last, _ := cutLast(forwarded)
		forwarded = rest
		a, err := netip.ParseAddr(strings.TrimSpace(last))
		if err != nil {
			return found
		}
		if found = a.Unmap().WithZone(""); !ours(found) {
			return found
		}
	}
	return found
}

func cutLast(s string) (before, last string, found bool) {
	if i := strings.LastIndexByte(s, ','); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return "", s, false
}

// ours reports whether an address is of this machine or this network.
func ours(a netip.Addr) bool { return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() }
