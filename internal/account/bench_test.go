package account_test

import (
	"fmt"
	"net/netip"
	"testing"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog/catalogtest"
)

// What each request of a signed-in device costs before anything else.
func BenchmarkRecognise(b *testing.B) {
	c := catalogtest.Open(b)
	a := account.New(c)
	invited, err := a.AddInvited(b.Context(), archive.System("test"), "la", "", archive.Member)
	if err != nil {
		b.Fatal(err)
	}
	e, err := a.Accept(b.Context(), account.Acceptance{Secret: invited.Secret}, account.Client{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := a.Recognise(b.Context(), e.Secret); err != nil {
			b.Fatal(err)
		}
	}
}

// What a try at a password costs the server, right or wrong.
func BenchmarkPassword(b *testing.B) {
	a := account.New(catalogtest.Open(b))
	for i := 0; b.Loop(); i++ { // from everywhere, or the counters would refuse it
		client := account.Client{Address: netip.AddrFrom4([4]byte{203, 0, byte(i >> 8), byte(i)})}
		if _, _, err := a.SignIn(b.Context(), account.Proof{Name: fmt.Sprint("x", i), Password: "mot cau de nho"}, client); archive.ReasonOf(err) != "sign-in-wrong" {
			b.Fatal(err)
		}
	}
}
