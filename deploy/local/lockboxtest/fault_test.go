package lockboxtest_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"rekey/deploy/local/fault"
	"rekey/deploy/local/lockboxtest"
)

const payloadGet = lockbox.PayloadService_Get_FullMethodName

// TestFaultWhich: which of six calls a fault strikes: two of secret a, two of
// b and two of a method that is not Get.
func TestFaultWhich(t *testing.T) {
	for name, test := range map[string]struct {
		fault lockboxtest.Fault
		want  []bool
	}{
		"all":       {lockboxtest.Fault{}, []bool{true, true, true, true, true, true}},
		"method":    {lockboxtest.Fault{Method: payloadGet}, []bool{true, true, true, true, false, false}},
		"secret":    {lockboxtest.Fault{Secret: "b"}, []bool{false, false, true, true, false, false}},
		"once":      {lockboxtest.Fault{Times: 1}, []bool{true, false, false, false, false, false}},
		"3 after 1": {lockboxtest.Fault{Skip: 1, Times: 3}, []bool{false, true, true, true, false, false}},
		"both": {lockboxtest.Fault{Method: payloadGet, Secret: "a", Skip: 1},
			[]bool{false, true, false, false, false, false}},
	} {
		w := start(t, lockboxtest.Options{})
		for _, id := range []string{"a", "b"} {
			w.AddSecret(&lockbox.Secret{Id: id},
				lockboxtest.Version{Entries: []*lockbox.Payload_Entry{lockboxtest.Text("k", "x")}})
		}
		test.fault.Code = codes.Unavailable
		remove := w.Inject(test.fault)
		var got []bool
		for _, id := range []string{"a", "a", "b", "b", "", ""} {
			var err error
			if id != "" {
				_, err = w.get(id, "")
			} else {
				_, err = w.secrets.List(w.ctx, &lockbox.ListSecretsRequest{FolderId: folder})
			}
			got = append(got, status.Code(err) == codes.Unavailable)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: struck %v, want %v", name, got, test.want)
		}
		remove()
		must(w.get("a", ""))(t)
	}
}

func TestFaultOrder(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	for _, c := range []codes.Code{codes.Internal, codes.Aborted} {
		w.Inject(lockboxtest.Fault{Times: 1, Code: c})
	}
	w.Inject(lockboxtest.Fault{Code: codes.DataLoss})
	for _, want := range []codes.Code{codes.Internal, codes.Aborted, codes.DataLoss, codes.DataLoss} {
		_, err := w.get(id, "")
		wantCode(t, err, want)
	}
	w.Heal()
	must(w.get(id, ""))(t)
}

func TestRetryInfo(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	for _, want := range []time.Duration{0, 7 * time.Second} {
		w.Inject(lockboxtest.Fault{Times: 1, Code: codes.ResourceExhausted, RetryAfter: want})
		_, err := w.get(id, "")
		wantCode(t, err, codes.ResourceExhausted)
		var got time.Duration
		for _, d := range status.Convert(err).Details() {
			if info, ok := d.(*errdetails.RetryInfo); ok {
				got = info.GetRetryDelay().AsDuration()
			}
		}
		if got != want {
			t.Errorf("RetryInfo says %v, want %v", got, want)
		}
	}
}

func TestLatency(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	w.Inject(lockboxtest.Fault{Times: 1, Latency: 50 * time.Millisecond})
	began := time.Now()
	must(w.get(id, ""))(t)
	if d := time.Since(began); d < 50*time.Millisecond {
		t.Errorf("a slow call took %v", d)
	}
	w.Inject(lockboxtest.Fault{Times: 1, Latency: time.Hour})
	wantCode(t, w.impatient(id), codes.DeadlineExceeded)
}

// impatient asks for a payload and gives up soon.
func (w *world) impatient(id string) error {
	ctx, cancel := context.WithTimeout(w.ctx, 100*time.Millisecond)
	defer cancel()
	_, err := w.payload.Get(ctx, &lockbox.GetPayloadRequest{SecretId: id})
	return err
}

func TestHang(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	w.Inject(lockboxtest.Fault{Times: 1, Hang: true})
	wantCode(t, w.impatient(id), codes.DeadlineExceeded)
	must(w.get(id, ""))(t)

	w.Inject(lockboxtest.Fault{Times: 1, Hang: true}) // the end of the server ends it too
	failed := make(chan error)
	go func() {
		_, err := w.get(id, "")
		failed <- err
	}()
	for w.PayloadGets(id) < 3 {
		time.Sleep(time.Millisecond)
	}
	w.Stop()
	if err := <-failed; err == nil {
		t.Error("a call that hung succeeded")
	}
}

// TestReset resets before the work and after it: the client cannot tell.
func TestReset(t *testing.T) {
	for _, after := range []bool{false, true} {
		w := start(t, lockboxtest.Options{})
		id, v := w.text("x")
		must(w.get(id, ""))(t)
		w.Inject(lockboxtest.Fault{Method: lockbox.SecretService_AddVersion_FullMethodName, Times: 1, Reset: true,
			After: after})
		_, err := w.secrets.AddVersion(w.ctx, &lockbox.AddVersionRequest{SecretId: id})
		wantCode(t, err, codes.Unavailable)
		got := must(w.get(id, ""))(t)
		if done := got.GetVersionId() != v[0]; done != after {
			t.Errorf("after: %v; the version was added: %v", after, done)
		}
		if n := w.Connections(); n != 2 {
			t.Errorf("%d connections, want a second one after the reset", n)
		}
	}
}

// TestRules: each thing that a rule can do is done, behind injected faults.
func TestRules(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	rule := func(text string) {
		r, err := fault.Parse(text, lockboxtest.Methods())
		if err != nil {
			t.Fatal(err)
		}
		w.SetRules(fault.New(1, r))
	}
	rule("PayloadService/Get=DATA_LOSS")
	w.Inject(lockboxtest.Fault{Times: 1, Code: codes.Aborted})
	for _, want := range []codes.Code{codes.Aborted, codes.DataLoss, codes.DataLoss} {
		_, err := w.get(id, "")
		wantCode(t, err, want)
	}
	w.show(id)
	rule("Get=hang")
	wantCode(t, w.impatient(id), codes.DeadlineExceeded)
	rule("Get=latency 1h")
	wantCode(t, w.impatient(id), codes.DeadlineExceeded)
	rule("AddVersion=reset")
	before := w.Connections()
	_, err := w.secrets.AddVersion(w.ctx, &lockbox.AddVersionRequest{SecretId: id})
	wantCode(t, err, codes.Unavailable)
	w.Heal()
	must(w.get(id, ""))(t)
	if w.Connections() == before {
		t.Error("the connection was not reset")
	}
}

// TestLostAnswer carries a call out and answers with an error.
func TestLostAnswer(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, v := w.text("x")
	w.Inject(lockboxtest.Fault{Method: lockbox.SecretService_AddVersion_FullMethodName, After: true,
		Code: codes.DeadlineExceeded})
	_, err := w.secrets.AddVersion(w.ctx, &lockbox.AddVersionRequest{SecretId: id})
	wantCode(t, err, codes.DeadlineExceeded)
	if got := must(w.get(id, ""))(t); got.GetVersionId() == v[0] {
		t.Error("the version was not added")
	}
}
