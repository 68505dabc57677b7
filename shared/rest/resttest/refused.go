package resttest

import (
	"strings"
	"testing"
)

// refusal is a request that is the caller's fault, and what it is told: 400,
// INVALID_ARGUMENT, and a message that names the field.
type refusal struct{ name, operation, body, message string }

// refuses runs a subtest for each row, with the first key.
func (s *suite) refuses(t *testing.T, rows []refusal) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s.post(t, "$K:"+row.operation, row.body).wantRefused(t, 400, invalidArgument, row.message)
		})
	}
}

// testFieldsRefused: unknown fields, duplicate ones, those that are missing.
// (More unknown ones are testFieldsTold's.)
func testFieldsRefused(s *suite, t *testing.T) {
	s.refuses(t, []refusal{
		{"unknown", "encrypt", `{"plaintext":"$P","extra":1}`, `"extra": unknown field: ...`},
		{"unknown, null", "encrypt", `{"plaintext":"$P","extra":null}`, `"extra": unknown field: ...`},
		{"unknown, long", "encrypt", `{"plaintext":"$P","` + strings.Repeat("x", 200) + `":""}`, `"` +
			strings.Repeat("x", 40) + `"...: unknown field: ...`},
		{"unknown, no ASCII", "encrypt", `{"plaintext":"$P","a\"\n\u00e9":""}`, `"a\"\n\u00e9": unknown field: ...`},
		{"a dash", "encrypt", `{"aad-context":"","plaintext":"$P"}`, `"aad-context": unknown field: ...`},
		{"another's, sourceVersionId", "reEncrypt", `{"sourceKeyId":"$K","ciphertext":"$B","sourceVersionId":"v"}`,
			`"sourceVersionId": unknown field: ...`},
		{"another's, sourceAadContext", "decrypt", `{"ciphertext":"$B","sourceAadContext":""}`,
			`"sourceAadContext": unknown field: ...`},

		{"twice", "encrypt", `{"plaintext":"$P","plaintext":"$P"}`, "plaintext: duplicate field"},
		{"twice, with an escape", "encrypt", `{"plaintext":"$P","plain\u0074ext":"$P"}`, "plaintext: duplicate field"},
		{"twice, null", "encrypt", `{"aadContext":null,"plaintext":"$P","aadContext":null}`,
			"aadContext: duplicate field"},
		{"twice, keyId", "encrypt", `{"keyId":"$K","plaintext":"$P","keyId":"$K"}`, "keyId: duplicate field"},
		{"two spellings, keyId", "encrypt", `{"keyId":"$K","key_id":"$K","plaintext":"$P"}`, "keyId: duplicate field"},
		{"two spellings, versionId", "encrypt", `{"versionId":"$V","version_id":"","plaintext":"$P"}`,
			"versionId: duplicate field"},
		{"two spellings, aadContext", "decrypt", `{"aad_context":"$A","ciphertext":"$C","aadContext":"$A"}`,
			"aadContext: duplicate field"},
		{"two spellings, what is passed over", "decrypt", `{"source_key_id":"","sourceKeyId":null,"ciphertext":"$B"}`,
			"sourceKeyId: duplicate field"},
		{"two spellings, sourceKeyId", "reEncrypt", `{"sourceKeyId":"$K","source_key_id":"$K","ciphertext":"$B"}`,
			"sourceKeyId: duplicate field"},
		{"two spellings, sourceAadContext", "reEncrypt",
			`{"sourceKeyId":"$K","source_aad_context":"","sourceAadContext":"","ciphertext":"$B"}`,
			"sourceAadContext: duplicate field"},
		{"two spellings, dataKeySpec", "generateDataKey", `{"dataKeySpec":1,"data_key_spec":1}`,
			"dataKeySpec: duplicate field"},
		{"two spellings, skipPlaintext", "generateDataKey",
			`{"dataKeySpec":1,"skipPlaintext":true,"skip_plaintext":true}`, "skipPlaintext: duplicate field"},

		{"missing, plaintext", "encrypt", `{"aadContext":"$A"}`, "plaintext: is required"},
		{"missing, plaintext null", "encrypt", `{"plaintext":null}`, "plaintext: is required"},
		{"missing, plaintext empty", "encrypt", `{"plaintext":""}`, "plaintext: is required"},
		{"missing, plaintext a line break", "encrypt", `{"plaintext":"\n"}`, "plaintext: is required"},
		{"missing, ciphertext", "decrypt", `{"aadContext":"$A"}`, "ciphertext: is required"},
		{"missing, ciphertext empty", "decrypt", `{"ciphertext":""}`, "ciphertext: is required"},
		{"missing, ciphertext null", "reEncrypt", `{"sourceKeyId":"$K","ciphertext":null}`, "ciphertext: is required"},
		{"missing, sourceKeyId", "reEncrypt", `{"ciphertext":"$B"}`, "sourceKeyId: is required"},
		{"missing, sourceKeyId null", "reEncrypt", `{"sourceKeyId":null,"ciphertext":"$B"}`,
			"sourceKeyId: is required"},
		{"missing, or unread", "reEncrypt", `{"sourceKeyId":1,"ciphertext":"$B"}`, "sourceKeyId: is a number, ..."},
		{"missing, dataKeySpec", "generateDataKey", `{}`, "dataKeySpec: is required: " + allSpecs},
	})
}

