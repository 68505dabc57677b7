// Package functions_test runs the functions as their platforms do: as a
// process with an event on standard input, as AWS Lambda's runtime loop, and
// as the plugin that Yandex Cloud Functions build.
package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/admin"
)

const (
	first  = "e6qexamplekey0000001"
	second = "e6qexamplekey0000002"
	old    = "go1.23.12" // what Yandex Cloud Functions build with
)

var names = []string{"all", "datakey", "decrypt", "encrypt", "reencrypt"}

// bin is where the functions are built, once.
var bin struct {
	sync.Once
	dir string
	err error
}

func TestMain(m *testing.M) {
	status := m.Run()
	if bin.dir != "" {
		os.RemoveAll(bin.dir)
	}
	os.Exit(status)
}

// mustBuild returns a function's binary.
func mustBuild(t *testing.T, name string) string {
	t.Helper()
	bin.Do(func() {
		if bin.dir, bin.err = os.MkdirTemp("", "functions"); bin.err != nil {
			return
		}
		if out, err := exec.Command("go", "build", "-o", bin.dir+string(filepath.Separator), "./...").CombinedOutput(); err != nil {
			bin.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if bin.err != nil {
		t.Fatal(bin.err)
	}
	return filepath.Join(bin.dir, name)
}

// mustKeyring makes a keyring with both keys and returns its setting.
func mustKeyring(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keyring.json")
	a, err := admin.Open(path, admin.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []key.ID{first, second} {
		if _, err := a.Create(context.Background(), keyadmin.Creation{ID: id, Name: "key " + string(id[19:]), Algorithm: key.AES256}); err != nil {
			t.Fatal(err)
		}
	}
	return "REKEY_KEYRING=" + path
}

// command is a function about to run with nothing of our environment but
// what any process has.
func command(t *testing.T, name string, env ...string) (c *exec.Cmd, stdout, stderr *bytes.Buffer) {
	t.Helper()
	c = exec.Command(mustBuild(t, name))
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, env...)
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	c.Stdout, c.Stderr = stdout, stderr
	return c, stdout, stderr
}

// ran is what is left of a run.
type ran struct {
	exit           int
	stdout, stderr string
	fields         map[string]any // of the one JSON document on standard output
	body           map[string]any // of its body, or the document itself
}

// run gives a function one event on standard input.
func run(t *testing.T, name, event string, env ...string) ran {
	t.Helper()
	c, stdout, stderr := command(t, name, env...)
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
	d := json.NewDecoder(stdout)
	if err := d.Decode(&r.fields); err != nil {
		t.Fatalf("%s: standard output %q is no JSON object: %v", name, r.stdout, err)
	}
	if rest, _ := io.ReadAll(io.MultiReader(d.Buffered(), stdout)); string(rest) != "\n" {
		t.Errorf("%s: after the answer there is %q", name, rest)
	}
	r.body = r.fields
	if text, ok := r.fields["body"].(string); ok {
		r.body = nil
		if err := json.Unmarshal([]byte(text), &r.body); err != nil {
			t.Fatalf("%s: the body %q: %v", name, text, err)
		}
	}
	if r.exit != 0 {
		t.Errorf("%s: exit status %d with the answer %s", name, r.exit, r.stdout)
	}
	return r
}

func mustEvent(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "events", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestLocal: what encrypt makes, decrypt opens; then a re-encryption and a
// data key; and the function of all four by path.
func TestLocal(t *testing.T) {
	keyring := mustKeyring(t)
	for _, function := range []string{"encrypt", "all"} {
		r := run(t, function, mustEvent(t, "yandex-gateway-1.0-encrypt.json"), keyring)
		if r.fields["statusCode"] != 200.0 || r.body["keyId"] != first {
			t.Fatalf("%s: got %s, %s", function, r.stdout, r.stderr)
		}
		if strings.Count(r.stderr, "REKEY_AUTH is unset: a local invocation runs as none") != 1 {
			t.Errorf("%s: no notice about REKEY_AUTH in %q", function, r.stderr)
		}
		r = run(t, "decrypt", fmt.Sprintf(`{"keyId":%q,"aadContext":"dGVuYW50PTQy","ciphertext":%q}`, first, r.body["ciphertext"]), keyring, "REKEY_AUTH=platform")
		if r.body["plaintext"] != "aGVsbG8sIEtNUw==" || r.stderr != "" {
			t.Errorf("decrypt: got %s, %s", r.stdout, r.stderr)
		}
	}
	r := run(t, "encrypt", fmt.Sprintf(`{"keyId":%q,"aadContext":"dGVuYW50PTQy","plaintext":"eA=="}`, second), keyring, "REKEY_AUTH=none")
	event := strings.Replace(mustEvent(t, "yandex-gateway-1.0-reencrypt.json"), "PUT-HERE-A-CIPHERTEXT-OF-THE-SOURCE-KEY", fmt.Sprint(r.body["ciphertext"]), 1)
	for _, function := range []string{"reencrypt", "all"} {
		if r := run(t, function, event, keyring); r.body["sourceKeyId"] != second || r.body["keyId"] != first || r.body["plaintext"] != nil {
			t.Errorf("%s: got %s, %s", function, r.stdout, r.stderr)
		}
	}
	for _, event := range []string{"yandex-raw-datakey.json", "yandex-gateway-1.0-datakey.json"} {
		if r := run(t, "datakey", mustEvent(t, event), keyring); r.body["dataKeyCiphertext"] == nil || len(fmt.Sprint(r.body["dataKeyPlaintext"])) != 44 {
			t.Errorf("%s: got %s, %s", event, r.stdout, r.stderr)
		}
	}
}

// TestLocalFaults: an answer is printed and the exit status is 0, whatever it
// says; without an event there is none.
func TestLocalFaults(t *testing.T) {
	keyring := mustKeyring(t)
	for name, row := range map[string]struct {
		event string
		env   string
		code  float64
		hint  string // on standard error
	}{
		"a path of another function": {mustEvent(t, "yandex-gateway-1.0-datakey.json"), keyring, 5, ""},
		"a warmer":                   {mustEvent(t, "refuse-aws-warmer.json"), keyring, 3, ""},
		"no JSON":                    {"junk", keyring, 3, ""},
		"null":                       {"null", keyring, 3, ""},
		"no keyring":                 {`{}`, "REKEY_KEYRING=/nonexistent/keyring.json", 13, "/nonexistent/keyring.json"},
		"a typo in the environment":  {`{}`, "REKEY_KEYRNG=/x", 13, "REKEY_KEYRNG"},
	} {
		r := run(t, "encrypt", row.event, row.env)
		if r.body["code"] != row.code || !strings.Contains(r.stderr, row.hint) {
			t.Errorf("%s: got %s, %s, want code %v and %q", name, r.stdout, r.stderr, row.code, row.hint)
		}
	}
	for _, event := range []string{"", " \n"} {
		if r := run(t, "encrypt", event, keyring); r.exit == 0 || r.stdout != "" || !strings.Contains(r.stderr, "no event on standard input") {
			t.Errorf("event %q: exit status %d, %q, %q", event, r.exit, r.stdout, r.stderr)
		}
	}
}

// TestLambda speaks AWS Lambda's Runtime API with the same binary: an unset
// REKEY_AUTH lets nobody in there.
func TestLambda(t *testing.T) {
	keyring := mustKeyring(t)
	for name, row := range map[string]struct {
		env    []string
		status float64
		level  string // of the one line of the log; empty: none
	}{
		"unset":    {[]string{keyring}, 401, "ERROR"},
		"platform": {[]string{keyring, "REKEY_AUTH=platform"}, 200, ""},
		"none":     {[]string{keyring, "REKEY_AUTH=none"}, 200, "WARN"},
	} {
		answer, stdout := invokeOnLambda(t, "encrypt", mustEvent(t, "aws-http-v2-encrypt.json"), row.env...)
		if answer["statusCode"] != row.status {
			t.Errorf("%s: got %v, want %v", name, answer, row.status)
		}
		if (row.status == 401) != strings.Contains(fmt.Sprint(answer["body"]), `"code":16`) {
			t.Errorf("%s: got %v", name, answer)
		}
		var line struct{ Level string }
		if err := json.Unmarshal(stdout, &line); row.level == "" && len(stdout) > 0 || row.level != "" && (err != nil || line.Level != row.level) {
			t.Errorf("%s: the log is %q, want one line of level %q", name, stdout, row.level)
		}
	}
}

// invokeOnLambda gives a function one event by the Runtime API and returns
// its answer and what it wrote to standard output meanwhile.
func invokeOnLambda(t *testing.T, name, event string, env ...string) (answer map[string]any, stdout []byte) {
	t.Helper()
	const runtime = "/2018-06-01/runtime/"
	event1 := make(chan string, 1)
	event1 <- event
	answers := make(chan []byte, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+runtime+"invocation/next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case e := <-event1:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "invocation-1")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(10*time.Second).UnixMilli()))
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:123456789012:function:"+name)
			io.WriteString(w, e)
		case <-r.Context().Done(): // there is no second event
		}
	})
	mux.HandleFunc("POST "+runtime+"invocation/invocation-1/response", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		answers <- body
		w.WriteHeader(http.StatusAccepted)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		t.Errorf("the function calls %s %s: %s", r.Method, r.URL.Path, body)
	})
	api := httptest.NewServer(mux)
	defer api.Close()
	c, out, stderr := command(t, name, append(env, "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(api.URL, "http://"), "AWS_LAMBDA_FUNCTION_NAME="+name)...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var raw []byte
	select {
	case raw = <-answers:
	case <-time.After(20 * time.Second):
	}
	c.Process.Kill()
	c.Wait() // says that it was killed
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatalf("%s: the answer %q is no JSON object: %v; %s", name, raw, err, stderr)
	}
	return answer, out.Bytes()
}

// withOld is the go command of the version that Yandex Cloud Functions have.
func withOld(args ...string) *exec.Cmd {
	c := exec.Command("go", args...)
	c.Env = append(os.Environ(), "GOTOOLCHAIN="+old)
	return c
}

// TestPlugin builds each function as Yandex Cloud Functions do.
func TestPlugin(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP-NEEDS: time, leave out -short")
	}
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("SKIP-NEEDS: gcc, to build plugins")
	}
	if out, err := withOld("version").CombinedOutput(); err != nil {
		t.Skipf("SKIP-NEEDS: %s: %v: %s", old, err, out)
	}
	for _, name := range names {
		so := filepath.Join(t.TempDir(), name+".so")
		c := withOld("build", "-tags", "ycf", "-buildmode=plugin", "-o", so, "./"+name)
		c.Env = append(c.Env, "CGO_ENABLED=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
			continue
		}
		if out, err := withOld("tool", "nm", so).CombinedOutput(); err != nil || !bytes.Contains(out, []byte(".Handler\n")) {
			t.Errorf("%s exports no Handler: %v", name, err)
		}
	}
}

// TestDeps: what a function never links.
func TestDeps(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-tags", "ycf", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if len(deps) < 50 {
		t.Fatalf("only %d packages: %v", len(deps), deps)
	}
	for _, dep := range deps {
		for _, never := range []string{"github.com/aws/aws-lambda-go", "github.com/spf13/cobra", "rekey/shared/keyadmin", "rekey/shared/store/file/admin", "rekey/shared/boot/admin", "rekey/cmd", "plugin", "testing"} {
			if dep == never || strings.HasPrefix(dep, never+"/") {
				t.Errorf("the functions link %s", dep)
			}
		}
	}
}
