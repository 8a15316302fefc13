package demo

import (
	"fmt"
	"math"
	"slices"

	"dealercert/internal/tracker"
)

// The accounts that record, by their places in Accounts: the first ones.
const (
	adminAccount tracker.AccountID = iota + 1
	networkAccount
	beforeRegional = networkAccount
)

// regionalAccount gives the account of a region's manager.
func regionalAccount(region tracker.RegionID) tracker.AccountID {
	return beforeRegional + tracker.AccountID(region)
}

// zonePrefixes are the first letters of the zones of each region, in the order of the regions.
var zonePrefixes = []string{"N", "NE", "E", "C", "S", "W"}

// neighbours are the regions that border each region, as places in the order of the regions.
var neighbours = [][]int{{1, 2, 3, 5}, {0}, {0, 3, 4}, {0, 2, 4, 5}, {2, 3, 5}, {0, 3, 4}}

// place puts every plan into its region, a zone and a group, and makes the zones and groups.
func (n *Network) place(d dice) {
	regions := map[*region]tracker.RegionID{}
	for i := range salesRegions {
		r := &salesRegions[i]
		regions[r] = tracker.RegionID(i + 1)
		n.regions = append(n.regions, tracker.Region{ID: tracker.RegionID(i + 1), Code: r.code, NameEn: r.nameEN, NameZh: r.nameZH})
	}
	sizes := make([]int, len(salesRegions))
	for i := range n.plans {
		n.plans[i].region = regions[n.plans[i].place.city.province.region]
		sizes[n.plans[i].region-1]++
	}
	n.zonesOf = make([][]tracker.ZoneID, len(sizes))
	for i, size := range sizes {
		for number := range min(max(size/24, 2), 9) {
			zone := tracker.Zone{ID: tracker.ZoneID(len(n.zones) + 1), Code: fmt.Sprintf("%s%d", zonePrefixes[i], number+1)}
			n.zones, n.zonesOf[i] = append(n.zones, zone), append(n.zonesOf[i], zone.ID)
		}
	}
	names := newNamer(newDice(n.seed, forGroupNames, 0).Rand)
	for i := range max(share(len(n.plans), 1.0/27), 2) {
		name := names.group()
		n.groups = append(n.groups, tracker.Group{
			ID: tracker.GroupID(i + 1), Code: fmt.Sprintf("G%03d", i+1), NameZh: name.zh, NameEn: name.en,
		})
	}
	seen := make([]int, len(sizes))
	for i := range n.plans {
		p := &n.plans[i]
		at := int(p.region) - 1
		p.zone = n.zonesOf[at][seen[at]*len(n.zonesOf[at])/sizes[at]]
		seen[at]++
		if !d.happens(0.08) {
			p.group = n.drawGroup(d)
		} else if p.newOwner {
			p.group = 1
		}
	}
}

// drawGroup draws a group: the first ones are the biggest.
func (n *Network) drawGroup(d dice) tracker.GroupID {
	return tracker.GroupID(1 + int(float64(len(n.groups))*math.Pow(d.Float64(), 1.5)))
}

// otherGroup draws another group than one.
func (n *Network) otherGroup(d dice, than tracker.GroupID) tracker.GroupID {
	for {
		if g := n.drawGroup(d); g != than {
			return g
		}
	}
}

// neighbour draws a region that borders one, and a zone there.
func (n *Network) neighbour(d dice, of tracker.RegionID) (tracker.RegionID, tracker.ZoneID) {
	at := pick(d.Rand, neighbours[of-1])
	return tracker.RegionID(at + 1), pick(d.Rand, n.zonesOf[at])
}

// Account is a sign-in of the demonstration network. Scopes are given by codes.
type Account struct {
	ID          tracker.AccountID // by which facts name who recorded them
	Login       string
	Name        string
	Role        tracker.Role
	Regions     []string
	Dealerships []string
	Network     bool // a viewer who sees the whole network
}

// Accounts gives the sign-ins: configuration, headquarters, a manager for each region, up to three dealers and a viewer.
// Their identities are their places from 1; facts name those of headquarters and the regions.
func (n *Network) Accounts() []Account {
	out := []Account{
		{Login: "admin", Name: "系统管理员 · Administrator", Role: tracker.RoleAdmin},
		{Login: "network", Name: "网络发展部 · Network development", Role: tracker.RoleNetwork},
	}
	for _, r := range n.regions {
		out = append(out, Account{
			Login: "regional-" + r.Code, Name: r.NameZh + "经理 · " + r.NameEn + " manager", Role: tracker.RoleRegional,
			Regions: []string{r.Code},
		})
	}
	for _, mark := range []showcase{showcaseHealthy, showcaseAtRisk, showcaseUpgrading} {
		at := slices.IndexFunc(n.plans, func(p plan) bool { return p.showcase == mark })
		if at < 0 {
			continue
		}
		code := codeOf(&n.plans[at])
		out = append(out, Account{
			Login: "dealer-" + code, Name: "经销商 " + code + " · Dealer", Role: tracker.RoleDealer, Dealerships: []string{code},
		})
	}
	// What one person at headquarters never does alone, the other confirms.
	out = append(out, Account{Login: "network-2", Name: "网络发展部（二） · Network development, second", Role: tracker.RoleNetwork})
	out = append(out, Account{Login: "viewer", Name: "访客 · Viewer", Role: tracker.RoleViewer, Network: true})
	for i := range out {
		out[i].ID = tracker.AccountID(i + 1)
	}
	return out
}
