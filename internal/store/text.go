package store

import (
	"reflect"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"dealercert/internal/tracker"
)

// refuseUnreadable makes every statement refuse texts that are not UTF-8 or hold the character 0, as Invalid: one database
// would keep them and the other would not.
func refuseUnreadable(db *gorm.DB) error {
	look := func(db *gorm.DB) {
		for _, value := range db.Statement.Vars {
			if unreadable(value) {
				_ = db.AddError(tracker.Fault(tracker.Invalid, "text_unreadable"))
				return
			}
		}
	}
	const name = "dealercert:readable"
	on := db.Callback()
	for _, err := range []error{
		on.Create().After("gorm:create").Register(name, look), on.Query().After("gorm:query").Register(name, look),
		on.Update().After("gorm:update").Register(name, look), on.Raw().After("gorm:raw").Register(name, look),
		on.Row().After("gorm:row").Register(name, look),
	} {
		if err != nil {
			return err
		}
	}
	return nil
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
