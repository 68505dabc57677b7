package message

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"rekey/shared/folder"
)

// Target is what a path to be written leads to.
type Target struct {
	path string      // as it was given, for messages
	real string      // without symbolic links
	fd   int         // of ours, open since the start; -1 if it names none
	info fs.FileInfo // nil if nothing is there
}

// descriptors are the folders where open descriptors have names. Behind such a
// name there may be a regular file; but who gives the name means the
// descriptor, with its position, and what others have written before it.
var descriptors = regexp.MustCompile(`^(?:/dev/fd|/proc/([0-9]+)(?:/task/[0-9]+)?/fd)$`)

// resolve follows the links of a path: as root none that somebody else may have
// put there.
func resolve(path string) (Target, error) {
	t := Target{path: path, fd: -1}
	if path == "" || path == "-" {
		t.path, t.fd = "standard output", 1
	} else if err := t.follow(); err != nil {
		return t, err
	}
	var err error
	switch {
	case t.fd >= 0:
		t.info, err = statDescriptor(t.fd)
	default:
		t.info, err = os.Stat(t.real)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return t, nil
	case err == nil && t.fd < 0 && t.info.IsDir():
		err = errors.New("it is a folder")
	}
	return t, err
}

func (t *Target) follow() (err error) {
	if t.real, err = folder.Resolve(t.path); err != nil {
		return err
	}
	name, pid, fd := descriptor(t.path)
	switch {
	case name == "":
	case pid == "" || pid == strconv.Itoa(os.Getpid()):
		t.fd = fd
	default:
		t.real = name
	}
	return nil
}

// IsStdout reports whether it is standard output.
func (t Target) IsStdout() bool { return t.fd == 1 }

// IsDescriptor reports whether a path is a name of an open descriptor.
func IsDescriptor(path string) bool {
	name, _, _ := descriptor(path)
	return name != ""
}

// descriptor is the name of an open descriptor that a path leads to, whose it
// is, and its number; or nothing. A process that has no id is this one.
func descriptor(path string) (name, pid string, fd int) {
	for range maxLinks {
		dir, err := folder.Resolve(filepath.Dir(path))
		if err != nil {
			return "", "", -1
		}
		path = filepath.Join(dir, filepath.Base(path))
		fd, err := strconv.Atoi(filepath.Base(path))
		if m := descriptors.FindStringSubmatch(dir); m != nil && err == nil && fd >= 0 {
			return path, m[1], fd
		}
		to, err := os.Readlink(path)
		if err != nil {
			return "", "", -1
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(dir, to)
		}
		path = to
	}
	return "", "", -1
}

// maxLinks is how many symbolic links a path may lead through, as in Linux.
const maxLinks = 40

// replaceable reports whether a new file may take the place of what is there.
func (t Target) replaceable() bool {
	named, _, _ := descriptor(t.real)
	return t.fd < 0 && named == "" && (t.info == nil || t.info.Mode().IsRegular())
}

// Overlaps reports whether what is written to both would be mixed, or one would
// take the other's place.
func (t Target) Overlaps(other Target) bool {
	switch {
	case t.fd >= 0 || other.fd >= 0:
		return t.fd == other.fd || sameStream(t.info, other.info)
	case t.info == nil || other.info == nil:
		return t.real == other.real
	}
	return sameStream(t.info, other.info)
}

// sameStream leaves out devices: a terminal, or /dev/null, may be both.
func sameStream(one, other fs.FileInfo) bool {
	return one != nil && other != nil && one.Mode()&fs.ModeDevice == 0 && os.SameFile(one, other)
}
