package main

import (
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"rekey/deploy/local/lockboxtest"
	"rekey/shared/store/file/passphrase/passphrasetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rekey": func() { passphrasetest.Cheap(); main() }})
}

// TestScript runs the sessions in testdata/script, each as a person would
// have it: a folder, a shell's environment, the command. Beside testscript's
// own words they use those of words_test.go.
func TestScript(t *testing.T) {
	heedSignals()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Condition:           condition,
		Cmds:                words,
	})
}

// heedSignals has what the tests start take signals that are ignored here: under
// nohup, or in the background of a script, a session would wait forever for the
// end of what it has interrupted.
func heedSignals() {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGHUP} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
}

// words are what sessions use beside testscript's own.
var words = map[string]func(*testscript.TestScript, bool, []string){
	"status":   status,
	"json":     jsonField,
	"serve":    serveInBackground,
	"shutdown": shutdown,
	"within":   within,
	"vector":   vector,
	"fill":     fill,
	"empty":    empty,
	"hidden":   hidden,
	"lockbox":  lockboxCommand,
}

// setup gives a session its own configuration folder.
func setup(e *testscript.Env) error {
	e.Setenv("HOME", e.WorkDir)
	e.Setenv("XDG_CONFIG_HOME", filepath.Join(e.WorkDir, "config"))
	// The race detector lets every process wait for a second at its end, in
	// case others of its threads still run.
	e.Setenv("GORACE", "atexit_sleep_ms=20")
	e.Values[servers{}] = map[string]*running{}
	e.Values[boxes{}] = new(*lockboxtest.Server)
	return os.MkdirAll(filepath.Join(e.WorkDir, "config"), 0o700)
}

// condition knows [root], who may write everywhere, and [ipv6], of loopback.
func condition(name string) (bool, error) {
	switch name {
	case "root":
		return os.Geteuid() == 0, nil
	case "ipv6":
		ln, err := net.Listen("tcp", "[::1]:0")
		if err == nil {
			ln.Close()
		}
		return err == nil, nil
	}
	return false, fmt.Errorf("no such condition: %s", name)
}
