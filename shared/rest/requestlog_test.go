package rest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/shared/api"
	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/requestlog"
	"rekey/shared/rest"
)

// warm is a ring that knows some answers without being asked.
type warm struct {
	*ring
	known map[ask]bool
}

func (w warm) Hit(k key.ID, v key.VersionID) *keyring.Version {
	if !w.known[ask{k, v}] {
		return nil
	}
	return w.versions[ask{k, v}]
}

// logging makes the API of a world log requests, over a cache that knows
// these answers.
func (w *world) logging(l requestlog.Lines, known ...ask) {
	keys := warm{w.ring, map[ask]bool{}}
	for _, a := range known {
		keys.known[a] = true
	}
	w.API = w.over(keys, rules{"encrypt forbidden"}, l)
}

// lines takes what the log has of requests, without times, and what else it
// has.
func (w *world) lines(t testing.TB) (requests, others []string) {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(w.log.String()), "\n") {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("the log's line %q is not JSON: %v", line, err)
		}
		if fields["msg"] != "request" {
			others = append(others, line)
			continue
		}
		if ms, ok := fields["durationMs"].(float64); !ok || ms < 0 || fields["time"] == nil {
			t.Errorf("no time or no duration in %s", line)
		}
		requests = append(requests, timeless(line, fields))
	}
	w.log.Reset()
	return requests, others
}

// timeless is a line as it stands, but for its times.
func timeless(line string, fields map[string]any) string {
	line = strings.Replace(line, fmt.Sprintf(`"time":%q,`, fields["time"]), "", 1)
	i := strings.Index(line, `"durationMs":`)
	return line[:i] + line[i+strings.IndexByte(line[i:], ',')+1:]
}

