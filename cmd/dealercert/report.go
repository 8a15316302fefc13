package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"dealercert/internal/app"
	"dealercert/internal/config"
	"dealercert/internal/tracker"
)

type reportCommand struct {
	On      string   `placeholder:"DATE" help:"The day; today when left out."`
	KnownAt string   `placeholder:"TIME" help:"As it was known at a moment: 2024-04-01 or 2024-04-01T08:00:00+08:00."`
	Region  []string `placeholder:"CODE" help:"Only this region; may be repeated."`
	Format  string   `default:"text" enum:"text,json,csv" help:"text, json or csv."`
}

// Run prints the network's figures.
func (c *reportCommand) Run(ctx context.Context, s config.Settings, w world) error {
	return existing(ctx, s, w, func(o *opened) error {
		query, err := c.query(ctx, o)
		if err != nil {
			return err
		}
		summary, err := o.app.Summary(ctx, tracker.Operator, query)
		if err != nil {
			return err
		}
		switch c.Format {
		case "json":
			text, err := json.MarshalIndent(summary, "", "  ")
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(w.out, string(text))
			return err
		case "csv":
			return writeCSV(w.out, summary)
		default:
			return writeText(w.out, summary)
		}
	})
}

func (c *reportCommand) query(ctx context.Context, o *opened) (app.SummaryQuery, error) {
	query := app.SummaryQuery{On: o.app.Today()}
	var err error
	if c.On != "" {
		if query.On, err = dayFlag("--on", c.On); err != nil {
			return query, err
		}
	}
	if c.KnownAt != "" {
		if query.KnownAt, err = momentFlag(c.KnownAt, o.zone); err != nil {
			return query, err
		}
	}
	query.Regions, err = regionFlags(ctx, o, c.Region)
	return query, err
}

// dayFlag reads a flag that is a day.
func dayFlag(flag, text string) (tracker.Date, error) {
	on, err := tracker.ParseDate(text)
	if err != nil {
		return 0, usage("%s: %q is no day; write it as 2026-11-23", flag, text)
	}
	return on, nil
}

// momentFlag reads a moment; a day alone means its last moment in the network's zone.
func momentFlag(text string, zone *time.Location) (tracker.Moment, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return tracker.MomentOf(at), nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return 0, usage("--known-at: %q is no moment; write it as 2024-04-01 or 2024-04-01T08:00:00+08:00", text)
	}
	return tracker.MomentOf(day.AddDate(0, 0, 1)) - 1, nil
}

// regionFlags finds the regions that flags name by code or name.
func regionFlags(ctx context.Context, o *opened, texts []string) ([]tracker.RegionID, error) {
	directory, err := o.app.Directory(ctx)
	if err != nil {
		return nil, err
	}
	var out []tracker.RegionID
	for _, text := range texts {
		region, found := directory.Region(text)
		if !found {
			return nil, usage("--region: there is no region %q; the network has %s", text, regionCodes(directory))
		}
		out = append(out, region.ID)
	}
	return out, nil
}

func regionCodes(d app.Directory) string {
	if len(d.RegionList) == 0 {
		return "none yet"
	}
	text := ""
	for i, r := range d.RegionList {
		if i > 0 {
			text += ", "
		}
		text += r.Code
	}
	return text
}

// figure is one line of a report.
type figure struct {
	name  string
	value func(app.Block) string
}

func number(of func(app.Block) int) func(app.Block) string {
	return func(b app.Block) string { return strconv.Itoa(of(b)) }
}

func portion(of func(app.Block) float64) func(app.Block) string {
	return func(b app.Block) string { return strconv.FormatFloat(of(b), 'f', 4, 64) }
}

// figuresOfReport are the figures in the names of the contract.
var figuresOfReport = []figure{
	{"dealerships.active", number(func(b app.Block) int { return b.Active })},
	{"bmw_i.certified", number(func(b app.Block) int { return b.BMWi.Certified })},
	{"bmw_i.conditional", number(func(b app.Block) int { return b.BMWi.Conditional })},
	{"bmw_i.suspended", number(func(b app.Block) int { return b.BMWi.Suspended })},
	{"bmw_i.expired", number(func(b app.Block) int { return b.BMWi.Expired })},
	{"bmw_i.in_progress", number(func(b app.Block) int { return b.BMWi.InProgress })},
	{"bmw_i.not_certified", number(func(b app.Block) int { return b.BMWi.NotCertified })},
	{"bmw_i.at_risk", number(func(b app.Block) int { return b.BMWi.AtRisk })},
	{"bmw_i.in_breach", number(func(b app.Block) int { return b.BMWi.InBreach })},
	{"bmw_i.share", portion(func(b app.Block) float64 { return b.BMWi.Share })},
	{"technicians.employed", number(func(b app.Block) int { return b.Technicians.Employed })},
	{"technicians.nev_qualified", number(func(b app.Block) int { return b.Technicians.NEVQualified })},
	{"technicians.dealerships_below_minimum", number(func(b app.Block) int { return b.Technicians.BelowMinimum })},
	{"technicians.single_holder_dealerships", number(func(b app.Block) int { return b.Technicians.SingleHolder })},
	{"digital_upgrade.completed", number(func(b app.Block) int { return b.Upgrade.Completed })},
	{"digital_upgrade.in_progress", number(func(b app.Block) int { return b.Upgrade.InProgress })},
	{"digital_upgrade.planned", number(func(b app.Block) int { return b.Upgrade.Planned })},
	{"digital_upgrade.not_started", number(func(b app.Block) int { return b.Upgrade.NotStarted })},
	{"digital_upgrade.share", portion(func(b app.Block) float64 { return b.Upgrade.Share })},
	{"law.healthy", number(func(b app.Block) int { return b.Law.Healthy })},
	{"law.in_breach", number(func(b app.Block) int { return b.Law.InBreach })},
}

// table gives a report as rows: a header, then one row a figure, with the network and each region as columns.
func table(s app.Summary) [][]string {
	header := []string{"figure", "network"}
	for _, r := range s.Regions {
		header = append(header, r.Code)
	}
	rows := [][]string{header}
	for _, f := range figuresOfReport {
		row := []string{f.name, f.value(s.Block)}
		for _, r := range s.Regions {
			row = append(row, f.value(r.Block))
		}
		rows = append(rows, row)
	}
	return append(rows, []string{"models.on_sale", strconv.Itoa(s.ModelsOnSale)})
}

func writeCSV(out io.Writer, s app.Summary) error {
	writer := csv.NewWriter(out)
	width := 2 + len(s.Regions)
	for _, row := range append([][]string{{"on", s.On.String()}, {"known_at", s.KnownAt.String()}}, table(s)...) {
		for len(row) < width {
			row = append(row, "")
		}
		if err := writer.Write(row); err != nil {
			return err
		}
	}
	writer.Flush()
	return writer.Error()
}

func writeText(out io.Writer, s app.Summary) error {
	if _, err := fmt.Fprintf(out, "%s, as known at %s\n\n", s.On, s.KnownAt); err != nil {
		return err
	}
	writer := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range table(s) {
		for _, cell := range row {
			if _, err := fmt.Fprint(writer, cell, "\t"); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintln(writer); err != nil {
			return err
		}
	}
	return writer.Flush()
}
