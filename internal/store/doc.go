// Package store keeps the network in a database, SQLite or PostgreSQL: the nouns, the facts with every version of each, what is
// computed from the facts, accounts, sessions and the log of changes.
//
// A fact and everything that follows from it are written in one transaction: Write hands out a Tx, and when the work is
// done it recomputes the timelines of the dealerships that were touched, closes the derived rows that no longer hold and
// inserts those that do. Nothing that was recorded is ever edited.
//
// Errors that a reader can be told are faults of package tracker; every other error is internal.
package store