// TestRequestLog: one row an outcome. Each has one line.
func TestRequestLog(t *testing.T) {
	w := newWorld(t)
	sealed := b64(string(w.mustEncrypt(t, "one", "", "x")))
	other := b64(string(w.mustEncrypt(t, "two", "", "x")))
	w.ring.errs[ask{"away", ""}] = keyring.ErrUnavailable
	w.ring.errs[ask{"one", "v9"}] = keyring.ErrVersionDestroyed
	w.ring.panics = map[ask]any{{"panics", ""}: "boom"}
	someone := identity.Proof{Caller: "ci-deployer"}
	hits := []ask{{"one", ""}, {"one", "v2"}, {"two", ""}, {"two", "v1"}}

	for _, row := range []struct {
		name   string
		known  []ask
		action string
		body   string
		change func(*rest.Request)
		line   string // between level and request id
		other  string // another line, of level ERROR
	}{
		{"encrypt", nil, "one:encrypt", `{"plaintext":"eA=="}`, nil,
			`"operation":"encrypt","key":"one","version":"v2","code":"OK","status":200,"cacheHit":false`, ""},
		{"encrypt, hit", hits, "one:encrypt", `{"plaintext":"eA=="}`, nil,
			`"operation":"encrypt","key":"one","version":"v2","code":"OK","status":200,"cacheHit":true`, ""},
		{"decrypt", nil, "one:decrypt", `{"ciphertext":"` + sealed + `"}`, nil,
			`"operation":"decrypt","key":"one","version":"v2","code":"OK","status":200,"cacheHit":false`, ""},
		{"decrypt, hit", hits, "one:decrypt", `{"ciphertext":"` + sealed + `"}`, nil,
			`"operation":"decrypt","key":"one","version":"v2","code":"OK","status":200,"cacheHit":true`, ""},
		{"generateDataKey", nil, "two:generateDataKey", `{"dataKeySpec":1}`, nil,
			`"operation":"generateDataKey","key":"two","version":"v1","code":"OK","status":200,"cacheHit":false`, ""},
		{"generateDataKey, hit", hits, "two:generateDataKey", `{"dataKeySpec":1}`, nil,
			`"operation":"generateDataKey","key":"two","version":"v1","code":"OK","status":200,"cacheHit":true`, ""},
		{"reEncrypt", nil, "two:reEncrypt", `{"sourceKeyId":"one","ciphertext":"` + sealed + `"}`, nil,
			`"operation":"reEncrypt","key":"two","version":"v1","sourceKey":"one","sourceVersion":"v2","code":"OK","status":200,"cacheHit":false`, ""},
		{"reEncrypt, only the source hit", hits[1:2], "two:reEncrypt", `{"sourceKeyId":"one","ciphertext":"` + sealed +
			`"}`, nil,
			`"operation":"reEncrypt","key":"two","version":"v1","sourceKey":"one","sourceVersion":"v2","code":"OK","status":200,"cacheHit":false`, ""},
		{"reEncrypt, only the target hit", hits[2:3], "two:reEncrypt", `{"sourceKeyId":"one","ciphertext":"` + sealed +
			`"}`, nil,
			`"operation":"reEncrypt","key":"two","version":"v1","sourceKey":"one","sourceVersion":"v2","code":"OK","status":200,"cacheHit":false`, ""},
		{"reEncrypt, both hit", hits, "two:reEncrypt", `{"sourceKeyId":"one","ciphertext":"` + sealed + `"}`, nil,
			`"operation":"reEncrypt","key":"two","version":"v1","sourceKey":"one","sourceVersion":"v2","code":"OK","status":200,"cacheHit":true`, ""},

		{"a field is missing", nil, "one:encrypt", `{}`, nil,
			`"operation":"encrypt","key":"one","code":"INVALID_ARGUMENT","status":400`, ""},
		{"no JSON", nil, "one:encrypt", `junk`, nil,
			`"operation":"encrypt","key":"one","code":"INVALID_ARGUMENT","status":400`, ""},
		{"a key id that is none", nil, "o%20ne:encrypt", `{"plaintext":"eA=="}`, nil,
			`"operation":"encrypt","code":"INVALID_ARGUMENT","status":400`, ""},
		{"a version id that is none", nil, "one:encrypt", `{"versionId":"v 1","plaintext":"eA=="}`, nil,
			`"operation":"encrypt","key":"one","code":"INVALID_ARGUMENT","status":400`, ""},
		{"a source key id that is none", nil, "one:reEncrypt", `{"sourceKeyId":"\n","ciphertext":"eA=="}`, nil,
			`"operation":"reEncrypt","key":"one","code":"INVALID_ARGUMENT","status":400`, ""},
		{"two key ids", nil, "one:encrypt", `{"keyId":"two","plaintext":"eA=="}`, nil,
			`"operation":"encrypt","key":"one","code":"INVALID_ARGUMENT","status":400`, ""},
		{"no permission", nil, "forbidden:encrypt", `{"plaintext":"eA=="}`, nil,
			`"operation":"encrypt","key":"forbidden","code":"PERMISSION_DENIED","status":403`, ""},
		{"another key's ciphertext", nil, "one:decrypt", `{"ciphertext":"` + other + `"}`, nil,
			`"operation":"decrypt","key":"one","code":"INVALID_ARGUMENT","status":400`, ""},
		{"a wrong AAD", hits, "one:decrypt", `{"aadContext":"eA==","ciphertext":"` + sealed + `"}`, nil,
			`"operation":"decrypt","key":"one","version":"v2","code":"INVALID_ARGUMENT","status":400,"cacheHit":true`,
			""},
		{"no such key", nil, "none:encrypt", `{"plaintext":"eA=="}`, nil,
			`"operation":"encrypt","key":"none","code":"NOT_FOUND","status":404,"cacheHit":false`, ""},
		{"a version that is destroyed", nil, "one:encrypt", `{"versionId":"v9","plaintext":"eA=="}`, nil,
			`"operation":"encrypt","key":"one","version":"v9","code":"FAILED_PRECONDITION","status":400,"cacheHit":false`, ""},
		{"no store", nil, "away:encrypt", `{"plaintext":"eA=="}`, nil,
			`"operation":"encrypt","key":"away","code":"UNAVAILABLE","status":503,"cacheHit":false`,
			"operation failed"},
		{"no store for the target", nil, "away:reEncrypt", `{"sourceKeyId":"one","ciphertext":"` + sealed + `"}`, nil,
			`"operation":"reEncrypt","key":"away","sourceKey":"one","sourceVersion":"v2","code":"UNAVAILABLE","status":503,"cacheHit":false`, "operation failed"},
		{"a panic", nil, "panics:encrypt", `{"plaintext":"eA=="}`, nil,
			`"operation":"encrypt","key":"panics","code":"INTERNAL","status":500,"cacheHit":false`, "panic"},

		{"no such path", nil, "one:rotate", `{}`, nil, `"code":"NOT_FOUND","status":404`, ""},
		{"another method", nil, "one:encrypt", ``, func(r *rest.Request) { r.Method = "GET" },
			`"operation":"encrypt","key":"one","code":"UNIMPLEMENTED","status":405`, ""},
		{"too large", nil, "one:encrypt", ``, func(r *rest.Request) { r.TooLarge = true },
			`"operation":"encrypt","key":"one","code":"INVALID_ARGUMENT","status":413`, ""},
		{"too slow", nil, "one:encrypt", ``, func(r *rest.Request) { r.TooSlow = 15 * time.Second },
			`"operation":"encrypt","key":"one","code":"DEADLINE_EXCEEDED","status":408`, ""},
		{"no request", nil, "one:encrypt", ``, func(r *rest.Request) {
			r.Refusal = api.Errorf(api.InvalidArgument, "no request")
		}, `"code":"INVALID_ARGUMENT","status":400`, ""},
		{"nobody", nil, "one:encrypt", `{"plaintext":"eA=="}`, func(r *rest.Request) { r.Proof = identity.Proof{} },
			`"code":"UNAUTHENTICATED","status":401`, ""},
		{"nobody, with what is not a request", nil, "one:encrypt", ``, func(r *rest.Request) {
			r.Proof, r.Refusal = identity.Proof{}, api.Errorf(api.InvalidArgument, "no request")
		}, `"code":"UNAUTHENTICATED","status":401`, ""},
	} {
		for _, logged := range []requestlog.Lines{requestlog.All, requestlog.Failed, requestlog.None} {
			w.logging(logged, row.known...)
			r := rest.Request{Method: "POST", Path: rest.Prefix + row.action, RequestID: "r1", Proof: someone,
				Body: []byte(row.body)}
			if row.change != nil {
				row.change(&r)
			}
			out := w.serve(t, 0, r)
			caller := `,"caller":"ci-deployer"}`
			if r.Proof == (identity.Proof{}) {
				caller = "}"
			}
			var want []string
			if logged == requestlog.All || logged == requestlog.Failed && out.Status != 200 {
				want = []string{`{"level":"INFO","msg":"request",` + row.line + `,"requestId":"r1"` + caller}
			}
			if w.log.Len() == 0 {
				if want != nil || row.other != "" {
					t.Errorf("%s, %s: nothing is logged", row.name, logged)
				}
				continue
			}
			got, others := w.lines(t)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s, %s:\n got %s\nwant %s", row.name, logged, got, want)
			}
			if row.other == "" != (len(others) == 0) || row.other != "" &&
				!strings.Contains(others[0], `"level":"ERROR","msg":"`+row.other) {
				t.Errorf("%s, %s: other lines are %s, want %q", row.name, logged, others, row.other)
			}
		}
	}
}

