// Package config holds the settings that every command takes, from flags or DEALERCERT_… variables (the flag wins).
package config

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Settings are what every command takes.
type Settings struct {
	DB       string `name:"db" default:"sqlite:data/dealercert.db" env:"DEALERCERT_DB" placeholder:"URL" help:"Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME."`
	Data     string `default:"data" env:"DEALERCERT_DATA" type:"path" help:"Folder for the key."`
	KeyFile  string `env:"DEALERCERT_KEY_FILE" placeholder:"FILE" help:"Key that protects permit numbers: 64 hexadecimal digits. Made in the data folder when missing."`
	Zone     string `default:"Asia/Shanghai" env:"DEALERCERT_ZONE" help:"The network's time zone; it decides which day today is."`
	Language string `name:"lang" default:"en" enum:"en,zh-Hans" env:"DEALERCERT_LANG" help:"Language of messages: en or zh-Hans."`
	Clock    string `env:"DEALERCERT_CLOCK" hidden:"" help:"A fixed or shifted clock for tests."`

	Getenv func(string) string `kong:"-"`
}

// Variable gives an environment variable's value, or with NAME_FILE set the content of the file that it names, so that
// a secret need not stand in the environment.
func Variable(getenv func(string) string, name string) (string, error) {
	if value := getenv(name); value != "" {
		return value, nil
	}
	file := getenv(name + "_FILE")
	if file == "" || strings.HasSuffix(name, "_FILE") {
		return "", nil
	}
	content, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", name, err)
	}
	return strings.TrimRight(string(content), "\r\n"), nil
}

// Location gives the network's zone.
func (s Settings) Location() (*time.Location, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, fmt.Errorf("DEALERCERT_ZONE: %q is no time zone; try Asia/Shanghai", s.Zone)
	}
	return zone, nil
}

// Now gives the clock: the machine's, or in tests a fixed moment (2026-11-23T09:00:00Z) or one that runs shifted
// (+720h). Outside tests (DEALERCERT_ENV=test) another clock is refused.
func (s Settings) Now(now func() time.Time) (func() time.Time, error) {
	if s.Clock == "" {
		return now, nil
	}
	if s.Getenv("DEALERCERT_ENV") != "test" {
		return nil, errors.New("DEALERCERT_CLOCK is for tests only: set DEALERCERT_ENV=test as well, or leave it out")
	}
	if shift, err := time.ParseDuration(s.Clock); err == nil {
		return func() time.Time { return now().Add(shift) }, nil
	}
	fixed, err := time.Parse(time.RFC3339, s.Clock)
	if err != nil {
		return nil, fmt.Errorf("DEALERCERT_CLOCK: %q is neither a moment like 2026-11-23T09:00:00Z nor a shift like -720h", s.Clock)
	}
	return func() time.Time { return fixed }, nil
}

// Key reads the key that protects permit numbers. Where no file is named it stands in the data folder, and is made
// there on the first start; made tells so.
func (s Settings) Key() (key [32]byte, made string, err error) {
	file := s.KeyFile
	if file == "" {
		file = filepath.Join(s.Data, "key")
	}
	text, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	switch {
	case errors.Is(err, fs.ErrNotExist) && s.KeyFile == "":
		return makeKey(file)
	case err != nil:
		return key, "", fmt.Errorf("the key cannot be read: %w", err)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != len(key) {
		return key, "", fmt.Errorf("%s holds no key: 64 hexadecimal digits are needed", file)
	}
	copy(key[:], raw)
	return key, "", nil
}

func makeKey(file string) (key [32]byte, made string, err error) {
	if _, err := rand.Read(key[:]); err != nil {
		return key, "", err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return key, "", fmt.Errorf("the data folder cannot be made: %w", err)
	}
	if err := os.WriteFile(file, []byte(hex.EncodeToString(key[:])+"\n"), 0o600); err != nil {
		return key, "", fmt.Errorf("the key cannot be written: %w", err)
	}
	return key, file, nil
}
