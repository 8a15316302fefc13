package store

import (
	"cmp"
	"context"
	"database/sql"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"dealercert/internal/tracker"
)

// TooOld is what Open says about a version of SQLite.
func TooOld(number int) error {
	if number < oldestSQLite {
		return tooOld(number)
	}
	return nil
}

// Pools gives the pools of connections, the writer's first.
func (s *Store) Pools() (writer, reader *sql.DB, err error) {
	if writer, err = s.writer.DB(); err != nil {
		return nil, nil, err
	}
	reader, err = s.reader.DB()
	return writer, reader, err
}

// Plan gives SQLite's plan for a page of a list and for its count, one step a line.
func (s *Store) Plan(ctx context.Context, q DealershipQuery) (page, count string, err error) {
	from, order := q.from(q.streamed(), true), q.order()
	page, err = plan(s.reader.WithContext(ctx), "SELECT s.dealership_id"+from.sql+order.sql, append(from.args, order.args...))
	if err != nil {
		return "", "", err
	}
	from = q.from(false, false)
	count, err = plan(s.reader.WithContext(ctx), "SELECT COUNT(*)"+from.sql, from.args)
	return page, count, err
}

// Plans gives SQLite's plans for all that fn asks, one string for each question.
func (s *Store) Plans(ctx context.Context, fn func(*Tx) error) ([]string, error) {
	asked := &questions{Interface: s.reader.Logger}
	err := s.Read(ctx, func(tx *Tx) error {
		tx.db = tx.db.Session(&gorm.Session{Logger: asked})
		return fn(tx)
	})
	var out []string
	for _, question := range asked.list {
		text, failed := plan(s.reader.WithContext(ctx), question, nil)
		out, err = append(out, text), cmp.Or(err, failed)
	}
	return out, err
}

// questions notes every statement, with its arguments in it.
type questions struct {
	logger.Interface
	list []string
}

// Trace is called by GORM after each statement.
func (q *questions) Trace(_ context.Context, _ time.Time, statement func() (string, int64), _ error) {
	text, _ := statement()
	q.list = append(q.list, text)
}

// EarlierRows reads what was known of dealerships at a moment, from each derived table.
func (tx *Tx) EarlierRows(ids []tracker.DealershipID, known tracker.Moment) error {
	_, standings := standingTable.read(tx, ids, known)
	_, coverage := coverageTable.read(tx, ids, known)
	_, staffing := staffingTable.read(tx, ids, known)
	_, rights := rightTable.read(tx, ids, known)
	return cmp.Or(standings, coverage, staffing, rights)
}

// VerifyLog follows the log of changes in parts of so many entries.
func (s *Store) VerifyLog(ctx context.Context, logged, each int64) (report Report, err error) {
	for _, part := range changesToVerify(logged, each) {
		err = cmp.Or(err, s.Read(ctx, func(tx *Tx) error { return part(tx, &report) }))
	}
	return report, err
}

// Draw draws numbers by lot.
func Draw(all []int, seed string, n int) []int { return draw(all, seed, n) }

func plan(db *gorm.DB, query string, args []any) (string, error) {
	var steps []struct{ Detail string }
	err := db.Raw("EXPLAIN QUERY PLAN "+query, args...).Scan(&steps).Error
	var out []string
	for _, s := range steps {
		out = append(out, s.Detail)
	}
	return strings.Join(out, "\n"), err
}

// Mask writes a certificate number so that nobody can read it.
func Mask(number string) string { return mask(number) }
