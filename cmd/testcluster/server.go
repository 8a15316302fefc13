package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// start makes the cluster and waits until its server answers.
func (c *cluster) start(ctx context.Context) error {
	c.password = rand.Text()
	secret := filepath.Join(c.folder, "password")
	if err := os.WriteFile(secret, []byte(c.password+"\n"), 0o600); err != nil {
		return err
	}
	if c.as != nil {
		if err := os.Chown(secret, int(c.as.Uid), int(c.as.Gid)); err != nil {
			return err
		}
	}
	// The language of the server is one that does not sort by characters, so that a text without a collation shows.
	made := c.program("initdb", "--pgdata", c.data(), "--username", "tester", "--pwfile", secret, "--auth", "scram-sha-256",
		"--encoding", "UTF8", "--locale-provider", "icu", "--icu-locale", "en", "--locale", "C", "--no-sync", "--no-instructions")
	if said, err := made.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, said)
	}
	c.server = c.program("postgres", "-D", c.data(), "-p", strconv.Itoa(c.port), "-k", c.folder, "-h", "127.0.0.1",
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=200",
		"-c", "wal_level=minimal", "-c", "max_wal_senders=0", "-c", "shared_buffers=64MB", "-c", "max_wal_size=4GB")
	c.server.Stdout, c.server.Stderr = &c.log, &c.log
	if err := c.server.Start(); err != nil {
		return err
	}
	go func() { c.ended <- c.server.Wait() }()
	if err := c.wait(ctx); err != nil {
		return fmt.Errorf("the server does not start: %w\n%s", err, c.log.String())
	}
	return nil
}

// wait tries the server until it lets somebody in, for a minute at most.
func (c *cluster) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		ready := c.program("pg_isready", "-q", "-h", "127.0.0.1", "-p", strconv.Itoa(c.port))
		if ready.Run() == nil {
			return nil
		}
		select {
		case err := <-c.ended:
			return fmt.Errorf("it ended: %w", err)
		case <-ctx.Done():
			_ = c.stop()
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// stop ends the server at once: nothing in it is kept.
func (c *cluster) stop() error {
	if err := c.server.Process.Signal(syscall.SIGQUIT); err != nil {
		return err
	}
	select {
	case <-c.ended: //nolint:errcheck // its status says that it was told to
		return nil
	case <-time.After(10 * time.Second):
		return c.server.Process.Kill()
	}
}