const allSpecs = "AES_128, AES_192, AES_256 or AES_256_HSM"

// testFieldsTold: anyone who sends an unknown field is told which ones there are,
// and which was probably meant.
func testFieldsTold(s *suite, t *testing.T) {
	fields := map[string]string{
		"encrypt":         "keyId, versionId, aadContext and plaintext",
		"decrypt":         "keyId, versionId, aadContext and ciphertext",
		"reEncrypt":       "keyId, versionId, aadContext, sourceKeyId, sourceAadContext and ciphertext",
		"generateDataKey": "keyId, versionId, aadContext, dataKeySpec and skipPlaintext",
	}
	for _, row := range [][3]string{
		{"encrypt", "KeyId", "keyId"}, {"encrypt", "keyID", "keyId"}, {"encrypt", "key_Id", "keyId"},
		{"encrypt", "Plaintext", "plaintext"}, {"encrypt", "plain_text", "plaintext"},
		{"encrypt", "plaintxt", "plaintext"}, {"encrypt", "data", "plaintext"},
		{"encrypt", "aad", "aadContext"}, {"encrypt", "aad_Context", "aadContext"},
		{"encrypt", "aadcontext", "aadContext"}, {"encrypt", "EncryptionContext", "aadContext"},
		{"encrypt", "additional_authenticated_data", "aadContext"}, {"encrypt", "keyVersion", "versionId"},
		{"decrypt", "CiphertextBlob", "ciphertext"}, {"decrypt", "dataKeyCiphertext", "ciphertext"},
		{"reEncrypt", "sourceAad", "sourceAadContext"}, {"reEncrypt", "sourceKeyID", "sourceKeyId"},
		{"reEncrypt", "sourceEncryptionContext", "sourceAadContext"}, {"reEncrypt", "oldKey", "sourceKeyId"},
		{"reEncrypt", "DestinationKeyId", "keyId"},
		{"generateDataKey", "KeySpec", "dataKeySpec"}, {"generateDataKey", "NumberOfBytes", "dataKeySpec"},
		{"generateDataKey", "datakeyspec", "dataKeySpec"}, {"generateDataKey", "skip_plain_text", "skipPlaintext"},
		{"generateDataKey", "noPlaintext", "skipPlaintext"},
		{"encrypt", "ciphertext", ""}, {"encrypt", "sourceKeyId", ""}, {"decrypt", "plaintext", ""},
		{"generateDataKey", "plaintext", ""}, {"encrypt", "", ""},
	} {
		t.Run(row[0]+", "+row[1], func(t *testing.T) {
			told := "the fields are " + fields[row[0]]
			if row[2] != "" {
				told = "did you mean " + row[2] + "? The fields are " + fields[row[0]]
			}
			s.post(t, "$K:"+row[0], `{"`+row[1]+`":"$P"}`).
				wantRefused(t, 400, invalidArgument, `"`+row[1]+`": unknown field: `+told)
		})
	}
}

