package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"rekey/shared/api"
)

// check runs every check, prints a line for each and fails if one did.
func (s *service) check(ctx context.Context, out io.Writer) error {
	var failed []string
	for _, c := range checks {
		err := c.run(s, ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed = append(failed, c.name)
			fmt.Fprintf(out, "FAIL  %s: %v\n", c.name, err)
			continue
		}
		fmt.Fprintf(out, "ok    %s\n", c.name)
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d of %d checks failed: %s", len(failed), len(checks), strings.Join(failed, "; "))
	}
	return s.latency(ctx, out)
}

var checks = []struct {
	name string
	run  func(*service, context.Context) error
}{
	{"nobody gets in without credentials", (*service).nobody},
	{"nobody gets in with wrong credentials", (*service).somebodyElse},
	{"encrypt, decrypt", (*service).roundTrip},
	{"re-encrypt to another key and AAD", (*service).reEncrypt},
	{"a data key opens", (*service).dataKey},
	{"another AAD does not open", (*service).otherAAD},
	{"a changed ciphertext does not open", (*service).changed},
	{"a version that is not there: 404", (*service).unknownVersion},
	{"a field that is unknown: 400", (*service).unknownField},
	{"a key that is not served: 404", (*service).unknownKey},
}

const hello = "hello, KMS"

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

type body = map[string]any

// want calls an operation and compares status and code.
func (s *service) want(ctx context.Context, status int, code api.Code, o api.Operation, id string, q body) (answer,
	error) {
	a, err := s.post(ctx, o, id, q, s.sign)
	if err != nil {
		return a, err
	}
	if got, _ := a.fields["code"].(float64); a.status != status || api.Code(got) != code {
		return a, fmt.Errorf("%s: want status %d, code %d", a.says(), status, code)
	}
	if a.header.Get("X-Request-Id") == "" {
		return a, errors.New("the answer has no X-Request-Id")
	}
	return a, nil
}

func (s *service) ok(ctx context.Context, o api.Operation, id string, q body) (answer, error) {
	return s.want(ctx, 200, api.OK, o, id, q)
}

func (s *service) nobody(ctx context.Context) error {
	a, err := s.post(ctx, api.Encrypt, s.key, body{"plaintext": b64(hello)}, nil)
	return s.wantDenied(a, err)
}

func (s *service) somebodyElse(ctx context.Context) error {
	a, err := s.post(ctx, api.Encrypt, s.key, body{"plaintext": b64(hello)}, wrong)
	return s.wantDenied(a, err)
}

func (s *service) wantDenied(a answer, err error) error {
	if err == nil && a.status != 401 && a.status != 403 {
		return fmt.Errorf("%s: want 401 or 403", a.says())
	}
	return err
}

func (s *service) seal(ctx context.Context) (answer, error) {
	return s.ok(ctx, api.Encrypt, s.key, body{"plaintext": b64(hello), "aadContext": b64("smoke")})
}

func (s *service) roundTrip(ctx context.Context) error {
	sealed, err := s.seal(ctx)
	if err != nil {
		return err
	}
	return s.opens(ctx, s.key, sealed.text("ciphertext"), "smoke", b64(hello))
}

// opens decrypts, and compares without printing.
func (s *service) opens(ctx context.Context, id, ciphertext, aad, want string) error {
	opened, err := s.ok(ctx, api.Decrypt, id, body{"ciphertext": ciphertext, "aadContext": b64(aad)})
	if err == nil && (want == "" || opened.text("plaintext") != want) {
		return errors.New("the plaintext is another one")
	}
	return err
}

func (s *service) reEncrypt(ctx context.Context) error {
	sealed, err := s.seal(ctx)
	if err != nil {
		return err
	}
	again, err := s.ok(ctx, api.ReEncrypt, s.other, body{"sourceKeyId": s.key, "ciphertext": sealed.text("ciphertext"),
		"sourceAadContext": b64("smoke"), "aadContext": b64("again")})
	if err != nil {
		return err
	}
	return s.opens(ctx, s.other, again.text("ciphertext"), "again", b64(hello))
}

func (s *service) dataKey(ctx context.Context) error {
	made, err := s.ok(ctx, api.GenerateDataKey, s.key, body{"dataKeySpec": "AES_256", "aadContext": b64("smoke")})
	if err != nil {
		return err
	}
	return s.opens(ctx, s.key, made.text("dataKeyCiphertext"), "smoke", made.text("dataKeyPlaintext"))
}

// refuses opens something that must not.
func (s *service) refuses(ctx context.Context, change func(sealed []byte) []byte, aad string) error {
	sealed, err := s.seal(ctx)
	if err != nil {
		return err
	}
	blob, err := base64.StdEncoding.DecodeString(sealed.text("ciphertext"))
	if err != nil {
		return errors.New("the ciphertext is not base64")
	}
	a, err := s.want(ctx, 400, api.InvalidArgument, api.Decrypt, s.key,
		body{"ciphertext": b64(string(change(blob))), "aadContext": b64(aad)})
	if err == nil && a.text("message") != "Bad ciphertext" {
		return fmt.Errorf("%s: want %q", a.says(), "Bad ciphertext")
	}
	return err
}

func (s *service) otherAAD(ctx context.Context) error {
	return s.refuses(ctx, func(b []byte) []byte { return b }, "another")
}

func (s *service) changed(ctx context.Context) error {
	return s.refuses(ctx, func(b []byte) []byte { b[len(b)-1] ^= 1; return b }, "smoke")
}

func (s *service) unknownVersion(ctx context.Context) error {
	_, err := s.want(ctx, 404, api.NotFound, api.Encrypt, s.key,
		body{"plaintext": b64(hello), "versionId": "e6q0000000000000rky1"})
	return err
}

func (s *service) unknownField(ctx context.Context) error {
	_, err := s.want(ctx, 400, api.InvalidArgument, api.Encrypt, s.key, body{"plaintext": b64(hello), "plainText": ""})
	return err
}

// unknownKey is answered by the gateway, which has no such path, or by rekey.
func (s *service) unknownKey(ctx context.Context) error {
	a, err := s.post(ctx, api.Encrypt, "e6q0000000000000rky1", body{"plaintext": b64(hello)}, s.sign)
	if err == nil && a.status != 404 {
		return fmt.Errorf("%s: want 404", a.says())
	}
	return err
}

// latency prints how long an encryption takes from here.
func (s *service) latency(ctx context.Context, out io.Writer) error {
	const calls = 20
	var took []time.Duration
	for range calls {
		a, err := s.seal(ctx)
		if err != nil {
			return err
		}
		took = append(took, a.elapsed)
	}
	slices.Sort(took)
	fmt.Fprintf(out, "      %d encryptions, one after another: median %v, longest %v\n", calls,
		took[calls/2].Round(time.Millisecond/10), took[calls-1].Round(time.Millisecond/10))
	return nil
}
