package store

import "dealercert/internal/tracker"

// Account is somebody who can sign in, with what they may see.
type Account struct {
	ID           tracker.AccountID
	Login        string
	Name         string
	Role         tracker.Role
	Language     string // en, zh-Hans, or empty for the installation's
	Disabled     bool
	PasswordHash string // argon2id; empty: no password signs in
	Demo         bool   // made with the demonstration network
	Scope        tracker.Scope
	ScopeLabels  ScopeLabels // filled when read
}

// ScopeLabels names a scope: codes of regions, groups and dealerships.
type ScopeLabels struct {
	Regions     []string
	Groups      []string
	Dealerships []string
}
