package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm"

	"dealercert/internal/tracker"
)

// knowing is the key under which a context carries the moment as known at which everything is read.
type knowing struct{}

// AsKnown gives a context in which every Read sees what was known at a moment (zero: now). Nothing can be written in it.
//
// What may be seen goes on following present knowledge. Names and other attributes are no facts and are as they are now.
func AsKnown(ctx context.Context, known tracker.Moment) context.Context {
	return context.WithValue(ctx, knowing{}, known)
}

// KnownIn gives the moment as known at which a context reads; zero: now.
func KnownIn(ctx context.Context) tracker.Moment {
	known, _ := ctx.Value(knowing{}).(tracker.Moment)
	return known
}

// Known is the moment as known at which the transaction reads. It is zero where that is all that is known now, also when
// an earlier moment was asked for and nothing was recorded since.
func (tx *Tx) Known() tracker.Moment { return tx.known }

// knownMost is of how many dealerships an earlier knowledge is computed: some seconds' work.
const knownMost = 5000

// knowledgesKept is of how many moments the knowledge is kept; beyond it the one unused for longest is dropped.
const knowledgesKept = 3

// knowledge is what was known at a moment, ready to be read: a connection of its own, on which temporary tables of the
// same names hide those of the database. Derived rows are computed from the facts as known, since a load stores them as
// known at the load; facts are views of the versions recorded by then. Moments of recording rise, so that it never changes.
type knowledge struct {
	turn chan struct{} // holds one while the connection is used
	db   *gorm.DB      // nil until it is opened
	used int           // the greater, the later it was asked for
	busy int           // how many ask for it
}

// knowledges are those that are kept, by moment.
type knowledges struct {
	mu    sync.Mutex
	byAge int
	kept  map[tracker.Moment]*knowledge
}

// errEarlier says that something was recorded after the moment that is asked for.
var errEarlier = errors.New("something was recorded since")

// errForgotten says that a connection has lost its temporary tables.
var errForgotten = errors.New("the knowledge is not at hand")

// readKnown is Read as known at a moment.
func (s *Store) readKnown(ctx context.Context, known tracker.Moment, fn func(*Tx) error) error {
	err := s.read(ctx, s.reader, func(tx *Tx) error {
		last, err := tx.LastMoment()
		if err != nil {
			return err
		}
		if last > known {
			return errEarlier
		}
		return fn(tx)
	})
	if !errors.Is(err, errEarlier) {
		return err
	}
	k := s.knowledges.take(known)
	defer s.knowledges.leave(k)
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err = k.read(ctx, s, known, fn); errors.Is(err, errForgotten) {
		if err = k.learn(ctx, s, known); err == nil {
			err = k.read(ctx, s, known, fn)
		}
	}
	return err
}

// take gives the knowledge of a moment, which must be left again.
func (ks *knowledges) take(known tracker.Moment) *knowledge {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	if ks.kept == nil {
		ks.kept = map[tracker.Moment]*knowledge{}
	}
	k := ks.kept[known]
	if k == nil {
		ks.forget()
		k = &knowledge{turn: make(chan struct{}, 1)}
		ks.kept[known] = k
	}
	ks.byAge++
	k.used, k.busy = ks.byAge, k.busy+1
	return k
}

func (ks *knowledges) leave(k *knowledge) {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	k.busy--
}

// forget drops what was unused for longest where too much is kept. What is in use stays.
func (ks *knowledges) forget() {
	for len(ks.kept) >= knowledgesKept {
		var oldest tracker.Moment
		for moment, k := range ks.kept {
			if k.busy == 0 && (oldest == 0 || k.used < ks.kept[oldest].used) {
				oldest = moment
			}
		}
		if oldest == 0 {
			return
		}
		_ = disconnect(ks.kept[oldest].db) // its tables were temporary
		delete(ks.kept, oldest)
	}
}

// close ends all connections.
func (ks *knowledges) close() error {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	var errs []error
	for _, k := range ks.kept {
		errs = append(errs, disconnect(k.db))
	}
	ks.kept = nil
	return errors.Join(errs...)
}

// read runs fn on what is known; errForgotten when that has to be computed first. A connection that was lost in between
// has lost its tables with it and must not be taken for one that reads the present.
func (k *knowledge) read(ctx context.Context, s *Store, known tracker.Moment, fn func(*Tx) error) error {
	if k.db == nil {
		return errForgotten
	}
	return s.read(ctx, k.db, func(tx *Tx) error {
		var at []tracker.Moment
		if err := tx.db.Raw("SELECT moment FROM known_moment").Scan(&at).Error; err != nil {
			return err
		}
		if !slices.Equal(at, []tracker.Moment{known}) {
			return errForgotten
		}
		tx.known = known
		return fn(tx)
	})
}

// learn computes what was known at a moment and lays it before the database's own tables.
func (k *knowledge) learn(ctx context.Context, s *Store, known tracker.Moment) error {
	if k.db == nil {
		db, err := s.dialect.aside(ctx, s)
		if err != nil {
			return err
		}
		k.db = db
	}
	return s.told(k.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		tx := &Tx{store: s, db: db}
		ids, err := tx.knownDealerships(known)
		if err != nil {
			return err
		}
		if len(ids) > knownMost {
			return tracker.Fault(tracker.Invalid, "known_at_too_large", "count", len(ids), "most", knownMost).
				In("known_at", "known_at_too_large", "count", len(ids), "most", knownMost)
		}
		if err := tx.layDerived(ids, known); err != nil {
			return err
		}
		return tx.layFacts(known)
	}, s.dialect.laying))
}

