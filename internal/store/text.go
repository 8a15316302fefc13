package store

import (
	"database/sql"
	"errors"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"dealercert/internal/tracker"
)

// refuseUnreadable makes every statement refuse texts that are not UTF-8 or hold the character 0, as Invalid: one database
// would keep them and the other would not.
func refuseUnreadable(db *gorm.DB) error {
	look := func(db *gorm.DB) {
		if !slices.ContainsFunc(db.Statement.Vars, unreadable) {
			return
		}
		if rows, open := db.Statement.Dest.(*sql.Rows); open { // nobody will read them
			_ = db.AddError(rows.Close())
		}
		_ = db.AddError(tracker.Fault(tracker.Invalid, "text_unreadable"))
	}
	// Before a statement that is written out; after one that the ORM writes when it is run.
	const before, after = "dealercert:readable", "dealercert:readable_after"
	on := db.Callback()
	return errors.Join(
		on.Raw().Before("gorm:raw").Register(before, look), on.Row().Before("gorm:row").Register(before, look),
		on.Row().After("gorm:row").Register(after, look), on.Query().After("gorm:query").Register(after, look),
		on.Create().After("gorm:create").Register(after, look), on.Update().After("gorm:update").Register(after, look),
	)
}

func unreadable(value any) bool {
	if value == nil {
		return false
	}
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	return v.Kind() == reflect.String && (strings.IndexByte(v.String(), 0) >= 0 || !utf8.ValidString(v.String()))
}
