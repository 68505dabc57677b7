package lockboxtest

import (
	"regexp"
	"testing"

	"github.com/yandex-cloud/go-genproto/yandex/cloud"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/endpoint"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/protobuf/reflect/protoreflect"
)

func TestWithin(t *testing.T) {
	for _, test := range []struct {
		expr string
		n    int
		want bool
	}{
		{"", 1 << 30, true}, {"<=50", 50, true}, {"<=50", 51, false},
		{"1-1000", 0, false}, {"1-1000", 1, true}, {"1-1000", 1000, true}, {"1-1000", 1001, false},
	} {
		if got := within(test.expr, test.n); got != test.want {
			t.Errorf("within(%q, %d) = %v, want %v", test.expr, test.n, got, test.want)
		}
	}
}

// TestOptionsKnown reads every option of every request of the services here:
// a form that is not understood panics here, and not in somebody's test.
func TestOptionsKnown(t *testing.T) {
	seen := map[protoreflect.FullName]bool{}
	for _, file := range []protoreflect.FileDescriptor{
		lockbox.File_yandex_cloud_lockbox_v1_payload_service_proto,
		lockbox.File_yandex_cloud_lockbox_v1_secret_service_proto,
		operation.File_yandex_cloud_operation_operation_service_proto,
		iam.File_yandex_cloud_iam_v1_iam_token_service_proto,
		endpoint.File_yandex_cloud_endpoint_api_endpoint_service_proto,
	} {
		methods := file.Services().Get(0).Methods()
		for i := range methods.Len() {
			readOptions(methods.Get(i).Input(), seen)
		}
	}
	if len(seen) < 20 {
		t.Errorf("%d messages were read, want all", len(seen))
	}
}

func readOptions(m protoreflect.MessageDescriptor, seen map[protoreflect.FullName]bool) {
	if seen[m.FullName()] {
		return
	}
	seen[m.FullName()] = true
	fields := m.Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		keys := extension[*cloud.MapKeySpec](f, cloud.E_MapKey)
		for _, expr := range []string{extension[string](f, cloud.E_Length), extension[string](f, cloud.E_Size),
			extension[string](f, cloud.E_Value), keys.GetLength()} {
			within(expr, 1)
		}
		regexp.MustCompile(extension[string](f, cloud.E_Pattern))
		if f.Message() != nil && !f.IsMap() {
			readOptions(f.Message(), seen)
		}
	}
}
