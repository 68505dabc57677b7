package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"rekey/shared/plain"
)

// frame is how long the sign that something is under way stands still.
const frame = 100 * time.Millisecond

// Waiting shows what is under way in Lockbox, and for how long, while it is: on
// standard error, if a person looks at it.
func Waiting(w io.Writer, what string) (done func()) {
	if !Is(w) {
		return func() {}
	}
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		spin(w, what, end)
	}()
	return sync.OnceFunc(func() { close(end); <-ended })
}

// spin draws until the end, and leaves an empty line. Blanks clear it on every
// terminal.
func spin(w io.Writer, what string, end <-chan struct{}) {
	start, drawn := time.Now(), 0
	tick := time.NewTicker(frame)
	defer tick.Stop()
	for n := 0; ; n++ {
		line := []rune(fmt.Sprintf("%c Lockbox: %s, %d s", `|/-\`[n%4], plain.Text(what),
			time.Since(start)/time.Second))
		line = line[:min(len(line), columns(w)-1)] // a line that breaks could not be drawn over
		fmt.Fprint(w, "\r"+string(line))
		drawn = len(line)
		select {
		case <-tick.C:
		case <-end:
			fmt.Fprint(w, "\r"+strings.Repeat(" ", drawn)+"\r")
			return
		}
	}
}

// columns is how wide a terminal is, or is mostly if it does not tell.
func columns(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return 80
}
