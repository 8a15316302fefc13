package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

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
	Moments     int // earlier moments recomputed, each of one dealership
	Drawn       int // dealerships whose earlier moments were drawn by lot to be recomputed
	Changes     int // entries of the log whose hashes were followed
	Snapshots   int // frozen answers whose hashes were compared
	// FilesUnchecked says that the database's own files are for its server's tools to check.
	FilesUnchecked bool
}

// OK tells whether nothing was found wrong.
func (r Report) OK() bool { return len(r.Findings) == 0 }

// add takes in what another part found.
func (r *Report) add(part Report) {
	r.Findings = append(r.Findings, part.Findings...)
	r.Dealerships += part.Dealerships
	r.Rows += part.Rows
	r.Moments += part.Moments
	r.Drawn += part.Drawn
	r.Changes += part.Changes
	r.Snapshots += part.Snapshots
	r.FilesUnchecked = r.FilesUnchecked || part.FilesUnchecked
}

func (r *Report) find(key string, args ...any) {
	r.Findings = append(r.Findings, Finding{key, tracker.Fault(tracker.Internal, key, args...).Args})
}

// How much of what was known earlier is recomputed: so many moments over the whole network, a moment being one of those at
// which rows of a dealership were closed, and no fewer than so many of each dealership that is drawn. In a small network that
// is everything.
const (
	sampledMoments = 3000
	sampledEach    = 3
)

// loggedChunk is how many entries of the log of changes are followed at once.
const loggedChunk = 5000

// Verify checks the database and its references, computes every timeline afresh from the facts and compares it with
// what is stored, for now and, of dealerships drawn by lot, for earlier moments, and follows the hash chain of the log of
// changes. Parts run beside each other, each on a snapshot of its own: what they look for holds in any snapshot.
func (s *Store) Verify(ctx context.Context, progress func(done, total int)) (Report, error) {
	parts, err := s.partsToVerify(ctx)
	if err != nil {
		return Report{}, err
	}
	var done sync.Mutex
	found, finished := make([]Report, len(parts)), 0
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(s.verifiers(ctx))
	for i, part := range parts {
		group.Go(func() error {
			if err := s.Read(within, func(tx *Tx) error { return part(tx, &found[i]) }); err != nil {
				return err
			}
			done.Lock()
			defer done.Unlock()
			finished++
			if progress != nil {
				progress(finished, len(parts))
			}
			return nil
		})
	}
	err = group.Wait()
	var report Report
	for _, r := range found {
		report.add(r)
	}
	return report, err
}

// verification is a part of what there is to look at; what it finds goes into the report.
type verification func(*Tx, *Report) error

// verifiers is how many parts are looked at beside each other: one within a transaction, else as many as there are
// processors, with connections left for others.
func (s *Store) verifiers(ctx context.Context) int {
	if s.joined(ctx) != nil {
		return 1
	}
	return min(runtime.GOMAXPROCS(0), sqliteReaders-1)
}

// partsToVerify divides what there is to look at into parts that take about as long as each other. The database's own
// checks cannot be divided and come first.
func (s *Store) partsToVerify(ctx context.Context) (parts []verification, err error) {
	var ids []tracker.DealershipID
	var logged int64
	var seed string
	err = s.Read(ctx, func(tx *Tx) (err error) {
		if ids, err = tx.DealershipIDs(tracker.Scope{All: true}, 0); err != nil {
			return err
		}
		if seed, err = tx.Meta(metaLastChange); err != nil {
			return err
		}
		return tx.db.Raw("SELECT COALESCE(MAX(seq), 0) FROM changes").Scan(&logged).Error
	})
	parts = append(parts, s.dialect.check)
	for chunk := range slices.Chunk(ids, settleChunk) {
		parts = append(parts, func(tx *Tx, r *Report) error { return tx.verifyNow(chunk, r) })
	}
	each := max(sampledEach, sampledMoments/max(1, len(ids)))
	for chunk := range slices.Chunk(draw(ids, seed, sampledMoments/sampledEach), settleChunk) {
		parts = append(parts, func(tx *Tx, r *Report) error { return tx.verifyEarlier(chunk, each, seed, r) })
	}
	parts = append(parts, (*Tx).verifySnapshots)
	parts = append(parts, changesToVerify(logged, loggedChunk)...)
	return parts, err
}

