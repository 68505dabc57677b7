package lockboxtest

import (
	"errors"
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

// validate holds a message against the limits in its own proto: they are
// options of the fields, and the generated code carries them. So no limit
// stands here a second time. Labels, which rekey does not send, are not looked
// at. No error repeats a value, which may be a secret.
func validate(m protoreflect.Message) error {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		values := []protoreflect.Value{m.Get(f)}
		switch {
		case !m.Has(f) && option[bool](f, cloud.E_Required):
			return status.Errorf(codes.InvalidArgument, "%s: is required", f.Name())
		case !m.Has(f), f.IsMap():
			continue
		case f.IsList():
			values = values[:0]
			for i := range m.Get(f).List().Len() {
				values = append(values, m.Get(f).List().Get(i))
			}
		}
		for _, v := range values {
			if err := validateValue(f, v); err != nil {
				return status.Errorf(codes.InvalidArgument, "%s: %v", f.Name(), err)
			}
		}
	}
	return nil
}

func validateValue(f protoreflect.FieldDescriptor, v protoreflect.Value) error {
	length := option[string](f, cloud.E_Length)
	switch f.Kind() {
	case protoreflect.MessageKind:
		return validate(v.Message())
	case protoreflect.StringKind:
		pattern := option[string](f, cloud.E_Pattern)
		if pattern != "" && !regexp.MustCompile("^(?:"+pattern+")$").MatchString(v.String()) {
			return errors.New("does not match " + pattern)
		}
		return atMost(length, utf8.RuneCountInString(v.String()))
	case protoreflect.BytesKind:
		return atMost(length, len(v.Bytes()))
	case protoreflect.Int64Kind:
		return atMost(option[string](f, cloud.E_Value), int(v.Int()))
	}
	return nil
}

// atMost holds a length or a value against a limit as the options write it,
// "<=50", or none. It panics at any other form: then it must be added here.
func atMost(limit string, n int) error {
	if limit == "" {
		return nil
	}
	most, err := strconv.Atoi(strings.TrimPrefix(limit, "<="))
	if err != nil {
		panic(err)
	}
	if n > most {
		return fmt.Errorf("is or has %d, want %s", n, limit)
	}
	return nil
}

func option[T any](f protoreflect.FieldDescriptor, x protoreflect.ExtensionType) T {
	v, _ := proto.GetExtension(f.Options(), x).(T)
	return v
}
