package main

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"

	"rekey/deploy/local/lockboxtest"
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
	// only roles of this name, on the folder or on secrets.
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
	// in the variable. The name is written as in Go.
	"secret": func(ts *testscript.TestScript, l *lockboxtest.Server, args []string) {
		id, _ := l.AddSecret(&lockbox.Secret{Name: unquoted(ts, args[1])},
			lockboxtest.Version{lockboxtest.Text(args[2], args[3])})
		ts.Setenv(args[0], id)
	},
	// specified VARIABLE NAME ENTRY: somebody else makes a secret as Terraform
	// does, without a version.
	"specified": func(ts *testscript.TestScript, l *lockboxtest.Server, args []string) {
		ts.Setenv(args[0], l.AddSpecified(args[1], args[2]))
	},
	// pass TIME: time passes for Lockbox.
	"pass": func(ts *testscript.TestScript, l *lockboxtest.Server, args []string) {
		d, err := time.ParseDuration(args[0])
		ts.Check(err)
		l.Advance(d)
	},
	// meanwhile METHOD current SECRET VERSION: when the method is called next,
	// somebody else has just set the current version. With lose its answer is lost.
	"meanwhile": func(_ *testscript.TestScript, l *lockboxtest.Server, args []string) {
		f := lockboxtest.Fault{Method: "/yandex.cloud.lockbox.v1.SecretService/" + args[0], Secret: args[2], Times: 1}
		if args[1] == "lose" {
			f.After, f.Code = true, codes.Unavailable
		} else {
			f.Meanwhile = func() {
				l.Change(args[2], func(sec *lockbox.Secret, versions []*lockbox.Version) {
					for _, v := range versions {
						if v.Id == args[3] {
							sec.CurrentVersion = v
						}
					}
				})
			}
		}
		l.Inject(f)
	},
	// hide SECRET: from now on its versions are not shown.
	"hide": func(_ *testscript.TestScript, l *lockboxtest.Server, args []string) {
		l.Inject(lockboxtest.Fault{Method: lockbox.SecretService_ListVersions_FullMethodName, Secret: args[0],
			Code: codes.NotFound})
	},
	// slow TIME: each look at a key takes it, but not the list of them.
	"slow": func(ts *testscript.TestScript, l *lockboxtest.Server, args []string) {
		d, err := time.ParseDuration(args[0])
		ts.Check(err)
		for _, method := range []string{lockbox.SecretService_ListVersions_FullMethodName,
			lockbox.SecretService_Get_FullMethodName} {
			l.Inject(lockboxtest.Fault{Method: method, Latency: d})
		}
	},
	// says TEXT: the next change is refused with this text, written as in Go.
	"says": func(ts *testscript.TestScript, l *lockboxtest.Server, args []string) {
		l.Inject(lockboxtest.Fault{Method: lockbox.SecretService_AddVersion_FullMethodName, Times: 1,
			Code: codes.ResourceExhausted, Text: unquoted(ts, args[0])})
	},
	// entry SECRET NAME: the current version has only this entry.
	"entry": func(ts *testscript.TestScript, l *lockboxtest.Server, args []string) {
		l.Change(args[0], func(sec *lockbox.Secret, _ []*lockbox.Version) {
			if got := strings.Join(sec.GetCurrentVersion().GetPayloadEntryKeys(), " "); got != args[1] {
				ts.Fatalf("the current version has the entries %s", got)
			}
		})
	},
}

func unquoted(ts *testscript.TestScript, s string) string {
	text, err := strconv.Unquote(`"` + s + `"`)
	ts.Check(err)
	return text
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

// startLockbox is a Lockbox for this test, and the environment of its administrator.
func startLockbox(t *testing.T) (l *lockboxtest.Server, env []string) {
	t.Helper()
	l, err := lockboxtest.Start(lockboxtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	for name, value := range lockboxEnv(l) {
		env = append(env, name+"="+value)
	}
	return l, env
}
