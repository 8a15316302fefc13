package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"dealercert/internal/app"
	"dealercert/internal/config"
	"dealercert/internal/tracker"
)

// operator is who commands act as.
var operator = tracker.Operator

type userCommands struct {
	Add     userAddCommand     `cmd:"" help:"Add an account."`
	Disable userDisableCommand `cmd:"" help:"Disable an account; its access ends with its next request."`
	List    userListCommand    `cmd:"" help:"List the accounts."`
}

type userAddCommand struct {
	Login        string   `arg:"" help:"What the user signs in as: small letters, digits and . _ @ -."`
	Role         string   `required:"" help:"admin, network, regional, auditor, group, dealer or viewer."`
	Name         string   `help:"The user's name."`
	Region       []string `placeholder:"CODE" help:"A region in the account's scope, or network for a viewer of the whole; may be repeated."`
	Group        []string `placeholder:"CODE" help:"A dealer group in the account's scope; may be repeated."`
	Dealership   []string `placeholder:"CODE" help:"A dealership in the account's scope; may be repeated."`
	PasswordFile string   `placeholder:"FILE" help:"File that holds the password, - for standard input; without it one is made and printed."`
}

// Run adds an account.
func (c *userAddCommand) Run(ctx context.Context, s config.Settings, w world) error {
	account := app.NewAccount{
		Login: c.Login, Name: c.Name, Role: c.Role, Groups: c.Group, Dealerships: c.Dealership, Language: s.Language,
	}
	for _, region := range c.Region {
		if region == "network" {
			account.Network = true
			continue
		}
		account.Regions = append(account.Regions, region)
	}
	made := false
	var err error
	if account.Password, made, err = c.password(w.in); err != nil {
		return err
	}
	return with(ctx, s, w, func(o *opened) error {
		if err := o.app.AddAccount(ctx, operator, account); err != nil {
			return err
		}
		if made {
			fmt.Fprintf(w.out, "%s signs in with %s\n", c.Login, account.Password)
		}
		return nil
	})
}

func (c *userAddCommand) password(in io.Reader) (password string, made bool, err error) {
	switch c.PasswordFile {
	case "":
		return rand.Text(), true, nil
	case "-":
		text, err := bufio.NewReader(in).ReadString('\n')
		if err != nil && err != io.EOF {
			return "", false, err
		}
		return strings.TrimRight(text, "\r\n"), false, nil
	default:
		text, err := os.ReadFile(c.PasswordFile)
		return strings.TrimRight(string(text), "\r\n"), false, err
	}
}

type userDisableCommand struct {
	Login string `arg:"" help:"The account."`
}

// Run disables an account.
func (c *userDisableCommand) Run(ctx context.Context, s config.Settings, w world) error {
	return existing(ctx, s, w, func(o *opened) error { return o.app.DisableAccount(ctx, operator, c.Login) })
}

type userListCommand struct{}

// Run lists the accounts.
func (c *userListCommand) Run(ctx context.Context, s config.Settings, w world) error {
	return existing(ctx, s, w, func(o *opened) error {
		accounts, err := o.app.Accounts(ctx, operator)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "login\trole\tscope\tstate")
		for _, a := range accounts {
			state := "active"
			if a.Disabled {
				state = "disabled"
			}
			scope := append(append(append([]string{}, a.ScopeLabels.Regions...), a.ScopeLabels.Groups...), a.ScopeLabels.Dealerships...)
			if a.Scope.All {
				scope = []string{"network"}
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", a.Login, a.Role, strings.Join(scope, " "), state)
		}
		return table.Flush()
	})
}
