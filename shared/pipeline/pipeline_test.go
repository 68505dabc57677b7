package pipeline_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/pipeline"
)

// steps is every rule, and an operation: it writes down what is called, and
// fails or panics where it is told to.
type steps struct {
	called []string
	fails  string
	with   error // instead of UNAVAILABLE
	panics string
	event  pipeline.Event
}

func (s *steps) step(name string) error {
	s.called = append(s.called, name)
	if s.panics == name {
		panic("SECRET")
	}
	if s.fails == name && s.with != nil {
		return s.with
	}
	if s.fails == name {
		return api.Errorf(api.Unavailable, "%s fails", name)
	}
	return nil
}

func (s *steps) Authorize(_ context.Context, _ *api.Call, n api.Need) error {
	return s.step(strings.TrimSpace("authorize " + n.Operation.String() + " " + string(n.Key)))
}
func (s *steps) Limit(context.Context, *api.Call) error { return s.step("limit") }
func (s *steps) Begin(context.Context, *api.Call) error { return s.step("begin") }
func (s *steps) End(_ context.Context, e pipeline.Event) error {
	s.event = e
	return s.step("end")
}

func (s *steps) pipeline() *pipeline.Pipeline {
	return &pipeline.Pipeline{Authorizer: s, Limiter: s, Recorder: s}
}

func (s *steps) do(c *api.Call, r *api.ReEncryptRequest) (*api.ReEncryptResponse, error) {
	return pipeline.Do(context.Background(), s.pipeline(), c, r,
		func(context.Context, *api.Call, *api.ReEncryptRequest) (*api.ReEncryptResponse, error) {
			return new(api.ReEncryptResponse), s.step("do")
		})
}

func good() *api.ReEncryptRequest {
	return &api.ReEncryptRequest{KeyID: "to", SourceKeyID: "from", Ciphertext: []byte("x")}
}

var all = []string{"authorize encrypt to", "authorize decrypt from", "limit", "begin", "do", "end"}

// TestSteps: each step in its order; one that fails keeps the next from being
// taken, but for the end, which knows of it; and one that panics too.
func TestSteps(t *testing.T) {
	for i, failing := range append(all, "") {
		for _, panics := range []bool{false, true} {
			s := &steps{fails: failing}
			code := api.Unavailable
			if panics {
				s, code = &steps{panics: failing}, api.Internal
			}
			if failing == "" {
				code = api.OK
			}
			want := append(slices.Clone(all[:min(i+1, len(all)-1)]), "end")
			out, err := s.do(api.Own(), good())
			if !slices.Equal(s.called, want) {
				t.Errorf("%q fails: called %q, want %q", failing, s.called, want)
			}
			if (out == nil) == (failing == "") || (err == nil) != (failing == "") ||
				err != nil && api.AsError(err).Code != code {
				t.Errorf("%q fails: %v, %v, want %v", failing, out, err, code)
			}
			if failing != "end" && s.event.Code() != code {
				t.Errorf("%q fails: the event says %v, want %v", failing, s.event.Code(), code)
			}
			if err != nil && strings.Contains(err.Error(), "SECRET") {
				t.Errorf("%v has what was panicked with", err)
			}
		}
	}
}

// TestMalformed: what could not be read is reported behind the permission and
// before the fields.
func TestMalformed(t *testing.T) {
	s := new(steps)
	c := &api.Call{Principal: api.Anonymous, Malformed: api.Errorf(api.InvalidArgument, "junk")}
	if _, err := s.do(c, new(api.ReEncryptRequest)); err == nil || len(s.called) != 1 {
		t.Errorf("without ids: %v, called %q", err, s.called)
	}
	r := good()
	r.VersionID = "b ad"
	s.called = nil
	if _, err := s.do(c, r); !errors.Is(err, c.Malformed) ||
		!slices.Equal(s.called, append(slices.Clone(all[:4]), "end")) {
		t.Errorf("%v, called %q", err, s.called)
	}
	c.Malformed = nil
	if _, err := s.do(c, r); err == nil || !strings.Contains(err.Error(), "versionId: has a character") {
		t.Error(err)
	}
}

// TestMissingRule: where a rule is missing nothing is done, and nothing is
// allowed to nobody.
func TestMissingRule(t *testing.T) {
	s := new(steps)
	for name, p := range map[string]*pipeline.Pipeline{
		"pipeline":   nil,
		"all":        {},
		"authorizer": {Limiter: s, Recorder: s},
		"limiter":    {Authorizer: s, Recorder: s},
		"recorder":   {Authorizer: s, Limiter: s},
	} {
		for want, c := range map[api.Code]*api.Call{api.PermissionDenied: api.Own(), api.Unauthenticated: {}} {
			_, err := pipeline.Do(context.Background(), p, c, good(),
				func(context.Context, *api.Call, *api.ReEncryptRequest) (*api.ReEncryptResponse, error) {
					t.Errorf("%s is missing: it is done", name)
					return nil, nil
				})
			if api.AsError(err).Code != want {
				t.Errorf("%s is missing: %v, want %v", name, err, want)
			}
		}
	}
}

// TestRefuse: a stranger is told only that, and the recorder is told
// what the caller is.
func TestRefuse(t *testing.T) {
	fault := api.Errorf(api.NotFound, "no such path")
	for want, c := range map[api.Code]*api.Call{api.NotFound: api.Own(), api.Unauthenticated: {}} {
		s := new(steps)
		err := s.pipeline().Refuse(context.Background(), c, fault)
		if api.AsError(err).Code != want || s.event.Code() != want || s.event.Call != c {
			t.Errorf("%v, and the event says %v; want %v", err, s.event.Code(), want)
		}
	}
	for want, fault := range map[api.Code]error{
		api.Internal:        pipeline.Panicked("SECRET"),
		api.Unavailable:     api.Errorf(api.Unavailable, "the keys of the issuer cannot be read"),
		api.Unauthenticated: nil,
	} {
		s := new(steps)
		err := s.pipeline().Refuse(context.Background(), new(api.Call), fault)
		if api.AsError(err).Code != want || s.event.Code() != want {
			t.Errorf("a fault of ours, %v: %v, and the event says %v", fault, err, s.event.Code())
		}
	}
	if err := new(steps).pipeline().Refuse(context.Background(), api.Own(), nil); err == nil {
		t.Error("a refusal without a reason is none")
	}
}

// TestWrongErrors: an error of a rule that is not an *api.Error, or a nil one,
// refuses the call and is INTERNAL.
func TestWrongErrors(t *testing.T) {
	for _, wrong := range []error{errors.New("broken"), (*api.Error)(nil)} {
		for _, step := range all {
			s := &steps{fails: step, with: wrong}
			out, err := s.do(api.Own(), good())
			e, ok := err.(*api.Error)
			if !ok || e == nil || e.Code != api.Internal || out != nil {
				t.Errorf("%q fails with %#v: %v, %#v", step, wrong, out, err)
			}
		}
	}
}
