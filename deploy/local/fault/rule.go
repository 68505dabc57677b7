package fault

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/grpc/codes"
)

// Fault is what goes wrong with one call: it takes Latency longer, and then
// has one of the others for an answer, or its own if none is set.
type Fault struct {
	Latency time.Duration
	Code    codes.Code
	Hang    bool // no answer until the client gives up
	Reset   bool // the connection is reset
}

// Rule is a Fault, and which calls have it.
type Rule struct {
	Fault
	method string  // its name from a slash or a dot on, or "*"
	share  float64 // of the calls, over 0 and up to 1
}

// Parse reads METHOD=WHAT or METHOD=WHAT:SHARE%. METHOD is * or the end of one
// of the methods, whose full names are as gRPC has them: Get, PayloadService/Get.
func Parse(text string, methods []string) (Rule, error) {
	method, what, ok := strings.Cut(text, "=")
	if !ok {
		return Rule{}, wrong(text, "want METHOD=WHAT or METHOD=WHAT:SHARE%%, such as *=UNAVAILABLE:10%%")
	}
	r := Rule{method: strings.Trim(method, " /"), share: 1}
	if !slices.ContainsFunc(methods, r.matches) {
		return Rule{}, wrong(text, "no method is called %.60q: want * or one of %s", method,
			strings.Join(shortNames(methods), ", "))
	}
	what, share, ok := strings.Cut(what, ":")
	if ok && !r.readShare(share) {
		return Rule{}, wrong(text, "the share is %.20q: want over 0%% and up to 100%%, such as 10%%", share)
	}
	if !r.readFault(strings.TrimSpace(what)) {
		return Rule{}, wrong(text, "%.60q is nothing that can happen: want latency and a time, such as latency 300ms, "+
			"or hang, reset, %s",
			what, strings.Join(codeNames(), ", "))
	}
	return r, nil
}

func wrong(text, format string, args ...any) error {
	return fmt.Errorf("fault %.80q: "+format, append([]any{text}, args...)...)
}

func (r *Rule) readShare(text string) bool {
	number, ok := strings.CutSuffix(strings.TrimSpace(text), "%")
	percent, err := strconv.ParseFloat(number, 64)
	r.share = percent / 100
	return ok && err == nil && r.share > 0 && r.share <= 1
}

func (r *Rule) readFault(what string) (ok bool) {
	if latency, ok := strings.CutPrefix(what, "latency "); ok {
		d, err := time.ParseDuration(strings.TrimSpace(latency))
		r.Latency = d
		return err == nil && d > 0
	}
	r.Hang, r.Reset = what == "hang", what == "reset"
	number, isCode := code.Code_value[what]
	r.Code = codes.Code(number)
	return r.Hang || r.Reset || isCode && r.Code != codes.OK
}

// matches tells a method by its full name.
func (r *Rule) matches(full string) bool {
	rest, ok := strings.CutSuffix(full, r.method)
	if r.method == "*" || r.method == "" {
		return r.method == "*"
	}
	return ok && (rest == "" || strings.HasSuffix(rest, "/") || strings.HasSuffix(rest, "."))
}

// shortNames are the service and the method.
func shortNames(methods []string) []string {
	var names []string
	for _, m := range methods {
		service, method := path.Split(m)
		service = strings.TrimSuffix(service, "/")
		names = append(names, strings.TrimPrefix(service[strings.LastIndexAny(service, "./")+1:]+"/"+method, "/"))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// codeNames are the codes of gRPC that are failures, in the order of their numbers.
func codeNames() []string {
	var names []string
	for _, number := range slices.Sorted(maps.Keys(code.Code_name)) {
		if codes.Code(number) != codes.OK {
			names = append(names, code.Code_name[number])
		}
	}
	return names
}
