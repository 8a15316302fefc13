package tracker

import (
	"encoding/binary"
	"encoding/hex"
)

// Identities. Nouns have integers that never leave the installation; outside they are known by code, staff number
// or login.
type (
	DealershipID int64
	PersonID     int64
	RegionID     int64
	ZoneID       int64
	GroupID      int64
	AccountID    int64
)

// FactID is a UUID of version 7 in its usual text form: it sorts by the moment of recording.
type FactID string

// NewFactID makes the UUIDv7 (RFC 9562 §5.7) of a moment from ten bytes of entropy.
func NewFactID(at Moment, entropy [10]byte) FactID {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:8], uint64(at/1000)<<16)
	copy(id[6:], entropy[:])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	text := hex.EncodeToString(id[:])
	return FactID(text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:])
}
