package terraform

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

func (e *evaluation) setVariables(given map[string]any) error {
	for name := range given {
		if e.module.variables[name] == nil {
			return fmt.Errorf("there is no variable %q", name)
		}
	}
	for _, name := range sorted(e.module.variables) {
		value, isGiven := given[name]
		v, err := e.variable(e.module.variables[name], value, isGiven)
		if err != nil {
			return fmt.Errorf("variable %q: %w", name, err)
		}
		e.plan.Variables[name] = v
	}
	for _, name := range sorted(e.module.variables) { // a validation may look at other variables
		if err := e.conditions(e.module.variables[name].Body, "validation", scope{}); err != nil {
			return fmt.Errorf("variable %q: %w", name, err)
		}
	}
	return nil
}

func (e *evaluation) variable(b *hclsyntax.Block, given any, isGiven bool) (Variable, error) {
	v := Variable{Type: cty.DynamicPseudoType, Value: cty.NilVal}
	v.Description = literal(b.Body, "description")
	var defaults *typeexpr.Defaults
	if a := b.Body.Attributes["type"]; a != nil {
		var problems hcl.Diagnostics
		if v.Type, defaults, problems = typeexpr.TypeConstraintWithDefaults(a.Expr); problems.HasErrors() {
			return v, problems
		}
	}
	if a := b.Body.Attributes["default"]; a != nil {
		value, problems := a.Expr.Value(nil)
		if problems.HasErrors() {
			return v, problems
		}
		v.Value = value
	} else {
		v.Required = true
	}
	if isGiven {
		v.Value = toCty(given)
	}
	if v.Value == cty.NilVal {
		return v, fmt.Errorf("is required: %s", v.Description)
	}
	if defaults != nil && !v.Value.IsNull() {
		v.Value = defaults.Apply(v.Value)
	}
	var err error
	if v.Value, err = convert.Convert(v.Value, v.Type); err != nil {
		return v, err
	}
	if v.Value.IsNull() && literal(b.Body, "nullable") == "false" {
		return v, fmt.Errorf("must not be null")
	}
	return v, nil
}

// literal is an argument that refers to nothing, as a string; empty if there
// is none.
func literal(b *hclsyntax.Body, name string) string {
	a := b.Attributes[name]
	if a == nil {
		return ""
	}
	value, problems := a.Expr.Value(nil)
	if problems.HasErrors() {
		return ""
	}
	text, err := convert.Convert(value, cty.String)
	if err != nil || text.IsNull() {
		return ""
	}
	return text.AsString()
}

// conditions checks blocks of a kind that have a condition and a message:
// validations, preconditions.
func (e *evaluation) conditions(b *hclsyntax.Body, kind string, s scope) error {
	for _, c := range b.Blocks {
		if c.Type != kind {
			continue
		}
		holds, err := e.value(c.Body.Attributes["condition"].Expr, s)
		if err != nil {
			return err
		}
		if holds, err = convert.Convert(holds, cty.Bool); err != nil || !holds.IsKnown() || holds.IsNull() {
			return fmt.Errorf("%s: the condition is no boolean", c.TypeRange)
		}
		if holds.False() {
			message, err := e.value(c.Body.Attributes["error_message"].Expr, s)
			if err != nil {
				return err
			}
			return fmt.Errorf("%s", message.AsString())
		}
	}
	return nil
}

// toCty is a Go value as cty.
func toCty(v any) cty.Value {
	switch x := v.(type) {
	case nil:
		return cty.NullVal(cty.DynamicPseudoType)
	case cty.Value:
		return x
	case bool:
		return cty.BoolVal(x)
	case int:
		return cty.NumberIntVal(int64(x))
	case float64:
		return cty.NumberFloatVal(x)
	case string:
		return cty.StringVal(x)
	case []string:
		return tuple(x, func(s string) any { return s })
	case []any:
		return tuple(x, func(a any) any { return a })
	case map[string]any:
		members := map[string]cty.Value{}
		for k, member := range x {
			members[k] = toCty(member)
		}
		return cty.ObjectVal(members)
	}
	panic(fmt.Sprintf("terraform: a variable of type %T", v))
}

func tuple[T any](all []T, of func(T) any) cty.Value {
	var values []cty.Value
	for _, v := range all {
		values = append(values, toCty(of(v)))
	}
	return cty.TupleVal(values)
}

func sorted[V any](m map[string]V) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
