package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSecretsFromFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from the file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		settings map[string]string
		want     string
		fails    bool
	}{
		"nothing":         {nil, "", false},
		"the variable":    {map[string]string{"DEALERCERT_DB": "x"}, "x", false},
		"the file":        {map[string]string{"DEALERCERT_DB_FILE": file}, "from the file", false},
		"both":            {map[string]string{"DEALERCERT_DB": "x", "DEALERCERT_DB_FILE": file}, "x", false},
		"a missing file":  {map[string]string{"DEALERCERT_DB_FILE": file + "x"}, "", true},
		"another setting": {map[string]string{"DEALERCERT_ADDR": "y"}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Variable(func(key string) string { return tt.settings[key] }, "DEALERCERT_DB")
			if got != tt.want || (err != nil) != tt.fails {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestClock(t *testing.T) {
	still := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	for clock, want := range map[string]string{
		"": "2026-11-23T04:00:00Z", "+720h": "2026-12-23T04:00:00Z", "-24h": "2026-11-22T04:00:00Z", "2024-04-01T00:00:00Z": "2024-04-01T00:00:00Z",
	} {
		s := Settings{Clock: clock, Getenv: func(string) string { return "test" }}
		now, err := s.Now(func() time.Time { return still })
		if err != nil || now().Format(time.RFC3339) != want {
			t.Errorf("clock %q: %v, want %s", clock, err, want)
		}
	}
	for clock, env := range map[string]string{"+720h": "production", "2024-04-01T00:00:00Z": "", "tomorrow": "test"} {
		s := Settings{Clock: clock, Getenv: func(string) string { return env }}
		if _, err := s.Now(time.Now); err == nil || !strings.Contains(err.Error(), "DEALERCERT_CLOCK") { //nolint:forbidigo // never asked
			t.Errorf("clock %q in %q: %v", clock, env, err)
		}
	}
}

func TestKeyIsMadeOnceAndKeptToItself(t *testing.T) {
	s := Settings{Data: filepath.Join(t.TempDir(), "data")}
	first, made, err := s.Key()
	if err != nil || made == "" || first == [32]byte{} {
		t.Fatalf("made in %q, %v", made, err)
	}
	info, err := os.Stat(made)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info, err)
	}
	again, made, err := s.Key()
	if err != nil || made != "" || again != first {
		t.Errorf("the second start: made in %q, %v", made, err)
	}
	s.KeyFile = filepath.Join(s.Data, "other")
	if _, _, err := s.Key(); err == nil {
		t.Error("a named file that is missing is made up")
	}
	if err := os.WriteFile(s.KeyFile, []byte("not a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Key(); err == nil || !strings.Contains(err.Error(), "64 hexadecimal digits") {
		t.Errorf("a file without a key: %v", err)
	}
}

func TestZone(t *testing.T) {
	if zone, err := (Settings{Zone: "Asia/Shanghai"}).Location(); err != nil || zone.String() != "Asia/Shanghai" {
		t.Errorf("%v, %v", zone, err)
	}
	if _, err := (Settings{Zone: "Asia/Nowhere"}).Location(); err == nil || !strings.Contains(err.Error(), "Asia/Nowhere") {
		t.Errorf("%v", err)
	}
}
