package event

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
)

// maxLocal is the largest event that is read from standard input, in bytes:
// the platforms' own limit is 3.5 MB.
const maxLocal = 4 << 20

// Local is the local invocation of a handler: it reads one event from
// standard input, prints the response and returns the process's exit status,
// 0 whenever an answer was printed.
func Local(h Handler) int {
	if err := local(h, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "rekey: %v\n", err)
		return 1
	}
	return 0
}

func local(h Handler, in io.Reader, out io.Writer) error {
	payload, err := io.ReadAll(io.LimitReader(in, maxLocal+1))
	switch {
	case err != nil:
		return fmt.Errorf("reading the event from standard input: %w", err)
	case len(payload) > maxLocal:
		return fmt.Errorf("the event on standard input is over %d bytes", maxLocal)
	case len(bytes.TrimSpace(payload)) == 0:
		return fmt.Errorf("there is no event on standard input: give one as in `go run ./functions/encrypt < event.json`")
	}
	answer, err := Payload(h).Invoke(context.Background(), payload)
	if err != nil {
		return err
	}
	_, err = out.Write(append(answer, '\n'))
	return err
}
