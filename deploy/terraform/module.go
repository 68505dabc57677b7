package terraform

import (
	"fmt"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// address names what can be referred to: {"local", "", "x"}, {"resource",
// kind, name}, {"data", kind, name}.
type address struct{ sort, kind, name string }

// module is what stands in the files, sorted.
type module struct {
	dir       string
	variables map[string]*hclsyntax.Block
	outputs   map[string]*hclsyntax.Block
	locals    map[string]hclsyntax.Expression
	blocks    map[address]*hclsyntax.Block // resources and data sources
}

func read(dir string) (*module, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s has no .tf files", dir)
	}
	m := &module{dir: dir, variables: map[string]*hclsyntax.Block{}, outputs: map[string]*hclsyntax.Block{},
		locals: map[string]hclsyntax.Expression{}, blocks: map[address]*hclsyntax.Block{}}
	parser := hclparse.NewParser()
	for _, path := range paths {
		f, problems := parser.ParseHCLFile(path)
		if problems.HasErrors() {
			return nil, problems
		}
		for _, b := range f.Body.(*hclsyntax.Body).Blocks {
			if err := m.add(b); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

// blockLabels is how many labels the blocks that are known have.
var blockLabels = map[string]int{"terraform": 0, "provider": 1, "variable": 1, "output": 1, "locals": 0, "resource": 2,
	"data": 2}

func (m *module) add(b *hclsyntax.Block) error {
	if n, known := blockLabels[b.Type]; !known || n != len(b.Labels) {
		return fmt.Errorf("%s: a block %q with %d labels is not known here", b.TypeRange, b.Type, len(b.Labels))
	}
	switch b.Type {
	case "variable":
		return put(m.variables, b.Labels[0], b, b.TypeRange)
	case "output":
		return put(m.outputs, b.Labels[0], b, b.TypeRange)
	case "locals":
		for _, a := range b.Body.Attributes {
			if err := put(m.locals, a.Name, a.Expr, a.NameRange); err != nil {
				return err
			}
		}
	case "resource", "data":
		return put(m.blocks, address{b.Type, b.Labels[0], b.Labels[1]}, b, b.TypeRange)
	}
	return nil
}

func put[K comparable, V any](m map[K]V, k K, v V, at hcl.Range) error {
	if _, twice := m[k]; twice {
		return fmt.Errorf("%s: %v stands twice", at, k)
	}
	m[k] = v
	return nil
}
