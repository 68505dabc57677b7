//go:build !linux

package platform

import "syscall"

// diesWithParent: only Linux can promise that. Elsewhere an instance ends by
// itself when it finds its platform gone, unless it is frozen.
var diesWithParent *syscall.SysProcAttr
