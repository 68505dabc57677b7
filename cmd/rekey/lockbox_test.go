package main

import (
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"

	"rekey/shared/store/lockbox/lockboxtest"
)

// boxes is the key of a session's Lockbox.
type boxes struct{}

// lockboxWords do something in a session with its Lockbox.
var lockboxWords = map[string]func(*testscript.TestScript, *lockboxtest.Server, []string){
	// stop: it is down.
	"stop": func(_ *testscript.TestScript, l *lockboxtest.Server, _ []string) { l.Stop() },
	// hang: it accepts connections and answers nothing.
	"hang": func(_ *testscript.TestScript, l *lockboxtest.Server, _ []string) { l.Freeze() },
	// refuse: the next call is one too many.
	"refuse": func(_ *testscript.TestScript, l *lockboxtest.Server, _ []string) {
		l.Inject(lockboxtest.Fault{Times: 1, Code: codes.ResourceExhausted})
	},
	// as ROLE [SECRET]: from now on rekey is a service account that has the
	// roles of this name alone, on the folder or on secrets.
	"as": func(ts *testscript.TestScript, l *lockboxtest.Server, args []string) {
		account, on := "aje-"+args[0], lockboxtest.DefaultFolder
		if len(args) > 1 {
			on = args[1]
		}
		l.Grant(account, "lockbox."+args[0], on)
		ts.Setenv("REKEY_IAM_TOKEN", l.Token(account))
	},
	// delay TIME: operations are done after it.
	"delay": func(ts *testscript.TestScript, l *lockboxtest.Server, args []string) {
		d, err := time.ParseDuration(args[0])
		ts.Check(err)
		l.Configure(func(b *lockboxtest.Behavior) { b.OperationDelay = d })
	},
	// secret VARIABLE NAME ENTRY TEXT: somebody else makes a secret, whose id is
	// in the variable.
	"secret": func(ts *testscript.TestScript, l *lockboxtest.Server, args []string) {
		id, _ := l.AddSecret(&lockbox.Secret{Name: args[1]}, lockboxtest.Version{Entries: []*lockbox.Payload_Entry{lockboxtest.Text(args[2], args[3])}})
		ts.Setenv(args[0], id)
	},
	// entry SECRET NAME: the current version has this entry alone.
	"entry": func(ts *testscript.TestScript, l *lockboxtest.Server, args []string) {
		l.Change(args[0], func(sec *lockbox.Secret, _ []*lockbox.Version) {
			if got := strings.Join(sec.GetCurrentVersion().GetPayloadEntryKeys(), " "); got != args[1] {
				ts.Fatalf("the current version has the entries %s", got)
			}
		})
	},
}

// lockbox starts a Lockbox and is its administrator in a folder; lockbox WORD
// ARGS... is one of lockboxWords.
func lockboxCommand(ts *testscript.TestScript, neg bool, args []string) {
	l, _ := ts.Value(boxes{}).(**lockboxtest.Server)
	if len(args) > 0 {
		lockboxWords[args[0]](ts, *l, args[1:])
		return
	}
	started, err := lockboxtest.Start(lockboxtest.Options{})
	ts.Check(err)
	ts.Defer(func() { started.Close() })
	*l = started
	for name, value := range lockboxEnv(started) {
		ts.Setenv(name, value)
	}
}

// lockboxEnv is the environment of an administrator of the default folder.
func lockboxEnv(l *lockboxtest.Server) map[string]string {
	l.Grant(lockboxtest.DefaultServiceAccount, lockboxtest.Admin, lockboxtest.DefaultFolder)
	at := "http://" + l.Addr()
	return map[string]string{
		"REKEY_STORE":            "lockbox",
		"REKEY_LOCKBOX_ENDPOINT": at, "REKEY_SECRETS_ENDPOINT": at, "REKEY_OPERATION_ENDPOINT": at,
		"REKEY_IAM_TOKEN": l.Token(lockboxtest.DefaultServiceAccount),
		"REKEY_FOLDER_ID": lockboxtest.DefaultFolder,
	}
}

// ownLockbox is a Lockbox for this test, and the environment of its administrator.
func ownLockbox(t *testing.T) (env []string) {
	t.Helper()
	l, err := lockboxtest.Start(lockboxtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	for name, value := range lockboxEnv(l) {
		env = append(env, name+"="+value)
	}
	return env
}
