package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"dealercert/internal/app"
	"dealercert/internal/config"
	"dealercert/internal/tracker"
)

type tokenCommands struct {
	Add    tokenAddCommand    `cmd:"" help:"Make an API token for an account and print it, once."`
	List   tokenListCommand   `cmd:"" help:"List the API tokens; their keys are kept nowhere."`
	Revoke tokenRevokeCommand `cmd:"" help:"End an API token with its next use."`
}

type tokenAddCommand struct {
	Login    string `arg:"" help:"The account that the token acts as."`
	Name     string `default:"command line" help:"What the token is for."`
	ReadOnly bool   `help:"The token may read and not write."`
	Days     int    `default:"90" help:"How long it works, 1 to 365 days."`
}

// Run makes a token. The output is the token and nothing else, so that a script can keep it.
func (c *tokenAddCommand) Run(ctx context.Context, s config.Settings, w world) error {
	return existing(ctx, s, w, func(o *opened) error {
		key, made, err := o.app.AddToken(ctx, operator, app.NewToken{Login: c.Login, Name: c.Name, ReadOnly: c.ReadOnly, Days: c.Days})
		if err != nil {
			return err
		}
		rights := "reads and writes"
		if made.ReadOnly {
			rights = "only reads"
		}
		fmt.Fprintf(w.err, "dealercert: this token %s as %s until %s and is shown only now; send it as Authorization: Bearer TOKEN\n",
			rights, made.Login, made.ExpiresAt.Time().In(o.zone).Format("2006-01-02 15:04"))
		fmt.Fprintln(w.out, key)
		return nil
	})
}

type tokenListCommand struct{}

// Run lists the tokens of all accounts.
func (c *tokenListCommand) Run(ctx context.Context, s config.Settings, w world) error {
	return existing(ctx, s, w, func(o *opened) error {
		tokens, err := o.app.Tokens(ctx, operator)
		if err != nil {
			return err
		}
		moment := func(m tracker.Moment) string {
			if m == 0 {
				return "never"
			}
			return m.Time().In(o.zone).Format(time.DateTime)
		}
		table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "id\tlogin\tname\trights\texpires\tlast used\tstate")
		for _, t := range tokens {
			rights, state := "read and write", "works"
			if t.ReadOnly {
				rights = "read"
			}
			switch {
			case t.RevokedAt != 0:
				state = "revoked"
			case !t.Works(o.app.Now()):
				state = "expired"
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, t.Login, t.Name, rights, moment(t.ExpiresAt), moment(t.LastUsedAt), state)
		}
		return table.Flush()
	})
}

type tokenRevokeCommand struct {
	ID string `arg:"" name:"id" help:"The token, as token list names it."`
}

// Run ends a token.
func (c *tokenRevokeCommand) Run(ctx context.Context, s config.Settings, w world) error {
	return existing(ctx, s, w, func(o *opened) error { return o.app.RevokeToken(ctx, operator, c.ID) })
}
