package build

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
)

// listed is a package as `go list -json` describes it.
type listed struct {
	Dir      string
	Standard bool
	Module   *struct{ Main bool }

	GoFiles, CgoFiles, CFiles, HFiles, SFiles, SysoFiles, EmbedFiles []string // what a build reads
}

func (p *listed) files() []string {
	return slices.Concat(p.GoFiles, p.CgoFiles, p.CFiles, p.HFiles, p.SFiles, p.SysoFiles, p.EmbedFiles)
}

// architectures are what plugins are built for: Yandex Cloud has only amd64,
// and the local stage also runs elsewhere.
var architectures = []string{"amd64", "arm64"}

// needed returns the files of the module at dir, by their paths in it, that
// the build of the functions for Yandex Cloud reads: those of the module
// itself, and with its vendor folder those of others.
func needed(ctx context.Context, dir string, vendored bool) ([]string, error) {
	args := []string{"list", "-deps", "-tags", "ycf",
		"-json=Dir,Standard,Module,GoFiles,CgoFiles,CFiles,HFiles,SFiles,SysoFiles,EmbedFiles", "-mod=readonly"}
	if vendored {
		args[len(args)-1] = "-mod=vendor"
	}
	for _, f := range Functions {
		args = append(args, "./functions/"+f)
	}
	var found []string
	for _, arch := range architectures {
		out, err := goCommand(ctx, dir, environ(GoYandex, "GOOS=linux", "GOARCH="+arch, "CGO_ENABLED=1"), args...)
		if err != nil {
			return nil, err
		}
		packages, err := parse(out)
		if err != nil {
			return nil, err
		}
		for _, p := range packages {
			if p.Standard || p.Module != nil && !p.Module.Main && !vendored {
				continue
			}
			for _, f := range p.files() {
				rel, err := filepath.Rel(dir, filepath.Join(p.Dir, f))
				if err != nil || !filepath.IsLocal(rel) {
					return nil, fmt.Errorf("%s is not in %s", filepath.Join(p.Dir, f), dir)
				}
				found = append(found, filepath.ToSlash(rel))
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

func parse(list []byte) (packages []listed, err error) {
	for d := json.NewDecoder(bytes.NewReader(list)); ; {
		var p listed
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return packages, nil
		case err != nil:
			return nil, fmt.Errorf("reading the answer of go list: %w", err)
		}
		packages = append(packages, p)
	}
}
