package tracker

// Difference is a run of days on which two timelines of one dealership differ in a programme, as far as a reader
// would notice: in state, validity or lights.
type Difference struct {
	Programme ProgrammeCode
	Period
	Before Standing
	After  Standing
}

// Differences gives what changes between two timelines, by programme and then by day. Neighbouring days with the same
// before and after are one difference.
func Differences(before, after Timeline) []Difference {
	var out []Difference
	var programmes []ProgrammeCode
	for _, s := range after.Standings {
		if n := len(programmes); n == 0 || programmes[n-1] != s.Programme {
			programmes = append(programmes, s.Programme)
		}
	}
	for _, code := range programmes {
		out = append(out, differences(code, before.Of(code), after.Of(code))...)
	}
	return out
}

func differences(code ProgrammeCode, before, after []Standing) []Difference {
	var out []Difference
	for i, j := 0, 0; i < len(before) && j < len(after); {
		was, is := before[i], after[j]
		both := was.Intersect(is.Period)
		if was.differs(is) {
			d := Difference{code, both, was, is}
			if n := len(out); n > 0 && out[n-1].Until == both.From && !out[n-1].Before.differs(was) && !out[n-1].After.differs(is) {
				out[n-1].Until = both.Until
			} else {
				out = append(out, d)
			}
		}
		if was.end() < is.end() {
			i++
		} else {
			j++
			if was.end() == is.end() {
				i++
			}
		}
	}
	return out
}
