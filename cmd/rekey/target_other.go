//go:build !unix

package main

import (
	"errors"
	"io/fs"
	"os"
)

func openDescriptor(fd int) (*os.File, error) { return nil, errors.ErrUnsupported }

// statDescriptor knows standard output: no other has a name here.
func statDescriptor(int) (fs.FileInfo, error) { return os.Stdout.Stat() }
