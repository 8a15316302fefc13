package demo

import (
	"context"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// DefaultOptions make the network that the first start shows.
func DefaultOptions() Options { return Options{Dealerships: 600, Seed: 1} }

// Fill makes the network that the options ask for and records it in an empty database, by the rules of the embedded
// packs. The fault is Invalid for a size that cannot be made and Conflict when the database holds data.
func Fill(ctx context.Context, a *app.App, o Options, progress func(stage string, done, total int)) error {
	o.Publications = append(o.Publications, a.Publications()...)
	network, err := New(o)
	if err != nil {
		return err
	}
	loading := app.Loading{
		Moment: KnowledgeMoment, Regions: network.Regions(), Zones: network.Zones(), Groups: network.Groups(),
		Responsibles: network.Responsibles(), Promises: network.promises,
		Publications: network.Publications(), Dealerships: network.Dealerships(), Facts: network.Facts(),
		Reports: network.Reports, Sessions: network.Sessions(), Bookings: network.Bookings,
		Nouns: func(yield func(app.LoadedNouns) bool) {
			for n := range network.Nouns() {
				if !yield(app.LoadedNouns{Dealership: n.Dealership, People: n.People, Contacts: n.Contacts}) {
					return
				}
			}
		},
	}
	for _, account := range network.Accounts() {
		loading.Accounts = append(loading.Accounts, account.new())
	}
	return a.LoadDemo(ctx, loading, progress)
}

// new gives the account as the use case takes it.
func (a Account) new() app.NewAccount {
	return app.NewAccount{
		Login: a.Login, Name: a.Name, Role: string(a.Role), Network: a.Network || a.Role == tracker.RoleNetwork,
		Regions: a.Regions, Dealerships: a.Dealerships,
	}
}
