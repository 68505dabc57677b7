// Package repo has the tests of the clone as a whole: who imports whom, the
// README's commands, the defaults and systems that it is built for. They run in
// the clone's top folder.
package repo

import (
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	if err := os.Chdir("../.."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
