package server

import (
	"fmt"
	"strings"

	"dealercert/internal/tracker"
)

// spark is a line through time in a space of 100 by 32: what is past, what is already known of the future, and the day.
type spark struct {
	Area  string
	Line  string
	Next  string
	Day   string
	Dot   string
	Label string
	Rows  []sparkRow
}

// sparkRow is a point of a line, for the table beside it.
type sparkRow struct {
	Day   tracker.Date
	Value int
}

// The height of a line's lowest and highest value.
const (
	sparkBottom = 30.0
	sparkTop    = 3.0
)

// newSpark draws values on days; the day shown parts past from future.
func newSpark(days []tracker.Date, values []int, on tracker.Date, label string) spark {
	low, high := values[0], values[0]
	for _, value := range values {
		low, high = min(low, value), max(high, value)
	}
	x := func(d tracker.Date) float64 { return 100 * float64(d-days[0]) / float64(days[len(days)-1]-days[0]) }
	y := func(value int) float64 {
		if high == low {
			return (sparkBottom + sparkTop) / 2
		}
		return sparkBottom - (sparkBottom-sparkTop)*float64(value-low)/float64(high-low)
	}
	var past, next strings.Builder
	out := spark{Label: label}
	for i, day := range days {
		point := fmt.Sprintf("%.2f %.2f", x(day), y(values[i]))
		if day <= on {
			draw(&past, point)
			out.Dot = "M" + point + "h0"
		}
		if day >= on {
			draw(&next, point)
		}
		out.Rows = append(out.Rows, sparkRow{day, values[i]})
	}
	out.Line, out.Next = past.String(), next.String()
	out.Area = fmt.Sprintf("%sL%.2f 32L0 32Z", out.Line, x(on))
	out.Day = fmt.Sprintf("M%.2f 0V32", x(on))
	return out
}

func draw(path *strings.Builder, point string) {
	if path.Len() == 0 {
		path.WriteString("M" + point)
	} else {
		path.WriteString("L" + point)
	}
}

// trackSpan is the days that a timeline shows.
type trackSpan struct {
	From, Until tracker.Date
	On, Today   tracker.Date
}

// place gives where a day lies in the span, in percent.
func (s trackSpan) place(d tracker.Date) string {
	d = min(max(d, s.From), s.Until)
	return fmt.Sprintf("%.3f%%", 100*float64(d-s.From)/float64(s.Until-s.From))
}

// Ticks gives the first days of the years in the span.
func (s trackSpan) Ticks() []tick {
	var out []tick
	for year := s.From.Time().Year() + 1; ; year++ {
		day := tracker.NewDate(year, 1, 1)
		if day >= s.Until {
			return out
		}
		text := fmt.Sprint(year)
		if ahead, near := day-s.Today, (s.Until-s.From)/14; -near < ahead && ahead < near {
			text = "" // the word for today stands there
		}
		out = append(out, tick{s.place(day), text})
	}
}

// OnPlace and TodayPlace give where the day shown and today lie.
func (s trackSpan) OnPlace() string    { return s.place(s.On) }
func (s trackSpan) TodayPlace() string { return s.place(s.Today) }

// OtherDay tells whether both are to be drawn.
func (s trackSpan) OtherDay() bool { return s.On != s.Today }

type tick struct{ Place, Text string }

// track is a row of a timeline.
type track struct {
	Name  string
	Group string // a heading before it
	Bars  []bar
	Label string
}

// bar is a run of days in a row.
type bar struct {
	X, Width string
	Title    string
	kind     string
}

// bars cuts a run of days at today, so that the future can look like the future.
func (s trackSpan) bars(p tracker.Period, kind, title string) []bar {
	both := p.Intersect(tracker.Period{From: s.From, Until: s.Until})
	if both.Empty() {
		return nil
	}
	var out []bar
	add := func(p tracker.Period, class string) {
		if p.Empty() {
			return
		}
		width := fmt.Sprintf("%.3f%%", 100*float64(p.Until-p.From)/float64(s.Until-s.From))
		out = append(out, bar{X: s.place(p.From), Width: width, kind: class, Title: title})
	}
	add(both.Intersect(tracker.Period{From: s.From, Until: s.Today}), "dc-bar--"+kind)
	add(both.Intersect(tracker.Period{From: s.Today, Until: s.Until}), "dc-bar--"+kind+" dc-bar--future")
	return out
}

// Kind gives a bar's classes.
func (b bar) Kind() string { return b.kind }
