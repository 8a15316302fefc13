package tracker_test

import (
	"encoding/json"
	"testing"
	"time"

	"dealercert/internal/tracker"
)

func TestDateIsReadAndWritten(t *testing.T) {
	for _, text := range []string{"0001-01-01", "1999-12-31", "2000-02-29", "2024-02-29", "2024-04-01", "9999-12-31"} {
		day, err := tracker.ParseDate(text)
		if err != nil || day.String() != text {
			t.Errorf("%s: got %s, %v", text, day, err)
		}
	}
	if first := tracker.MustDate("0001-01-01"); first != 1 {
		t.Errorf("the first day is %d, want 1", first)
	}
	if last := tracker.MustDate("9999-12-31"); last != tracker.MaxDate {
		t.Errorf("the last day is %d, want %d", last, tracker.MaxDate)
	}
	if text := tracker.Date(0).String(); text != "" {
		t.Errorf("no day is written %q", text)
	}
}

func TestDateRefusesWhatIsNoDay(t *testing.T) {
	for _, text := range []string{"", "2023-02-29", "2024-13-01", "2024-4-1", "0000-12-31", "10000-01-01", "2024-04-01T00:00:00Z", "today"} {
		day, err := tracker.ParseDate(text)
		if tracker.KindOf(err) != tracker.Invalid {
			t.Errorf("%q: got %s, %v; want an Invalid fault", text, day, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("MustDate did not panic")
		}
	}()
	tracker.MustDate("never")
}

func TestMonthsClampToTheMonthsEnd(t *testing.T) {
	for _, c := range []struct {
		name   string
		from   string
		months int
		want   string
	}{
		{"same day", "2024-04-15", 6, "2024-10-15"},
		{"into a short month", "2023-01-31", 1, "2023-02-28"},
		{"into a leap February", "2024-01-31", 1, "2024-02-29"},
		{"from a leap day into a common year", "2024-02-29", 24, "2026-02-28"},
		{"from a leap day into a leap year", "2024-02-29", 48, "2028-02-29"},
		{"from a February's end the day stays", "2023-02-28", 1, "2023-03-28"},
		{"across a year", "2023-08-31", 6, "2024-02-29"},
		{"backwards", "2024-03-31", -1, "2024-02-29"},
		{"backwards across a year", "2024-01-15", -13, "2022-12-15"},
		{"no century leap year", "2096-02-29", 48, "2100-02-28"},
		{"no further than the last day", "9999-01-31", 24, "9999-12-31"},
		{"no day stays none", "", 6, ""},
	} {
		from := tracker.Date(0)
		if c.from != "" {
			from = tracker.MustDate(c.from)
		}
		if got := from.AddMonths(c.months).String(); got != c.want {
			t.Errorf("%s: %s and %d months: got %s, want %s", c.name, c.from, c.months, got, c.want)
		}
	}
}

func TestDaysAreAdded(t *testing.T) {
	for _, c := range []struct {
		from string
		days int
		want string
	}{
		{"2024-02-28", 1, "2024-02-29"}, {"2023-02-28", 1, "2023-03-01"}, {"2024-01-01", -1, "2023-12-31"},
		{"2024-04-01", 60, "2024-05-31"},
	} {
		if got := tracker.MustDate(c.from).Add(c.days).String(); got != c.want {
			t.Errorf("%s and %d days: got %s, want %s", c.from, c.days, got, c.want)
		}
	}
	if got := tracker.Date(0).Add(60); got != 0 {
		t.Errorf("no day and 60 days: got %d", got)
	}
}

func TestDateOfAnInstantIsTheDayWhereItIs(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*60*60)
	late := time.Date(2024, 3, 31, 16, 0, 0, 0, time.UTC)
	if got := tracker.DateOf(late.In(shanghai)).String(); got != "2024-04-01" {
		t.Errorf("in Shanghai it is %s", got)
	}
	if got := tracker.DateOf(late).String(); got != "2024-03-31" {
		t.Errorf("in Greenwich it is %s", got)
	}
}

func TestDateInJSON(t *testing.T) {
	type row struct {
		From  tracker.Date `json:"from"`
		Until tracker.Date `json:"until"`
	}
	text, err := json.Marshal(row{From: tracker.MustDate("2024-02-29")})
	if err != nil || string(text) != `{"from":"2024-02-29","until":null}` {
		t.Errorf("written %s, %v", text, err)
	}
	back := row{Until: 7}
	if err := json.Unmarshal(text, &back); err != nil || back.From != tracker.MustDate("2024-02-29") || back.Until != 0 {
		t.Errorf("read %+v, %v", back, err)
	}
	for _, bad := range []string{`{"from":20240229}`, `{"from":"29.02.2024"}`, `{"from":{}}`} {
		if err := json.Unmarshal([]byte(bad), &back); tracker.KindOf(err) != tracker.Invalid {
			t.Errorf("%s: got %v, want an Invalid fault", bad, err)
		}
	}
}

