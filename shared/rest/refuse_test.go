package rest_test

import (
	"strings"
	"testing"

	"rekey/shared/api"
)

const specs = "AES_128, AES_192, AES_256 or AES_256_HSM"

// TestSpellingRefused: one row each of docs/api.md; the message names the
// field, and nothing is asked of the store.
func TestSpellingRefused(t *testing.T) {
	w := newWorld(t)
	for _, row := range []struct{ action, body, message string }{
		// Unknown fields, those of other operations too.
		{"one:encrypt", `{"plaintext":"eA==","extra":1}`, `"extra": unknown field: ...`},
		{"one:encrypt", `{"plaintext":"eA==","extra":null}`, `"extra": unknown field: ...`},
		{"one:encrypt", `{"plaintext":"eA==","":""}`, `"": unknown field: ...`},
		{"one:encrypt", `{"plaintext":"eA==","ciphertext":"eA=="}`, `"ciphertext": unknown field: ...`},
		{"one:encrypt", `{"plaintext":"eA==","a\"\n\u00e9":""}`, `"a\"\n\u00e9": unknown field: ...`},
		{"one:encrypt", `{"plaintext":"eA==","` + strings.Repeat("x", 200) + `":""}`, `"` + strings.Repeat("x", 40) +
			`"...: unknown field: ...`},
		{"one:reEncrypt", `{"sourceKeyId":"one","ciphertext":"eA==","sourceVersionId":"v1"}`,
			`"sourceVersionId": unknown field: ...`},
		{"one:decrypt", `{"ciphertext":"eA==","plaintext":"eA=="}`, `"plaintext": unknown field: ...`},
		{"one:encrypt", `{"plaintext":"eA==","sourceKeyId":"one"}`, `"sourceKeyId": unknown field: ...`},
		{"one:generateDataKey", `{"dataKeySpec":1,"plaintext":"eA=="}`, `"plaintext": unknown field: ...`},
		// Twice, in one spelling or two, equal or absent.
		{"one:encrypt", `{"plaintext":"eA==","plaintext":"eA=="}`, "plaintext: duplicate field"},
		{"one:encrypt", `{"plaintext":"eA==","plain\u0074ext":"eA=="}`, "plaintext: duplicate field"},
		{"one:encrypt", `{"aadContext":"eA==","plaintext":"eA==","aad_context":"eA=="}`, "aadContext: duplicate field"},
		{"one:encrypt", `{"aad_context":null,"plaintext":"eA==","aadContext":null}`, "aadContext: duplicate field"},
		{"one:encrypt", `{"keyId":"one","key_id":"one","plaintext":"eA=="}`, "keyId: duplicate field"},
		{"one:encrypt", `{"versionId":"v1","version_id":"","plaintext":"eA=="}`, "versionId: duplicate field"},
		{"one:reEncrypt", `{"sourceKeyId":"one","source_key_id":"one","ciphertext":"eA=="}`,
			"sourceKeyId: duplicate field"},
		{"one:reEncrypt", `{"sourceKeyId":"one","source_aad_context":"","sourceAadContext":"","ciphertext":"eA=="}`,
			"sourceAadContext: duplicate field"},
		{"one:generateDataKey", `{"dataKeySpec":1,"data_key_spec":1}`, "dataKeySpec: duplicate field"},
		{"one:generateDataKey", `{"dataKeySpec":1,"skipPlaintext":true,"skip_plaintext":true}`,
			"skipPlaintext: duplicate field"},
		// Names in another case.
		{"one:encrypt", `{"Plaintext":"eA=="}`, `"Plaintext": unknown field: ...`},
		{"one:encrypt", `{"PLAINTEXT":"eA=="}`, `"PLAINTEXT": unknown field: ...`},
		{"one:encrypt", `{"aadcontext":"","plaintext":"eA=="}`, `"aadcontext": unknown field: ...`},
		{"one:encrypt", `{"aad_Context":"","plaintext":"eA=="}`, `"aad_Context": unknown field: ...`},
		{"one:encrypt", `{"aad-context":"","plaintext":"eA=="}`, `"aad-context": unknown field: ...`},
		{"one:encrypt", `{"KeyId":"one","plaintext":"eA=="}`, `"KeyId": unknown field: ...`},
		{"one:encrypt", `{"keyID":"one","plaintext":"eA=="}`, `"keyID": unknown field: ...`},
		{"one:generateDataKey", `{"datakeyspec":1}`, `"datakeyspec": unknown field: ...`},
		// Wrong types.
		{"one:encrypt", `{"plaintext":1}`, "plaintext: is a number, want a string"},
		{"one:encrypt", `{"plaintext":true}`, "plaintext: is a boolean, want a string"},
		{"one:encrypt", `{"plaintext":["eA=="]}`, "plaintext: is an array, want a string"},
		{"one:encrypt", `{"plaintext":{"a":1,"a":2}}`, "plaintext: is an object, want a string"},
		{"one:encrypt", `{"keyId":1,"plaintext":"eA=="}`, "keyId: is a number, want a string"},
		{"one:encrypt", `{"versionId":false,"plaintext":"eA=="}`, "versionId: is a boolean, want a string"},
		{"one:encrypt", `{"aadContext":[],"plaintext":"eA=="}`, "aadContext: is an array, want a string"},
		{"one:decrypt", `{"ciphertext":{}}`, "ciphertext: is an object, want a string"},
		{"one:reEncrypt", `{"sourceKeyId":{},"ciphertext":"eA=="}`, "sourceKeyId: is an object, want a string"},
		{"one:reEncrypt", `{"sourceKeyId":"one","sourceAadContext":0,"ciphertext":"eA=="}`,
			"sourceAadContext: is a number, want a string"},
		{"one:generateDataKey", `{"dataKeySpec":1,"skipPlaintext":"true"}`,
			"skipPlaintext: is a string, want true or false"},
		{"one:generateDataKey", `{"dataKeySpec":1,"skipPlaintext":1}`,
			"skipPlaintext: is a number, want true or false"},
		{"one:generateDataKey", `{"dataKeySpec":true}`, "dataKeySpec: is unknown: want " + specs},
		{"one:generateDataKey", `{"dataKeySpec":[1]}`, "dataKeySpec: is unknown: want " + specs},
		// Specifications that are none.
		{"one:generateDataKey", `{}`, "dataKeySpec: is required: " + specs},
		{"one:generateDataKey", `{"dataKeySpec":0}`, "dataKeySpec: is required: " + specs},
		{"one:generateDataKey", `{"dataKeySpec":null}`, "dataKeySpec: is required: " + specs},
		{"one:generateDataKey", `{"dataKeySpec":""}`, "dataKeySpec: is required: " + specs},
		{"one:generateDataKey", `{"dataKeySpec":"SYMMETRIC_ALGORITHM_UNSPECIFIED"}`, "dataKeySpec: is unknown: want " +
			specs},
		{"one:generateDataKey", `{"dataKeySpec":"aes_256"}`, "dataKeySpec: is unknown: want " + specs},
		{"one:generateDataKey", `{"dataKeySpec":"AES256"}`, "dataKeySpec: is unknown: want " + specs},
		{"one:generateDataKey", `{"dataKeySpec":" AES_256"}`, "dataKeySpec: is unknown: want " + specs},
		{"one:generateDataKey", `{"dataKeySpec":"3"}`, "dataKeySpec: is unknown: want " + specs},
		{"one:generateDataKey", `{"dataKeySpec":5}`, "dataKeySpec: is unknown: want " + specs},
		{"one:generateDataKey", `{"dataKeySpec":-1}`, "dataKeySpec: is unknown: want " + specs},
		{"one:generateDataKey", `{"dataKeySpec":1.5}`, "dataKeySpec: is unknown: want " + specs},
		{"one:generateDataKey", `{"dataKeySpec":257}`, "dataKeySpec: is unknown: want " + specs},
		{"one:generateDataKey", `{"dataKeySpec":4294967297}`, "dataKeySpec: is unknown: want " + specs},
		{"one:generateDataKey", `{"dataKeySpec":1e99}`, "dataKeySpec: is unknown: want " + specs},
		// What is missing.
		{"one:encrypt", `{}`, "plaintext: is required"},
		{"one:encrypt", `{"plaintext":null}`, "plaintext: is required"},
		{"one:encrypt", `{"plaintext":""}`, "plaintext: is required"},
		{"one:encrypt", `{"plaintext":"\n"}`, "plaintext: is required"},
		{"one:decrypt", `{"aadContext":"eA=="}`, "ciphertext: is required"},
		{"one:decrypt", `{"ciphertext":""}`, "ciphertext: is required"},
		{"one:reEncrypt", `{"sourceKeyId":"one"}`, "ciphertext: is required"},
		{"one:reEncrypt", `{"ciphertext":"eA=="}`, "sourceKeyId: is required"},
		{"one:reEncrypt", `{"sourceKeyId":null,"ciphertext":"eA=="}`, "sourceKeyId: is required"},
	} {
		w.post(t, row.action, row.body).wantError(t, row.action+" "+row.body, 400, api.InvalidArgument, row.message)
		w.wantUnasked(t, row.body)
	}
}

