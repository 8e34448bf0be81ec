package request

import (
	"net"
	"net/netip"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Address returns from where the request comes, for counting: the peer, or what a proxy on this machine says. Every other peer, also one in this
// network, may write into X-Forwarded-For what it likes, and is not asked. The zero Addr when nothing is known.
func Address(c *fiber.Ctx) netip.Addr {
	peer := netip.Addr{}
	if tcp, ok := c.Context().RemoteAddr().(*net.TCPAddr); ok {
		peer, _ = netip.AddrFromSlice(tcp.IP)
		peer = peer.Unmap()
	}
	return addressOf(peer, strings.Join(c.GetReqHeaders()[fiber.HeaderXForwardedFor], ","))
}

// addressOf takes the end of the list, which the proxy wrote: what stands before was sent by the client.
func addressOf(peer netip.Addr, forwarded string) netip.Addr {
	if !peer.IsLoopback() {
		return peer
	}
	last := forwarded[strings.LastIndexByte(forwarded, ',')+1:]
	a, err := netip.ParseAddr(strings.TrimSpace(last))
	if err != nil {
		return peer
	}
	return a.Unmap().WithZone("")
}
