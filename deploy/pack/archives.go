package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"rekey/deploy/build"
)

// archive is one file of dist.
type archive struct {
	platform, file string
	purpose        []string // lines
	make           func(ctx context.Context, root string) ([]byte, error)
}

func archives(modules bool) []archive {
	all := []archive{yandex(modules)}
	for _, function := range build.Functions {
		for _, arch := range build.Architectures {
			all = append(all, lambda(function, arch))
		}
	}
	return all
}

func yandex(modules bool) archive {
	a := archive{"yandex", "rekey-yandex.zip", []string{"Yandex Cloud Functions, runtime golang123, entry points:"},
		build.Yandex}
	if modules {
		a.make = build.YandexModules
	}
	for _, f := range build.Functions {
		a.purpose = append(a.purpose, "  "+build.Entrypoint(f))
	}
	return a
}

func lambda(function, arch string) archive {
	return archive{"lambda", fmt.Sprintf("rekey-lambda-%s-%s.zip", function, arch),
		[]string{fmt.Sprintf("AWS Lambda, runtime provided.al2023, %s", arch)},
		func(ctx context.Context, root string) ([]byte, error) {
			return build.LambdaArchive(ctx, root, arch, function)
		}}
}

// table is what was made.
type table struct{ rows [][]string }

func (t *table) add(path string, data []byte, purpose []string) {
	sum := sha256.Sum256(data)
	t.rows = append(t.rows, []string{path, fmt.Sprintf("%.2f MB", float64(len(data))/(1<<20)),
		fmt.Sprintf("%x", sum[:6]), purpose[0]})
	for _, line := range purpose[1:] {
		t.rows = append(t.rows, []string{"", "", "", line})
	}
}

func (t *table) print(w io.Writer) error {
	tabs := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tabs, "FILE\tSIZE\tSHA-256\tFOR")
	for _, row := range t.rows {
		fmt.Fprintln(tabs, strings.Join(row, "\t"))
	}
	return tabs.Flush()
}
