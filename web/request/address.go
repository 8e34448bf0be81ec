package request

import (
	"bytes"
	"net"
	"net/netip"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"vannghe/internal/archive"
)

// Proxies are the addresses of proxies on other machines that are believed when they say for whom they ask. One on this machine always is.
type Proxies []netip.Prefix

// ParseProxies reads addresses and networks, such as "10.0.0.5, fd00::/8". The error is Invalid "setting-invalid".
func ParseProxies(list string) (Proxies, error) {
	var all Proxies
	for field := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(field)
		if err != nil {
			a, single := netip.ParseAddr(field)
			if single != nil {
				return nil, archive.Fail(archive.Invalid, "setting-invalid", "proxies", "10.0.0.5, 172.16.0.0/12, fd00::/8").Because(err)
			}
			p = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())
		}
		all = append(all, p)
	}
	return all, nil
}

// Trusts reports whether a peer is believed.
func (p Proxies) Trusts(peer netip.Addr) bool {
	if peer.IsLoopback() {
		return true
	}
	for _, prefix := range p {
		if prefix.Contains(peer) {
			return true
		}
	}
	return false
}

// SetAddress finds out from where a request comes, for Address.
func SetAddress(c *fiber.Ctx, p Proxies) {
	if a := From(c.Context(), p); a != Peer(c.Context().RemoteAddr()) {
		c.Locals(addressKey, a)
	}
}

// From returns from where a request comes: the peer, or what a proxy that is believed says. Every other peer, also one in this network, may write into
// X-Forwarded-For what it likes, and is not asked. The zero Addr when nothing is known.
func From(ctx *fasthttp.RequestCtx, p Proxies) netip.Addr {
	peer := Peer(ctx.RemoteAddr())
	if !p.Trusts(peer) || len(ctx.Request.Header.Peek(fiber.HeaderXForwardedFor)) == 0 {
		return peer
	}
	return addressOf(p, peer, string(bytes.Join(ctx.Request.Header.PeekAll(fiber.HeaderXForwardedFor), []byte(","))))
}

// Address returns what From says of a request.
func Address(c *fiber.Ctx) netip.Addr {
	if a, said := c.Locals(addressKey).(netip.Addr); said {
		return a
	}
	return Peer(c.Context().RemoteAddr())
}

// Peer returns the address of whoever is connected.
func Peer(remote net.Addr) netip.Addr {
	tcp, ok := remote.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	a, _ := netip.AddrFromSlice(tcp.IP)
	return a.Unmap()
}

// Place is an address as far as it tells one line from another: a line of IPv6 has 2⁶⁴ addresses of its own.
func Place(a netip.Addr) netip.Addr {
	if !a.Is6() || a.IsLoopback() {
		return a
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return a
	}
	return p.Addr()
}

// addressOf goes along the list from its end, which the nearest proxy wrote: what stands before the first that is not believed was sent by
// the client.
func addressOf(p Proxies, peer netip.Addr, forwarded string) netip.Addr {
	for p.Trusts(peer) {
		var last string
		if i := strings.LastIndexByte(forwarded, ','); i >= 0 {
			forwarded, last = forwarded[:i], forwarded[i+1:]
		} else {
			forwarded, last = "", forwarded
		}
		a, err := netip.ParseAddr(strings.TrimSpace(last))
		if err != nil {
			return peer
		}
		peer = a.Unmap().WithZone("")
	}
	return peer
}
