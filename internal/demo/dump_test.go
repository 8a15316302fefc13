package demo

import (
	"fmt"
	"testing"
)

func TestDump(t *testing.T) {
	n, _ := mustNetwork(t, 600, 1)
	i := 0
	for x := range n.Nouns() {
		if i++; i%80 == 3 {
			d := x.Dealership
			fmt.Println(d.ID, d.Code, d.NameZh, d.NameEn, d.Province, d.City, d.Address, d.Phone, *d.Lat, *d.Lng, d.Format, len(x.People), x.People[0])
		}
	}
	for _, a := range n.Accounts() {
		fmt.Printf("%+v\n", a)
	}
	fmt.Println(n.Zones(), len(n.Groups()), n.Groups()[:3], n.Publications()[1].RecordedAt, n.Publications()[1].Standard)
	i = 0
	for facts := range n.Facts() {
		if i++; i == 3 || i == 4 {
			for _, f := range facts {
				h := f.Version()
				fmt.Printf("%s %s by%d sup=%s %q %s %+v\n", h.RecordedAt, h.ID[:13], h.RecordedBy, h.SupersededAt, h.Reason, f.Kind(), f)
			}
		}
	}
}
