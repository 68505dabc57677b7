package kms

import (
	"bytes"
	"crypto/rand"
	"testing"

	"rekey/shared/api"
	"rekey/shared/internal/heap"
)

// TestReEncryptWipes looks for the plaintext of a re-encryption in memory.
func TestReEncryptWipes(t *testing.T) {
	s, _ := two(t)
	needle := heap.Outside(t, 64)                // a copy that is not in the heap
	if _, err := rand.Read(needle); err != nil { // another one in each run: what it opens at the end, nobody wipes
		t.Fatal(err)
	}
	plaintext := bytes.Clone(needle)
	sealed, err := s.Encrypt(ctx, api.Own(), &api.EncryptRequest{KeyID: "one", Plaintext: plaintext})
	if err != nil {
		t.Fatal(err)
	}
	if found := heap.Count(t, needle); found == 0 {
		t.Fatal("the search finds nothing")
	}
	clear(plaintext)
	if found := heap.Count(t, needle); found > 0 {
		t.Fatalf("encryption left %d copies of its plaintext", found)
	}
	again, err := s.ReEncrypt(ctx, api.Own(), &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one",
		Ciphertext: sealed.Ciphertext})
	if err != nil {
		t.Fatal(err)
	}
	if found := heap.Count(t, needle); found > 0 {
		t.Errorf("re-encryption left %d copies of its plaintext", found)
	}
	opened, err := s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "two", Ciphertext: again.Ciphertext})
	if err != nil || !bytes.Equal(opened.Plaintext, needle) {
		t.Errorf("what it made does not open: %v", err)
	}
}
