package lockboxtest_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/endpoint"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"rekey/deploy/local/lockboxtest"
)

// TestFaultWhich: which of six calls a fault strikes: two of secret a, two of
// b and two of a method that is not Get.
func TestFaultWhich(t *testing.T) {
	const yes, no = true, false
	for name, test := range map[string]struct {
		fault lockboxtest.Fault
		want  []bool
	}{
		"all":       {lockboxtest.Fault{}, []bool{yes, yes, yes, yes, yes, yes}},
		"method":    {lockboxtest.Fault{Method: payloadGet}, []bool{yes, yes, yes, yes, no, no}},
		"its end":   {lockboxtest.Fault{Method: "PayloadService/Get"}, []bool{yes, yes, yes, yes, no, no}},
		"half word": {lockboxtest.Fault{Method: "et"}, []bool{no, no, no, no, no, no}},
		"secret":    {lockboxtest.Fault{Secret: "b"}, []bool{no, no, yes, yes, no, no}},
		"once":      {lockboxtest.Fault{Times: 1}, []bool{yes, no, no, no, no, no}},
		"3 after 1": {lockboxtest.Fault{Skip: 1, Times: 3}, []bool{no, yes, yes, yes, no, no}},
		"both":      {lockboxtest.Fault{Method: payloadGet, Secret: "a", Skip: 1}, []bool{no, yes, no, no, no, no}},
	} {
		w := start(t, lockboxtest.Options{})
		for _, id := range []string{"a", "b"} {
			w.AddSecret(&lockbox.Secret{Id: id},
				lockboxtest.Version{lockboxtest.Text("k", "x")})
		}
		test.fault.Code = codes.Unavailable
		remove := w.Inject(test.fault)
		var got []bool
		for _, id := range []string{"a", "a", "b", "b", "", ""} {
			var err error
			if id == "" {
				_, err = w.list(0, "")
			} else {
				_, err = w.get(id, "")
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

// TestFaultOrder: the first that matches strikes.
func TestFaultOrder(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	for _, c := range []codes.Code{codes.Internal, codes.Aborted} {
		w.Inject(lockboxtest.Fault{Times: 1, Code: c, Text: c.String()})
	}
	w.Inject(lockboxtest.Fault{Code: codes.DataLoss})
	for _, want := range []codes.Code{codes.Internal, codes.Aborted, codes.DataLoss, codes.DataLoss} {
		_, err := w.get(id, "")
		if s := status.Convert(err); s.Code() != want || want != codes.DataLoss && s.Message() != want.String() {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	w.Heal()
	must(w.get(id, ""))(t)
}

// TestLatency: a call is slow, or has no answer.
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
	w.Inject(lockboxtest.Fault{Times: 2, Hang: true})
	for range 2 {
		wantCode(0, w.impatient(id))(t, codes.DeadlineExceeded)
	}
	stopped := lockboxtest.Fault{Times: 1, Meanwhile: func() { go w.Stop() }, Hang: true}
	w.Heal()
	w.Inject(stopped) // the end of the server ends it too
	if _, err := w.get(id, ""); err == nil {
		t.Error("a call that hung succeeded")
	}
}

// TestLostAnswer: a call is carried out, and the client cannot tell.
func TestLostAnswer(t *testing.T) {
	for name, f := range map[string]lockboxtest.Fault{
		"code": {Code: codes.Unavailable}, "reset": {Reset: true},
	} {
		for _, after := range []bool{false, true} {
			w := start(t, lockboxtest.Options{})
			id, v := w.text("x")
			seen := ""
			f.Method, f.Times, f.After = "AddVersion", 1, after
			f.Meanwhile = func() { seen = must(w.as(admin).get(id, ""))(t).GetVersionId() }
			w.Inject(f)
			wantCode(w.add(id))(t, codes.Unavailable)
			got := must(w.get(id, ""))(t).GetVersionId()
			if added := got != v[0]; added != after || seen != got {
				t.Errorf("%s, after %v: the version was added: %v; meanwhile it was %s", name, after, added, seen)
			}
			if n, want := w.Connections(), map[bool]int{false: 2, true: 3}[f.Reset]; n != want {
				t.Errorf("%s: %d connections, want %d", name, n, want)
			}
		}
	}
}

// TestFreeze: a client with an old connection hears nothing, and does not find
// out; one with a new connection is served, unless these are frozen
// too.
func TestFreeze(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	must(w.get(id, ""))(t)
	w.DropConnections()
	wantCode(0, w.impatient(id))(t, codes.DeadlineExceeded)
	fresh := w.as(admin)
	must(fresh.get(id, ""))(t)
	if n := w.PayloadGets(id); n != 2 {
		t.Errorf("%d calls arrived, want 2: those on a dead connection are lost", n)
	}
	w.Freeze()
	for _, c := range []*world{fresh, w.as(admin)} {
		wantCode(0, c.impatient(id))(t, codes.DeadlineExceeded)
	}
	w.Thaw()
	wantCode(0, fresh.impatient(id))(t, codes.DeadlineExceeded) // its connection stays dead
	must(w.as(admin).get(id, ""))(t)
}

func TestStopRestart(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	addr := w.Addr()
	must(w.get(id, ""))(t)
	w.Stop()
	w.Stop() // again is nothing
	wantCode(w.get(id, ""))(t, codes.Unavailable)
	if err := w.Restart(); err != nil || w.Addr() != addr {
		t.Fatalf("Restart: %v, at %s, want %s", err, w.Addr(), addr)
	}
	if err := w.Restart(); err == nil {
		t.Error("a running server restarts")
	}
	must(w.payload.Get(w.ctx, &lockbox.GetPayloadRequest{SecretId: id}, grpc.WaitForReady(true)))(t)
}

// TestCounts makes calls that wait for each other, so that they are in flight
// together.
func TestCounts(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	a, _ := w.text("x")
	b, _ := w.text("x")
	var arrived, all sync.WaitGroup
	arrived.Add(6)
	w.Inject(lockboxtest.Fault{Method: payloadGet, Meanwhile: func() { arrived.Done(); arrived.Wait() }})
	for n := range 6 {
		all.Add(1)
		go func() {
			defer all.Done()
			_, _ = w.get([]string{a, b}[n%2], "")
		}()
	}
	all.Wait()
	w.show(a)
	conn := must(w.Dial(admin))(t)
	defer conn.Close()
	wantCode(endpoint.NewApiEndpointServiceClient(conn).List(w.ctx, &endpoint.ListApiEndpointsRequest{}))(t,
		codes.Unimplemented)
	for name, got := range map[string][2]int{
		"of a":         {w.PayloadGets(a), 3},
		"of any":       {w.PayloadGets(""), 6},
		"by method":    {w.Calls(payloadGet), 6},
		"of Get for a": {w.CallsFor(lockbox.SecretService_Get_FullMethodName, a), 1},
		"concurrent":   {w.MostInFlight(), 6},
		"tokens":       {w.TokenRequests(), 0},
		"connections":  {w.Connections(), 2},
		"of all":       {w.Calls(""), 8},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %d, want %d", name, got[0], got[1])
		}
	}
	w.ResetCounts()
	if w.Calls("") != 0 || w.PayloadGets(a) != 0 || w.MostInFlight() != 0 {
		t.Error("counts stay after ResetCounts")
	}
}

// TestConcurrent is for the race detector: clients and a test concurrently.
func TestConcurrent(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	var all sync.WaitGroup
	for _, do := range []func(){
		func() { _, _ = w.get(id, "") },
		func() { _, _ = w.add(id) },
		func() { _, _ = w.list(0, "") },
		func() { w.Advance(time.Second); w.Token(admin); w.ExpireTokens() },
		func() { w.Grant("x", lockboxtest.Viewer, id); w.Revoke("x", lockboxtest.Viewer, id) },
		func() { w.Inject(lockboxtest.Fault{Times: 1, Code: codes.Internal})(); w.MostInFlight() },
		func() { w.AddVersion(id, lockboxtest.Version{}); w.Configure(func(*lockboxtest.Behavior) {}) },
	} {
		all.Add(1)
		go func() {
			defer all.Done()
			for range 30 {
				do()
			}
		}()
	}
	all.Wait()
}