// testTypesRefused: values of another type, and specifications that are none.
func testTypesRefused(s *suite, t *testing.T) {
	const unknown = "dataKeySpec: is unknown: want " + allSpecs
	s.refuses(t, []refusal{
		{"plaintext, a number", "encrypt", `{"plaintext":1}`, "plaintext: is a number, want a string"},
		{"plaintext, a boolean", "encrypt", `{"plaintext":true}`, "plaintext: is a boolean, want a string"},
		{"plaintext, an array", "encrypt", `{"plaintext":["$P"]}`, "plaintext: is an array, want a string"},
		{"plaintext, an object", "encrypt", `{"plaintext":{"a":"$P","a":2}}`, "plaintext: is an object, want a string"},
		{"keyId, a number", "encrypt", `{"keyId":1,"plaintext":"$P"}`, "keyId: is a number, want a string"},
		{"versionId, a boolean", "encrypt", `{"versionId":false,"plaintext":"$P"}`,
			"versionId: is a boolean, want a string"},
		{"aadContext, an array", "encrypt", `{"aadContext":[],"plaintext":"$P"}`,
			"aadContext: is an array, want a string"},
		{"ciphertext, an object", "decrypt", `{"ciphertext":{}}`, "ciphertext: is an object, want a string"},
		{"versionId, a number", "decrypt", `{"versionId":1,"ciphertext":"$B"}`,
			"versionId: is a number, want a string"},
		{"what is passed over, an array", "decrypt", `{"sourceKeyId":["$K"],"ciphertext":"$B"}`,
			"sourceKeyId: is an array, want a string"},
		{"the first of two", "encrypt", `{"plaintext":1,"aadContext":2}`, "plaintext: is a number, want a string"},
		{"sourceKeyId, an object", "reEncrypt", `{"sourceKeyId":{},"ciphertext":"$B"}`,
			"sourceKeyId: is an object, want a string"},
		{"sourceAadContext, a number", "reEncrypt", `{"sourceKeyId":"$K","sourceAadContext":0,"ciphertext":"$B"}`,
			"sourceAadContext: is a number, want a string"},
		{"skipPlaintext, a string", "generateDataKey", `{"dataKeySpec":1,"skipPlaintext":"true"}`,
			"skipPlaintext: is a string, want true or false"},
		{"skipPlaintext, a number", "generateDataKey", `{"dataKeySpec":1,"skipPlaintext":1}`,
			"skipPlaintext: is a number, want true or false"},
		{"dataKeySpec, a boolean", "generateDataKey", `{"dataKeySpec":true}`, unknown},
		{"dataKeySpec, an array", "generateDataKey", `{"dataKeySpec":[1]}`, unknown},
		{"dataKeySpec null", "generateDataKey", `{"dataKeySpec":null}`, "dataKeySpec: is required: " + allSpecs},
		{"dataKeySpec empty", "generateDataKey", `{"dataKeySpec":""}`, "dataKeySpec: is required: " + allSpecs},
		{"dataKeySpec -1", "generateDataKey", `{"dataKeySpec":-1}`, unknown},
		{"dataKeySpec 1e0", "generateDataKey", `{"dataKeySpec":1e0}`, unknown},
		{"dataKeySpec 0", "generateDataKey", `{"dataKeySpec":0}`, "dataKeySpec: is required: " + allSpecs},
		{"dataKeySpec 5", "generateDataKey", `{"dataKeySpec":5}`, unknown},
		{"dataKeySpec 1.5", "generateDataKey", `{"dataKeySpec":1.5}`, unknown},
		{"dataKeySpec 257", "generateDataKey", `{"dataKeySpec":257}`, unknown},
		{"dataKeySpec in quotes", "generateDataKey", `{"dataKeySpec":"3"}`, unknown},
		{"dataKeySpec with a space", "generateDataKey", `{"dataKeySpec":" AES_256"}`, unknown},
		{"dataKeySpec in another case", "generateDataKey", `{"dataKeySpec":"aes_256"}`, unknown},
		{"dataKeySpec unspecified", "generateDataKey", `{"dataKeySpec":"SYMMETRIC_ALGORITHM_UNSPECIFIED"}`, unknown},
	})
}

// testBase64Refused: bytes have one spelling but for what docs/api.md allows
// (RFC 4648, 3.5). The fields that have bytes take turns.
func testBase64Refused(s *suite, t *testing.T) {
	fields := []refusal{
		{"plaintext", "encrypt", `{"plaintext":"%"}`, ""},
		{"aadContext", "encrypt", `{"plaintext":"$P","aadContext":"%"}`, ""},
		{"ciphertext", "decrypt", `{"ciphertext":"%"}`, ""},
		{"sourceAadContext", "reEncrypt", `{"sourceKeyId":"$K","ciphertext":"$B","sourceAadContext":"%"}`, ""},
		{"aadContext", "generateDataKey", `{"dataKeySpec":1,"aad_context":"%"}`, ""},
	}
	var rows []refusal
	for i, row := range [][2]string{
		{"unused bits, padded", "eB=="}, {"unused bits, unpadded", "eB"}, {"unused bits, two characters", "eHl="},
		{"unused bits, URL-safe", "-_9="}, {"unused bits, URL-safe, unpadded", "-_9"},
		{"mixed alphabets", "+-+-"}, {"mixed alphabets, padded", "_/8="},
		{"a space", "eA =="}, {"a tab", `eA\t==`}, {"a NUL", `eA\u0000==`}, {"a character of no alphabet", "e!=="},
		{"a letter of another alphabet", "éA=="},
		{"a single character", "e"}, {"one character too many", "$Pe"}, {"padding missing in part", "eA="},
		{"too much padding", "eHl6="}, {"too much padding, twice", "eA===="},
		{"only padding", "=="}, {"something after the padding", "$P$P"}, {"a data URL", "data:;base64,$P"},
	} {
		f := fields[i%len(fields)]
		rows = append(rows, refusal{row[0] + ", " + f.name, f.operation, strings.Replace(f.body, "%", row[1], 1),
			f.name + ": is not valid base64..."})
	}
	s.refuses(t, rows)
}

