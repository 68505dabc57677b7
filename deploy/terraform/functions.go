package terraform

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	yaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions are those of Terraform's language that need neither network nor
// clock. Most are the very ones that Terraform has; what it wrote itself is
// written again here, as https://developer.hashicorp.com/terraform/language/functions
// describes it. Paths are relative to dir.
func functions(dir string) map[string]function.Function {
	all := map[string]function.Function{
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "max": stdlib.MaxFunc,
		"min":   stdlib.MinFunc,
		"chomp": stdlib.ChompFunc, "format": stdlib.FormatFunc, "formatlist": stdlib.FormatListFunc,
		"indent": stdlib.IndentFunc,
		"join":   stdlib.JoinFunc, "lower": stdlib.LowerFunc, "upper": stdlib.UpperFunc, "title": stdlib.TitleFunc,
		"regex":    stdlib.RegexFunc,
		"regexall": stdlib.RegexAllFunc, "split": stdlib.SplitFunc, "substr": stdlib.SubstrFunc,
		"trim":       stdlib.TrimFunc,
		"trimprefix": stdlib.TrimPrefixFunc, "trimsuffix": stdlib.TrimSuffixFunc, "trimspace": stdlib.TrimSpaceFunc,
		"replace":    replace,
		"startswith": about(strings.HasPrefix), "endswith": about(strings.HasSuffix),
		"strcontains": about(strings.Contains),
		"coalesce":    stdlib.CoalesceFunc, "coalescelist": stdlib.CoalesceListFunc, "compact": stdlib.CompactFunc,
		"concat":   stdlib.ConcatFunc,
		"contains": stdlib.ContainsFunc, "distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc,
		"flatten": stdlib.FlattenFunc,
		"keys":    stdlib.KeysFunc, "values": stdlib.ValuesFunc, "length": length, "lookup": stdlib.LookupFunc,
		"merge": stdlib.MergeFunc,
		"range": stdlib.RangeFunc, "reverse": stdlib.ReverseListFunc, "setintersection": stdlib.SetIntersectionFunc,
		"setproduct": stdlib.SetProductFunc, "setsubtract": stdlib.SetSubtractFunc, "setunion": stdlib.SetUnionFunc,
		"slice": stdlib.SliceFunc,
		"sort":  stdlib.SortFunc, "zipmap": stdlib.ZipmapFunc, "one": one, "alltrue": every(true),
		"anytrue":    every(false),
		"jsonencode": stdlib.JSONEncodeFunc, "jsondecode": stdlib.JSONDecodeFunc,
		"yamldecode": yaml.YAMLDecodeFunc, "yamlencode": yaml.YAMLEncodeFunc,
		"can": tryfunc.CanFunc, "try": tryfunc.TryFunc, "sensitive": same, "nonsensitive": same,
		"base64encode": text(func(b []byte) string { return base64.StdEncoding.EncodeToString(b) }),
		"sha256":       text(hexSum), "base64sha256": text(base64Sum),
		"basename": text(func(b []byte) string { return filepath.Base(string(b)) }),
		"dirname":  text(func(b []byte) string { return filepath.Dir(string(b)) }),
		"file":     contents(dir, func(b []byte) string { return string(b) }), "filesha256": contents(dir, hexSum),
		"filebase64sha256": contents(dir, base64Sum),
		"fileexists":       exists(dir),
	}
	for name, t := range map[string]cty.Type{"tobool": cty.Bool, "tonumber": cty.Number, "tostring": cty.String,
		"tolist": cty.List(cty.DynamicPseudoType), "toset": cty.Set(cty.DynamicPseudoType),
		"tomap": cty.Map(cty.DynamicPseudoType)} {
		all[name] = stdlib.MakeToFunc(t)
	}
	return all
}

func hexSum(b []byte) string { s := sha256.Sum256(b); return hex.EncodeToString(s[:]) }

func base64Sum(b []byte) string {
	s := sha256.Sum256(b)
	return base64.StdEncoding.EncodeToString(s[:])
}

var stringParameter = function.Parameter{Name: "text", Type: cty.String}

// text makes a function from a string to a string.
func text(f func([]byte) string) function.Function {
	return function.New(&function.Spec{Params: []function.Parameter{stringParameter}, Type: function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.StringVal(f([]byte(args[0].AsString()))), nil
		}})
}

// in is a path as Terraform finds it that runs in dir.
func in(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// exists makes fileexists.
func exists(dir string) function.Function {
	return function.New(&function.Spec{Params: []function.Parameter{stringParameter},
		Type: function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			_, err := os.Stat(in(dir, args[0].AsString()))
			return cty.BoolVal(err == nil), nil
		}})
}

// contents makes a function of the contents of one file.
func contents(dir string, f func([]byte) string) function.Function {
	return function.New(&function.Spec{Params: []function.Parameter{stringParameter}, Type: function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			data, err := os.ReadFile(in(dir, args[0].AsString()))
			if err != nil {
				return cty.NilVal, function.NewArgError(0, err)
			}
			return cty.StringVal(f(data)), nil
		}})
}

// about makes a function that says something of two strings.
func about(f func(s, part string) bool) function.Function {
	return function.New(&function.Spec{Params: []function.Parameter{stringParameter, stringParameter},
		Type: function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(f(args[0].AsString(), args[1].AsString())), nil
		}})
}

// replace takes a substring, or a regular expression between slashes.
var replace = function.New(&function.Spec{Params: []function.Parameter{stringParameter, stringParameter,
	stringParameter}, Type: function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if p := args[1].AsString(); len(p) > 1 && p[0] == '/' && p[len(p)-1] == '/' {
			return stdlib.RegexReplace(args[0], cty.StringVal(p[1:len(p)-1]), args[2])
		}
		return stdlib.Replace(args[0], args[1], args[2])
	}})

var anyParameter = function.Parameter{Name: "value", Type: cty.DynamicPseudoType, AllowNull: true}

// length counts the elements of a collection, or the characters of a string.
var length = function.New(&function.Spec{Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType}},
	Type: function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		switch v := args[0]; {
		case v.Type() == cty.String:
			return cty.NumberIntVal(int64(utf8.RuneCountInString(v.AsString()))), nil
		case !v.CanIterateElements():
			return cty.NilVal, function.NewArgErrorf(0, "has no length")
		default:
			return cty.NumberIntVal(int64(v.LengthInt())), nil
		}
	}})

// one is the element of a collection of at most one, or null.
var one = function.New(&function.Spec{Params: []function.Parameter{anyParameter},
	Type: function.StaticReturnType(cty.DynamicPseudoType),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if !args[0].CanIterateElements() || args[0].LengthInt() > 1 {
			return cty.NilVal, function.NewArgErrorf(0, "is no collection of at most one element")
		}
		for it := args[0].ElementIterator(); it.Next(); {
			_, v := it.Element()
			return v, nil
		}
		return cty.NullVal(cty.DynamicPseudoType), nil
	}})

// every is alltrue, or, for want false, anytrue: whether no element, or some
// element, is another than want.
func every(want bool) function.Function {
	return function.New(&function.Spec{Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
		Type: function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			for it := args[0].ElementIterator(); it.Next(); {
				if _, v := it.Element(); v.True() != want {
					return cty.BoolVal(!want), nil
				}
			}
			return cty.BoolVal(want), nil
		}})
}

// same gives back its argument: nothing is hidden here.
var same = function.New(&function.Spec{Params: []function.Parameter{anyParameter},
	Type: func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) { return convert.Convert(args[0], t) }})
