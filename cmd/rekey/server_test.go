package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// servers is the key of a session's servers, by name.
type servers struct{}

// banner is what serve --json prints of it.
type banner struct{ Address, KeyID string }

// running is a `rekey serve` in the background.
type running struct {
	cmd *exec.Cmd
	err bytes.Buffer
}

// serve NAME ARGS...: `rekey serve --addr 127.0.0.1:0 ARGS...`, or with an
// --addr that is the first of ARGS, in the background. What it prints is in NAME.out once it is ready; if that is JSON,
// URL and KEYID are what it says.
func serveInBackground(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: serve NAME ARGS...")
	}
	flags := args[1:]
	if len(flags) == 0 || flags[0] != "--addr" {
		flags = append([]string{"--addr", "127.0.0.1:0"}, flags...)
	}
	s := &running{cmd: exec.Command(lookPath(ts, "rekey"), append([]string{"serve", "--drain", "0s"}, flags...)...)}
	s.cmd.Dir = ts.MkAbs(".")
	s.cmd.Env = environment(ts)
	s.cmd.Stderr = &s.err
	out, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() { s.cmd.Process.Kill(); s.cmd.Wait() })
	ts.Value(servers{}).(map[string]*running)[args[0]] = s
	printed := readBanner(out)
	write(ts, args[0]+".out", printed)
	var doc banner
	if json.Unmarshal(printed, &doc) == nil {
		ts.Setenv("URL", doc.Address)
		ts.Setenv("KEYID", doc.KeyID)
	}
}

// readBanner reads what comes until nothing more comes.
func readBanner(out io.Reader) []byte {
	chunks := make(chan []byte)
	go func() {
		defer close(chunks)
		for {
			b := make([]byte, 4096)
			n, err := out.Read(b)
			if n > 0 {
				chunks <- b[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	banner := <-chunks
	for {
		select {
		case more, ok := <-chunks:
			if !ok {
				return banner
			}
			banner = append(banner, more...)
		case <-time.After(100 * time.Millisecond):
			return banner
		}
	}
}

// shutdown NAME [SIGNAL]: the server gets this signal, or SIGTERM, and ends with
// status 0. What it wrote to its standard error is in NAME.err.
func shutdown(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(servers{}).(map[string]*running)[args[0]]
	name := "TERM"
	if len(args) > 1 {
		name = args[1]
	}
	ts.Check(s.cmd.Process.Signal(endings[name]))
	err := s.cmd.Wait()
	write(ts, args[0]+".err", s.err.Bytes())
	if err != nil {
		ts.Fatalf("%v\n%s", err, s.err.String())
	}
}

var endings = map[string]syscall.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "HUP": syscall.SIGHUP,
	"QUIT": syscall.SIGQUIT}

// lookPath looks for a program in the session's PATH.
func lookPath(ts *testscript.TestScript, name string) string {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path
		}
	}
	ts.Fatalf("no %s in PATH", name)
	return ""
}

// environment is what of the session's environment a server reads.
func environment(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR", "REKEY_KEYRING", "REKEY_KEYS",
		"REKEY_AUTH", "REKEY_CACHE_TTL", "REKEY_OFFLINE_GRACE", "REKEY_UNKNOWN_READS", "REKEY_PASSPHRASE_FILE",
		"REKEY_ALLOW_READABLE_SECRETS", "REKEY_LOG_REQUESTS",
		"REKEY_STORE", "REKEY_LOCKBOX_ENDPOINT", "REKEY_SECRETS_ENDPOINT", "REKEY_OPERATION_ENDPOINT",
		"REKEY_IAM_TOKEN", "REKEY_FOLDER_ID", "GORACE", "GOCOVERDIR"} {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}
