package store

import (
	"context"
	"database/sql"
	"strings"

	"gorm.io/gorm"
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
