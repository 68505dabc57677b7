package gateway

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// verifier checks Signature Version 4 by signing the request again, with the
// signer of AWS's SDK. What that never signs (User-Agent, for one) a caller
// must not sign here; presigned URLs are not taken.
type verifier struct {
	region     string
	identities map[string]*Identity // by access key
	signer     *v4.Signer
}

func newVerifier(region string, identities map[string]*Identity) *verifier {
	return &verifier{region, identities, v4.NewSigner()}
}

const (
	sigV4Algorithm = "AWS4-HMAC-SHA256"
	sigV4Time      = "20060102T150405Z"
	sigV4Skew      = 5 * time.Minute // of the caller's clock, either way
	lambdaService  = "lambda"
)

// signature is the header Authorization:
//
//	AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, SignedHeaders=<a;b>, Signature=<hex>
type signature struct {
	key, scope string
	headers    []string // in lower case
	value      string
}

func parseSignature(header string) (signature, error) {
	fields, ok := strings.CutPrefix(header, sigV4Algorithm+" ")
	parts := strings.Split(fields, ",")
	if !ok || len(parts) != 3 {
		return signature{}, errors.New("the header Authorization is no " + sigV4Algorithm)
	}
	values := map[string]string{}
	for _, part := range parts {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		values[name] = value
	}
	var s signature
	s.key, s.scope, _ = strings.Cut(values["Credential"], "/")
	s.headers, s.value = strings.Split(values["SignedHeaders"], ";"), values["Signature"]
	return s, nil
}

// verify returns the access key that a request is signed with.
func (v *verifier) verify(in *arrival) (string, error) {
	if len(in.Header.Values("Authorization")) != 1 {
		return "", errors.New("not one header Authorization")
	}
	got, err := parseSignature(in.Header.Get("Authorization"))
	if err != nil {
		return "", err
	}
	who := v.identities[got.key]
	if who == nil {
		return "", errors.New("nobody has this access key")
	}
	at, err := time.Parse(sigV4Time, in.Header.Get("X-Amz-Date"))
	if err != nil {
		return "", errors.New("X-Amz-Date is missing or no time")
	}
	if err := v.check(got, in, at); err != nil {
		return "", err
	}
	want, err := v.sign(who, got.key, in, got.headers, at)
	if err != nil {
		return "", err
	}
	if !slices.Equal(want.headers, got.headers) || !same(want.value, got.value) ||
		!same(who.SessionToken, in.Header.Get("X-Amz-Security-Token")) {
		return "", errors.New("another signature than the one calculated")
	}
	return got.key, nil
}

// check checks what a signature is for, before it is calculated.
func (v *verifier) check(s signature, in *arrival, at time.Time) error {
	if want := at.Format("20060102") + "/" + v.region + "/" + lambdaService + "/aws4_request"; s.scope != want {
		return fmt.Errorf("the credential is scoped to %q, want %q", s.scope, want)
	}
	if d := in.at.Sub(at); d > sigV4Skew || d < -sigV4Skew {
		return fmt.Errorf("it was signed %v ago", d)
	}
	for name := range in.Header {
		if name = strings.ToLower(name); strings.HasPrefix(name, "x-amz-") && !slices.Contains(s.headers, name) {
			return fmt.Errorf("%s is not signed", name)
		}
	}
	if given := in.Header.Get("X-Amz-Content-Sha256"); given != "" && given != hash(in.body) {
		return errors.New("X-Amz-Content-Sha256 is not the body's")
	}
	return nil
}

// sign signs a copy of the request that has the signed headers alone, and the
// host, which is always signed.
func (v *verifier) sign(who *Identity, key string, in *arrival, headers []string, at time.Time) (signature, error) {
	u := *in.URL
	again := &http.Request{Method: in.Method, URL: &u, Host: in.Host, Header: http.Header{}}
	for name, values := range in.Header {
		if slices.Contains(headers, strings.ToLower(name)) {
			again.Header[name] = slices.Clone(values)
		}
	}
	if slices.Contains(headers, "content-length") {
		again.ContentLength = in.ContentLength
	}
	credentials := aws.Credentials{AccessKeyID: key, SecretAccessKey: who.SecretAccessKey,
		SessionToken: who.SessionToken}
	if err := v.signer.SignHTTP(context.Background(), credentials, again, hash(in.body), lambdaService, v.region,
		at); err != nil {
		return signature{}, err
	}
	return parseSignature(again.Header.Get("Authorization"))
}

func hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// same compares in a time that does not depend on where the two differ.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
