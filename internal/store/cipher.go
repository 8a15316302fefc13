package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"

	"dealercert/internal/tracker"
)

// numberCipher keeps certificate numbers, which may contain a national identity number, unreadable in the database:
// AES-256-GCM for the number, HMAC-SHA-256 to find one, each with a key derived from the installation's.
type numberCipher struct {
	sealing cipher.AEAD
	finding []byte
}

func newCipher(key [32]byte) (*numberCipher, error) {
	sealKey, err := hkdf.Key(sha256.New, key[:], nil, "dealercert certificate number", 32)
	if err != nil {
		return nil, err
	}
	findKey, err := hkdf.Key(sha256.New, key[:], nil, "dealercert certificate look-up", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return nil, err
	}
	sealing, err := cipher.NewGCM(block)
	return &numberCipher{sealing, findKey}, err
}

// seal encrypts a number: nonce, then ciphertext. It is bound to its fact: moved to another one it cannot be opened.
func (c *numberCipher) seal(number string, chain tracker.FactID) ([]byte, error) {
	nonce := make([]byte, c.sealing.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return c.sealing.Seal(nonce, nonce, []byte(number), []byte(chain)), nil
}

func (c *numberCipher) open(sealed []byte, chain tracker.FactID) (string, error) {
	size := c.sealing.NonceSize()
	if len(sealed) < size {
		return "", errors.New("a certificate number is cut short")
	}
	number, err := c.sealing.Open(nil, sealed[:size], sealed[size:], []byte(chain))
	return string(number), err
}

// find gives the keyed hash by which a number is found.
func (c *numberCipher) find(number string) []byte {
	mac := hmac.New(sha256.New, c.finding)
	mac.Write([]byte(number))
	return mac.Sum(nil)
}

// mask writes a certificate number so that people can tell two apart and nobody can read it: of a permit's T with
// eighteen characters the first three and the last four, of anything shorter the last two.
func mask(number string) string {
	runes := []rune(number)
	switch {
	case len(runes) == 0:
		return ""
	case len(runes) >= 15:
		lead := 3
		if runes[0] == 'T' {
			lead = 4
		}
		return string(runes[:lead]) + strings.Repeat("*", len(runes)-lead-4) + string(runes[len(runes)-4:])
	case len(runes) <= 4:
		return strings.Repeat("*", len(runes))
	default:
		return strings.Repeat("*", len(runes)-2) + string(runes[len(runes)-2:])
	}
}
