package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Block is a block of a Terraform file as it is written: nothing is evaluated.
type Block struct {
	Type      string            // such as resource
	Labels    []string          // such as yandex_function, operation
	Arguments map[string]string // the text of each
	Blocks    []Block
}

// Body is what Read has read.
type Body []Block

// Read reads a Terraform file, or all those of a folder.
func Read(path string) (Body, error) {
	paths := []string{path}
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if info.IsDir() {
		if paths, err = filepath.Glob(filepath.Join(path, "*.tf")); err != nil {
			return nil, err
		}
	}
	var all Body
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			return nil, err
		}
		f, problems := hclsyntax.ParseConfig(text, p, hcl.InitialPos)
		if problems.HasErrors() {
			return nil, problems
		}
		all = append(all, blocks(f.Body.(*hclsyntax.Body), text)...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s has no block of Terraform", path)
	}
	return all, nil
}

func blocks(body *hclsyntax.Body, text []byte) (all []Block) {
	for _, b := range body.Blocks {
		one := Block{Type: b.Type, Labels: b.Labels, Arguments: map[string]string{}, Blocks: blocks(b.Body, text)}
		for name, a := range b.Body.Attributes {
			one.Arguments[name] = string(a.Expr.Range().SliceBytes(text))
		}
		all = append(all, one)
	}
	return all
}

// Named returns the block with this type and these labels; one that is not there
// is empty.
func (b Body) Named(typ string, labels ...string) Block {
	i := slices.IndexFunc(b, func(b Block) bool { return b.Type == typ && slices.Equal(b.Labels, labels) })
	if i < 0 {
		return Block{}
	}
	return b[i]
}

// Resource is Named for the address of a resource, such as yandex_function.operation.
func (b Body) Resource(address string) Block {
	kind, name, _ := strings.Cut(address, ".")
	return b.Named("resource", kind, name)
}

// Names are the arguments of all blocks of a type without labels, and else the
// addresses of the blocks, sorted.
func (b Body) Names(typ string) (names []string) {
	for _, one := range b {
		switch {
		case one.Type != typ:
		case len(one.Labels) > 0:
			names = append(names, strings.Join(one.Labels, "."))
		default:
			for name := range one.Arguments {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// Text returns an argument of the block, or, after dots, of a block in it, with
// single spaces.
func (b Block) Text(path string) string {
	if name, rest, nested := strings.Cut(path, "."); nested {
		return Body(b.Blocks).Named(name).Text(rest)
	}
	return strings.Join(strings.Fields(b.Arguments[path]), " ")
}
