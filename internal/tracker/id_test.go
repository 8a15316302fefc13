package tracker_test

import (
	"regexp"
	"testing"
	"time"

	"dealercert/internal/tracker"
)

func TestFactIDsAreUUIDsOfVersion7(t *testing.T) {
	at := tracker.MomentOf(time.UnixMilli(1645557742000)) // the example of RFC 9562, appendix A.6
	id := tracker.NewFactID(at, [10]byte{0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f})
	if want := tracker.FactID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"); id != want {
		t.Errorf("got %s, want %s", id, want)
	}
	shape := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	for _, entropy := range [][10]byte{{}, {255, 255, 255, 255, 255, 255, 255, 255, 255, 255}} {
		if id := tracker.NewFactID(at, entropy); !shape.MatchString(string(id)) {
			t.Errorf("%s is no UUID of version 7", id)
		}
	}
}

func TestFactIDsSortByTheMomentOfRecording(t *testing.T) {
	at := tracker.MomentOf(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	high, low := [10]byte{255, 255, 255}, [10]byte{}
	if earlier, later := tracker.NewFactID(at, high), tracker.NewFactID(at+1000, low); earlier >= later {
		t.Errorf("%s, a millisecond before, does not sort before %s", earlier, later)
	}
}