// TestRequestLogOfOneOperation: what only one operation is served for says so
// as soon as it can.
func TestRequestLogOfOneOperation(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]string{
		"":                         `"operation":"decrypt","key":"one","code":"INVALID_ARGUMENT"`,
		"/kms/v1/keys/two:encrypt": `"operation":"encrypt","key":"two","code":"NOT_FOUND"`,
		"/kms/v1/keys/two:rotate":  `"msg":"request","code":"NOT_FOUND"`,
	} {
		w.logging(requestlog.All)
		w.serve(t, api.Decrypt, rest.Request{Path: path, Proof: someone, Body: []byte(`{"keyId":"one"}`)})
		if got, _ := w.lines(t); len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%q:\n got %s\nwant %s", path, got, want)
		}
	}
}

// TestRequestLogDocumented: docs/operations.md has every field of a line, in
// their order.
func TestRequestLogDocumented(t *testing.T) {
	w := newWorld(t)
	sealed := b64(string(w.mustEncrypt(t, "one", "", "x")))
	w.logging(requestlog.All)
	w.log.Reset()
	w.serve(t, 0, rest.Request{Path: rest.Prefix + "two:reEncrypt", Invocation: "i1",
		Proof: identity.Proof{Caller: "ci-deployer"},
		Body:  []byte(`{"sourceKeyId":"one","ciphertext":"` + sealed + `"}`)})
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(page), "<!-- fields: begin -->")
	list, _, _ = strings.Cut(list, "<!-- fields: end -->")
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^- (`[^:]*): ").FindAllStringSubmatch(list, -1) {
		for _, name := range strings.Split(row[1], ", ") {
			documented = append(documented, strings.Trim(name, "`"))
		}
	}
	var written []string
	for _, name := range regexp.MustCompile(`"([a-zA-Z_]+)":`).FindAllStringSubmatch(w.log.String(), -1) {
		written = append(written, name[1])
	}
	if !slices.Equal(documented, written) {
		t.Errorf("the document has the fields\n%q, and a line\n%q", documented, written)
	}
}

