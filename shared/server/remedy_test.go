package server_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRemedies: what a real shell and a real curl make of a request is told by
// name, and the remedy that is told with it works.
func TestRemedies(t *testing.T) {
	for _, tool := range []string{"bash", "curl", "base64", "gzip", "iconv"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIP-NEEDS: %s, to send requests as people do", tool)
		}
	}
	f, dir := mustServe(t, new(ring)), t.TempDir()
	for name, row := range map[string]struct{ wrong, says, right string }{
		"wrapped base64": {
			`curl -s $URL --data-binary "{\"plaintext\":\"$(head -c 100 /dev/zero | base64 -w 76)\"}"`,
			"the body has a line break within a string",
			`curl -s $URL -d "{\"plaintext\":\"$(head -c 100 /dev/zero | base64 -w0)\"}"`},
		"quotes taken": {
			`curl -s $URL -d {"plaintext":"aGVsbG8="}`, "the body has no quotes: a shell removed them",
			`curl -s $URL -d '{"plaintext":"aGVsbG8="}'`},
		"braces taken": {
			`curl -s $URL -d plaintext:aGVsbG8=`, "the body has neither braces nor quotes",
			`curl -s $URL -d '{"plaintext":"aGVsbG8="}'`},
		"a form": {
			`curl -s $URL -d plaintext=aGVsbG8=`, "the body is form data, as curl's -d name=value sends it",
			`curl -s $URL -d '{"plaintext":"aGVsbG8="}'`},
		"multipart": {
			`curl -s $URL -F plaintext=aGVsbG8=`, "the body is multipart form data, as curl's -F sends it",
			`curl -s $URL -d '{"plaintext":"aGVsbG8="}'`},
		"percent-encoding": {
			`curl -s $URL --data-urlencode '{"plaintext":"aGVsbG8="}'`, "the body is JSON in percent-encoding",
			`curl -s $URL -d '{"plaintext":"aGVsbG8="}'`},
		"a file's name": {
			`echo '{"plaintext":"aGVsbG8="}' >body.json; curl -s $URL -d body.json`,
			"the body is the name of a file: curl's -d @FILE sends what is in it",
			`curl -s $URL -d @body.json`},
		"gzip, said": {
			`echo '{"plaintext":"aGVsbG8="}' | gzip | curl -s $URL -H 'Content-Encoding: gzip' --data-binary @-`,
			`the body has the Content-Encoding \"gzip\"`,
			`echo '{"plaintext":"aGVsbG8="}' | curl -s $URL -d @-`},
		"gzip": {
			`echo '{"plaintext":"aGVsbG8="}' | gzip | curl -s $URL --data-binary @-`,
			"the body is compressed (gzip): send the JSON itself",
			`echo '{"plaintext":"aGVsbG8="}' | curl -s $URL -d @-`},
		"UTF-16": {
			`echo '{"plaintext":"aGVsbG8="}' | iconv -t UTF-16 | curl -s $URL --data-binary @-`,
			"the body is UTF-16 text",
			`printf '\xef\xbb\xbf{"plaintext":"aGVsbG8="}' | curl -s $URL -H 'Content-Type:text/csv' --data-binary @-`},
		"base64 of JSON": {
			`echo '{"plaintext":"aGVsbG8="}' | base64 | curl -s $URL --data-binary @-`, "the body is base64 of JSON",
			`echo '{"plaintext":"aGVsbG8="}' | curl -s $URL -d @-`},
	} {
		run := func(line string) string {
			c := exec.Command("bash", "-c", strings.ReplaceAll(line, "$URL", f.url+path))
			c.Dir = filepath.Clean(dir)
			out, _ := c.CombinedOutput() // a status would be in what it says
			return string(out)
		}
		if got := run(row.wrong); !strings.Contains(got, row.says) {
			t.Errorf("%s: got %s, want %s", name, got, row.says)
		}
		if got := run(row.right); !strings.Contains(got, `"ciphertext":"`) {
			t.Errorf("%s: the remedy got %s", name, got)
		}
	}
}
