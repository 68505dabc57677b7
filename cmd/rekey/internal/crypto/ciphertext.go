package crypto

import (
	"errors"
	"fmt"
	"io"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/api"
	"rekey/shared/ciphertext"
	"rekey/shared/keyadmin"
)

// sealed is a ciphertext as it was found in the input.
type sealed struct {
	ciphertext.Report
	notes io.Writer
}

// sealed reads the ciphertext to decrypt, in any spelling: what is certain
// is undone, and said if bytes were not what they had been.
func (f *command) sealed() (sealed, error) {
	b, err := f.input().Read(ciphertext.MaxInspect)
	switch {
	case err != nil:
		return sealed{}, err
	case len(b) == 0:
		return sealed{}, fmt.Errorf("%w: the input is empty: there is nothing to decrypt", keyadmin.ErrInvalid)
	}
	r := ciphertext.Inspect(b)
	if r.Blob == nil {
		return sealed{}, api.Errorf(api.InvalidArgument, "Bad ciphertext: %s", r.Reason())
	}
	return sealed{r, f.Err}, nil
}

// opened is what try makes of the ciphertext. If that does not open, what it
// may have been before a program changed its line ends is tried; nothing opens
// but what was encrypted.
func opened[R any](s sealed, try func(blob []byte) (R, error)) (R, error) {
	r, err := try(s.Blob)
	lines := false
	for _, blob := range ciphertext.Repairs(s.Blob) {
		if !isBad(err) {
			break
		}
		r, err = try(blob)
		lines = err == nil
	}
	switch {
	case isBad(err) && s.Verdict == ciphertext.Damaged:
		err = api.Errorf(api.InvalidArgument, "Bad ciphertext: %s, and then it does not open: %s", s.Damage.Problem,
			exit.NotOpen)
	case isBad(err) && s.Note != "":
		err = api.Errorf(api.InvalidArgument, "Bad ciphertext: %s: %s", exit.NotOpen, s.Note)
	case err == nil && s.Verdict == ciphertext.Damaged:
		fmt.Fprintf(s.notes, "rekey: %s\n", s.Damage.Problem)
	case lines:
		fmt.Fprintln(s.notes, "rekey: the ciphertext went through text that changed its line ends: that was undone")
	}
	return r, err
}

// isBad recognises the answer for what does not open, whatever the reason.
func isBad(err error) bool {
	var e *api.Error
	return errors.As(err, &e) && e.Message == "Bad ciphertext"
}
