package file

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/admin"
)

// crashRole and crashPath make a copy of this test program one of the two
// processes that TestKill kills, on the keyring at this path.
const (
	crashRole = "REKEY_TEST_CRASH_ROLE"
	crashPath = "REKEY_TEST_CRASH_PATH"
)

func TestMain(m *testing.M) {
	roles := map[string]func(*admin.Admin, string) error{"command": commandForEver, "server": serverForEver}
	role, ok := roles[os.Getenv(crashRole)]
	if !ok {
		os.Exit(m.Run())
	}
	path := os.Getenv(crashPath)
	a, err := admin.Open(path, admin.Options{Window: window})
	if err == nil {
		err = role(a, path)
	}
	fmt.Println("failed", err)
	os.Exit(1)
}

// commandForEver creates keys, rotates them and schedules what was their
// primary, and says so after each call: one write of a line, which is in the
// pipe before the next change begins.
func commandForEver(a *admin.Admin, _ string) error {
	for {
		k, err := a.Create(ctx, keyadmin.Creation{})
		if err != nil {
			return err
		}
		fmt.Println("made", k.ID, k.PrimaryVersion.ID)
		if err := rotateAndSchedule(a, k.ID, k.PrimaryVersion.ID); err != nil {
			return err
		}
	}
}

func rotateAndSchedule(a *admin.Admin, k key.ID, old key.VersionID) error {
	soon := keyadmin.Schedule{Pending: time.Millisecond, Force: true} // for the server to purge
	for range 4 {
		v, err := a.Rotate(ctx, k, 0)
		if err != nil {
			return err
		}
		fmt.Println("made", k, v.ID)
		if _, err := a.ScheduleDestruction(ctx, k, old, soon); err != nil {
			return err
		}
		fmt.Println("scheduled", k, old)
		old = v.ID
	}
	return nil
}

// serverForEver purges and reads as a server does, only more often, and says
// which generation it has seen.
func serverForEver(a *admin.Admin, path string) error {
	s, err := Open(path, nil)
	if err != nil {
		return err
	}
	for {
		if _, err := a.Purge(ctx); err != nil {
			return err
		}
		g, err := s.Generation(ctx)
		if err != nil {
			return err
		}
		if _, err := s.Get(ctx, "k1", ""); err != nil {
			return err
		}
		fmt.Println("generation", g)
		time.Sleep(time.Millisecond)
	}
}

// child is a process that will be killed.
type child struct {
	cmd   *exec.Cmd
	lines chan string // closed when the process is gone and all is read

	heard []string
	dead  bool
}

func startChild(t *testing.T, role, path string) *child {
	c := &child{cmd: exec.Command(os.Args[0]), lines: make(chan string, 10_000)}
	c.cmd.Env = append(os.Environ(), crashRole+"="+role, crashPath+"="+path)
	out, err := c.cmd.StdoutPipe()
	if err == nil {
		err = c.cmd.Start()
	}
	if err != nil {
		t.Error(err)
		close(c.lines)
		c.dead = true
		return c
	}
	go func() {
		defer close(c.lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			c.lines <- s.Text()
		}
	}()
	return c
}

// await waits until the child says something new.
func (c *child) await(t *testing.T) {
	for len(c.lines) > 0 {
		c.heard = append(c.heard, <-c.lines)
	}
	select {
	case line := <-c.lines:
		c.heard = append(c.heard, line)
	case <-time.After(30 * time.Second):
		t.Error("a process waits forever")
	}
}

func (c *child) kill(t *testing.T) {
	if c.dead {
		return
	}
	c.dead = true
	if err := c.cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
}

// said is everything that the child said before it died.
func (c *child) said() []string {
	for line := range c.lines {
		c.heard = append(c.heard, line)
	}
	c.cmd.Wait() // its status is that it was killed
	return c.heard
}