// knownDealerships gives the dealerships about which anything was recorded by a moment.
func (tx *Tx) knownDealerships(known tracker.Moment) ([]tracker.DealershipID, error) {
	var out []tracker.DealershipID
	return out, tx.db.Raw(`SELECT dealership_id FROM assignments WHERE recorded_at <= ?
		UNION SELECT dealership_id FROM operating_periods WHERE recorded_at <= ? ORDER BY dealership_id`, known, known).Scan(&out).Error
}

// layDerived computes the derived rows of dealerships as known at a moment and puts them before the stored ones.
func (tx *Tx) layDerived(ids []tracker.DealershipID, known tracker.Moment) error {
	for _, sql := range []string{
		standingTable.layingSQL(), coverageTable.layingSQL(), staffingTable.layingSQL(), rightTable.layingSQL(),
		"CREATE TEMPORARY TABLE known_moment AS SELECT moment FROM known_moment WHERE 1 = 0",
	} {
		if err := tx.db.Exec(sql).Error; err != nil {
			return err
		}
	}
	if err := tx.db.Exec("INSERT INTO known_moment (moment) VALUES (?)", known).Error; err != nil {
		return err
	}
	rules, err := tx.RulesKnown(known)
	if err != nil {
		return err
	}
	last := int64(0)
	for chunk := range slices.Chunk(ids, settleChunk) {
		histories, err := tx.Histories(chunk, known)
		if err != nil {
			return err
		}
		var rows derivedRows
		for _, h := range histories {
			rows.add(h.Timeline(rules))
		}
		if err := rows.lay(tx, known, &last); err != nil {
			return err
		}
	}
	for _, sql := range knownIndexes {
		if err := tx.db.Exec(sql).Error; err != nil {
			return err
		}
	}
	for _, table := range []string{standingTable.table, coverageTable.table, staffingTable.table, rightTable.table} {
		if tx.store.dialect.analyse == "" {
			break
		}
		if err := tx.db.Exec(tx.store.dialect.analyse + " " + table).Error; err != nil {
			return err
		}
	}
	return nil
}

// lay inserts the rows into temporary tables, numbering them on from last.
func (r *derivedRows) lay(tx *Tx, known tracker.Moment, last *int64) error {
	if err := standingTable.lay(tx, r.standings, known, last); err != nil {
		return err
	}
	if err := coverageTable.lay(tx, r.coverage, known, last); err != nil {
		return err
	}
	if err := staffingTable.lay(tx, r.staffing, known, last); err != nil {
		return err
	}
	return rightTable.lay(tx, r.rights, known, last)
}

// knownIndexes find the rows of temporary tables: by dealership, by person, and by day.
var knownIndexes = []string{
	"CREATE INDEX known_standings_run ON standings (dealership_id, programme, from_day)",
	"CREATE INDEX known_standings_from ON standings (from_day)",
	"CREATE INDEX known_coverage_run ON coverage (dealership_id, person_id)",
	"CREATE INDEX known_coverage_person ON coverage (person_id, skill)",
	"CREATE INDEX known_staffing_run ON staffing (dealership_id, from_day)",
	"CREATE INDEX known_rights_run ON rights (dealership_id, kind, subject, from_day)",
}

// layingSQL makes a temporary table like the derived one and with its name.
func (d derivation[V]) layingSQL() string {
	return "CREATE TEMPORARY TABLE " + d.table + " AS SELECT id, " + d.columns + ", recorded_at, superseded_at FROM " + d.table + " WHERE 1 = 0"
}

// lay inserts rows into the temporary table.
func (d derivation[V]) lay(tx *Tx, rows []V, known tracker.Moment, last *int64) error {
	width := strings.Count(d.columns, ",") + 4
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", width), ", ") + ")"
	for chunk := range slices.Chunk(rows, batchRows) {
		args := make([]any, 0, len(chunk)*width)
		for _, v := range chunk {
			*last++
			args = append(append(append(args, *last), d.args(v)...), int64(known), 0)
		}
		err := tx.db.Exec("INSERT INTO "+d.table+" (id, "+d.columns+", recorded_at, superseded_at) VALUES "+
			strings.TrimSuffix(strings.Repeat(one+", ", len(chunk)), ", "), args...).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// layFacts puts views before the tables of facts, and before the other records that carry their moment: what was recorded
// by then, as not superseded where it was superseded later.
func (tx *Tx) layFacts(known tracker.Moment) error {
	later := func(column string) string {
		return fmt.Sprintf("CASE WHEN %[1]s > %[2]d THEN 0 ELSE %[1]s END AS %[1]s", column, known)
	}
	for _, kind := range factKinds {
		if err := tx.layView(factTables[kind], "recorded_at", known, map[string]string{"superseded_at": later("superseded_at")}); err != nil {
			return err
		}
	}
	err := tx.layView("promises", "made_at", known, map[string]string{
		"done_at": later("done_at"), "done_by": fmt.Sprintf("CASE WHEN done_at > %d THEN 0 ELSE done_by END AS done_by", known),
	})
	if err != nil {
		return err
	}
	return tx.layView("changes", "moment", known, nil)
}

// layView puts a view before a table: the rows recorded by a moment, with some columns told in another way.
func (tx *Tx) layView(table, recorded string, known tracker.Moment, told map[string]string) error {
	rows, err := tx.db.Raw("SELECT * FROM " + table + " WHERE 1 = 0").Rows()
	if err != nil {
		return err
	}
	columns, err := rows.Columns()
	if err = errors.Join(err, rows.Err(), rows.Close()); err != nil {
		return err
	}
	for i, column := range columns {
		if other := told[column]; other != "" {
			columns[i] = other
		}
	}
	return tx.db.Exec(fmt.Sprintf("CREATE TEMPORARY VIEW %s AS SELECT %s FROM %s%s WHERE %s <= %d",
		table, strings.Join(columns, ", "), tx.store.dialect.lasting, table, recorded, known)).Error
}
