package terraform

import (
	"fmt"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// evaluation computes what is asked for, and what that refers to, once.
type evaluation struct {
	module   *module
	computed Computed
	plan     *Plan
	done     map[address]cty.Value
	busy     map[address]bool // under way: a reference to it is a circle
}

// scope has the names of one instance of a resource or block: each, count,
// self, the iterator of a dynamic block.
type scope map[string]cty.Value

func (s scope) with(name string, v cty.Value) scope {
	inner := scope{name: v}
	for k, old := range s {
		if k != name {
			inner[k] = old
		}
	}
	return inner
}

// value evaluates an expression.
func (e *evaluation) value(x hcl.Expression, s scope) (cty.Value, error) {
	n := names{}
	for _, t := range x.Variables() {
		if err := e.name(n, t, s); err != nil {
			return cty.NilVal, err
		}
	}
	v, problems := x.Value(&hcl.EvalContext{Variables: n.values(), Functions: functions(e.module.dir)})
	if problems.HasErrors() {
		return cty.NilVal, problems
	}
	return v, nil
}

// name puts what a traversal refers to where the expression looks for it.
func (e *evaluation) name(n names, t hcl.Traversal, s scope) error {
	if v, own := s[t.RootName()]; own {
		n.put(v, t.RootName())
		return nil
	}
	switch t.RootName() {
	case "var":
		n.put(e.variableValues(), "var")
		return nil
	case "path":
		n.put(e.paths(), "path")
		return nil
	}
	a, err := reference(t)
	if err != nil {
		return err
	}
	v, err := e.refer(a, t.SourceRange())
	if err != nil {
		return err
	}
	switch a.sort {
	case "local":
		n.put(v, "local", a.name)
	case "data":
		n.put(v, "data", a.kind, a.name)
	default:
		n.put(v, a.kind, a.name)
	}
	return nil
}

// names is a tree: inner nodes are names, leaves are cty.Value.
type names map[string]any

func (n names) put(v cty.Value, path ...string) {
	for _, step := range path[:len(path)-1] {
		inner, ok := n[step].(names)
		if !ok {
			inner = names{}
			n[step] = inner
		}
		n = inner
	}
	n[path[len(path)-1]] = v
}

func (n names) values() map[string]cty.Value {
	all := map[string]cty.Value{}
	for name, v := range n {
		switch x := v.(type) {
		case cty.Value:
			all[name] = x
		case names:
			all[name] = cty.ObjectVal(x.values())
		}
	}
	return all
}

func (e *evaluation) variableValues() cty.Value {
	values := map[string]cty.Value{}
	for name, v := range e.plan.Variables {
		values[name] = v.Value
	}
	return cty.ObjectVal(values)
}

func (e *evaluation) paths() cty.Value {
	dir, err := filepath.Abs(e.module.dir)
	if err != nil {
		dir = e.module.dir
	}
	return cty.ObjectVal(map[string]cty.Value{"module": cty.StringVal(dir), "root": cty.StringVal(dir),
		"cwd": cty.StringVal(dir)})
}

// reference reads what a traversal refers to.
func reference(t hcl.Traversal) (address, error) {
	step := func(i int) string {
		if i < len(t) {
			if a, ok := t[i].(hcl.TraverseAttr); ok {
				return a.Name
			}
		}
		return ""
	}
	a := address{"resource", t.RootName(), step(1)}
	switch t.RootName() {
	case "local":
		a = address{"local", "", step(1)}
	case "data":
		a = address{"data", step(1), step(2)}
	}
	if a.name == "" {
		return a, fmt.Errorf("%s: what is %s?", t.SourceRange(), t.RootName())
	}
	return a, nil
}

// refer returns the value of what an address names.
func (e *evaluation) refer(a address, at hcl.Range) (cty.Value, error) {
	if v, ok := e.done[a]; ok {
		return v, nil
	}
	if e.busy[a] {
		return cty.NilVal, fmt.Errorf("%s: %v refers to itself", at, a)
	}
	e.busy[a] = true
	defer delete(e.busy, a)
	v, err := e.compute(a, at)
	if err == nil {
		e.done[a] = v
	}
	return v, err
}

func (e *evaluation) compute(a address, at hcl.Range) (cty.Value, error) {
	if a.sort == "local" {
		x := e.module.locals[a.name]
		if x == nil {
			return cty.NilVal, fmt.Errorf("%s: there is no local.%s", at, a.name)
		}
		v, err := e.value(x, nil)
		if err == nil {
			e.plan.Locals[a.name] = v
		}
		return v, err
	}
	b := e.module.blocks[a]
	if b == nil {
		return cty.NilVal, fmt.Errorf("%s: there is no %s %s.%s", at, a.sort, a.kind, a.name)
	}
	return e.resource(a, b)
}
