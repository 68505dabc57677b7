// Command pack makes the archives that are deployed, in the folder dist of the
// clone, and prints what each is for:
//
//	go run ./deploy/pack
//
// What is in them is said in package build.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"rekey/deploy/build"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintf(os.Stderr, "pack: %v\n", err)
		os.Exit(1)
	}
}

// settings are the flags.
type settings struct {
	out, only string
	modules   bool
}

func parse(args []string, stderr io.Writer) (s settings, err error) {
	f := flag.NewFlagSet("pack", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&s.out, "out", "", "the `folder` for the archives (default: dist, in the clone)")
	f.StringVar(&s.only, "only", "", "make those of one `platform`: yandex or lambda")
	f.BoolVar(&s.modules, "modules", false, "leave out the vendor folder from Yandex Cloud's archive: its builder "+
		"downloads the modules")
	if err := f.Parse(args); err != nil {
		return s, err
	}
	switch {
	case f.NArg() > 0:
		return s, fmt.Errorf("%q is not expected: there are only flags, see --help", f.Arg(0))
	case s.only != "" && s.only != "yandex" && s.only != "lambda":
		return s, fmt.Errorf("--only %s: it is yandex or lambda", s.only)
	}
	return s, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	s, err := parse(args, stderr)
	if err != nil {
		return err
	}
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	root, err := build.Root(ctx, here)
	if err != nil {
		return err
	}
	if s.out == "" {
		s.out = filepath.Join(root, "dist")
	}
	var t table
	for _, a := range archives(s.modules) {
		if !strings.HasPrefix(a.platform, s.only) {
			continue
		}
		path := shorten(here, filepath.Join(s.out, a.file))
		fmt.Fprintln(stderr, "making", path)
		data, err := a.make(ctx, root)
		if err != nil {
			return err
		}
		if err := replace(path, data); err != nil {
			return err
		}
		t.add(path, data, a.purpose)
	}
	return t.print(stdout)
}

// shorten names a path from here, if that is not longer.
func shorten(here, path string) string {
	if rel, err := filepath.Rel(here, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}

// replace writes a file as a whole or not at all.
func replace(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".pack-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // after the rename it no longer exists
	_, err = f.Write(data)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
