package build

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
)

// Plugin builds a function of an unpacked source archive as Yandex Cloud
// Functions do, into the file so. It needs a C compiler. The variables of env
// come last and win.
func Plugin(ctx context.Context, dir, function, so string, env ...string) error {
	if err := known(function); err != nil {
		return err
	}
	dir, err := resolve(dir)
	if err != nil {
		return err
	}
	if so, err = filepath.Abs(so); err != nil { // the go command runs elsewhere
		return err
	}
	_, err = goCommand(ctx, dir, environ(GoYandex, append([]string{"CGO_ENABLED=1", temporary(so)}, env...)...),
		pluginArgs(function, so)...)
	return err
}

func pluginArgs(function, so string) []string {
	return []string{"build", "-tags", "ycf", "-buildmode=plugin", "-trimpath", "-o", so, "./functions/" + function}
}

func known(function string) error {
	if !slices.Contains(Functions, function) {
		return fmt.Errorf("there is no function %q: there are %v", function, Functions)
	}
	return nil
}
