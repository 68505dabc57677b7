// Package terminal is the person who uses a command, and is asked for secrets.
package terminal

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/process"
	"rekey/shared/ending"
	"rekey/shared/plain"
	"rekey/shared/store/file/passphrase"
)

// Ask asks for a passphrase at the terminal. Standard input is not asked: it may be
// the text to encrypt.
func Ask(prompt string) ([]byte, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, passphrase.ErrMissing
	}
	defer tty.Close()
	fmt.Fprintf(tty, "rekey: %s: ", plain.Text(prompt))
	secret, err := ReadSecret(int(tty.Fd()))
	fmt.Fprintln(tty)
	switch {
	case errors.Is(err, ErrInterrupted):
		return nil, fmt.Errorf("needs its passphrase, and %w", err)
	case err != nil:
		return nil, fmt.Errorf("needs its passphrase: reading the terminal: %w", err)
	case len(secret) == 0:
		return nil, errors.New("needs its passphrase, and none was typed")
	}
	return secret, nil
}

// ErrInterrupted: a signal came and no answer. The exit status with it is the one
// that shells give to that signal.
var ErrInterrupted = errors.New("the question was interrupted")

// ReadSecret reads a line that the terminal does not show. A signal would
// leave the terminal like that for what comes after, and `serve` would
// wait for the answer first.
func ReadSecret(tty int) ([]byte, error) {
	before, err := term.GetState(tty)
	if err != nil {
		return nil, err
	}
	answered := process.Attend()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, ending.Signals()...)
	defer signal.Stop(signals)
	var secret []byte
	done := make(chan error, 1)
	go func() {
		var err error
		secret, err = term.ReadPassword(tty)
		done <- err
	}()
	select {
	case err := <-done:
		answered()
		return secret, err
	case s := <-signals: // still attended: package process may hear of it only now, and would end the program
		err := errors.Join(ErrInterrupted, term.Restore(tty, before))
		return nil, exit.With(process.Signalled{Signal: s.(syscall.Signal)}.Status(), err)
	}
}
