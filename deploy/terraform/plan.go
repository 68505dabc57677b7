package terraform

import (
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Computed gives what only the cloud knows of a resource or data source: its
// id and the like. The key is that of for_each or count, empty without them.
// What it gives takes the place of an argument of the same name.
type Computed func(kind, name, key string, config cty.Value) map[string]cty.Value

// Plan is an evaluated folder.
type Plan struct {
	Variables map[string]Variable
	Locals    map[string]cty.Value
	Resources []Resource // by kind, name and key
	Outputs   map[string]Output
}

// Variable is an input.
type Variable struct {
	Description string
	Required    bool // it has no default
	Type        cty.Type
	Value       cty.Value
}

// Output is a result.
type Output struct {
	Description string
	Value       cty.Value
}

// Resource is an instance of a resource or of a data source.
type Resource struct {
	Data            bool
	Kind, Name, Key string
	// Config is an object of the arguments; nested blocks are tuples of
	// objects under the name of the block.
	Config         cty.Value
	PreventDestroy bool
	IgnoreChanges  []string // arguments, or "all"
}

// Find returns a resource, or nil.
func (p *Plan) Find(kind, name, key string) *Resource {
	i := slices.IndexFunc(p.Resources, func(r Resource) bool {
		return !r.Data && r.Kind == kind && r.Name == name && r.Key == key
	})
	if i < 0 {
		return nil
	}
	return &p.Resources[i]
}

// Of returns the instances of all resources of a kind.
func (p *Plan) Of(kind string) (found []Resource) {
	for _, r := range p.Resources {
		if !r.Data && r.Kind == kind {
			found = append(found, r)
		}
	}
	return found
}

// Address is how Terraform names the resource.
func (r Resource) Address() string {
	address := r.Kind + "." + r.Name
	if r.Data {
		address = "data." + address
	}
	if r.Key != "" {
		address += fmt.Sprintf("[%q]", r.Key)
	}
	return address
}

// Evaluate reads the .tf files of a folder and plans them with these values of
// variables, which are what cty takes for Go's bool, int, float64, string,
// slices and maps of them, and cty.Value.
func Evaluate(dir string, variables map[string]any, computed Computed) (*Plan, error) {
	m, err := read(dir)
	if err != nil {
		return nil, err
	}
	e := &evaluation{module: m, computed: computed, plan: &Plan{Variables: map[string]Variable{},
		Locals: map[string]cty.Value{}, Outputs: map[string]Output{}},
		done: map[address]cty.Value{}, busy: map[address]bool{}}
	if err := e.setVariables(variables); err != nil {
		return nil, err
	}
	if err := e.all(); err != nil {
		return nil, err
	}
	return e.plan, nil
}
