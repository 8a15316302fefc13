// Command testcluster runs a command beside a PostgreSQL server of its own, which is made for it and removed when it
// ends, however it ends:
//
//	testcluster go test ./internal/store
//
// The command finds the server's address in DEALERCERT_TEST_POSTGRES, and its exit status is that of testcluster. The
// server keeps nothing safe and listens on this machine only. As root it runs as the user postgres, since PostgreSQL
// refuses root.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "testcluster: give the command to run beside a PostgreSQL server")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	status, err := beside(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "testcluster:", err)
		os.Exit(1)
	}
	os.Exit(status)
}

// beside makes a cluster, starts its server, runs the command, and takes both away again.
func beside(ctx context.Context, command []string) (status int, err error) {
	c, err := newCluster(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(c.folder)) }()
	if err := c.start(ctx); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	run := exec.CommandContext(ctx, command[0], command[1:]...)
	run.Env = append(os.Environ(), "DEALERCERT_TEST_POSTGRES="+c.address())
	run.Stdin, run.Stdout, run.Stderr = os.Stdin, os.Stdout, os.Stderr
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.WaitDelay = 10 * time.Second
	var ended *exec.ExitError
	if err := run.Run(); err != nil && !errors.As(err, &ended) {
		return 0, err
	}
	return max(run.ProcessState.ExitCode(), 0) + signalled(run.ProcessState), nil
}

// signalled is 1 for a process that a signal ended, which has no status of its own.
func signalled(state *os.ProcessState) int {
	if state.ExitCode() < 0 {
		return 1
	}
	return 0
}

// cluster is a server's folder and where it listens.
type cluster struct {
	programs string // folder of initdb and postgres
	folder   string
	port     int
	password string
	as       *syscall.Credential // nil: as whoever runs this
	server   *exec.Cmd
	ended    chan error
	log      bytes.Buffer
}

func newCluster(ctx context.Context) (*cluster, error) {
	c := &cluster{ended: make(chan error, 1)}
	var err error
	if c.programs, err = programs(); err != nil {
		return nil, err
	}
	if c.port, err = freePort(ctx); err != nil {
		return nil, err
	}
	if c.folder, err = os.MkdirTemp("", "testcluster"); err != nil {
		return nil, err
	}
	if os.Getuid() == 0 {
		if err := c.belongToPostgres(); err != nil {
			return nil, errors.Join(err, os.RemoveAll(c.folder))
		}
	}
	return c, nil
}

// programs finds the newest PostgreSQL: on the path, or where Debian keeps it.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	slices.SortFunc(found, func(a, b string) int { return len(a) - len(b) + strings.Compare(a, b) })
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("PostgreSQL is not installed; on Debian: apt-get install postgresql")
	}
	return filepath.Dir(path), nil
}

func freePort(ctx context.Context) (int, error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	return port, listener.Close()
}

// belongToPostgres gives the folder to the user postgres.
func (c *cluster) belongToPostgres() error {
	owner, err := user.Lookup("postgres")
	if err != nil {
		return err
	}
	uid, err := strconv.ParseUint(owner.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(owner.Gid, 10, 32)
	if err != nil {
		return err
	}
	c.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(c.folder, int(uid), int(gid))
}

func (c *cluster) data() string { return filepath.Join(c.folder, "data") }

// address is that of the maintenance database. A password guards the server from the machine's other users.
func (c *cluster) address() string {
	return fmt.Sprintf("postgres://tester:%s@127.0.0.1:%d/postgres?sslmode=disable", c.password, c.port)
}

// program prepares one of PostgreSQL's programs. It gets a process group of its own, so that an interrupt at the terminal
// does not end the server before the command.
func (c *cluster) program(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.programs, name), args...)
	cmd.Dir = c.folder
	cmd.Env = []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as, Setpgid: true}
	return cmd
}
