package admin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"rekey/deploy/local/lockboxtest"
	"rekey/shared/store/lockbox"
)

// startHurried is start with a clock of Lockbox that runs a hundred times as
// fast, so that what is scheduled is soon destroyed.
func startHurried(t *testing.T, b lockboxtest.Behavior) *fixture {
	t.Helper()
	f, tick := start(t, b), time.NewTicker(10*time.Millisecond)
	done := make(chan struct{})
	t.Cleanup(func() { tick.Stop(); close(done) })
	go func() {
		for {
			select {
			case <-tick.C:
				f.Advance(time.Second)
			case <-done:
				return
			}
		}
	}()
	return f
}

// TestProbe: a Lockbox as it is assumed has nothing to tell; each thing that
// is otherwise shows in its own row. Nothing stays behind.
func TestProbe(t *testing.T) {
	for _, row := range []struct {
		behavior lockboxtest.Behavior
		fault    lockboxtest.Fault
		differs  string
	}{
		{},
		{behavior: lockboxtest.Behavior{OperationDelay: 20 * time.Millisecond},
			fault: lockboxtest.Fault{Secret: madeUp, Times: 1, Code: codes.PermissionDenied}},
		{behavior: lockboxtest.Behavior{CopyGenerated: true},
			differs: "AddVersion, of a generated secret: copies the old text"},
		{fault: noSetCurrentVersion, differs: "SetCurrentVersion: is refused: UNIMPLEMENTED"},
		{fault: noListOperations, differs: "ListOperations: is refused: UNIMPLEMENTED"},
		{behavior: lockboxtest.Behavior{UnknownVersion: codes.PermissionDenied},
			differs: "an unknown version of a secret: PERMISSION_DENIED"},
		{behavior: lockboxtest.Behavior{NoVersion: codes.NotFound}, differs: "a secret without a version: NOT_FOUND"},
		{behavior: lockboxtest.Behavior{ScheduledVersion: codes.NotFound},
			differs: "payload of a SCHEDULED version: NOT_FOUND"},
		{behavior: lockboxtest.Behavior{DestroyedVersion: codes.NotFound},
			differs: "payload of a DESTROYED version: NOT_FOUND"},
		{behavior: lockboxtest.Behavior{InactiveSecret: codes.PermissionDenied},
			differs: "payload of an INACTIVE secret: PERMISSION_DENIED"},
	} {
		t.Run(row.differs, func(t *testing.T) {
			t.Parallel()
			f := startHurried(t, row.behavior)
			f.Inject(row.fault)
			answers, err := f.Probe(ctx, lockbox.Credentials{Token: f.Token("ajestranger000000000")})
			if err != nil {
				t.Fatal(err)
			}
			var differs []string
			for _, a := range answers {
				if !a.AsAssumed() {
					differs = append(differs, a.About+": "+a.Seen)
				}
			}
			if got := strings.Join(differs, ", "); got != row.differs || len(answers) < 16 {
				t.Errorf("%d answers; these differ: %q, want %q", len(answers), got, row.differs)
			}
			if left, err := f.secrets(ctx); err != nil || len(left) != 0 {
				t.Errorf("%d secrets are left: %v", len(left), err)
			}
		})
	}
}

// TestProbeBreaksOff: what was found is told, and nothing stays behind.
func TestProbeBreaksOff(t *testing.T) {
	f := startHurried(t, lockboxtest.Behavior{})
	f.Inject(lockboxtest.Fault{Method: "/yandex.cloud.lockbox.v1.SecretService/Deactivate",
		Code: codes.ResourceExhausted})
	answers, err := f.Probe(ctx, lockbox.Credentials{})
	if err == nil || len(answers) < 10 || !strings.Contains(err.Error(), "quota") {
		t.Errorf("%d answers, %v", len(answers), err)
	}
	if left, err := f.secrets(ctx); err != nil || len(left) != 0 {
		t.Errorf("%d secrets are left: %v", len(left), err)
	}
	f.FolderID = ""
	if _, err := f.Probe(ctx, lockbox.Credentials{}); err == nil {
		t.Error("without a folder there is no error")
	}
}

// TestProbeDocumented: every row is one of docs/lockbox.md.
func TestProbeDocumented(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/lockbox.md")
	if err != nil {
		t.Fatal(err)
	}
	f := startHurried(t, lockboxtest.Behavior{})
	answers, err := f.Probe(ctx, lockbox.Credentials{Token: f.Token("ajestranger000000000")})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		if !strings.Contains(string(text), fmt.Sprintf("\n- %s: ", a.About)) {
			t.Errorf("docs/lockbox.md has no row %q", a.About)
		}
	}
}

const payloadGet = "/yandex.cloud.lockbox.v1.PayloadService/Get"

// TestProbeInterrupted: whenever it is, nothing stays behind, and no answer is
// made of the interruption.
func TestProbeInterrupted(t *testing.T) {
	for _, during := range []string{"create a secret", "add a version", "set the current version", "delete the secret",
		"payload"} {
		t.Run(during, func(t *testing.T) {
			t.Parallel()
			f := start(t, lockboxtest.Behavior{OperationDelay: 20 * time.Millisecond})
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			if during == "payload" {
				f.Inject(lockboxtest.Fault{Method: payloadGet, Skip: 4, Hang: true})
				go func() {
					for f.Calls(payloadGet) < 5 && ctx.Err() == nil {
						time.Sleep(time.Millisecond)
					}
					cancel()
				}()
			}
			f.Waiting = func(what string) func() {
				if what == during {
					cancel()
				}
				return func() {}
			}
			answers, err := f.Probe(ctx, lockbox.Credentials{})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error is %v, want context.Canceled", err)
			}
			for _, a := range answers {
				if !a.AsAssumed() {
					t.Errorf("it says that %s: %s", a.About, a.Seen)
				}
			}
			if left, err := f.secrets(context.WithoutCancel(ctx)); err != nil || len(left) != 0 {
				t.Errorf("%d secrets are left: %v", len(left), err)
			}
		})
	}
}
