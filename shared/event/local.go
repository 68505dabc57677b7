package event

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"rekey/shared/api"
)

// maxLocal is the largest event that is read from standard input, in bytes:
// the platforms' own limit is 3.5 MB.
const maxLocal = 4 << 20

// Local is the local invocation of a handler: it reads one event from
// standard input, prints the response and returns the process's exit status,
// which is that of the answer's code.
func Local(h Handler) int {
	code, err := local(h, os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintf(os.Stderr, "rekey: %v\n", err)
		return api.Unknown.Exit()
	}
	return code.Exit()
}

func local(h Handler, in io.Reader, out io.Writer) (api.Code, error) {
	payload, err := io.ReadAll(io.LimitReader(in, maxLocal+1))
	switch {
	case err != nil:
		return 0, fmt.Errorf("reading the event from standard input: %w", err)
	case len(payload) > maxLocal:
		return 0, fmt.Errorf("the event on standard input is over %d bytes", maxLocal)
	case len(bytes.TrimSpace(payload)) == 0:
		return 0, fmt.Errorf("there is no event on standard input: give one as in " +
			"`go run ./functions/encrypt < event.json`")
	}
	response, err := h(context.Background(), New(payload))
	if err != nil {
		return 0, err
	}
	answer, err := response.MarshalJSON()
	if err != nil {
		return 0, err
	}
	_, err = out.Write(append(answer, '\n'))
	return response.answer.Code, err
}
