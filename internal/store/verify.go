package store

import (
	"context"
	"fmt"

	"dealercert/internal/tracker"
)

// Finding is one thing that verify found wrong: a message key and its arguments.
type Finding struct {
	Key  string
	Args map[string]any
}

// Report is what verify looked at and found.
type Report struct {
	Findings    []Finding
	Dealerships int // whose current rows were recomputed
	Rows        int // derived rows compared
	Moments     int // earlier moments recomputed
	Changes     int // entries of the log whose hashes were followed
}

// OK tells whether nothing was found wrong.
func (r Report) OK() bool { return len(r.Findings) == 0 }

func (r *Report) find(key string, args ...any) {
	r.Findings = append(r.Findings, Finding{key, tracker.Fault(tracker.Internal, key, args...).Args})
}

// sampledMoments is how many earlier moments of a dealership are recomputed: the latest at which rows were closed.
const sampledMoments = 3

// Verify checks the database file and its references, computes every timeline afresh from the facts and compares it with
// what is stored, for now and for a sample of earlier moments, and follows the hash chain of the log of changes.
func (s *Store) Verify(ctx context.Context, progress func(done, total int)) (Report, error) {
	var report Report
	err := s.Read(ctx, func(tx *Tx) error {
		if err := tx.verifyFile(&report); err != nil {
			return err
		}
		ids, err := tx.DealershipIDs(tracker.Scope{All: true}, 0)
		if err != nil {
			return err
		}
		for i, id := range ids {
			if err := tx.verifyDealership(id, &report); err != nil {
				return err
			}
			progress(i+1, len(ids))
		}
		return tx.verifyChanges(&report)
	})
	return report, err
}

// verifyFile runs SQLite's own checks.
func (tx *Tx) verifyFile(report *Report) error {
	var said []string
	if err := tx.db.Raw("PRAGMA integrity_check").Scan(&said).Error; err != nil {
		report.find("database_damaged", "detail", err.Error())
		return nil
	}
	for _, line := range said {
		if line != "ok" {
			report.find("database_damaged", "detail", line)
		}
	}
	var broken []struct {
		Table  string
		Rowid  int64
		Parent string
	}
	if err := tx.db.Raw("PRAGMA foreign_key_check").Scan(&broken).Error; err != nil {
		return err
	}
	for _, b := range broken {
		report.find("reference_broken", "table", b.Table, "row", b.Rowid, "parent", b.Parent)
	}
	return nil
}

// verifyDealership compares a dealership's stored rows with its facts.
func (tx *Tx) verifyDealership(id tracker.DealershipID, report *Report) error {
	if err := tx.verifyMoment(id, 0, report); err != nil {
		return err
	}
	report.Dealerships++
	var moments []tracker.Moment
	err := tx.db.Raw("SELECT DISTINCT superseded_at FROM standings WHERE dealership_id = ? AND superseded_at > 0 ORDER BY superseded_at DESC LIMIT ?",
		id, sampledMoments).Scan(&moments).Error
	if err != nil {
		return err
	}
	for _, m := range moments {
		if err := tx.verifyMoment(id, m-1, report); err != nil {
			return err
		}
		report.Moments++
	}
	return nil
}

// verifyMoment compares the rows as known at a moment (zero: now).
func (tx *Tx) verifyMoment(id tracker.DealershipID, known tracker.Moment, report *Report) error {
	rules, err := tx.RulesKnown(known)
	if err != nil {
		return err
	}
	history, err := tx.History(id, known)
	if err != nil {
		return err
	}
	standings, coverage, staffing := rowsOf(history.Timeline(rules))
	if err := compare(tx, standingTable, id, known, standings, report); err != nil {
		return err
	}
	if err := compare(tx, coverageTable, id, known, coverage, report); err != nil {
		return err
	}
	return compare(tx, staffingTable, id, known, staffing, report)
}

// compare finds rows that are stored and should not be, and rows that should be and are not.
func compare[V comparable](tx *Tx, d derivation[V], id tracker.DealershipID, known tracker.Moment, wanted []V, report *Report) error {
	stored, err := d.read(tx, id, known)
	if err != nil {
		return err
	}
	dealership, err := tx.DealershipByID(id)
	if err != nil {
		return err
	}
	missing := map[V]int{}
	for _, v := range wanted {
		missing[v]++
	}
	for _, row := range stored {
		report.Rows++
		if missing[row.Values] == 0 {
			report.find("row_unfounded", "dealership", dealership.Code, "table", d.table, "row", fmt.Sprintf("%+v", row.Values), "known_at", known.String())
			continue
		}
		missing[row.Values]--
	}
	for v, count := range missing {
		if count > 0 {
			report.find("row_missing", "dealership", dealership.Code, "table", d.table, "row", fmt.Sprintf("%+v", v), "known_at", known.String())
		}
	}
	return nil
}

// verifyChanges follows the chain of hashes from the first entry to the last.
func (tx *Tx) verifyChanges(report *Report) error {
	previous, after := "", int64(0)
	for {
		var rows []changeRow
		err := tx.db.Raw("SELECT * FROM changes WHERE seq > ? ORDER BY seq LIMIT ?", after, listChunk).Scan(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			digest, err := row.digest()
			if err != nil {
				return err
			}
			if row.Seq != after+1 || row.PrevHash != previous || row.Hash != digest {
				report.find("chain_broken", "seq", row.Seq)
				return nil
			}
			report.Changes++
			previous, after = row.Hash, row.Seq
		}
	}
}
