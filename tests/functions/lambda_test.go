package functions_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rekey/deploy/local/platform"
	"rekey/shared/api"
)

// TestLambda gives each function every recorded event in a variant for every
// operation, by the Runtime API. An unset REKEY_AUTH lets nobody in.
func TestLambda(t *testing.T) {
	t.Parallel()
	r := mustRing(t)
	all := invocations(t, r)
	for name, only := range operations {
		for auth, level := range map[string]string{"": "ERROR", "platform": "", "none": "WARN"} {
			env := []string{r.setting()}
			if auth != "" {
				env = append(env, "REKEY_AUTH="+auth)
			}
			l := mustInit(t, name, env...)
			var answers []answer
			for _, i := range all {
				i.name = fmt.Sprintf("%s, %q: %s", name, auth, i.name)
				a := l.call(t, i.payload)
				if auth == "" {
					a.wantNobody(t, i.name)
				} else {
					a.want(t, r, only, i)
				}
				answers = append(answers, a)
			}
			l.end()
			wantLog(t, name+", "+auth, l.log.Bytes(), level, answers)
		}
	}
}

// malformed are payloads that no gateway sends, and that anybody may who may
// invoke the function.
func malformed() map[string]string {
	const near = 6<<20 - 64<<10 // bytes: AWS Lambda takes no payload of more than 6 MB
	path := `"httpMethod":"POST","path":"/kms/v1/keys/` + first + `:encrypt","requestContext":{}`
	return map[string]string{
		"no JSON": "junk", "empty": "", "white space": " \n", "null": "null", "a number": "7", "a string": `"x"`,
		"an array":  "[]",
		"cut short": `{"keyId":"`, "a second document": `{} {}`, "no UTF-8": "{\"keyId\":\"\xff\"}",
		"a zero byte": "\x00", "a mark": "\xef\xbb\xbf{}",
		"a large plaintext": `{"keyId":"` + first + `","plaintext":"` + strings.Repeat("QUFB", near/4) + `"}`,
		"a large body":      `{` + path + `,"body":"` + strings.Repeat("x", near) + `"}`,
		"a large body in base64": `{` + path + `,"isBase64Encoded":true,"body":"` + strings.Repeat("eyJ4", near/4) +
			`"}`,
		"deep":           strings.Repeat("[", near),
		"deep, objects":  strings.Repeat(`{"a":`, near/5),
		"many members":   `{"a":[` + strings.Repeat("0,", near/2) + `0]}`,
		"a large number": strings.Repeat("1", near),
	}
}

// TestLambdaMalformed: each is answered, none ends the process, and the next
// event is served.
func TestLambdaMalformed(t *testing.T) {
	t.Parallel()
	r := mustRing(t)
	good := variant(t, r, "aws-http-v2-encrypt.json", api.Encrypt)
	l := mustInit(t, "encrypt", r.setting(), "REKEY_AUTH=platform")
	for name, payload := range malformed() {
		a := l.call(t, payload)
		a.wantError(t, name, 413, api.InvalidArgument, "") // without HTTP's envelope there is no status
		if large := strings.Contains(name, "large body"); a.http != large || len(a.raw) > 1<<10 {
			t.Errorf("%s: the answer is %.1000s", name, a.raw)
		}
		l.call(t, good.payload).want(t, r, api.Encrypt, good)
	}
}

// TestLambdaDeadline: an invocation whose time is over is answered so, and one
// with little time left is served in it.
func TestLambdaDeadline(t *testing.T) {
	t.Parallel()
	r := mustRing(t)
	good := variant(t, r, "aws-http-v2-encrypt.json", api.Encrypt)
	env := []string{r.setting(), "REKEY_AUTH=platform"}
	with := func(left time.Duration) answer {
		return mustStart(t, mustBuild(t, "encrypt"), platform.Config{Env: env, Deadline: left}).call(t, good.payload)
	}
	for _, left := range []time.Duration{-time.Hour, -time.Millisecond, time.Nanosecond, 100 * time.Millisecond,
		499 * time.Millisecond} {
		a := with(left)
		a.wantError(t, fmt.Sprint(left, " left"), 504, api.DeadlineExceeded, "")
		a.wantShape(t, good)
	}
	for _, left := range []time.Duration{2 * time.Second, 15 * time.Minute} {
		with(left).want(t, r, api.Encrypt, good)
	}
}

// TestLambdaRecovers: an instance that could not open the keyring serves as
// soon as it can.
func TestLambdaRecovers(t *testing.T) {
	t.Parallel()
	r := mustRing(t)
	i := variant(t, r, "aws-rest-v1-encrypt.json", api.Encrypt)
	l := mustInit(t, "encrypt", r.setting(), "REKEY_AUTH=platform")
	away := mustHide(t, r)
	l.call(t, i.payload).wantError(t, "without a keyring", 500, api.Internal, "internal error")
	away()
	l.call(t, i.payload).want(t, r, api.Encrypt, i)
}
