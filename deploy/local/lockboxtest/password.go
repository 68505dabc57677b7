package lockboxtest

import (
	"crypto/rand"
	"math/big"
	"strings"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const (
	uppercase   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lowercase   = "abcdefghijklmnopqrstuvwxyz"
	digits      = "0123456789"
	punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

	// defaultLength stands for "a reasonable length".
	defaultLength = 20
)

// alphabets are the kinds of characters that a generated text has at least
// one of each.
func alphabets(p *lockbox.PasswordPayloadSpecification) []string {
	var kinds []string
	for _, kind := range []struct {
		include *wrapperspb.BoolValue
		letters string
	}{
		{p.GetIncludeUppercase(), uppercase},
		{p.GetIncludeLowercase(), lowercase},
		{p.GetIncludeDigits(), digits},
		{p.GetIncludePunctuation(), marks(p)},
	} {
		if kind.include == nil || kind.include.GetValue() { // true by default
			kinds = append(kinds, kind.letters)
		}
	}
	return kinds
}

func marks(p *lockbox.PasswordPayloadSpecification) string {
	if p.GetIncludedPunctuation() != "" {
		return p.GetIncludedPunctuation()
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(p.GetExcludedPunctuation(), r) {
			return -1
		}
		return r
	}, punctuation)
}

// checkPassword refuses what the comments of the proto forbid and its options
// do not.
func checkPassword(p *lockbox.PasswordPayloadSpecification) error {
	in, out := p.GetIncludedPunctuation(), p.GetExcludedPunctuation()
	kinds := alphabets(p)
	problem := ""
	switch {
	case in != "" && out != "":
		problem = "included_punctuation and excluded_punctuation exclude each other"
	case strings.Trim(in+out, punctuation) != "":
		problem = "punctuation has other characters than those 32"
	case len(kinds) == 0:
		problem = "no kind of character is included"
	case marks(p) == "":
		problem = "all punctuation is excluded"
	case length(p) < len(kinds):
		problem = "length is too small for one character of each kind"
	default:
		return nil
	}
	return status.Error(codes.InvalidArgument, "password_payload_specification: "+problem)
}

func length(p *lockbox.PasswordPayloadSpecification) int {
	if p.GetLength() == 0 {
		return defaultLength
	}
	return int(p.GetLength())
}

// generate is a random text as a specification wants it, that checkPassword
// let pass.
func generate(p *lockbox.PasswordPayloadSpecification) string {
	kinds := alphabets(p)
	all := strings.Join(kinds, "")
	var text []byte
	for i := range length(p) {
		from := all
		if i < len(kinds) {
			from = kinds[i]
		}
		text = append(text, from[below(len(from))])
	}
	for i := len(text) - 1; i > 0; i-- { // the first ones tell their kind
		j := below(i + 1)
		text[i], text[j] = text[j], text[i]
	}
	return string(text)
}

func below(n int) int {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err)
	}
	return int(i.Int64())
}
