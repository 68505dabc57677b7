package platform

import "syscall"

// diesWithParent lets no instance outlive this program, however that ends.
var diesWithParent = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