// TestBase64Refused: bytes have one meaning (RFC 4648, 3.5), in every field.
func TestBase64Refused(t *testing.T) {
	w := newWorld(t)
	for name, text := range map[string]string{
		"unused bits, padded":          "eB==",
		"unused bits, unpadded":        "eB",
		"unused bits, two characters":  "eHl=",
		"unused bits, URL-safe":        "-_9=",
		"unused bits, URL-safe, bare":  "-_9",
		"mixed alphabets":              "+-+-",
		"mixed alphabets, padded":      "_/8=",
		"a space":                      "eA ==",
		"a tab":                        `eA\t==`,
		"a character of no alphabet":   "e!==",
		"one character too many":       "eHl6e",
		"a single character":           "e",
		"padding missing in part":      "eA=",
		"too much padding":             "eHl6=",
		"too much padding, twice":      "eA====",
		"padding alone":                "==",
		"something after the padding":  "eA==eA==",
		"a data URL":                   "data:;base64,eA==",
		"a letter of another alphabet": "éA==",
		"a NUL":                        `eA\u0000==`,
	} {
		for action, body := range map[string]string{
			"one:encrypt":         `{"plaintext":"%"}`,
			"one:decrypt":         `{"ciphertext":"%"}`,
			"two:encrypt":         `{"plaintext":"eA==","aadContext":"%"}`,
			"two:reEncrypt":       `{"sourceKeyId":"one","ciphertext":"eA==","sourceAadContext":"%"}`,
			"one:generateDataKey": `{"dataKeySpec":1,"aad_context":"%"}`,
		} {
			field := body[strings.LastIndex(body[:strings.Index(body, `":"%`)], `"`)+1 : strings.Index(body, `":"%`)]
			field = strings.Replace(field, "aad_c", "aadC", 1)
			w.post(t, action, strings.Replace(body, "%", text, 1)).
				wantError(t, name+", "+action, 400, api.InvalidArgument, field+": is not valid base64...")
			w.wantUnasked(t, name)
		}
	}
}

