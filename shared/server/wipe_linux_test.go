package server_test

import (
	"crypto/rand"
	"encoding/base64"
	"testing"

	"rekey/shared/internal/heap"
)

// TestWipes looks for what the server decoded of a request in its memory. (The
// base64 of it is still in buffers of the HTTP library.)
func TestWipes(t *testing.T) {
	f := mustServe(t, new(ring))
	needle := heap.Outside(t, 64)
	if _, err := rand.Read(needle); err != nil {
		t.Fatal(err)
	}
	f.do(t, "POST", path, `{"plaintext":"`+base64.StdEncoding.EncodeToString(needle)+`"}`).wantOK(t, "encrypt")
	if found := heap.Count(t, needle); found > 0 {
		t.Errorf("an encryption left %d copies of its plaintext", found)
	}
}
