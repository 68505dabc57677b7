// Package build makes what is deployed: the source archive that Yandex Cloud
// Functions build, and the programs that AWS Lambda runs. It also builds a
// function of the archive as Yandex Cloud would, for tests and the local
// stage. Start at Yandex and Lambda.
//
// The same commit gives the same bytes, in whatever folder, with whatever
// umask, times of files and settings of the go command. It needs the go
// command, and a module proxy for what the module cache does not have yet.
package build

// Functions are the names of functions/*. Each is deployed on its own.
var Functions = []string{"all", "datakey", "decrypt", "encrypt", "reencrypt"}

// Module is the path of the module whose functions are built.
const Module = "rekey"

const (
	// GoYandex is what builds the plugins: the newest release of the newest
	// version, 1.23, that Yandex Cloud Functions have.
	GoYandex = "go1.23.12"
	// GoLambda is what builds the programs for AWS Lambda. Nothing there ties
	// them to an old version, so it is the newest release that the tests run
	// with. It is named, or each machine would make other bytes of a commit.
	GoLambda = "go1.26.8"
)

// Entrypoint is what Yandex Cloud Functions call of a function: a file of the
// archive without its ending, and a name in it.
func Entrypoint(function string) string { return "functions/" + function + "/handler.Handler" }
