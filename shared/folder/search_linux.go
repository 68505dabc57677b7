package folder

import "golang.org/x/sys/unix"

// search opens a folder to go through, which takes no right to read it.
const search = unix.O_PATH | unix.O_DIRECTORY
