package build

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// usage is what a command and all that it started took.
type usage struct {
	cpu, wall     time.Duration
	memory, files int64 // bytes, at their peaks
	both          int64 // at the peak of their sum: the builder's files are kept in its memory
}

// String says it in the builder's limits.
func (u usage) String() string {
	share := func(used, limit int64) string {
		return fmt.Sprintf("%d MiB (%d %% of %d)", used>>20, 100*used/limit, limit>>20)
	}
	atHalf := 2 * u.cpu.Seconds()
	return fmt.Sprintf("CPU %.0f s, at half a core %.0f s (%.0f %% of %d s), here %.0f s; files %s; memory %s; both "+
		"concurrently %s",
		u.cpu.Seconds(), atHalf, 100*atHalf/MaxSeconds, MaxSeconds, u.wall.Seconds(), share(u.files, MaxFiles),
		share(u.memory, MaxMemory), share(u.both, MaxMemory))
}

// between is the time between two looks at memory and files. What is there
// for less is not seen.
const between = 200 * time.Millisecond

// measured runs a command in its own process group and looks at it and
// at a folder while it runs.
func measured(c *exec.Cmd, dir string) (u usage, err error) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	begin := time.Now()
	if err := c.Start(); err != nil {
		return u, err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for tick := time.NewTicker(between); ; {
		u.look(c.Process.Pid, dir)
		select {
		case err = <-ended:
			tick.Stop()
			u.look(c.Process.Pid, dir)
			u.wall, u.cpu = time.Since(begin), c.ProcessState.UserTime()+c.ProcessState.SystemTime()
			if err != nil {
				err = fmt.Errorf("%v: %w: %s", c.Args, err, &out)
			}
			return u, err
		case <-tick.C:
		}
	}
}

func (u *usage) look(group int, dir string) {
	memory, files := resident(group), onDisk(dir)
	u.memory, u.files, u.both = max(u.memory, memory), max(u.files, files), max(u.both, memory+files)
}

// resident is the sum of what the processes of a group have in memory. What
// they share is counted for each.
func resident(group int) (sum int64) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, stat := range stats {
		data, _ := os.ReadFile(stat)                              // it may have ended
		_, rest, _ := bytes.Cut(data, []byte(") "))               // the name ends; it may have anything in it
		fields := strings.Fields(string(rest))                    // from field 3 of proc(5) on
		if len(fields) > 21 && fields[2] == strconv.Itoa(group) { // pgrp
			pages, _ := strconv.ParseInt(fields[21], 10, 64) // rss
			sum += pages * int64(os.Getpagesize())
		}
	}
	return sum
}

// onDisk is the size of all files below dir, as a file system in memory
// counts: in pages.
func onDisk(dir string) (sum int64) {
	page := int64(os.Getpagesize())
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // it went while we looked
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			sum += (info.Size() + page - 1) / page * page
		}
		return nil
	})
	return sum
}
