// Command dealercert tracks which dealerships of a car maker's network hold BMW i certification, which technicians are
// qualified for high voltage, and how far each digital upgrade is, on any day.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // the network's zone, on machines that have no zone files
)

// Exit statuses, CONTRACT.md "Commands".
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	world := world{
		now: time.Now, getenv: os.Getenv, in: os.Stdin, out: os.Stdout, err: os.Stderr,
	}
	status := run(ctx, os.Args[1:], world)
	stop()
	os.Exit(status)
}

// world is what a command has from outside: all of it can be replaced in a test.
type world struct {
	now    func() time.Time
	getenv func(string) string
	in     io.Reader
	out    io.Writer
	err    io.Writer
}

// run carries out a command line and gives its exit status. Errors are one sentence on the error output.
func run(ctx context.Context, args []string, w world) int {
	line, status, ended := parse(args, w)
	if ended {
		return status
	}
	if err := line.run(ctx, w); err != nil {
		if !errors.Is(err, errSilent) {
			fmt.Fprintln(w.err, "dealercert:", line.say(err))
		}
		return statusOf(err)
	}
	return exitDone
}
