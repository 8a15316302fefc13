// Package tracker is the domain of dealercert: what a fact is, and what follows from the facts on any day.
//
// People record dated facts; everything anyone reads is computed from them. The package is pure: it imports the
// standard library only, does no I/O and never asks what time it is.
//
// # Words to use
//
//   - dealership: a dealer's outlet with a code that is never reused (not outlet, store, site).
//   - fact: something that held from one day until another; superseded by a correction, never overwritten.
//   - version, chain: each correction of a fact is a version; the chain is the id of the first one and names the fact.
//   - programme: what a dealership takes part in: law, bmw-i, digital-upgrade. Its rules are a standard in versions.
//   - requirement: one thing a standard asks for (not criterion). Its basis is law or brand, never both.
//   - decision: what a person decided about a dealership in a programme: certify, renew, suspend…
//   - standing: state (what people decided) and lights (whether the requirements hold) for a run of days.
//   - light: healthy, at risk or in breach. The law has no grace; the brand may.
//   - coverage: what a person is qualified for, where and when.
//   - staffing: a dealership's headcounts for a run of days.
//   - course: training that a pack describes, and what a pass is worth. Session: one holding of it, with seats. Booking: a
//     person's seat, or place on the waiting list. (In the code a course also is a dealership's way through a programme.)
//   - day: a civil day in the network's zone. Moment: an instant at which something was recorded.
//
// # Words to avoid
//
// outlet and store (dealership), criterion (requirement), document (evidence), status (state, light or standing),
// approve (accept), compliance (standing).
package tracker