// testBodyRefused: what is not one JSON object. It is sent as bytes, so that
// no gateway takes it for text.
func testBodyRefused(s *suite, t *testing.T) {
	const (
		good = `{"plaintext":"$P"}`
		cut  = "the body is cut short: the JSON ends too early, ..."
	)
	for _, row := range [][3]string{
		{"nothing", "", "the body is empty, want a JSON object"},
		{"white space", " \r\n", "the body is empty, want a JSON object"},
		{"null", "null", "the body is null, want a JSON object"},
		{"an array", "[" + good + "]", "the body is an array, want a JSON object"},
		{"a string", `"$P"`, "the body is a string, want a JSON object"},
		{"a number", "1", "the body is a number, want a JSON object"},
		{"a boolean", "true", "the body is a boolean, want a JSON object"},
		{"a second object", good + good, "the body has a second JSON object..."},
		{"a second null", good + "\nnull", "the body has something after the JSON object..."},
		{"a brace after it", good + "}", "the body has a } too many after..."},
		{"a NUL after it", good + "\x00", "the body has NULs after..."},
		{"cut short", good[:len(good)-1], cut},
		{"cut in a string", `{"plaintext":"c2VjcmV0`, cut},
		{"cut behind a wrong field", `{"extra":1,"plaintext":5,`, cut},
		{"a trailing comma", `{"plaintext":"$P",}`, "the body has a comma before its }..."},
		{"a leading comma", `{,"plaintext":"$P"}`, "the body has a comma where a name..."},
		{"no colon", `{"plaintext" "$P"}`, "the body lacks a comma or a colon..."},
		{"no value", `{"plaintext"}`,
			"the body has a bracket that closes something else, or a name without a value..."},
		{"no comma", `{"plaintext":"$P" "keyId":"$K"}`, "the body lacks a comma..."},
		{"single quotes", `{'plaintext':'$P'}`, "the body has single quotes..."},
		{"no quotes", `{plaintext:"$P"}`, "the body has a name without quotes..."},
		{"a comment", `{"plaintext":"$P"/**/}`, "the body has a comment..."},
		{"a raw line break", "{\"plaintext\":\"$P\n\"}", "the body has a line break within a string, ..."},
		{"invalid UTF-8", "{\"plaintext\":\"$P\xff\"}", "the body has text that is not UTF-8..."},
		{"invalid UTF-8 in a name", "{\"plaintext\":\"$P\",\"\xff\":\"\"}", "the body has text that is not UTF-8..."},
		{"half a surrogate", `{"plaintext":"$P\ud800"}`, "the body has half a surrogate..."},
		{"UTF-16", "\xff\xfe{\x00\"\x00", "the body is UTF-16 text..."},
		{"gzip", "\x1f\x8b\x08\x00", "the body is compressed (gzip)..."},
		{"multipart", "--x\r\nContent-Disposition: form-data\r\n", "the body is multipart form data..."},
		{"base64", "eyJwbGFpbnRleHQiOiJlQT09In0=", "the body is base64 of JSON..."},
		{"quotes eaten", "{plaintext:$P}", "the body has no quotes: ..."},
		{"a form", "plaintext=$P", "the body is form data..."},
		{"a number like 01", `{"dataKeySpec":01}`, "the body has a number that..."},
		{"NaN", `{"plaintext":NaN}`, "the body has NaN..."},
	} {
		t.Run(row[0], func(t *testing.T) {
			s.post(t, "$K:encrypt", row[1], "Content-Type", "application/octet-stream").
				wantRefused(t, 400, invalidArgument, row[2])
		})
	}
}
