package main

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// signForAWS signs as the function URLs of AWS Lambda want it, with the keys of
// the environment.
func (s *service) signForAWS() error {
	c := aws.Credentials{AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN")}
	if !c.HasKeys() {
		return usagef("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: no deployment of rekey is public")
	}
	signer := v4.NewSigner()
	s.sign = func(r *http.Request, body []byte) error {
		sum := sha256.Sum256(body)
		return signer.SignHTTP(r.Context(), c, r, hex.EncodeToString(sum[:]), "lambda", s.aws, time.Now())
	}
	return nil
}

// wrong are credentials that nobody has given.
func wrong(r *http.Request, _ []byte) error {
	r.Header.Set("Authorization", "Bearer nobody")
	return nil
}
