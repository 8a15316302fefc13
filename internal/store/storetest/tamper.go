package storetest

import (
	"database/sql"
	"strings"
	"testing"
)

// Tamper does to a database what the program never does to it.
func Tamper(t testing.TB, url, statement string) {
	t.Helper()
	driver, address := "pgx", url
	if path, isFile := strings.CutPrefix(url, "sqlite:"); isFile {
		driver, address = "sqlite3", "file:"+path+"?_busy_timeout=10000"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	execute(t, db, statement)
}