// draw takes n by lot, in their order. The lot is a hash of the seed: the same database gives the same sample, and
// another one once anything was changed.
func draw[T cmp.Ordered](all []T, seed string, n int) []T {
	if len(all) <= n {
		return all
	}
	lots := make(map[T]string, len(all))
	for _, one := range all {
		sum := sha256.Sum256(fmt.Append(nil, seed, " ", one))
		lots[one] = string(sum[:])
	}
	drawn := slices.SortedFunc(slices.Values(all), func(a, b T) int { return cmp.Compare(lots[a], lots[b]) })[:n]
	slices.Sort(drawn)
	return drawn
}

// verifyNow compares the stored rows of dealerships with their facts.
func (tx *Tx) verifyNow(ids []tracker.DealershipID, report *Report) error {
	report.Dealerships += len(ids)
	return tx.verifyMoment(ids, 0, report)
}

// verifyEarlier compares the rows of dealerships just before moments at which some of them were closed, at most so many of
// each dealership.
func (tx *Tx) verifyEarlier(ids []tracker.DealershipID, each int, seed string, report *Report) error {
	var rows []struct {
		DealershipID tracker.DealershipID
		SupersededAt tracker.Moment
	}
	var closed []string
	var args []any
	for _, table := range []string{standingTable.table, coverageTable.table, staffingTable.table, rightTable.table} {
		closed = append(closed, "SELECT dealership_id, superseded_at FROM "+table+" WHERE superseded_at > 0 AND dealership_id IN ?")
		args = append(args, ids)
	}
	err := tx.db.Raw(strings.Join(closed, " UNION "), args...).Scan(&rows).Error
	if err != nil {
		return err
	}
	moments := map[tracker.DealershipID][]tracker.Moment{}
	for _, row := range rows {
		moments[row.DealershipID] = append(moments[row.DealershipID], row.SupersededAt)
	}
	// An import closes rows of many dealerships at one moment: they are recomputed together.
	together := map[tracker.Moment][]tracker.DealershipID{}
	for _, id := range ids {
		for _, m := range draw(moments[id], fmt.Sprint(seed, id), each) {
			together[m] = append(together[m], id)
		}
	}
	for _, m := range slices.Sorted(maps.Keys(together)) {
		if err := tx.verifyMoment(together[m], m-1, report); err != nil {
			return err
		}
		report.Moments += len(together[m])
	}
	report.Drawn += len(moments)
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
	if err := compare(tx, staffingTable, ids, known, wanted.staffing, report); err != nil {
		return err
	}
	return compare(tx, rightTable, ids, known, wanted.rights, report)
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

// changesToVerify divides a log of so many entries into parts, the last of which goes on to the end that it finds.
func changesToVerify(logged, each int64) (parts []verification) {
	for after := int64(0); after == 0 || after < logged; after += each {
		upto := after + each
		if upto >= logged {
			upto = math.MaxInt64
		}
		parts = append(parts, func(tx *Tx, r *Report) error { return tx.verifyChanges(after, upto, r) })
	}
	return parts
}

// verifyChanges follows the chain of hashes from one entry (zero: the beginning) through those that follow it up to another.
func (tx *Tx) verifyChanges(after, upto int64, report *Report) error {
	query := tx.db.Table("changes").Where("seq BETWEEN ? AND ?", after, upto).Order("seq")
	var rows []changeRow
	if err := query.Find(&rows).Error; err != nil {
		return err
	}
	previous := ""
	if after > 0 { // this entry was followed with those before it
		if len(rows) == 0 || rows[0].Seq != after {
			report.find("chain_broken", "seq", after)
			return nil
		}
		previous, rows = rows[0].Hash, rows[1:]
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
	if upto == math.MaxInt64 {
		return tx.verifyLastChange(previous, after, report)
	}
	return nil
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
