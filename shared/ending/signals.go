// Package ending is about the end of programs that have something to undo.
package ending

import (
	"os"
	"os/signal"
	"syscall"
)

// Signals are those that end a program. What nohup has made ignored stays
// ignored.
func Signals() []os.Signal {
	all := []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT}
	if !signal.Ignored(syscall.SIGHUP) {
		all = append(all, syscall.SIGHUP)
	}
	return all
}

// KeepWriting makes a reader that has gone an error of the write, not the end.
func KeepWriting() { signal.Ignore(syscall.SIGPIPE) }
