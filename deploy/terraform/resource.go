package terraform

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// all evaluates everything, referred to or not.
func (e *evaluation) all() error {
	for _, name := range sorted(e.module.locals) {
		if _, err := e.refer(address{"local", "", name}, e.module.locals[name].Range()); err != nil {
			return fmt.Errorf("local.%s: %w", name, err)
		}
	}
	for a, b := range e.module.blocks {
		if _, err := e.refer(a, b.TypeRange); err != nil {
			return fmt.Errorf("%s %s.%s: %w", a.sort, a.kind, a.name, err)
		}
	}
	for name, b := range e.module.outputs {
		v, err := e.value(b.Body.Attributes["value"].Expr, nil)
		if err != nil {
			return fmt.Errorf("output.%s: %w", name, err)
		}
		e.plan.Outputs[name] = Output{literal(b.Body, "description"), v}
	}
	slices.SortFunc(e.plan.Resources, func(a, b Resource) int { return cmp.Compare(a.Address(), b.Address()) })
	return nil
}

// resource evaluates all instances of a resource. Its value is an object by
// key with for_each, a tuple with count, else the one instance.
func (e *evaluation) resource(a address, b *hclsyntax.Block) (cty.Value, error) {
	if x := b.Body.Attributes["for_each"]; x != nil {
		return e.forEach(a, b, x.Expr)
	}
	if x := b.Body.Attributes["count"]; x != nil {
		return e.counted(a, b, x.Expr)
	}
	return e.instance(a, b, "", nil)
}

func (e *evaluation) forEach(a address, b *hclsyntax.Block, x hcl.Expression) (cty.Value, error) {
	all, err := e.value(x, nil)
	if err != nil {
		return cty.NilVal, err
	}
	if t := all.Type(); all.IsNull() || !t.IsSetType() && !t.IsMapType() && !t.IsObjectType() {
		return cty.NilVal, fmt.Errorf("%s: for_each wants a set of strings or a map, not %s", x.Range(),
			all.Type().FriendlyName())
	}
	instances := map[string]cty.Value{}
	for it := all.ElementIterator(); it.Next(); {
		k, v := it.Element()
		if all.Type().IsSetType() {
			k = v
		}
		each := cty.ObjectVal(map[string]cty.Value{"key": k, "value": v})
		if instances[k.AsString()], err = e.instance(a, b, k.AsString(), scope{"each": each}); err != nil {
			return cty.NilVal, err
		}
	}
	return cty.ObjectVal(instances), nil
}

func (e *evaluation) counted(a address, b *hclsyntax.Block, x hcl.Expression) (cty.Value, error) {
	v, err := e.value(x, nil)
	if err != nil {
		return cty.NilVal, err
	}
	if v, err = convert.Convert(v, cty.Number); err != nil {
		return cty.NilVal, err
	}
	n, _ := v.AsBigFloat().Int64()
	var instances []cty.Value
	for i := range n {
		count := cty.ObjectVal(map[string]cty.Value{"index": cty.NumberIntVal(i)})
		one, err := e.instance(a, b, strconv.FormatInt(i, 10), scope{"count": count})
		if err != nil {
			return cty.NilVal, err
		}
		instances = append(instances, one)
	}
	return cty.TupleVal(instances), nil
}

// instance evaluates one instance, adds it to the plan and returns its
// arguments with what is computed.
func (e *evaluation) instance(a address, b *hclsyntax.Block, k string, s scope) (cty.Value, error) {
	config, err := e.body(b.Body, s, true)
	if err != nil {
		return cty.NilVal, err
	}
	r := Resource{Data: a.sort == "data", Kind: a.kind, Name: a.name, Key: k, Config: config}
	values := config.AsValueMap()
	if values == nil {
		values = map[string]cty.Value{}
	}
	if e.computed != nil {
		for name, v := range e.computed(a.kind, a.name, k, config) {
			values[name] = v
		}
	}
	all := cty.ObjectVal(values)
	if err := e.lifecycle(b.Body, &r, s.with("self", all)); err != nil {
		return cty.NilVal, fmt.Errorf("%s: %w", r.Address(), err)
	}
	e.plan.Resources = append(e.plan.Resources, r)
	return all, nil
}

// lifecycle reads what is known of a block lifecycle, and checks its
// preconditions.
func (e *evaluation) lifecycle(b *hclsyntax.Body, r *Resource, s scope) error {
	for _, l := range b.Blocks {
		if l.Type != "lifecycle" {
			continue
		}
		r.PreventDestroy = literal(l.Body, "prevent_destroy") == "true"
		if x := l.Body.Attributes["ignore_changes"]; x != nil {
			for _, t := range x.Expr.Variables() {
				r.IgnoreChanges = append(r.IgnoreChanges, t.RootName())
			}
			if hcl.ExprAsKeyword(x.Expr) == "all" {
				r.IgnoreChanges = []string{"all"}
			}
		}
		if err := e.conditions(l.Body, "precondition", s); err != nil {
			return err
		}
	}
	return nil
}

// meta are the arguments and blocks of a resource that are Terraform's own.
var meta = map[string]bool{"for_each": true, "count": true, "depends_on": true, "provider": true, "lifecycle": true,
	"timeouts": true}

// body evaluates arguments and nested blocks.
func (e *evaluation) body(b *hclsyntax.Body, s scope, outer bool) (cty.Value, error) {
	values := map[string]cty.Value{}
	for name, x := range b.Attributes {
		if outer && meta[name] {
			continue
		}
		v, err := e.value(x.Expr, s)
		if err != nil {
			return cty.NilVal, err
		}
		values[name] = v
	}
	blocks := map[string][]cty.Value{}
	for _, inner := range b.Blocks {
		if outer && meta[inner.Type] {
			continue
		}
		name, all, err := e.nested(inner, s)
		if err != nil {
			return cty.NilVal, err
		}
		blocks[name] = append(blocks[name], all...)
	}
	for name, all := range blocks {
		values[name] = cty.TupleVal(all)
	}
	return cty.ObjectVal(values), nil
}

// nested evaluates a nested block, or those that a dynamic one makes.
func (e *evaluation) nested(b *hclsyntax.Block, s scope) (name string, all []cty.Value, err error) {
	if b.Type != "dynamic" {
		v, err := e.body(b.Body, s, false)
		return b.Type, []cty.Value{v}, err
	}
	name = b.Labels[0]
	iterator := name
	if x := b.Body.Attributes["iterator"]; x != nil {
		iterator = hcl.ExprAsKeyword(x.Expr)
	}
	over, err := e.value(b.Body.Attributes["for_each"].Expr, s)
	if err != nil {
		return name, nil, err
	}
	if over.IsNull() || !over.CanIterateElements() {
		return name, nil, fmt.Errorf("%s: for_each of a dynamic block wants a collection", b.TypeRange)
	}
	for it := over.ElementIterator(); it.Next(); {
		k, v := it.Element()
		if over.Type().IsSetType() {
			k = v
		}
		each := s.with(iterator, cty.ObjectVal(map[string]cty.Value{"key": k, "value": v}))
		one, err := e.body(b.Body.Blocks[0].Body, each, false)
		if err != nil {
			return name, nil, err
		}
		all = append(all, one)
	}
	return name, all, nil
}
