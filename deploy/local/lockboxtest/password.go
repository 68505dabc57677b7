package lockboxtest

import (
	"cmp"
	"math/rand/v2"
	"strings"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// defaultLength stands for "a reasonable length".
const defaultLength = 20

// generate is a random text as a specification wants it: with at least one
// character of each kind that it does not leave out. Lists of punctuation are
// not regarded.
func generate(p *lockbox.PasswordPayloadSpecification) (string, error) {
	var kinds []string
	for _, kind := range []struct {
		include *wrapperspb.BoolValue
		letters string
	}{
		{p.GetIncludeUppercase(), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
		{p.GetIncludeLowercase(), "abcdefghijklmnopqrstuvwxyz"},
		{p.GetIncludeDigits(), "0123456789"},
		{p.GetIncludePunctuation(), "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"},
	} {
		if kind.include == nil || kind.include.GetValue() { // true by default
			kinds = append(kinds, kind.letters)
		}
	}
	text := make([]byte, max(0, cmp.Or(p.GetLength(), defaultLength)))
	if len(kinds) == 0 || len(text) < len(kinds) {
		return "", status.Error(codes.InvalidArgument,
			"password_payload_specification: wants a kind of characters, and length for one of each kind")
	}
	for i := range text {
		from := strings.Join(kinds, "")
		if i < len(kinds) {
			from = kinds[i]
		}
		text[i] = from[rand.N(len(from))]
	}
	rand.Shuffle(len(text), func(i, j int) { text[i], text[j] = text[j], text[i] }) // the first ones tell their kind
	return string(text), nil
}

// newID is an id as Yandex Cloud gives them: a prefix of three that tells the
// service, and 17 of [a-v0-9].
func newID() string { return "e6q" + random(17) }

func random(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuv0123456789"[rand.N(32)]
	}
	return string(b)
}
