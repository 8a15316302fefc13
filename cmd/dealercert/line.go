package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"dealercert/internal/config"
	"dealercert/internal/tracker"
	"dealercert/web"
)

// commands is the command line: settings that every command takes, and one field for each command. Flags win over
// environment variables, which are named DEALERCERT_….
type commands struct {
	config.Settings `embed:""`

	Serve   serveCommand   `cmd:"" help:"Migrate the database, then serve the web pages and the API."`
	Demo    demoCommand    `cmd:"" help:"Fill an empty database with the demonstration network."`
	Report  reportCommand  `cmd:"" help:"Print the network's figures on a day."`
	Import  importCommand  `cmd:"" help:"Take in a table of dealerships, people, qualifications, modules or decisions."`
	Export  exportCommand  `cmd:"" help:"Write a table that import reads back without a change."`
	User    userCommands   `cmd:"" help:"Manage accounts."`
	Token   tokenCommands  `cmd:"" help:"Manage the tokens by which programs use the API."`
	Migrate migrateCommand `cmd:"" help:"Bring the database's schema up to date."`
	Verify  verifyCommand  `cmd:"" help:"Check the database, every computed standing and the chain of changes."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// command is one command with its flags read.
type command interface {
	Run(ctx context.Context, s config.Settings, w world) error
}

// line is a command line that has been understood.
type line struct {
	settings config.Settings
	command  command
}

func (l line) run(ctx context.Context, w world) error { return l.command.Run(ctx, l.settings, w) }

// say puts an error into the words of the chosen language.
func (l line) say(err error) string { return say(l.settings.Language, err) }

// parse understands a command line. It ends by itself, with a status, on --help and on wrong usage.
func parse(args []string, w world) (out line, status int, ended bool) {
	var all commands
	status = -1
	parser, err := kong.New(&all,
		kong.Name("dealercert"),
		kong.Description("Which dealership may sell and service what, on any day, why, and what will stop being true next."),
		kong.Writers(w.out, w.err),
		kong.Exit(func(code int) { status = code }),
		kong.Resolvers(environment(w)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		panic(err) // the structs above are wrong, which every run shows
	}
	parsed, err := parser.Parse(args)
	if status >= 0 { // help has been printed
		return out, status, true
	}
	if err != nil {
		fmt.Fprintf(w.err, "dealercert: %s; try dealercert --help\n", err)
		return out, exitUsage, true
	}
	chosen, is := parsed.Selected().Target.Addr().Interface().(command)
	if !is {
		panic("a command without Run: " + parsed.Command())
	}
	all.Settings.Getenv = w.getenv
	return line{all.Settings, chosen}, exitDone, false
}

// environment reads settings from DEALERCERT_… variables, and secrets from the files that …_FILE names.
func environment(w world) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, name := range flag.Envs {
			value, err := config.Variable(w.getenv, name)
			if err != nil || value != "" {
				return value, err
			}
		}
		return nil, nil //nolint:nilnil // kong's word for: this resolver has no value
	})
}

// usageError is wrong usage that shows only after the command line was read.
type usageError struct{ error }

// usage makes a usageError from a sentence.
func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// errSilent ends a command with status 1 after it has said everything itself.
var errSilent = errors.New("failed")

func statusOf(err error) int {
	var wrong usageError
	if errors.As(err, &wrong) {
		return exitUsage
	}
	return exitFailed
}

// say puts an error into a reader's words: a fault by its message with its fields, anything else as it is.
func say(language string, err error) string {
	var fault *tracker.Error
	if !errors.As(err, &fault) {
		return err.Error()
	}
	messages, failed := web.LoadMessages()
	if failed != nil {
		return err.Error()
	}
	if len(fault.Fields) == 0 {
		return messages.Say(language, "error."+fault.Key, fault.Args)
	}
	parts := make([]string, len(fault.Fields))
	for i, f := range fault.Fields {
		parts[i] = f.Field + ": " + messages.Say(language, "error."+f.Key, f.Args)
	}
	return strings.Join(parts, " ")
}

// progress gives a function that shows how far a long command is: on one line that is rewritten, and only where a person
// watches.
func progress(out io.Writer) func(stage string, done, total int) {
	if !isTerminal(out) {
		return func(string, int, int) {}
	}
	shown := ""
	return func(stage string, done, total int) {
		text := fmt.Sprintf("%s: %d %%", stage, percent(done, total))
		if text == shown {
			return
		}
		shown = text
		fmt.Fprintf(out, "\r\033[K%s", text)
		if stage == lastStage && done >= total {
			fmt.Fprint(out, "\r\033[K")
		}
	}
}

// isTerminal tells whether an output is shown to a person as it comes.
func isTerminal(out io.Writer) bool {
	file, isFile := out.(*os.File)
	if !isFile {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// lastStage is the last thing a long load does.
const lastStage = "standings"

func percent(done, total int) int {
	if total <= 0 {
		return 100
	}
	return done * 100 / total
}
