package functions_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"rekey/shared/api"
)

// logLine is a line of a function's log, as a platform reads it.
type logLine struct {
	Level, Msg                                        string
	Operation, Key, Version, SourceKey, SourceVersion string
	Code                                              string
	Status                                            int
	DurationMs                                        *float64
	CacheHit                                          *bool
	RequestID, Caller                                 string
}

// readLog takes the lines of requests from a log, in order, and the others.
func readLog(t *testing.T, log []byte) (requests, others []logLine) {
	t.Helper()
	for d := json.NewDecoder(bytes.NewReader(log)); d.More(); {
		var line logLine
		if err := d.Decode(&line); err != nil {
			t.Fatalf("the log is not JSON: %v: %s", err, log)
		}
		if line.Msg == "request" {
			requests = append(requests, line)
		} else {
			others = append(others, line)
		}
	}
	if n := bytes.Count(log, []byte("\n")); n != len(requests)+len(others) {
		t.Errorf("the log is not one object a line: %s", log)
	}
	return requests, others
}

// wantLog checks that the log has a line for each answer, in order, and
// besides one line of a level, or nothing.
func wantLog(t *testing.T, name string, log []byte, level string, answers []answer) {
	t.Helper()
	requests, others := readLog(t, log)
	if level == "" && len(others) > 0 || level != "" && (len(others) != 1 || others[0].Level != level ||
		others[0].Msg == "") {
		t.Errorf("%s: beside requests the log has %+v, want one line of level %q", name, others, level)
	}
	if len(requests) != len(answers) {
		t.Errorf("%s: the log has %d requests, want %d", name, len(requests), len(answers))
		return
	}
	for n, a := range answers {
		requests[n].want(t, fmt.Sprint(name, ", ", n), a)
	}
}

// want checks that a line is that of an answer.
func (l logLine) want(t *testing.T, name string, a answer) {
	t.Helper()
	ok := a.code() == api.OK
	if l.Level != "INFO" || l.Code != a.code().String() || l.DurationMs == nil || l.RequestID == "" {
		t.Errorf("%s: the line %+v is not that of the answer %s", name, l, a.raw)
	}
	if a.http && (l.Status != a.status || l.RequestID != a.headers["X-Request-Id"]) {
		t.Errorf("%s: the line %+v is not that of status %d, request %s", name, l, a.status, a.headers["X-Request-Id"])
	}
	if ok && (l.Key != a.text("keyId") || l.Version != a.text("versionId") || l.SourceKey != a.text("sourceKeyId") ||
		l.SourceVersion != a.text("sourceVersionId") || l.CacheHit == nil) {
		t.Errorf("%s: the line %+v is not that of the answer %s", name, l, a.raw)
	}
}

// TestRequestLogCache: the first use of a version asks the store, and the
// second does not.
func TestRequestLogCache(t *testing.T) {
	t.Parallel()
	_, id, versions, env := mustLockbox(t)
	l := mustInit(t, "encrypt", env...)
	for range 2 {
		l.call(t, fmt.Sprintf(`{"keyId":%q,"plaintext":"aGVsbG8="}`, id))
	}
	l.end()
	requests, others := readLog(t, l.log.Bytes())
	if len(requests) != 2 || len(others) > 0 {
		t.Fatalf("the log is %s", l.log)
	}
	for n, line := range requests {
		if line.Key != id || line.Version != versions[0] || line.CacheHit == nil || *line.CacheHit != (n > 0) {
			t.Errorf("request %d: the line is %+v", n, line)
		}
	}
}

// TestRequestLogSetting: which requests have a line is what the environment
// says, in the cloud and in a local invocation.
func TestRequestLogSetting(t *testing.T) {
	t.Parallel()
	r := mustRing(t)
	for setting, want := range map[string][]string{
		"all": {"OK", "INVALID_ARGUMENT"}, "failed": {"INVALID_ARGUMENT"}, "none": nil,
	} {
		l := mustInit(t, "encrypt", r.setting(), "REKEY_AUTH=platform", "REKEY_LOG_REQUESTS="+setting)
		l.call(t, fmt.Sprintf(`{"keyId":%q,"plaintext":"aGVsbG8="}`, first))
		l.call(t, fmt.Sprintf(`{"keyId":%q}`, first))
		l.end()
		requests, _ := readLog(t, l.log.Bytes())
		var got []string
		for _, line := range requests {
			got = append(got, line.Code)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: logged %q, want %q", setting, got, want)
		}
	}
	local := run(t, "encrypt", fmt.Sprintf(`{"keyId":%q,"plaintext":"aGVsbG8="}`, first), r.setting(),
		"REKEY_AUTH=platform", "REKEY_LOG_REQUESTS=all")
	if want := "level=INFO msg=request operation=encrypt key=" + first; !strings.HasPrefix(local.stderr, want) ||
		local.text("keyId") != first {
		t.Errorf("a local invocation logs %q, want %q", local.stderr, want)
	}
}

// TestRequestLogHasNoSecret: what is said in confidence, and what stands where
// an id should, is in no output of a function but its answer.
func TestRequestLogHasNoSecret(t *testing.T) {
	t.Parallel()
	const marker = "TOPSECRET-hunter2"
	text, junk := b64(marker), marker+" in the wrong place"
	r := mustRing(t)
	sealed := r.seal(t, first, marker, marker)
	at := func(action, body, query string) string {
		return mustJSON(t, map[string]any{"httpMethod": "POST", "path": "/kms/v1/keys/" + action, "body": body,
			"queryStringParameters": map[string]any{"keyId": query},
			"headers":               map[string]any{"Authorization": "Bearer " + marker, "X-Yc-Iam-Token": marker},
			"requestContext":        map[string]any{}})
	}
	payloads := []string{
		at(first+":encrypt", `{"plaintext":"`+text+`","aadContext":"`+text+`"}`, first),
		at(first+":decrypt", `{"ciphertext":"`+sealed+`","aadContext":"`+text+`"}`, first),
		at(second+":decrypt", `{"ciphertext":"`+sealed+`","aadContext":"`+text+`"}`, second),
		at(second+":reEncrypt", `{"sourceKeyId":"`+first+`","ciphertext":"`+sealed+`","sourceAadContext":"`+text+`"}`,
			second),
		at(first+":encrypt", `{"plaintext":"`+text+`"}`, junk), at(junk+":encrypt", `{}`, junk),
		at(first+":"+junk, junk, first),
		at(first+":encrypt", `{"versionId":"`+junk+`","plaintext":"`+text+`"}`, first),
		at(first+":reEncrypt", `{"sourceKeyId":"`+junk+`"}`, first),
		at(first+":generateDataKey", `{"dataKeySpec":"`+junk+`"}`, first), `{"keyId":"` + junk + `"}`, `{"` + junk +
			`":1}`, junk,
	}
	l := mustInit(t, "all", r.setting(), "REKEY_AUTH=platform")
	var answers []answer
	for _, payload := range payloads {
		answers = append(answers, l.call(t, payload))
	}
	dataKey := l.call(t, at(first+":generateDataKey", `{"dataKeySpec":"AES_256"}`, first))
	l.end()
	wantLog(t, "all", l.log.Bytes(), "", append(answers, dataKey))
	for _, secret := range []string{marker, text, sealed, dataKey.text("dataKeyPlaintext")} {
		if secret == "" || strings.Contains(l.log.String(), secret) {
			t.Error("the log has a secret, or there was none to look for")
		}
	}
}
