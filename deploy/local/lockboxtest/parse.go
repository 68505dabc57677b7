package lockboxtest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

const noRole = "none"

var (
	roles    = []string{Admin, Editor, PayloadViewer, Viewer}
	userName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$`)
)

// parseUser reads NAME=ROLE[@ON]: an account with a role, or with noRole one
// that loses all of them. A role may be spelt without its service; without ON
// it is on the folder.
func parseUser(text string) (grant, error) {
	name, role, _ := strings.Cut(text, "=")
	role, on, at := strings.Cut(role, "@")
	g := grant{name, "lockbox." + strings.TrimPrefix(role, "lockbox."), on}
	if !at {
		g.on = DefaultFolder
	}
	switch {
	case !userName.MatchString(name) || g.on == "":
		return g, fmt.Errorf("user %.80q: want NAME=ROLE, or NAME=ROLE@ON "+
			"with the id or name of a secret, or the id of a folder", text)
	case role == noRole && !at:
		g.role = noRole
	case !slices.Contains(roles, g.role):
		return g, fmt.Errorf("user %.80q: no role is called %.60q: want %s, or %s without @",
			text, role, strings.Join(roles, ", "), noRole)
	}
	return g, nil
}

// parseFault reads METHOD=WHAT. METHOD is * or the end of the name of a method:
// Get, PayloadService/Get.
func parseFault(text string) (Fault, error) {
	wrong := func(format string, args ...any) (Fault, error) {
		return Fault{}, fmt.Errorf("fault %.80q: "+format, append([]any{text}, args...)...)
	}
	method, what, ok := strings.Cut(text, "=")
	if !ok {
		return wrong("want METHOD=WHAT, such as *=UNAVAILABLE")
	}
	f := Fault{Method: strings.Trim(method, " /")}
	if all := methods(); f.Method == "" || f.Method != "*" && !slices.ContainsFunc(all, f.of) {
		for i, name := range all {
			all[i] = name[strings.LastIndex(name, ".")+1:]
		}
		return wrong("no method is called %.60q: want * or one of %s", method, strings.Join(all, ", "))
	}
	f.Method = strings.TrimPrefix(f.Method, "*")
	switch latency, slow := strings.CutPrefix(what, "latency "); {
	case slow:
		f.Latency, _ = time.ParseDuration(strings.TrimSpace(latency))
	case what == "hang":
		f.Hang = true
	case what == "reset":
		f.Reset = true
	default:
		_ = f.Code.UnmarshalJSON([]byte(strconv.Quote(what)))
	}
	if f.Latency <= 0 && !f.Hang && !f.Reset && f.Code == codes.OK {
		return wrong("%.60q cannot happen: want latency and a time, such as latency 300ms, or hang, reset, "+
			"or a code of gRPC, such as UNAVAILABLE", what)
	}
	return f, nil
}

// methods are the full names of the calls that a fault can strike.
func methods() (names []string) {
	for _, d := range []grpc.ServiceDesc{lockbox.PayloadService_ServiceDesc, lockbox.SecretService_ServiceDesc,
		operation.OperationService_ServiceDesc, iam.IamTokenService_ServiceDesc} {
		for _, m := range d.Methods {
			names = append(names, "/"+d.ServiceName+"/"+m.MethodName)
		}
	}
	return append(names, MetadataToken)
}
