package page

import (
	"testing"

	"vannghe/internal/archive"
	"vannghe/web/ui"
)

// A link tells why changes were asked for, not why a work was shown again: that names whoever complained.
func TestToldOutside(t *testing.T) {
	var events []archive.Event
	for _, kind := range []archive.EventType{archive.EventRequest, archive.EventWithdrawal, archive.EventRestoration} {
		events = append(events, archive.Event{Type: kind, Outcome: archive.Success, Detail: archive.Decision{Name: "Vân", Note: string(kind)}.Detail()})
	}
	list := toldOutside(ui.Speak("vi"), events)
	if len(list) != 2 || list[0].Type != archive.EventWithdrawal || list[1].Type != archive.EventRequest {
		t.Errorf("a link tells %+v", list)
	}
}
