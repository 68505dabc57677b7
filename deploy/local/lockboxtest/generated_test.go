package lockboxtest_test

import (
	"strings"
	"testing"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"rekey/deploy/local/lockboxtest"
)

func no() *wrapperspb.BoolValue { return wrapperspb.Bool(false) }

func (w *world) create(r *lockbox.CreateSecretRequest) *lockbox.Secret {
	w.t.Helper()
	r.FolderId = folder
	return result[*lockbox.Secret](w.t)(w.secrets.Create(w.ctx, r))
}

func generated(p *lockbox.PasswordPayloadSpecification) *lockbox.CreateSecretRequest {
	return &lockbox.CreateSecretRequest{
		PayloadSpecification: &lockbox.CreateSecretRequest_PasswordPayloadSpecification{
			PasswordPayloadSpecification: p}}
}

func (w *world) only(id string) (key, text string) {
	w.t.Helper()
	p := must(w.get(id, ""))(w.t)
	if len(p.GetEntries()) != 1 {
		w.t.Fatalf("entries are %v, want one", p.GetEntries())
	}
	return p.GetEntries()[0].GetKey(), p.GetEntries()[0].GetTextValue()
}

func TestGenerate(t *testing.T) {
	const upper, lower, digit, mark = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789",
		"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
	for name, test := range map[string]struct {
		spec *lockbox.PasswordPayloadSpecification
		size int
		from []string // at least one of each
	}{
		"default": {&lockbox.PasswordPayloadSpecification{}, 20, []string{upper, lower, digit, mark}},
		"a key": {&lockbox.PasswordPayloadSpecification{Length: 64, IncludePunctuation: no()}, 64,
			[]string{upper, lower, digit}},
		"digits": {&lockbox.PasswordPayloadSpecification{Length: 1, IncludePunctuation: no(),
			IncludeUppercase: no(), IncludeLowercase: no()}, 1, []string{digit}},
		"these marks": {&lockbox.PasswordPayloadSpecification{Length: 256, IncludedPunctuation: "#!"}, 256,
			[]string{upper, lower, digit, "#!"}},
		"other marks": {&lockbox.PasswordPayloadSpecification{Length: 4, ExcludedPunctuation: mark[1:]}, 4,
			[]string{upper, lower, digit, mark[:1]}},
	} {
		w := start(t, lockboxtest.Options{})
		test.spec.PasswordKey = "AES_256.generated"
		sec := w.create(generated(test.spec))
		key, text := w.only(sec.GetId())
		if key != "AES_256.generated" || len(text) != test.size ||
			strings.Trim(text, strings.Join(test.from, "")) != "" {
			t.Errorf("%s: generated %s = %q, want %d of %q", name, key, text, test.size, test.from)
		}
		for _, kind := range test.from {
			if !strings.ContainsAny(text, kind) {
				t.Errorf("%s: %q has none of %q", name, text, kind)
			}
		}
		if _, again := w.only(w.create(generated(test.spec)).GetId()); len(text) > 20 && again == text {
			t.Errorf("%s: the same text twice", name)
		}
	}
}

func TestGenerateRefused(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	for name, p := range map[string]*lockbox.PasswordPayloadSpecification{
		"no key":    {},
		"bad key":   {PasswordKey: "a b"},
		"too long":  {PasswordKey: "k", Length: 257},
		"too short": {PasswordKey: "k", Length: 3},
		"negative":  {PasswordKey: "k", Length: -1},
		"nothing included": {PasswordKey: "k", IncludeUppercase: no(), IncludeLowercase: no(), IncludeDigits: no(),
			IncludePunctuation: no()},
		"both":            {PasswordKey: "k", IncludedPunctuation: "#", ExcludedPunctuation: "!"},
		"no punctuation":  {PasswordKey: "k", IncludedPunctuation: "#a"},
		"many exclusions": {PasswordKey: "k", ExcludedPunctuation: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"},
	} {
		r := generated(p)
		r.FolderId = folder
		_, err := w.secrets.Create(w.ctx, r)
		if wantCode(t, err, codes.InvalidArgument); t.Failed() {
			t.Fatal(name)
		}
	}
}

// TestAddVersionGenerated adds versions to a generated secret in both worlds.
func TestAddVersionGenerated(t *testing.T) {
	for _, copies := range []bool{false, true} {
		w := start(t, lockboxtest.Options{Behavior: lockboxtest.Behavior{CopyGenerated: copies}})
		id := w.create(generated(&lockbox.PasswordPayloadSpecification{PasswordKey: "AES_256.generated",
			Length: 64})).GetId()
		_, first := w.only(id)
		added := w.addVersion(id)
		if _, second := w.only(id); (second == first) != copies {
			t.Errorf("copies: %v; the first text is %q, the second %q", copies, first, second)
		}
		if added.GetPasswordPayloadSpecification().GetLength() != 64 {
			t.Errorf("the version does not show the specification: %v", added)
		}

		// Another algorithm: the specification first, then the old entry away.
		result[*lockbox.Secret](t)(w.secrets.Update(w.ctx, &lockbox.UpdateSecretRequest{
			SecretId:   id,
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"password_payload_specification"}},
			PayloadSpecification: &lockbox.UpdateSecretRequest_PasswordPayloadSpecification{
				PasswordPayloadSpecification: &lockbox.PasswordPayloadSpecification{PasswordKey: "AES_128.generated",
					Length: 65}},
		}))
		w.addVersion(id, removal("AES_256.generated"))
		if key, text := w.only(id); key != "AES_128.generated" || len(text) != 65 {
			t.Errorf("copies: %v; generated %s = %q", copies, key, text)
		}

		// Material of one's own in its place.
		w.addVersion(id, removal("AES_128.generated"), binaryChange("AES_256", make([]byte, 32)))
		if key, _ := w.only(id); key != "AES_256" {
			t.Errorf("copies: %v; the entry is %s, want AES_256", copies, key)
		}
	}
}
