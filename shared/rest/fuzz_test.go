package rest_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/pipeline"
	"rekey/shared/rest"
)

// listener is a Service that keeps the request, as the API has read it.
type listener struct{ request any }

func (l *listener) Encrypt(_ context.Context, c *api.Call, r *api.EncryptRequest) (*api.EncryptResponse, error) {
	l.request = *r
	return new(api.EncryptResponse), c.Malformed
}
func (l *listener) Decrypt(_ context.Context, c *api.Call, r *api.DecryptRequest) (*api.DecryptResponse, error) {
	l.request = *r
	return new(api.DecryptResponse), c.Malformed
}
func (l *listener) ReEncrypt(_ context.Context, c *api.Call, r *api.ReEncryptRequest) (*api.ReEncryptResponse,
	error) {
	l.request = *r
	return new(api.ReEncryptResponse), c.Malformed
}
func (l *listener) GenerateDataKey(_ context.Context, c *api.Call,
	r *api.GenerateDataKeyRequest) (*api.GenerateDataKeyResponse, error) {
	l.request = *r
	return new(api.GenerateDataKeyResponse), c.Malformed
}

// FuzzDecode compares what is read of a body with a reference that is slow
// and made of other parts: encoding/json, token by token, and reflection.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"keyId":"one","versionId":"v1","aadContext":"YWFk","plaintext":"eA=="}`,
		`{"key_id":"","version_id":null,"aad_context":"-_-_","plaintext":"+/+/"}`,
		`{"aadContext":"eA","ciphertext":"e\nA=\n="}`,
		`{"sourceKeyId":"a","source_aad_context":"","ciphertext":"eA=="}`,
		`{"dataKeySpec":"AES_256_HSM","skipPlaintext":true}`, `{"data_key_spec":4,"skip_plaintext":false}`,
		`{"dataKeySpec":1.0}`, `{"dataKeySpec":-0}`,
		`{"keyId":"a","key_id":"a"}`, `{"keyId":"a","keyId":"a"}`, `{"KeyId":"a"}`, `{"plaintext":"eB=="}`,
		`{"plaintext":1}`, `{"plaintext":"=\n"}`, `{}{}`, `{} x`, `[]`, `null`, ``,
		// Names in disguise, twice and in part.
		`{"key\u0049d":"a","keyId":"a"}`, `{"k\u0065y_id":"a","keyId":"a"}`, `{"keyId":null,"keyId":"a"}`,
		`{"keyId":"","key_id":""}`, `{"keyId\u0000":"a"}`, `{"keyId ":"a"}`, `{"":"a"}`,
		`{"key_Id":"a"}`, `{"aad_Context":"eA=="}`, `{"sourceAADContext":"eA=="}`,
		`{"source_key_id":"a","sourceKeyId":null}`, `{"malformed":null}`, `{"\ud83dkeyId":"a"}`,
		`{"x":1,"x":2,"keyId":"a"}`,
		// Numbers and words where others are due.
		`{"dataKeySpec":1e0}`, `{"dataKeySpec":1E+0}`, `{"dataKeySpec":01}`, `{"dataKeySpec":"1"}`, `{"dataKeySpec":0}`,
		`{"dataKeySpec":5}`, `{"dataKeySpec":256}`, `{"dataKeySpec":257}`, `{"dataKeySpec":-1}`, `{"dataKeySpec":""}`,
		`{"dataKeySpec":3,"skipPlaintext":1}`, `{"dataKeySpec":18446744073709551617}`, `{"dataKeySpec":1e999}`,
		`{"dataKeySpec":"aes_256"}`, `{"dataKeySpec":"AES_256\u0000"}`, `{"dataKeySpec":"AES\u005f256"}`,
		`{"dataKeySpec":true}`,
		`{"skipPlaintext":"true"}`, `{"skipPlaintext":""}`, `{"skipPlaintext":null}`, `{"skipPlaintext":tru}`,
		`{"dataKeySpec":NaN}`, `{"keyId":Infinity}`, `{'keyId':'a'}`, `{"keyId":"a"/**/}`, `{"keyId":[]}`,
		`{"keyId":{"keyId":"a"}}`,
		// Base64 that some reader somewhere takes.
		`{"plaintext":"e A=="}`, `{"plaintext":"eA="}`, `{"plaintext":"eA==="}`, `{"plaintext":"eA==eA=="}`,
		`{"plaintext":"e"}`, `{"plaintext":"+-"}`, `{"plaintext":"-_\/+"}`, `{"plaintext":"\u0065A\u003d="}`,
		`{"plaintext":"\r\neA==\r\n"}`,
		`{"plaintext":"eA==\t"}`, `{"plaintext":"="}`, `{"plaintext":"eA%3D%3D"}`, `{"plaintext":"ｅA=="}`,
		`{"ciphertext":"UktZAQ"}`, `{"ciphertext":"eA\n=\n="}`, `{"ciphertext":"\n"}`,
		// Texts that are not JSON, or not only.
		"\xef\xbb\xbf{}", `{}` + "\x00", "\x00{}", "{\"keyId\":\"a\tb\"}", "{\u00a0}", `{}  `, "\v{}", `{"keyId":"a"`,
		`{"keyId"`, `{,}`, `{"keyId":"\x"}`, `{"keyId":"\udc00\ud800"}`, `{"keyId":"\ud800\u0041"}`,
		`{"keyId":"\uD83D\uDE00"}`, `"{}"`,
		`{"plain\u0074ext":"\u0065A=="}`, `{"keyId":"\ud800"}`, `{"keyId":"\ud83d\ude00"}`, "{\"keyId\":\"\xff\"}",
		`{"a":[{"b":{}}]}`, `{"keyId":"a",}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if bytes.Count(body, []byte("["))+bytes.Count(body, []byte("{")) > 1000 {
			return // how deep is too deep is left to each library
		}
		for _, only := range api.Operations {
			var heard listener
			before := string(body)
			answer := rest.New(identify, pipeline.Owner, rest.Crypto(&heard)).Serve(context.Background(), only,
				&rest.Request{Proof: someone, Body: body})
			if string(body) != before {
				t.Fatal("the body was written to")
			}
			want, ok := reference(only, body)
			if ok != (answer.Status == 200) {
				t.Fatalf("%v: %q: the reference says %v, the answer is %d %s", only, body, ok, answer.Status,
					answer.Body)
			}
			if !ok && (answer.Status != 400 || !json.Valid(answer.Body)) {
				t.Fatalf("%v: %q: the answer is %d %s", only, body, answer.Status, answer.Body)
			}
			if ok && !reflect.DeepEqual(heard.request, want) {
				t.Fatalf("%v: %q:\n got %+v\nwant %+v", only, body, heard.request, want)
			}
		}
	})
}

// reference reads a body as docs/api.md says.
func reference(o api.Operation, body []byte) (any, bool) {
	q := map[api.Operation]any{api.Encrypt: new(api.EncryptRequest), api.Decrypt: new(api.DecryptRequest),
		api.ReEncrypt: new(api.ReEncryptRequest), api.GenerateDataKey: new(api.GenerateDataKeyRequest)}[o]
	v := reflect.ValueOf(q).Elem()
	members, ok := flat(bytes.Trim(body, " \t\r\n\ufeff"))
	for name, value := range members {
		if _, text := value.(string); o == api.Decrypt && (text || value == nil) &&
			(name == "sourceKeyId" || name == "sourceVersionId") {
			continue
		}
		ok = ok && assign(v, name, value)
	}
	return v.Interface(), ok
}

// flat reads an object of scalars whose names differ.
func flat(body []byte) (map[string]any, bool) {
	if !utf8.Valid(body) || !json.Valid(body) || halfSurrogate(body) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if t, _ := d.Token(); t != json.Delim('{') {
		return nil, false
	}
	out := map[string]any{}
	for d.More() {
		name, _ := d.Token()
		value, _ := d.Token()
		s := camel(name.(string))
		if _, twice := out[s]; twice {
			return nil, false
		}
		if _, deep := value.(json.Delim); deep {
			return nil, false
		}
		out[s] = value
	}
	return out, true
}

// camel is the name of a field in lowerCamelCase; what has another case is
// made unlike any field.
func camel(name string) string {
	for _, n := range []string{"keyId", "versionId", "aadContext", "sourceKeyId", "sourceVersionId", "sourceAadContext",
		"dataKeySpec", "skipPlaintext"} {
		var snake strings.Builder
		for _, r := range n {
			if 'A' <= r && r <= 'Z' {
				snake.WriteByte('_')
			}
			snake.WriteString(strings.ToLower(string(r)))
		}
		if name == snake.String() {
			return n
		}
	}
	if strings.Contains(name, "_") || name == "" || name != strings.ToLower(name[:1])+name[1:] {
		return "?" + name
	}
	return name
}

func halfSurrogate(body []byte) bool {
	const high, low = "dD", "89abAB"
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' {
			continue
		}
		i++
		if body[i] != 'u' || !strings.ContainsRune(high, rune(body[i+1])) ||
			strings.ContainsRune("01234567", rune(body[i+2])) {
			continue
		}
		first := strings.ContainsRune(low, rune(body[i+2]))
		next := body[i+5:]
		if !first || len(next) < 6 || next[0] != '\\' || next[1] != 'u' || !strings.ContainsRune(high, rune(next[2])) ||
			!strings.ContainsRune("cdefCDEF", rune(next[3])) {
			return true
		}
		i += 10
	}
	return false
}

// assign sets the field of a request that a name means.
func assign(v reflect.Value, name string, value any) bool {
	f := v.FieldByNameFunc(func(field string) bool {
		return name == strings.ToLower(field[:1])+strings.NewReplacer("ID", "Id", "AAD", "Aad").Replace(field[1:]) ||
			field == "AADContext" && name == "aadContext"
	})
	if !f.IsValid() || name == "malformed" {
		return false
	}
	switch x := value.(type) {
	case nil:
		return true
	case bool:
		if f.Kind() == reflect.Bool {
			f.SetBool(x)
		}
		return f.Kind() == reflect.Bool
	case json.Number:
		i := strings.Index("01234", string(x))
		if f.Type() != reflect.TypeOf(key.AES128) || len(x) != 1 || i < 0 {
			return false
		}
		f.SetUint(uint64(i))
		return true
	}
	return assignText(f, value.(string))
}

func assignText(f reflect.Value, s string) bool {
	switch f.Kind() {
	case reflect.Bool:
		return s == ""
	case reflect.String:
		f.SetString(s)
		return true
	case reflect.Slice:
		b, ok := bytes64(s)
		if s != "" {
			f.SetBytes(b)
		}
		return ok
	case reflect.Uint8:
		i, ok := map[string]uint64{"": 0, "AES_128": 1, "AES_192": 2, "AES_256": 3, "AES_256_HSM": 4}[s]
		f.SetUint(i)
		return ok
	}
	return false
}

// bytes64 reads base64 by encoding what it has read: each text but for line
// breaks, padding and alphabet is the one text of its bytes.
func bytes64(s string) ([]byte, bool) {
	s = strings.NewReplacer("\r", "", "\n", "").Replace(s)
	bare := strings.TrimRight(s, "=")
	if strings.ContainsAny(bare, "+/") && strings.ContainsAny(bare, "-_") || len(s) != len(bare) && len(s)%4 != 0 ||
		len(s)-len(bare) > 2 {
		return nil, false
	}
	bare = strings.NewReplacer("-", "+", "_", "/").Replace(bare)
	b, err := base64.RawStdEncoding.DecodeString(bare)
	return b, err == nil && base64.RawStdEncoding.EncodeToString(b) == bare
}
