package app

import (
	"context"
	"io"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// ModelFigures says how many operating dealerships may sell a model, or service a generation, on a day.
type ModelFigures struct {
	tracker.RightCode
	Model  tracker.Model // of a right to sell
	May    int
	Region map[tracker.RegionID]int // how many may, by region
}

// ModelsView is every right with how many dealerships have it on a day.
type ModelsView struct {
	Directory Directory
	Active    int
	Region    map[tracker.RegionID]int // operating dealerships
	Figures   []ModelFigures           // models in the order of launch, then generations
}

// ModelFigures counts who may sell and service what on a day, within what the actor sees.
func (a *App) ModelFigures(ctx context.Context, by tracker.Actor, on tracker.Date) (ModelsView, error) {
	out := ModelsView{Region: map[tracker.RegionID]int{}}
	if err := by.May(tracker.SeeDealerships); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		if out.Directory, err = loadDirectory(tx); err != nil {
			return err
		}
		rules, err := tx.Rules()
		if err != nil {
			return err
		}
		at := map[tracker.RightCode]int{}
		for i, code := range rules.RightCodes() {
			at[code] = i
			out.Figures = append(out.Figures, ModelFigures{RightCode: code, Model: modelOf(rules, code), Region: map[tracker.RegionID]int{}})
		}
		for _, kind := range tracker.RightKinds {
			counts, err := tx.CountRightsBy(by.Scope, a.Today(), on, kind)
			if err != nil {
				return err
			}
			out.count(kind, counts, at)
		}
		return nil
	})
	return out, err
}

// count adds the counts of a kind up. Every dealership has a row for each subject, so that one of them tells how many there
// are.
func (m *ModelsView) count(kind tracker.RightKind, counts []store.RightCount, at map[tracker.RightCode]int) {
	for _, c := range counts {
		i, known := at[tracker.RightCode{Kind: kind, Subject: c.Subject}]
		if !known {
			continue
		}
		if i == 0 {
			m.Active += c.Count
			m.Region[c.RegionID] += c.Count
		}
		if c.May {
			m.Figures[i].May += c.Count
			m.Figures[i].Region[c.RegionID] += c.Count
		}
	}
}

// modelOf gives the model that a right is about; the zero one for a generation.
func modelOf(rules tracker.Rulebook, code tracker.RightCode) tracker.Model {
	for _, m := range rules.AllModels() {
		if code.Kind == tracker.RightSell && m.Code == code.Subject {
			return m
		}
	}
	return tracker.Model{}
}

// Readiness is how the operating dealerships of a region, or of all, stand with one right on a day.
type Readiness struct {
	Day    tracker.Date
	Active int
	May    int
	Ready  int            // may, or wait for nothing but the launch
	Only   map[string]int // by guard: dealerships at which it alone stands against the right, the launch apart
	Total  map[string]int // by guard: dealerships at which it stands against it
}

// Several gives how many dealerships more than one guard stands against.
func (r Readiness) Several() int {
	n := r.Active - r.Ready
	for _, only := range r.Only {
		n -= only
	}
	return n
}

func newReadiness(day tracker.Date) Readiness {
	return Readiness{Day: day, Only: map[string]int{}, Total: map[string]int{}}
}

// add counts one dealership. Nothing can be done about a launch, so that it is no guard to be stuck at.
func (r *Readiness) add(right tracker.Right, launches []string) {
	r.Active++
	if right.May {
		r.May++
	}
	red := slices.DeleteFunc(right.Failing.All(), func(code string) bool { return slices.Contains(launches, code) })
	for _, code := range red {
		r.Total[code]++
	}
	switch len(red) {
	case 0:
		r.Ready++
	case 1:
		r.Only[red[0]]++
	}
}

// readinessWeeks is how many weeks readiness looks back and ahead.
const readinessWeeks = 12

// ReadinessView is the readiness for one right around a day.
type ReadinessView struct {
	tracker.RightCode
	Model    tracker.Model
	Standard tracker.Standard      // the guards in force on the day
	Guards   []tracker.Requirement // those of the right, without the launch
	Now      Readiness             // on the day, of the regions asked for
	Regions  map[tracker.RegionID]Readiness
	Weeks    []Readiness // from twelve weeks before the day to twelve after it
}

// Readiness tells by guards how the dealerships stand with one right on a day, region by region and week by week, within
// what the actor sees. Regions narrow the day's and the weeks' figures. The fault is NotFound for what no pack knows.
func (a *App) Readiness(ctx context.Context, by tracker.Actor, code string, regions []tracker.RegionID, on tracker.Date) (ReadinessView, error) {
	out := ReadinessView{Regions: map[tracker.RegionID]Readiness{}}
	if err := by.May(tracker.SeeDealerships); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		rules, err := tx.Rules()
		if err != nil {
			return err
		}
		if out.RightCode, err = rightCode(rules, code); err != nil {
			return err
		}
		out.Model = modelOf(rules, out.RightCode)
		if out.Standard, err = rules.RightsStandard(on); err != nil && tracker.KindOf(err) != tracker.NotFound {
			return err
		}
		runs, err := tx.RightRuns(by.Scope, a.Today(), out.RightCode, on.Add(-7*readinessWeeks), on.Add(7*readinessWeeks))
		if err != nil {
			return err
		}
		out.fill(runs, regions, on)
		return nil
	})
	return out, err
}

// rightCode finds the right that a model's or generation's code names.
func rightCode(rules tracker.Rulebook, code string) (tracker.RightCode, error) {
	for _, known := range rules.RightCodes() {
		if known.Subject == code {
			return known, nil
		}
	}
	return tracker.RightCode{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "model", "key", code)
}

func (r *ReadinessView) fill(runs []store.RightRun, regions []tracker.RegionID, on tracker.Date) {
	var launches []string
	for _, guard := range r.Standard.Requirements {
		switch {
		case guard.Right != r.Kind:
		case guard.Measure.Kind == tracker.MeasureLaunch:
			launches = append(launches, guard.Code)
		default:
			r.Guards = append(r.Guards, guard)
		}
	}
	r.Now = newReadiness(on)
	for week := -readinessWeeks; week <= readinessWeeks; week++ {
		r.Weeks = append(r.Weeks, newReadiness(on.Add(7*week)))
	}
	for _, run := range runs {
		asked := len(regions) == 0 || slices.Contains(regions, run.Region)
		if run.Right.Contains(on) {
			region, known := r.Regions[run.Region]
			if !known {
				region = newReadiness(on)
			}
			region.add(run.Right, launches)
			r.Regions[run.Region] = region
			if asked {
				r.Now.add(run.Right, launches)
			}
		}
		for i := range r.Weeks {
			if asked && run.Right.Contains(r.Weeks[i].Day) {
				r.Weeks[i].add(run.Right, launches)
			}
		}
	}
}

// RightTable says how a table of rights is written.
type RightTable struct {
	Format string
	Header []string
	Row    func(store.RightRow) []string
}

// ExportRights writes how the dealerships that match stand with one right on a day, by code.
func (a *App) ExportRights(ctx context.Context, by tracker.Actor, q RightQuery, table RightTable, w io.Writer) error {
	if err := by.May(tracker.SeeDealerships); err != nil {
		return err
	}
	q.Scope, q.Today, q.Page, q.PerPage = by.Scope, a.Today(), 0, 0
	return a.store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.RightRows(q)
		if err != nil {
			return err
		}
		out, err := newSheet(w, "rights", table.Header, table.Format)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := out.Write(table.Row(row)); err != nil {
				return err
			}
		}
		return out.Close()
	})
}
