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

// Read reads the Terraform files of a folder, without those of folders in it.
func Read(folder string) (Body, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("%s has no Terraform file", folder)
	}
	var all Body
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f, problems := hclsyntax.ParseConfig(text, path, hcl.InitialPos)
		if problems.HasErrors() {
			return nil, problems
		}
		all = append(all, blocks(f.Body.(*hclsyntax.Body), text)...)
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

// Resource returns the block of an address, such as yandex_function.operation;
// one that is not there is empty.
func (b Body) Resource(address string) Block { return b.find("resource", strings.Split(address, ".")) }

func (b Body) find(typ string, labels []string) Block {
	i := slices.IndexFunc(b, func(b Block) bool { return b.Type == typ && slices.Equal(b.Labels, labels) })
	if i < 0 {
		return Block{}
	}
	return b[i]
}

// Names are the addresses of the blocks of a type, sorted.
func (b Body) Names(typ string) (names []string) {
	for _, one := range b {
		if one.Type == typ {
			names = append(names, strings.Join(one.Labels, "."))
		}
	}
	slices.Sort(names)
	return names
}

// Text returns an argument of the block, or, after dots, of a block in it, with
// single spaces.
func (b Block) Text(path string) string {
	if name, rest, nested := strings.Cut(path, "."); nested {
		return Body(b.Blocks).find(name, nil).Text(rest)
	}
	return strings.Join(strings.Fields(b.Arguments[path]), " ")
}
