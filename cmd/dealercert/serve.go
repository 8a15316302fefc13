package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/config"
	"dealercert/internal/demo"
	"dealercert/internal/server"
)

type serveCommand struct {
	Addr           string   `default:"127.0.0.1:8080" env:"DEALERCERT_ADDR" help:"Where to listen."`
	BaseURL        string   `env:"DEALERCERT_BASE_URL" placeholder:"URL" help:"The address that users see, when it is another one."`
	TrustedProxies []string `env:"DEALERCERT_TRUSTED_PROXIES" placeholder:"CIDR" help:"Proxies whose word on a client's address is taken."`
	Demo           bool     `help:"Fill an empty database with the demonstration network first, and print its sign-ins."`
}

// Run serves until it is told to stop, then lets requests in flight finish.
func (c *serveCommand) Run(ctx context.Context, s config.Settings, w world) error {
	return with(ctx, s, w, func(o *opened) error {
		if c.Demo {
			if err := fillEmpty(ctx, o, w); err != nil {
				return err
			}
		}
		base := c.BaseURL
		if base == "" {
			base = "http://" + c.Addr
		}
		site, err := server.New(server.Config{
			App: o.app, Sessions: o.store.Sessions(), Log: slog.New(slog.NewJSONHandler(w.err, nil)), BaseURL: base,
			TrustedProxies: c.TrustedProxies, DefaultLanguage: s.Language,
		})
		if err != nil {
			return err
		}
		var listen net.ListenConfig
		listener, err := listen.Listen(ctx, "tcp", c.Addr)
		if err != nil {
			return fmt.Errorf("cannot listen on %s: %w; choose another place with --addr", c.Addr, err)
		}
		if err := printSignIns(ctx, o, w, listener.Addr().String()); err != nil {
			return err
		}
		return site.Serve(ctx, listener)
	})
}

// fillEmpty fills the database with the demonstration network if it holds nothing yet.
func fillEmpty(ctx context.Context, o *opened, w world) error {
	empty, err := o.app.Empty(ctx)
	if err != nil || !empty {
		return err
	}
	return demo.Fill(ctx, o.app, demo.DefaultOptions(), progress(w.err))
}

// printSignIns says where to go and, for a demonstration network, who can sign in.
func printSignIns(ctx context.Context, o *opened, w world, address string) error {
	hints, err := o.app.DemoSignIns(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "dealercert serves http://%s\n", address)
	if len(hints) == 0 {
		return nil
	}
	logins := make([]string, len(hints))
	for i, hint := range hints {
		logins[i] = hint.Login
	}
	_, err = fmt.Fprintf(w.out, "sign in as %s\npassword for each: %s\n", strings.Join(logins, ", "), app.DemoPassword)
	return err
}

type demoCommand struct {
	Dealerships int    `default:"600" help:"How many are active on 30 November 2022: 1 to 60,000."`
	Seed        uint64 `default:"1" help:"Another seed, another network; the same arguments, the same data."`
}

// Run fills an empty database with the demonstration network.
func (c *demoCommand) Run(ctx context.Context, s config.Settings, w world) error {
	return with(ctx, s, w, func(o *opened) error {
		options := demo.Options{Dealerships: c.Dealerships, Seed: c.Seed}
		if err := demo.Fill(ctx, o.app, options, progress(w.err)); err != nil {
			return err
		}
		hints, err := o.app.DemoSignIns(ctx)
		if err != nil {
			return err
		}
		for _, hint := range hints {
			fmt.Fprintf(w.out, "%s (%s)\n", hint.Login, hint.Role)
		}
		_, err = fmt.Fprintf(w.out, "password for each: %s\n", app.DemoPassword)
		return err
	})
}