// TestBodyRefused: what is not one JSON object.
func TestBodyRefused(t *testing.T) {
	w := newWorld(t)
	const good = `{"plaintext":"eA=="}`
	for name, row := range map[string][2]string{
		"nothing":          {"", "the body is empty, want a JSON object"},
		"white space":      {" \r\n", "the body is empty, want a JSON object"},
		"null":             {"null", "the body is null, want a JSON object"},
		"an array":         {"[" + good + "]", "the body is an array, want a JSON object"},
		"a string":         {`"eA=="`, "the body is a string, want a JSON object"},
		"a number":         {"1", "the body is a number, want a JSON object"},
		"a boolean":        {"true", "the body is a boolean, want a JSON object"},
		"a second object":  {good + good, "the body has a second JSON object..."},
		"a second null":    {good + "\nnull", "the body has something after the JSON object..."},
		"junk after it":    {good + "}", "the body has a } too many after..."},
		"a NUL after it":   {good + "\x00", "the body has NULs after..."},
		"cut short":        {good[:len(good)-1], "the body is cut short: the JSON ends too early, ..."},
		"cut in a string":  {good[:12], "the body is cut short: the JSON ends too early, ..."},
		"a brace":          {"{", "the body is cut short: ..."},
		"a trailing comma": {`{"plaintext":"eA==",}`, "the body has a comma before its }..."},
		"a leading comma":  {`{,"plaintext":"eA=="}`, "the body has a comma where a name..."},
		"no comma":         {`{"plaintext":"eA==" "keyId":"one"}`, "the body lacks a comma..."},
		"no colon":         {`{"plaintext" "eA=="}`, "the body lacks a comma or a colon..."},
		"a name alone": {`{"plaintext"}`, "the body has a bracket that closes something else, or a name " +
			"without a value..."},
		"a name that is none":  {`{1:2}`, "the body has a number where a name..."},
		"single quotes":        {`{'plaintext':'eA=='}`, "the body has single quotes..."},
		"no quotes":            {`{plaintext:"eA=="}`, "the body has a name without quotes..."},
		"a comment":            {`{"plaintext":"eA=="/**/}`, "the body has a comment..."},
		"NaN":                  {`{"plaintext":NaN}`, "the body has NaN..."},
		"a number like 01":     {`{"plaintext":01}`, "the body has a number that..."},
		"a raw line break":     {"{\"plaintext\":\"eA=\n=\"}", "the body has a line break within a string, ..."},
		"invalid UTF-8":        {"{\"plaintext\":\"\xff\"}", "the body has text that is not UTF-8..."},
		"half a surrogate":     {`{"plaintext":"\ud800"}`, "the body has half a surrogate..."},
		"invalid UTF-8, name":  {"{\"\xff\":\"\"}", "the body has text that is not UTF-8..."},
		"a form":               {"plaintext=eA%3D%3D", "the body is form data..."},
		"syntax before fields": {`{"extra":1,"plaintext":5,`, "the body is cut short: ..."},
	} {
		w.post(t, "one:encrypt", row[0]).wantError(t, name, 400, api.InvalidArgument, row[1])
		w.wantUnasked(t, name)
	}
}
