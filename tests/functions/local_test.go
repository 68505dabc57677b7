package functions_test

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"rekey/shared/api"
)

// ran is what is left of a local invocation.
type ran struct {
	answer
	exit           int
	stdout, stderr string
}

// run gives a function one event on standard input.
func run(t *testing.T, name, event string, env ...string) ran {
	t.Helper()
	return runProgram(t, mustBuild(t, name), event, env...)
}

func runProgram(t *testing.T, program, event string, env ...string) ran {
	t.Helper()
	c, stdout, stderr := clean(t, program, nil, env)
	c.Stdin = strings.NewReader(event)
	err := c.Run()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	r := ran{exit: c.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
	if r.stdout == "" {
		return r
	}
	line, ok := strings.CutSuffix(r.stdout, "\n")
	if r.answer = understand(t, []byte(line)); !ok || r.exit != r.code().Exit() {
		t.Errorf("%s: exit status %d with the answer %s", filepath.Base(program), r.exit, r.raw)
	}
	return r
}

// TestLocal: what encrypt makes, decrypt opens; then a re-encryption and a
// data key; and the function of all four by path.
func TestLocal(t *testing.T) {
	t.Parallel()
	keys := mustRing(t)
	keyring := keys.setting()
	for _, function := range []string{"encrypt", "all"} {
		r := run(t, function, mustEvent(t, "yandex-gateway-1.0-encrypt.json"), keyring)
		if r.status != 200 || r.text("keyId") != first {
			t.Fatalf("%s: got %s, %s", function, r.stdout, r.stderr)
		}
		if strings.Count(r.stderr, "REKEY_AUTH is unset: a local invocation runs as none") != 1 {
			t.Errorf("%s: no notice about REKEY_AUTH in %q", function, r.stderr)
		}
		r = run(t, "decrypt", fmt.Sprintf(`{"keyId":%q,"aadContext":"dGVuYW50PTQy","ciphertext":%q}`, first,
			r.text("ciphertext")), keyring, "REKEY_AUTH=platform")
		if r.text("plaintext") != "aGVsbG8sIEtNUw==" || r.stderr != "" {
			t.Errorf("decrypt: got %s, %s", r.stdout, r.stderr)
		}
	}
	for _, function := range []string{"reencrypt", "all"} {
		if r := run(t, function, mustEvent(t, "yandex-gateway-1.0-reencrypt.json"),
			keyring); r.text("sourceKeyId") != second || r.text("keyId") != first || r.fields["plaintext"] != nil {
			t.Errorf("%s: got %s, %s", function, r.stdout, r.stderr)
		}
	}
	for _, event := range []string{"yandex-raw-decrypt.json", "yandex-gateway-1.0-decrypt.json"} {
		if r := run(t, "decrypt", mustEvent(t, event), keyring); r.text("plaintext") != "aGVsbG8sIEtNUw==" {
			t.Errorf("%s: got code %v, %s", event, r.code(), r.stderr)
		}
	}
	for _, event := range []string{"yandex-raw-datakey.json", "yandex-gateway-1.0-datakey.json"} {
		if r := run(t, "datakey", mustEvent(t, event), keyring); r.fields["dataKeyCiphertext"] == nil ||
			len(r.text("dataKeyPlaintext")) != 44 {
			t.Errorf("%s: got code %v, %s", event, r.code(), r.stderr)
		}
	}
}

// TestLocalFaults: an answer is printed and the exit status says of what kind it
// is; without an event there is none.
func TestLocalFaults(t *testing.T) {
	t.Parallel()
	keyring := mustRing(t).setting()
	for name, row := range map[string]struct {
		event string
		env   string
		code  api.Code
		exit  int
		hint  string // on standard error
	}{
		"a path of another function": {mustEvent(t, "yandex-gateway-1.0-datakey.json"), keyring, api.NotFound, 4, ""},
		"a warmer":                   {mustEvent(t, "refuse-aws-warmer.json"), keyring, api.InvalidArgument, 3, ""},
		"no JSON":                    {"junk", keyring, api.InvalidArgument, 3, ""},
		"null":                       {"null", keyring, api.InvalidArgument, 3, ""},
		"no keyring": {`{}`, "REKEY_KEYRING=/no-such-keyring.json", api.Internal, 1,
			"no keyring at /no-such-keyring.json"},
		"a typo in the environment": {`{}`, "REKEY_KEYRNG=/x", api.Internal, 1, "REKEY_KEYRNG"},
	} {
		r := run(t, "encrypt", row.event, row.env)
		if r.code() != row.code || r.exit != row.exit || !strings.Contains(r.stderr, row.hint) {
			t.Errorf("%s: got %s, %s, exit status %d, want code %v, %d and %q", name, r.stdout, r.stderr, r.exit,
				row.code, row.exit, row.hint)
		}
	}
	for _, event := range []string{"", " \n"} {
		if r := run(t, "encrypt", event, keyring); r.exit == 0 || r.stdout != "" ||
			!strings.Contains(r.stderr, "no event on standard input") {
			t.Errorf("event %q: exit status %d, %q, %q", event, r.exit, r.stdout, r.stderr)
		}
	}
}
