package lockboxtest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yandex-cloud/go-genproto/yandex/cloud"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// validate holds a request against the limits in its own proto: they are
// options of the fields, and the generated code carries them. So no limit
// stands here a second time.
func validate(m proto.Message) error {
	if err := validateMessage(m.ProtoReflect()); err != nil {
		return status.Error(codes.InvalidArgument, err.Error())
	}
	return nil
}

func validateMessage(m protoreflect.Message) error {
	oneofs := m.Descriptor().Oneofs()
	for i := range oneofs.Len() {
		if o := oneofs.Get(i); extension[bool](o, cloud.E_ExactlyOne) && m.WhichOneof(o) == nil {
			return fmt.Errorf("%s: exactly one is required", o.Name())
		}
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		if err := validateField(fields.Get(i), m); err != nil {
			return fmt.Errorf("%s: %w", fields.Get(i).Name(), err)
		}
	}
	return nil
}

func validateField(f protoreflect.FieldDescriptor, m protoreflect.Message) error {
	if !m.Has(f) {
		if extension[bool](f, cloud.E_Required) {
			return fmt.Errorf("is required")
		}
		return nil
	}
	size, v := extension[string](f, cloud.E_Size), m.Get(f)
	switch {
	case f.IsMap():
		return validateMap(f, v.Map(), size)
	case f.IsList():
		if !within(size, v.List().Len()) {
			return fmt.Errorf("has %d items, want %s", v.List().Len(), size)
		}
		for i := range v.List().Len() {
			if err := validateValue(f, v.List().Get(i)); err != nil {
				return err
			}
		}
		return nil
	}
	return validateValue(f, v)
}

func validateMap(f protoreflect.FieldDescriptor, m protoreflect.Map, size string) (err error) {
	if !within(size, m.Len()) {
		return fmt.Errorf("has %d items, want %s", m.Len(), size)
	}
	keys := extension[*cloud.MapKeySpec](f, cloud.E_MapKey)
	m.Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
		if err = validateText(k.String(), keys.GetLength(), keys.GetPattern()); err == nil {
			err = validateText(v.String(), extension[string](f, cloud.E_Length), extension[string](f, cloud.E_Pattern))
		}
		return err == nil
	})
	return err
}

func validateValue(f protoreflect.FieldDescriptor, v protoreflect.Value) error {
	length := extension[string](f, cloud.E_Length)
	switch f.Kind() {
	case protoreflect.MessageKind:
		return validateMessage(v.Message())
	case protoreflect.StringKind:
		return validateText(v.String(), length, extension[string](f, cloud.E_Pattern))
	case protoreflect.BytesKind:
		if !within(length, len(v.Bytes())) {
			return fmt.Errorf("has %d bytes, want %s", len(v.Bytes()), length)
		}
	case protoreflect.Int64Kind:
		if value := extension[string](f, cloud.E_Value); !within(value, int(v.Int())) {
			return fmt.Errorf("is %d, want %s", v.Int(), value)
		}
	}
	return nil
}

// validateText never repeats the text, which may be a secret.
func validateText(s, length, pattern string) error {
	if n := utf8.RuneCountInString(s); !within(length, n) {
		return fmt.Errorf("has %d characters, want %s", n, length)
	}
	if pattern != "" && !regexp.MustCompile("^(?:"+pattern+")$").MatchString(s) {
		return fmt.Errorf("does not match %s", pattern)
	}
	return nil
}

// within reports whether n is in a range as the options write it: "<=50" or
// "1-1000"; in all if it is empty.
func within(expr string, n int) bool {
	if expr == "" {
		return true
	}
	if most, ok := strings.CutPrefix(expr, "<="); ok {
		return n <= number(most)
	}
	least, most, _ := strings.Cut(expr, "-")
	return number(least) <= n && n <= number(most)
}

// number panics at what is none: then the protos use a form not known here.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

func extension[T any](d protoreflect.Descriptor, x protoreflect.ExtensionType) T {
	v, _ := proto.GetExtension(d.Options(), x).(T)
	return v
}