// TestRequestLogLevel: a log that is not written to is not written for.
func TestRequestLogLevel(t *testing.T) {
	w := newWorld(t)
	rules := w.rules(nil, requestlog.All)
	rules.Recorder = requestlog.New(slog.New(slog.NewJSONHandler(&w.log,
		&slog.HandlerOptions{Level: slog.LevelWarn})), requestlog.All)
	w.API = rest.New(identify, rules, rest.Crypto(kms.New(w.ring, rules)))
	w.post(t, "one:encrypt", `{}`)
	if w.log.Len() > 0 {
		t.Errorf("logged %s", w.log.String())
	}
}

// TestRequestLogHasNoSecret: nothing of a request but ids is in the log, and
// not what stands in the place of an id either; a caller's name is bounded.
func TestRequestLogHasNoSecret(t *testing.T) {
	const marker = "TOPSECRET"
	w := newWorld(t)
	w.logging(requestlog.All)
	w.ring.errs[ask{"away", ""}] = errors.New("no sentinel")
	text, junk := b64(marker), marker+" in the wrong place"
	sealed := b64(string(w.mustEncrypt(t, "one", marker, marker)))
	w.log.Reset()
	for _, r := range []rest.Request{
		{Path: rest.Prefix + "one:encrypt", Body: []byte(`{"plaintext":"` + text + `","aadContext":"` + text + `"}`)},
		{Path: rest.Prefix + "away:encrypt", Body: []byte(`{"plaintext":"` + text + `","aadContext":"` + text + `"}`)},
		{Path: rest.Prefix + "one:decrypt", Body: []byte(`{"ciphertext":"` + sealed + `","aadContext":"` + text +
			`"}`)},
		{Path: rest.Prefix + "one:decrypt", Body: []byte(`{"ciphertext":"` + text + `"}`)},
		{Path: rest.Prefix + "two:reEncrypt", Body: []byte(`{"sourceKeyId":"one","ciphertext":"` + sealed +
			`","sourceAadContext":"` + text + `"}`)},
		{Path: rest.Prefix + "two:reEncrypt", Body: []byte(`{"sourceKeyId":"` + junk + `","ciphertext":"` + sealed +
			`"}`)},
		{Path: rest.Prefix + "one:encrypt", Body: []byte(`{"versionId":"` + junk + `","plaintext":"` + text + `"}`)},
		{Path: rest.Prefix + "one:encrypt", Body: []byte(`{"` + junk + `":"` + junk + `"`)},
		{Path: rest.Prefix + strings.ReplaceAll(junk, " ", "%20") + ":encrypt",
			Body: []byte(`{"plaintext":"` + text + `"}`)},
		{Path: rest.Prefix + "one:" + junk}, {Path: "/" + junk},
		{Path: rest.Prefix + "one:encrypt", Query: map[string][]string{"keyId": {junk}}},
		{Path: rest.Prefix + "one:encrypt", Method: junk}, {Path: rest.Prefix + "one:encrypt", RequestID: junk},
		{Path: rest.Prefix + "one:encrypt", Refusal: api.Errorf(api.InvalidArgument, "%s", junk)},
		{Path: rest.Prefix + "one:generateDataKey", Body: []byte(`{"dataKeySpec":"` + junk + `"}`)},
	} {
		r.Proof = identity.Proof{Caller: strings.Repeat("x", 300)}
		answer := w.Serve(context.Background(), 0, &r)
		log := w.log.Bytes()
		if bytes.Count(log, []byte(`"msg":"request"`)) != 1 {
			t.Errorf("%s: the log is %s", r.Path, log)
		}
		for _, secret := range []string{marker, text, sealed, string(answer.Body), strings.Repeat("x", 257)} {
			if bytes.Contains(log, []byte(secret)) {
				t.Errorf("%s: the log has %.40s: %s", r.Path, secret, log)
			}
		}
		w.log.Reset()
	}
}
