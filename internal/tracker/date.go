package tracker

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Date is a civil day in the network's zone, counted in days: 1 is 0001-01-01. The zero Date means that no day is
// known; at the beginning or the end of a period it leaves the period open.
type Date int32

// MaxDate is the last day that can be written, 9999-12-31.
const MaxDate Date = 3652059

const secondsPerDay = 24 * 60 * 60

// day0001 is the Unix time of 0001-01-01, the day before which no Date exists.
var day0001 = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

// NewDate gives the day; values outside the month's range are carried over as time.Date does.
func NewDate(year int, month time.Month, day int) Date {
	return Date((time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()-day0001)/secondsPerDay + 1)
}

// DateOf gives the civil day of an instant in its own location.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return NewDate(year, month, day)
}

// ParseDate reads YYYY-MM-DD. The fault is Invalid and names the text.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return 0, Fault(Invalid, "date_unreadable", "value", text)
	}
	return DateOf(t), nil
}

// MustDate is ParseDate for constants in code and tests: it panics on a text that is no day.
func MustDate(text string) Date {
	d, err := ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// Time gives the day's midnight in UTC, for formatting only.
func (d Date) Time() time.Time {
	return time.Unix(int64(d-1)*secondsPerDay+day0001, 0).UTC()
}

// String writes YYYY-MM-DD, and nothing for the zero Date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// Add moves by days. The zero Date stays zero.
func (d Date) Add(days int) Date {
	if d == 0 {
		return 0
	}
	return d + Date(days)
}

// AddMonths moves by calendar months and clamps to the month's end: 31 January plus one month is 28 or 29 February.
// It goes no further than MaxDate. The zero Date stays zero.
func (d Date) AddMonths(months int) Date {
	if d == 0 {
		return 0
	}
	t := d.Time()
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return min(NewDate(first.Year(), first.Month(), min(t.Day(), last)), MaxDate)
}

// A week of seven days has five to work on; 0001-01-01, the day that is counted 1, was a Monday.
const (
	daysOfWeek  = 7
	workingDays = 5
)

// working tells whether the day lies between Monday and Friday.
func (d Date) working() bool { return (d-1)%daysOfWeek < workingDays }

// AddWorkingDays moves by days from Monday to Friday: public holidays, and the weekends that are worked in exchange, are
// not known. What begins on a weekend counts from the Friday before. The zero Date stays zero.
func (d Date) AddWorkingDays(n int) Date {
	if d == 0 {
		return 0
	}
	for !d.working() {
		d--
	}
	step := Date(1)
	if n < 0 {
		n, step = -n, -1
	}
	for ; n > 0; n-- {
		for d += step; !d.working(); {
			d += step
		}
	}
	return d
}

// MarshalText writes YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD; an empty text is the zero Date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// MarshalJSON writes the day as a string, and null when none is known.
func (d Date) MarshalJSON() ([]byte, error) {
	if d == 0 {
		return []byte("null"), nil
	}
	return []byte(`"` + d.String() + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Date) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*d = 0
		return nil
	}
	if len(data) < 2 || data[0] != '"' || data[len(data)-1] != '"' {
		return Fault(Invalid, "date_unreadable", "value", string(data))
	}
	return d.UnmarshalText(data[1 : len(data)-1])
}

// Value keeps a day in a database as its text, and none as NULL.
func (d Date) Value() (driver.Value, error) {
	if d == 0 {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads what Value wrote.
func (d *Date) Scan(source any) error {
	switch value := source.(type) {
	case nil:
		*d = 0
		return nil
	case string:
		return d.UnmarshalText([]byte(value))
	case []byte:
		return d.UnmarshalText(value)
	default:
		return fmt.Errorf("a day cannot be read from %T", source)
	}
}

// Moment is an instant at which something was recorded, in microseconds since 1970 in UTC. Moments of transactions
// are strictly increasing. The zero Moment means never.
type Moment int64

// MomentOf gives the moment of an instant.
func MomentOf(t time.Time) Moment { return Moment(t.UnixMicro()) }

// Time gives the instant in UTC.
func (m Moment) Time() time.Time { return time.UnixMicro(int64(m)).UTC() }

// String writes RFC 3339 in UTC with microseconds, and nothing for the zero Moment.
func (m Moment) String() string {
	if m == 0 {
		return ""
	}
	return m.Time().Format("2006-01-02T15:04:05.000000Z07:00")
}

// MarshalJSON writes the moment as a string, and null for never.
func (m Moment) MarshalJSON() ([]byte, error) {
	if m == 0 {
		return []byte("null"), nil
	}
	return []byte(`"` + m.String() + `"`), nil
}
