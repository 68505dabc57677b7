//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package system

// The compiler prints this name.
var _ = this_system_is_not_supported__rekey_runs_on_Linux_macOS_and_BSD__on_Windows_use_WSL
