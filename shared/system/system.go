// Package system stops a build for a system that rekey does not run on. What
// has code for single systems imports it, so that the build ends here, with a
// reason, and not with names that are missing elsewhere.
//
// rekey changes and locks keyrings, guards secrets and ends requests by calls
// that Linux, macOS and the BSDs have. Elsewhere a command that builds could
// not start, or would not keep its promises.
package system
