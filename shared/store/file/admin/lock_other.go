//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package admin

import (
	"errors"
	"os"
)

func tryLock(*os.File) (bool, error) {
	return false, errors.New("this system has no lock that rekey knows: change the keyring on Linux or macOS")
}
