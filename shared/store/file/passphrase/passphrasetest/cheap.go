// Package passphrasetest is for tests that encrypt keyrings.
package passphrasetest

import "rekey/shared/store/file/internal/sealed"

// Cheap makes what this process encrypts from now on take a millisecond of
// scrypt and a MiB of memory.
func Cheap() { sealed.Work = 10 }

// LikeAge makes it take as much as what `age -p` encrypts: 256 MiB.
func LikeAge() { sealed.Work = 18 }
