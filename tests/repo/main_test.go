// Package repo has the tests of the clone as a whole: who imports whom, the
// README's commands, what documents link to, the defaults and systems that it
// is built for. They run in the clone's top folder.
package repo

import (
	"os"
	"sync"
)

// top goes to the clone's top folder. Each test begins with it, and TestMain
// does not: what happens before the tests is not seen by go test's cache, which
// then takes the files for others and their change for none.
var top = sync.OnceFunc(func() {
	if err := os.Chdir("../.."); err != nil {
		panic(err)
	}
})
