package app

import (
	"context"
	"slices"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// Directory is the regions, zones and groups of the network by their identities.
type Directory struct {
	Regions map[tracker.RegionID]tracker.Region
	Zones   map[tracker.ZoneID]tracker.Zone
	Groups  map[tracker.GroupID]tracker.Group
	// RegionList and GroupList are the same in the order of their codes.
	RegionList []tracker.Region
	GroupList  []tracker.Group
	ZoneList   []tracker.Zone
}

// Directory gives the network's regions, zones and groups.
func (a *App) Directory(ctx context.Context) (Directory, error) {
	var out Directory
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = loadDirectory(tx)
		return err
	})
	return out, err
}

// GroupsSeen tells of which groups the actor sees a dealership, or saw one before it moved to another group.
func (a *App) GroupsSeen(ctx context.Context, by tracker.Actor) (func(tracker.GroupID) bool, error) {
	if by.Scope.All {
		return func(tracker.GroupID) bool { return true }, nil
	}
	var ids []tracker.GroupID
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		ids, err = tx.GroupsSeen(by.Scope, a.Today())
		return err
	})
	return func(id tracker.GroupID) bool { return slices.Contains(ids, id) }, err
}

func loadDirectory(tx *store.Tx) (Directory, error) {
	d := Directory{
		Regions: map[tracker.RegionID]tracker.Region{}, Zones: map[tracker.ZoneID]tracker.Zone{},
		Groups: map[tracker.GroupID]tracker.Group{},
	}
	var err error
	if d.RegionList, err = tx.Regions(); err != nil {
		return d, err
	}
	if d.ZoneList, err = tx.Zones(); err != nil {
		return d, err
	}
	if d.GroupList, err = tx.Groups(); err != nil {
		return d, err
	}
	for _, r := range d.RegionList {
		d.Regions[r.ID] = r
	}
	for _, z := range d.ZoneList {
		d.Zones[z.ID] = z
	}
	for _, g := range d.GroupList {
		d.Groups[g.ID] = g
	}
	return d, nil
}

// Region finds a region by its code or either name, whatever the case.
func (d Directory) Region(text string) (tracker.Region, bool) {
	for _, r := range d.RegionList {
		if matches(text, r.Code, r.NameEn, r.NameZh) {
			return r, true
		}
	}
	return tracker.Region{}, false
}

// Group finds a group by its code or either name, whatever the case.
func (d Directory) Group(text string) (tracker.Group, bool) {
	for _, g := range d.GroupList {
		if matches(text, g.Code, g.NameEn, g.NameZh) {
			return g, true
		}
	}
	return tracker.Group{}, false
}

// Zone finds a zone by its code.
func (d Directory) Zone(text string) (tracker.Zone, bool) {
	for _, z := range d.ZoneList {
		if matches(text, z.Code) {
			return z, true
		}
	}
	return tracker.Zone{}, false
}

func matches(text string, names ...string) bool {
	for _, name := range names {
		if name != "" && strings.EqualFold(text, name) {
			return true
		}
	}
	return false
}
