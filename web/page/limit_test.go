package page

import (
	"fmt"
	"testing"
	"time"
)

// TestLimiter: a line, then the block that it is from, then nobody else; the family next door and the other end of the country still get through.
func TestLimiter(t *testing.T) {
	l, now := newLimiter(), time.Unix(1e9, 0)
	line, block := bounds()[0], bounds()[1]
	for range line.letters {
		if !l.allow("2001:db8::1", now) {
			t.Fatal("refused too soon")
		}
	}
	if l.allow("2001:db8::2", now.Add(line.span)) || !l.allow("2001:db8:0:1::1", now) || !l.allow("192.0.2.1", now) || !l.allow("::ffff:192.0.2.1", now) {
		t.Error("the limit holds for one line and its span")
	}
	if !l.allow("2001:db8::1", now.Add(line.span+time.Second)) {
		t.Error("after the span it is forgotten")
	}
	sent := 2
	for i := range 200 {
		if l.allow(fmt.Sprintf("192.0.2.%d", 2+i), now) {
			sent++
		}
	}
	if sent != block.letters || l.allow("192.0.2.250", now.Add(block.span)) || !l.allow("192.0.3.1", now) || !l.allow("192.0.2.250", now.Add(block.span+time.Second)) {
		t.Errorf("%d letters of one block", sent)
	}
	for i := range 2 * mostPlaces { // a flood from everywhere closes the form to nobody
		l.allow(fmt.Sprintf("10.%d.%d.1", i/256, i%256), now.Add(time.Duration(i)))
	}
	if len(l.sent) > mostPlaces || !l.allow("203.0.113.1", now) {
		t.Errorf("%d places are remembered", len(l.sent))
	}
	codes := newLimiter()
	for i := range 2 * line.letters {
		if codes.allow("abcdefgh2345", now) != (i < line.letters) {
			t.Fatalf("what is no address: %d", i)
		}
	}
}
