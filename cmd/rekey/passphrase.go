package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"rekey/shared/ending"
	"rekey/shared/plain"
	"rekey/shared/store/file/passphrase"
)

// askPassphrase asks at the terminal. Standard input is not asked: it may be
// what is to be encrypted.
func askPassphrase(prompt string) ([]byte, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, passphrase.ErrMissing
	}
	defer tty.Close()
	fmt.Fprintf(tty, "rekey: %s: ", plain.Text(prompt))
	secret, err := readSecret(int(tty.Fd()))
	fmt.Fprintln(tty)
	switch {
	case errors.Is(err, errInterrupted):
		return nil, fmt.Errorf("needs its passphrase, and %w", err)
	case err != nil:
		return nil, fmt.Errorf("needs its passphrase: reading the terminal: %w", err)
	case len(secret) == 0:
		return nil, errors.New("needs its passphrase, and none was typed")
	}
	return secret, nil
}

// errInterrupted: a signal came and no answer. It is in a failure with the
// status that shells give to that signal.
var errInterrupted = errors.New("the question was interrupted")

// readSecret reads a line that the terminal does not show. A signal would
// leave the terminal like that for whatever comes after, and `serve` would
// wait for the answer first.
func readSecret(tty int) ([]byte, error) {
	before, err := term.GetState(tty)
	if err != nil {
		return nil, err
	}
	defer attend()()
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
		return secret, err
	case s := <-signals:
		err := errors.Join(errInterrupted, term.Restore(tty, before))
		return nil, failure{err, signalled{s.(syscall.Signal)}.status()}
	}
}

// askNew asks for a new passphrase, twice.
func askNew() (*passphrase.Passphrase, error) {
	secret, err := askPassphrase("New passphrase")
	if errors.Is(err, passphrase.ErrMissing) {
		return nil, usagef("there is no terminal to ask for a new passphrase: name a file that has it with --new-passphrase-file")
	}
	again := secret
	if err == nil {
		if err := passphrase.CheckNew(secret); err != nil {
			return nil, usagef("the keyring is unchanged: %w", err)
		}
		again, err = askPassphrase("The same again")
	}
	if err != nil {
		return nil, fmt.Errorf("the keyring is unchanged: %w", err)
	}
	if string(again) != string(secret) {
		return nil, usagef("the keyring is unchanged: the two passphrases are not the same")
	}
	return passphrase.Given(secret), nil
}