func TestDateInADatabase(t *testing.T) {
	value, err := tracker.MustDate("2024-02-29").Value()
	if err != nil || value != "2024-02-29" {
		t.Errorf("kept as %v, %v", value, err)
	}
	if none, err := tracker.Date(0).Value(); none != nil || err != nil {
		t.Errorf("none kept as %v, %v", none, err)
	}
	for _, c := range []struct {
		source any
		want   string
	}{{"2024-02-29", "2024-02-29"}, {[]byte("2024-02-29"), "2024-02-29"}, {nil, ""}, {"", ""}} {
		day := tracker.MaxDate
		if err := day.Scan(c.source); err != nil || day.String() != c.want {
			t.Errorf("%v read as %s, %v", c.source, day, err)
		}
	}
	var day tracker.Date
	if day.Scan(3.5) == nil || day.Scan("soon") == nil {
		t.Error("what is no day was read from a database")
	}
}

func TestMomentIsWrittenInUTCWithMicroseconds(t *testing.T) {
	at := time.Date(2026, 11, 1, 8, 30, 0, 123456789, time.FixedZone("CST", 8*60*60))
	moment := tracker.MomentOf(at)
	if got := moment.String(); got != "2026-11-01T00:30:00.123456Z" {
		t.Errorf("written %s", got)
	}
	if !moment.Time().Equal(at.Truncate(time.Microsecond)) {
		t.Errorf("read back %s", moment.Time())
	}
	for _, c := range []struct {
		moment tracker.Moment
		want   string
	}{{moment, `"2026-11-01T00:30:00.123456Z"`}, {0, "null"}} {
		if text, err := json.Marshal(c.moment); err != nil || string(text) != c.want {
			t.Errorf("written %s, %v; want %s", text, err, c.want)
		}
	}
	if got := tracker.Moment(0).String(); got != "" {
		t.Errorf("never is written %q", got)
	}
}

func TestPeriods(t *testing.T) {
	for _, c := range []struct {
		name   string
		period tracker.Period
		in     []string
		out    []string
		last   string
	}{
		{"both ends known", through("2024-02-01", "2024-02-29"), []string{"2024-02-01", "2024-02-29"}, []string{"2024-01-31", "2024-03-01"}, "2024-02-29"},
		{"one day", through("2024-02-29", "2024-02-29"), []string{"2024-02-29"}, []string{"2024-02-28", "2024-03-01"}, "2024-02-29"},
		{"open to the past", through("", "2024-02-29"), []string{"0001-01-01", "2024-02-29"}, []string{"2024-03-01"}, "2024-02-29"},
		{"open to the future", through("2024-02-01", ""), []string{"2024-02-01", "9999-12-31"}, []string{"2024-01-31"}, ""},
		{"all of time", tracker.Period{}, []string{"0001-01-01", "9999-12-31"}, nil, ""},
		{"to the last day there is", through("2024-02-01", "9999-12-31"), []string{"9999-12-31"}, nil, ""},
	} {
		for _, day := range c.in {
			if !c.period.Contains(tracker.MustDate(day)) {
				t.Errorf("%s: %s is not in it", c.name, day)
			}
		}
		for _, day := range c.out {
			if c.period.Contains(tracker.MustDate(day)) {
				t.Errorf("%s: %s is in it", c.name, day)
			}
		}
		if c.period.Empty() || c.period.Last().String() != c.last {
			t.Errorf("%s: empty %t, last day %s", c.name, c.period.Empty(), c.period.Last())
		}
	}
	if !through("2024-02-02", "2024-02-01").Empty() || !through("2024-02-02", "2024-01-01").Empty() {
		t.Error("a period that ends before it begins has a day")
	}
}

func TestPeriodsIntersect(t *testing.T) {
	for _, c := range []struct {
		name       string
		a, b, want tracker.Period
	}{
		{"overlap", through("2024-01-01", "2024-03-31"), through("2024-03-01", "2024-06-30"), through("2024-03-01", "2024-03-31")},
		{"open ends", through("", "2024-03-31"), through("2024-03-01", ""), through("2024-03-01", "2024-03-31")},
		{"both open", through("2024-01-01", ""), through("2024-03-01", ""), through("2024-03-01", "")},
	} {
		if got := c.a.Intersect(c.b); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
		if got := c.b.Intersect(c.a); got != c.want {
			t.Errorf("%s, turned round: got %v, want %v", c.name, got, c.want)
		}
	}
	if !through("2024-01-01", "2024-02-29").Intersect(through("2024-03-01", "2024-06-30")).Empty() {
		t.Error("neighbours share a day")
	}
}

// through gives a period by its first and its last day; an empty text leaves it open.
func through(from, last string) tracker.Period {
	var p tracker.Period
	if from != "" {
		p.From = tracker.MustDate(from)
	}
	if last == "" {
		return p
	}
	return tracker.Through(p.From, tracker.MustDate(last))
}
