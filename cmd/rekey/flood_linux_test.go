package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestFlood: a server of 1024 descriptors lives through more idle connections
// than it has, and bodies without their last byte take the memory that they may.
func TestFlood(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "rekey")
	mustCopy(t, program, os.Args[0])
	c := exec.Command("sh", "-c", `ulimit -n 1024; exec "$0" serve --json --addr 127.0.0.1:0 --max-body-memory 8MiB`,
		program)
	c.Env = []string{"HOME=" + dir, "TMPDIR=" + dir}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { c.Process.Kill(); c.Wait() }()
	var doc banner
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	path := "/kms/v1/keys/" + doc.KeyID + ":encrypt"
	const size = 262144
	for send, times := range map[string]int{
		"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n": 1100,
		fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", path, size,
			strings.Repeat(" ", size-1)): 300,
	} {
		for range times {
			f, err := net.Dial("tcp", strings.TrimPrefix(doc.Address, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			go io.WriteString(f, send) // what is not read waits
		}
		client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}
		answer, err := client.Post(doc.Address+path, "", strings.NewReader(`{"plaintext":"eA=="}`))
		if err != nil {
			t.Fatalf("%.20s: %v", send, err)
		}
		answer.Body.Close()
		if answer.StatusCode != 200 {
			t.Errorf("%.20s: got %d", send, answer.StatusCode)
		}
	}
	if raced() {
		return // which needs its own memory
	}
	const most = 72 << 10 // KiB: only the 300 bodies would be 75 MiB
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	peak := regexp.MustCompile(`VmHWM:\s+([0-9]+) kB`).FindSubmatch(status)
	if kb, err := strconv.Atoi(string(peak[1])); err != nil || kb > most {
		t.Errorf("the peak of the memory was %d KiB, want at most %d", kb, most)
	} else {
		t.Logf("the peak of the memory was %d KiB", kb)
	}
}

// raced reports whether this program was built with the race detector.
func raced() bool {
	info, _ := debug.ReadBuildInfo()
	return info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
