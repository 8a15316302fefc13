package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Kept gives everything that a database holds, as bytes in which a test can look for what must not stand there: SQLite's
// files, or each row of each of PostgreSQL's tables.
func Kept(t testing.TB, url string) []byte {
	t.Helper()
	var out bytes.Buffer
	if path, isFile := strings.CutPrefix(url, "sqlite:"); isFile {
		files, err := filepath.Glob(path + "*")
		if err != nil || len(files) == 0 {
			t.Fatalf("no file of the database: %v", err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			out.Write(content)
		}
		return out.Bytes()
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	execute(t, db, "SET bytea_output = 'escape'")
	for _, table := range texts(t, db, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'") {
		for _, row := range texts(t, db, fmt.Sprintf("SELECT r::text FROM %q r", table)) {
			out.WriteString(row + "\n")
		}
	}
	return out.Bytes()
}

// texts gives the texts that a query gives.
func texts(t testing.TB, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		out = append(out, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
