package build

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// What Yandex Cloud Functions allow, in bytes and seconds.
// https://yandex.cloud/en/docs/functions/concepts/limits
const (
	// an archive that is uploaded with the version of the function, 3.5 MB; in a bucket it may have 128 MB
	MaxArchive = 3584 << 10
	MaxFiles   = 700 << 20 // of files during a build: a part of the memory
	MaxMemory  = 1 << 30   // during a build
	MaxSeconds = 300       // for a build, with half a core
)

// Yandex returns the source archive of all functions for Yandex Cloud
// Functions, for the clone at root: the files that their build reads and no
// other, with their own go.mod and go.sum, and with the packages of other
// modules in a vendor folder. So the build needs neither a network nor a
// module cache, which would hold 160 MB more than is compiled.
func Yandex(ctx context.Context, root string) ([]byte, error) { return yandex(ctx, root, true) }

// YandexModules is Yandex without the vendor folder: the builder downloads the
// modules. It is for a builder that does not take the folder.
func YandexModules(ctx context.Context, root string) ([]byte, error) { return yandex(ctx, root, false) }

func yandex(ctx context.Context, root string, vendored bool) (archive []byte, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("making the source archive: %w", err)
		}
	}()
	work, err := os.MkdirTemp("", "rekey-build")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	if work, err = resolve(work); err != nil {
		return nil, err
	}
	if root, err = resolve(root); err != nil {
		return nil, err
	}
	files, err := source(ctx, root, work)
	if err == nil && vendored {
		files, err = vendor(ctx, work, files)
	}
	if err != nil {
		return nil, err
	}
	entries, err := read(work, files)
	if err != nil {
		return nil, err
	}
	if archive, err = pack(entries); err == nil && len(archive) > MaxArchive {
		return nil, fmt.Errorf("it has %d bytes, and Yandex Cloud takes at most %d", len(archive), MaxArchive)
	}
	return archive, err
}

// source puts the module's own files and a go.mod that is tidy for them into
// the folder work.
func source(ctx context.Context, root, work string) ([]string, error) {
	files, err := needed(ctx, root, false)
	if err != nil {
		return nil, err
	}
	files = append(files, "go.mod", "go.sum")
	if _, err := os.Stat(filepath.Join(root, "LICENSE")); err == nil {
		files = append(files, "LICENSE")
	}
	for _, f := range files {
		if err := copyFile(filepath.Join(root, f), filepath.Join(work, f)); err != nil {
			return nil, err
		}
	}
	_, err = goCommand(ctx, work, environ(GoYandex), "mod", "tidy")
	return files, err
}

// vendor adds the vendor folder, without what only other systems or packages
// that are not built would read.
func vendor(ctx context.Context, work string, files []string) ([]string, error) {
	if _, err := goCommand(ctx, work, environ(GoYandex), "mod", "vendor"); err != nil {
		return nil, err
	}
	built, err := needed(ctx, work, true)
	if err != nil {
		return nil, err
	}
	licences, err := legal(work, built)
	if err != nil {
		return nil, err
	}
	files = slices.Concat(files, built, licences, []string{"vendor/modules.txt"})
	slices.Sort(files)
	return slices.Compact(files), nil
}

// legal returns the licences and notices in the vendor folder of what is built.
func legal(work string, built []string) (files []string, err error) {
	folders := map[string]bool{}
	for _, f := range built {
		for dir := path.Dir(f); dir != "."; dir = path.Dir(dir) {
			folders[dir] = true
		}
	}
	for dir := range folders {
		if !strings.HasPrefix(dir, "vendor/") {
			continue
		}
		entries, err := os.ReadDir(filepath.Join(work, dir))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Type().IsRegular() && slices.ContainsFunc(legalNames,
				func(n string) bool { return strings.HasPrefix(e.Name(), n) }) {
				files = append(files, path.Join(dir, e.Name()))
			}
		}
	}
	return files, nil
}

// legalNames are how the names of legal files begin, for `go mod vendor`.
var legalNames = []string{"AUTHORS", "CONTRIBUTORS", "COPYLEFT", "COPYING", "COPYRIGHT", "LEGAL", "LICENSE", "NOTICE",
	"PATENTS"}
