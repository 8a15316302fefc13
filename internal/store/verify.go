package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

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
	// FilesUnchecked says that the database's own files are for its server's tools to check.
	FilesUnchecked bool
}

// OK tells whether nothing was found wrong.
func (r Report) OK() bool { return len(r.Findings) == 0 }

func (r *Report) find(key string, args ...any) {
	r.Findings = append(r.Findings, Finding{key, tracker.Fault(tracker.Internal, key, args...).Args})
}

// sampledMoments is how many earlier moments of a dealership are recomputed: the latest at which rows were closed.
const sampledMoments = 3

// Verify checks the database and its references, computes every timeline afresh from the facts and compares it with
// what is stored, for now and for a sample of earlier moments, and follows the hash chain of the log of changes.
func (s *Store) Verify(ctx context.Context, progress func(done, total int)) (Report, error) {
	var report Report
	err := s.Read(ctx, func(tx *Tx) error {
		if err := s.dialect.check(tx, &report); err != nil {
			return err
		}
		ids, err := tx.DealershipIDs(tracker.Scope{All: true}, 0)
		if err != nil {
			return err
		}
		for chunk := range slices.Chunk(ids, settleChunk) {
			if err := tx.verifyDealerships(chunk, &report); err != nil {
				return err
			}
			if progress != nil {
				progress(report.Dealerships, len(ids))
			}
		}
		return tx.verifyChanges(&report)
	})
	return report, err
}

// verifyDealerships compares the stored rows of dealerships with their facts.
func (tx *Tx) verifyDealerships(ids []tracker.DealershipID, report *Report) error {
	if err := tx.verifyMoment(ids, 0, report); err != nil {
		return err
	}
	report.Dealerships += len(ids)
	// An import closes rows of many dealerships at one moment: they are recomputed together.
	closed := map[tracker.Moment][]tracker.DealershipID{}
	for _, id := range ids {
		var moments []tracker.Moment
		err := tx.db.Raw("SELECT DISTINCT superseded_at FROM standings WHERE dealership_id = ? AND superseded_at > 0 ORDER BY superseded_at DESC LIMIT ?",
			id, sampledMoments).Scan(&moments).Error
		if err != nil {
			return err
		}
		for _, m := range moments {
			closed[m] = append(closed[m], id)
		}
	}
	for _, m := range slices.Sorted(maps.Keys(closed)) {
		if err := tx.verifyMoment(closed[m], m-1, report); err != nil {
			return err
		}
		report.Moments += len(closed[m])
	}
	return nil
}

// verifyMoment compares the rows as known at a moment (zero: now).
func (tx *Tx) verifyMoment(ids []tracker.DealershipID, known tracker.Moment, report *Report) error {
	rules, err := tx.RulesKnown(known)
	if err != nil {
		return err
	}
	histories, err := tx.Histories(ids, known)
	if err != nil {
		return err
	}
	var wanted derivedRows
	for _, h := range histories {
		wanted.add(h.Timeline(rules))
	}
	if err := compare(tx, standingTable, ids, known, wanted.standings, report); err != nil {
		return err
	}
	if err := compare(tx, coverageTable, ids, known, wanted.coverage, report); err != nil {
		return err
	}
	return compare(tx, staffingTable, ids, known, wanted.staffing, report)
}

// compare finds rows that are stored and should not be, and rows that should be and are not.
func compare[V comparable](tx *Tx, d derivation[V], ids []tracker.DealershipID, known tracker.Moment, wanted []V, report *Report) error {
	stored, err := d.read(tx, ids, known)
	if err != nil {
		return err
	}
	wrong := func(key string, v V) error {
		dealership, err := tx.DealershipByID(d.of(v))
		report.find(key, "dealership", dealership.Code, "table", d.table, "row", fmt.Sprintf("%+v", v), "known_at", known.String())
		return err
	}
	missing := map[V]int{}
	for _, v := range wanted {
		missing[v]++
	}
	for _, row := range stored {
		report.Rows++
		if missing[row.Values] == 0 {
			if err := wrong("row_unfounded", row.Values); err != nil {
				return err
			}
			continue
		}
		missing[row.Values]--
	}
	for _, v := range wanted {
		if missing[v] > 0 {
			missing[v]--
			if err := wrong("row_missing", v); err != nil {
				return err
			}
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
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return tx.verifyLastChange(previous, after, report)
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

// verifyLastChange finds that entries were cut off the log's end. Whoever also rewrites the note of the last hash is not
// found out: that takes a hash kept elsewhere.
func (tx *Tx) verifyLastChange(last string, seq int64, report *Report) error {
	noted, err := tx.Meta(metaLastChange)
	if err == nil && noted != last {
		report.find("chain_broken", "seq", seq+1)
	}
	return err
}
