package resttest

import (
	"fmt"
	"regexp"
	"strings"
)

// rules hold for every answer of the API.
var rules = []struct {
	name  string
	fault func(*suite, answer) string // empty if there is none
}{
	{"Content-Type", contentType},
	{"X-Request-Id", requestID},
	{"request id of an error", requestIDOfError},
	{"bytes of a success", bytesOfSuccess},
	{"bytes of an error", bytesOfError},
	{"status of a code", statusOfCode},
	{"no secret in an error", noSecret},
}

func contentType(_ *suite, a answer) string {
	if got := a.header.Values("Content-Type"); len(got) != 1 || got[0] != "application/json" {
		return fmt.Sprintf("Content-Type is %q, want application/json", got)
	}
	return ""
}

// sane is a request id that may be repeated.
var sane = regexp.MustCompile(`^[A-Za-z0-9._:/+=@-]{1,128}$`)

func requestID(_ *suite, a answer) string {
	if got := a.header.Values("X-Request-Id"); len(got) != 1 || !sane.MatchString(got[0]) {
		return fmt.Sprintf("X-Request-Id is %q, want one of 1 to 128 characters", got)
	}
	return ""
}

func requestIDOfError(s *suite, a answer) string {
	if id := a.header.Get("X-Request-Id"); a.status != 200 && !s.OwnRequestIDs &&
		!strings.Contains(a.body, `"requestId":"`+id+`"`) {
		return fmt.Sprintf("the details lack the request id of the header, %q", id)
	}
	return ""
}

// Patterns of answers: the order of fields and the spelling of bytes.
const (
	anID    = `"[A-Za-z0-9._-]{1,50}"`
	aBase64 = `"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)"`
	aText   = `"(?:[^"\\]|\\.)+"`
	aTime   = `"2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:\.[0-9]+)?Z"`
	aKey    = `"id":` + anID + `(?:,"folderId":` + anID + `)?(?:,"createdAt":` + aTime + `)?(?:,"name":` + aText +
		`)?,"status":"[A-Z]+"(?:,"primaryVersion":\{"id":` + anID + `,"keyId":` + anID +
		`,"status":"ACTIVE","algorithm":"AES_[A-Z0-9_]+"(?:,"createdAt":` + aTime +
		`)?,"primary":true\})?(?:,"defaultAlgorithm":"AES_[A-Z0-9_]+")?(?:,"rotatedAt":` + aTime + `)?`
)

var successes = map[string]*regexp.Regexp{
	"encrypt": object(`"keyId":` + anID + `,"versionId":` + anID + `,"ciphertext":` + aBase64),
	"decrypt": object(`"keyId":` + anID + `,"versionId":` + anID + `,"plaintext":` + aBase64),
	"reEncrypt": object(`"keyId":` + anID + `,"versionId":` + anID + `,"sourceKeyId":` + anID +
		`,"sourceVersionId":` + anID + `,"ciphertext":` + aBase64),
	"generateDataKey": object(`"keyId":` + anID + `,"versionId":` + anID + `(?:,"dataKeyPlaintext":` + aBase64 +
		`)?,"dataKeyCiphertext":` + aBase64),
}

var (
	shown = object(aKey)
	page  = object(`(?:"keys":\[\{` + aKey + `\}(?:,\{` + aKey + `\})*\])?(?:,"nextPageToken":` + aText + `)?`)
)

var failure = object(`"code":[0-9]+,"message":` + aText +
	`,"details":\[\{"@type":"type\.googleapis\.com/google\.rpc\.RequestInfo","requestId":` + aText + `\}\]`)

// object may be followed by a line break, for those who read it in a terminal.
func object(members string) *regexp.Regexp { return regexp.MustCompile(`^\{` + members + `\}\n?$`) }

func bytesOfSuccess(_ *suite, a answer) string {
	path, _, _ := strings.Cut(a.request, "?")
	form := successes[path[strings.LastIndexByte(path, ':')+1:]]
	switch {
	case path == "GET "+collection:
		form = page
	case strings.HasPrefix(path, "GET "):
		form = shown
	}
	if a.status == 200 &&
		(form == nil || !form.MatchString(a.body)) {
		return "want the fields of docs/api.md in their order, bytes in padded standard base64: " + show(a.body)
	}
	return ""
}

func bytesOfError(_ *suite, a answer) string {
	if a.status != 200 && !failure.MatchString(a.body) {
		return "want code, message and details with a RequestInfo: " + show(a.body)
	}
	return ""
}

// statuses of the codes, as in docs/api.md.
var statuses = map[int][]int{
	3: {400, 413, 415}, 4: {504}, 5: {404}, 7: {403}, 8: {429}, 9: {400}, 12: {405}, 13: {500}, 14: {503}, 16: {401},
}

func statusOfCode(_ *suite, a answer) string {
	for _, status := range statuses[a.code()] {
		if a.status == status {
			return ""
		}
	}
	if a.status == 200 && a.code() == 0 {
		return ""
	}
	return fmt.Sprintf("the status is %d with the code %d", a.status, a.code())
}

func noSecret(_ *suite, a answer) string {
	if a.status == 200 {
		return ""
	}
	for _, form := range []string{secret, b64(secret)} {
		if strings.Contains(a.body, form) {
			return "it repeats what was to be encrypted, or its AAD"
		}
	}
	return ""
}
