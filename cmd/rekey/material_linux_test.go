package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"rekey/cmd/rekey/internal/exit"
)

const typed = "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef"

// TestTypedMaterial: the command says that it waits, and what is typed then is
// on no screen.
func TestTypedMaterial(t *testing.T) {
	ownHome(t)
	p := startAtTerminal(t, "keys", "import", "--id", "k1", "--version-id", "v1", "--algorithm", "AES_256", "--format",
		"hex")
	p.waitFor(t, "rekey: type the material in hex and Enter; it is not shown: ")
	p.typeUnseen(t, typed+"\n")
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, p.screen())
	}
	p.waitFor(t, "Version v1 of key k1 imported")
	if strings.Contains(p.screen(), typed[:8]) {
		t.Errorf("the material is on the screen: %s", p.screen())
	}
}

// TestInterruptedMaterial: nothing is imported, no keyring is made for it, and
// the terminal shows again what is typed.
func TestInterruptedMaterial(t *testing.T) {
	dir := ownHome(t)
	p := startAtTerminal(t, "keys", "import", "--id", "k1", "--version-id", "v1", "--algorithm", "AES_256", "--format",
		"base64")
	p.typeUnseen(t, "\x03")
	if err := p.cmd.Wait(); p.cmd.ProcessState.ExitCode() != 130 {
		t.Errorf("%v: %s", err, p.screen())
	}
	p.waitFor(t, "interrupted: nothing is imported")
	if !p.echoes(t) {
		t.Error("the terminal shows no longer what is typed")
	}
	if _, err := os.Stat(filepath.Join(dir, "rekey")); err == nil {
		t.Error("there is a keyring")
	}
}

// TestInterruptedPassphrase: at each question the status is the signal's.
func TestInterruptedPassphrase(t *testing.T) {
	ownHome(t)
	if out, err := exec.Command("rekey", "keys", "create", "--id", "k1").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		for question, typed := range map[string]string{"New passphrase: ": "",
			"The same again: ": "correct horse battery staple\n"} {
			p := startAtTerminal(t, "keyring", "passphrase")
			if typed != "" {
				p.typeUnseen(t, typed)
			}
			p.waitFor(t, question)
			await(t, "a terminal that shows nothing", func() bool { return !p.echoes(t) })
			p.cmd.Process.Signal(s)
			if err := p.cmd.Wait(); p.cmd.ProcessState.ExitCode() != 128+int(s) {
				t.Errorf("%v at %q: %v: %s", s, question, err, p.screen())
			}
			p.waitFor(t, "the keyring is unchanged: needs its passphrase, and the question was interrupted")
		}
	}
}

// TestRawIsNotTyped: nobody can type 32 random bytes.
func TestRawIsNotTyped(t *testing.T) {
	ownHome(t)
	p := startAtTerminal(t, "keys", "import", "--id", "k1", "--version-id", "v1", "--algorithm", "AES_256", "--format",
		"raw")
	if err := p.cmd.Wait(); p.cmd.ProcessState.ExitCode() != exit.Usage {
		t.Errorf("%v: %s", err, p.screen())
	}
	p.waitFor(t, "raw bytes cannot be typed")
}

// console is a program that has a terminal for its three streams.
type console struct {
	cmd    *exec.Cmd
	master *os.File
	slave  *os.File

	mu    sync.Mutex
	shown bytes.Buffer
}

func startAtTerminal(t *testing.T, args ...string) *console {
	t.Helper()
	heedSignals()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("SKIP-NEEDS: a pseudo-terminal: %v", err)
	}
	fd := int(master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := &console{cmd: exec.Command("rekey", args...), master: master, slave: slave}
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = slave, slave, slave
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill(); slave.Close(); master.Close() })
	go p.read()
	return p
}

func (p *console) read() {
	b := make([]byte, 1024)
	for {
		n, err := p.master.Read(b)
		p.mu.Lock()
		p.shown.Write(b[:n])
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (p *console) screen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shown.String()
}

func (p *console) waitFor(t *testing.T, text string) {
	t.Helper()
	await(t, text, func() bool { return strings.Contains(p.screen(), text) })
}

func (p *console) echoes(t *testing.T) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(p.slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// typeUnseen types once the terminal shows nothing of it.
func (p *console) typeUnseen(t *testing.T, text string) {
	t.Helper()
	await(t, "a terminal that shows nothing", func() bool { return !p.echoes(t) })
	if _, err := p.master.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("there is no %s", what)
		}
	}
}
