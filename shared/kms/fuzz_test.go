package kms

import (
	"bytes"
	"testing"

	"rekey/shared/api"
	"rekey/shared/internal/vectors"
)

// FuzzOpen: no blob that was not made here opens, whatever the AAD, and what
// is refused leaves nothing behind. The ids and material of the known answers
// are not this service's, so they are only seeds.
func FuzzOpen(f *testing.F) {
	s, r := two(f)
	for _, c := range vectors.Read(f).Cases {
		if len(c.Ciphertext) < 1000 {
			f.Add([]byte(c.Ciphertext), []byte(c.AADContext))
		}
	}
	f.Add(mustEncrypt(f, s, "two", "aad", "x"), []byte("aad"))
	f.Add([]byte("RKY\x01\x03\x03one\x02v1"+string(make([]byte, 24+32+12+16))), []byte(nil))
	f.Add([]byte(nil), make([]byte, 8193))
	f.Fuzz(func(t *testing.T, blob, aad []byte) {
		before := bytes.Clone(blob)
		checkRefused(t, s, blob, aad)
		if !bytes.Equal(blob, before) {
			t.Fatal("the ciphertext was written to")
		}
		if opened, err := r.versions[ask{"one", "v1"}].Key.Open(nil, blob, blob, aad); err == nil || opened != nil {
			t.Fatalf("opens as header and sealed at the same time: %x, %v", opened, err)
		}
	})
}

// FuzzMutate: a good message changed anywhere, in any way, opens no more. A
// change is some bytes put in at a place instead of some others; the AAD is
// changed in the same way.
func FuzzMutate(f *testing.F) {
	s, _ := two(f)
	good := mustEncrypt(f, s, "one", "some context", "some plaintext")
	for _, at := range []uint16{0, 4, 5, 9, 12, 36, 68, 80, uint16(len(good))} {
		f.Add(at, uint16(1), []byte{0}, uint16(0), uint16(0), []byte(nil))
		f.Add(at, uint16(0), []byte{1}, uint16(3), uint16(1), []byte("x"))
	}
	f.Fuzz(func(t *testing.T, at, cut uint16, put []byte, aadAt, aadCut uint16, aadPut []byte) {
		blob, aad := replace(good, at, cut, put), replace([]byte("some context"), aadAt, aadCut, aadPut)
		if bytes.Equal(blob, good) && string(aad) == "some context" {
			return
		}
		checkRefused(t, s, blob, aad)
	})
}

// replace returns a copy of b with put instead of cut bytes from at on.
func replace(b []byte, at, cut uint16, put []byte) []byte {
	from := int(at) % (len(b) + 1)
	to := from + int(cut)%(len(b)-from+1)
	return bytes.Join([][]byte{b[:from], put, b[to:]}, nil)
}

func checkRefused(t *testing.T, s *Service, blob, aad []byte) {
	t.Helper()
	d, err := s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "one", AADContext: aad, Ciphertext: blob})
	wantFault(t, d == nil, err)
	r, err := s.ReEncrypt(ctx, api.Own(), &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one",
		SourceAADContext: aad, Ciphertext: blob})
	wantFault(t, r == nil, err)
}

// wantFault checks for an error that is the caller's fault, and nothing else.
func wantFault(t *testing.T, nothing bool, err error) {
	t.Helper()
	if err == nil || !nothing {
		t.Fatalf("opens, or answers beside %v", err)
	}
	if code := api.AsError(err).Code; code != api.InvalidArgument && code != api.NotFound {
		t.Fatalf("%v is not the caller's fault", err)
	}
}
