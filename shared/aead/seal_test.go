package aead

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/iotest"

	"rekey/shared/key"
)

func testKey(t testing.TB, a key.Algorithm) *Key {
	t.Helper()
	material, err := RandomBytes(MaterialSize)
	if err != nil {
		t.Fatal(err)
	}
	k, err := NewKey(a, material)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// sealed is a message and the split that Open wants.
func sealed(t testing.TB, k *Key, prefix, aad, plaintext string) (header, rest []byte) {
	t.Helper()
	b, err := k.Seal(nil, []byte(prefix), []byte(aad), []byte(plaintext))
	if err != nil {
		t.Fatal(err)
	}
	n := len(prefix) + SaltSize
	return b[:n], b[n:]
}

// TestInto: what is sealed and opened is appended, in place if there is room.
func TestInto(t *testing.T) {
	k := testKey(t, key.AES256)
	for _, size := range []int{7, 300} {
		room := append(make([]byte, 0, size), "before "...)
		blob, err := k.Seal(room, []byte("prefix"), nil, []byte("text"))
		if err != nil || !bytes.HasPrefix(blob, []byte("before prefix")) || (&blob[0] == &room[0]) != (size == 300) {
			t.Errorf("room for %d: sealed %q, %v", size, blob, err)
		}
		header, rest := sealed(t, k, "prefix", "", "text")
		if got, err := k.Open(room, header, rest, nil); err != nil || string(got) != "before text" ||
			(&got[0] == &room[0]) != (size == 300) {
			t.Errorf("room for %d: opened %q, %v", size, got, err)
		}
	}
}

func TestEveryBitCounts(t *testing.T) {
	for a := key.AES128; a <= key.AES256HSM; a++ {
		k := testKey(t, a)
		header, rest := sealed(t, k, "prefix", "context", "plaintext")
		for i := range 8 * (len(header) + len(rest)) {
			blob := append(bytes.Clone(header), rest...)
			blob[i/8] ^= 1 << (i % 8)
			if got, err := k.Open(nil, blob[:len(header)], blob[len(header):], []byte("context")); !errors.Is(err,
				ErrOpen) || got != nil {
				t.Fatalf("%v: opens with bit %d flipped: %q, %v", a, i, got, err)
			}
		}
		aad := []byte("context")
		for i := range 8 * len(aad) {
			other := bytes.Clone(aad)
			other[i/8] ^= 1 << (i % 8)
			if _, err := k.Open(nil, header, rest, other); !errors.Is(err, ErrOpen) {
				t.Fatalf("%v: opens with bit %d of the AAD flipped", a, i)
			}
		}
	}
}

func TestEveryTruncation(t *testing.T) {
	k := testKey(t, key.AES256)
	header, rest := sealed(t, k, "prefix", "", "plaintext")
	for n := range rest {
		if got, err := k.Open(nil, header, rest[:n], nil); !errors.Is(err, ErrOpen) || got != nil {
			t.Errorf("opens cut to %d of %d bytes", n, len(rest))
		}
	}
	for n := range header {
		if _, err := k.Open(nil, header[:n], rest, nil); !errors.Is(err, ErrOpen) {
			t.Errorf("opens with a header of %d of %d bytes", n, len(header))
		}
	}
	if _, err := k.Open(nil, header, append(bytes.Clone(rest), 0), nil); !errors.Is(err, ErrOpen) {
		t.Error("opens with a byte appended")
	}
}

func TestAADAndBodyDoNotSlide(t *testing.T) {
	k := testKey(t, key.AES256)
	header, rest := sealed(t, k, "p", "ab", "c")
	if _, err := k.Open(nil, header, rest, []byte("a")); !errors.Is(err, ErrOpen) {
		t.Error(`made with aad "ab", opens with "a"`)
	}
	if _, err := k.Open(nil, header, rest, []byte("abc")); !errors.Is(err, ErrOpen) {
		t.Error(`made with aad "ab", opens with "abc"`)
	}
}

func TestEmptyAndAbsentAADAreTheSame(t *testing.T) {
	k := testKey(t, key.AES128)
	header, rest := sealed(t, k, "p", "", "")
	for _, aad := range [][]byte{nil, {}} {
		got, err := k.Open(nil, header, rest, aad)
		if err != nil || len(got) != 0 {
			t.Errorf("aad %#v: %q, %v", aad, got, err)
		}
	}
}

// TestOneBlobOneKey splices a body that opens under two AES-GCM keys (docs/
// format.md) under headers of both: the commitment refuses it.
func TestOneBlobOneKey(t *testing.T) {
	one, err1 := NewKey(key.AES256, bytes.Repeat([]byte{1}, 32))
	two, err2 := NewKey(key.AES256, bytes.Repeat([]byte{2}, 32))
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	header, rest := sealed(t, one, "p", "", "plaintext")
	if _, err := two.Open(nil, header, rest, nil); !errors.Is(err, ErrOpen) {
		t.Error("opens under another key")
	}
	// Give the other key its own commitment: now only GCM can refuse it.
	s := two.state()
	if _, err := s.derive(key.AES256, header); err != nil {
		t.Fatal(err)
	}
	copy(rest, s.commitment())
	two.release(s)
	if _, err := two.Open(nil, header, rest, nil); !errors.Is(err, ErrOpen) {
		t.Error("opens under another key with its commitment")
	}
}

func TestInputsAreUnchanged(t *testing.T) {
	k := testKey(t, key.AES192)
	prefix, aad, plaintext := []byte("prefix"), []byte("aad"), []byte("plaintext")
	b, err := k.Seal([]byte("before"), prefix, aad, plaintext)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b, []byte("beforeprefix")) {
		t.Errorf("Seal does not append: %q", b[:12])
	}
	blob := bytes.Clone(b[6:])
	n := len(prefix) + SaltSize
	if _, err := k.Open(nil, blob[:n], blob[n:], aad); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(blob, b[6:]) || string(prefix)+string(aad)+string(plaintext) != "prefixaadplaintext" {
		t.Error("an input was changed")
	}
}

// TestRandomnessIsFresh guards that every message draws its own 36 bytes, in
// one read from the source: nothing is buffered that a cloned instance would
// repeat.
func TestRandomnessIsFresh(t *testing.T) {
	k := testKey(t, key.AES256)
	source := &countingReader{r: rand.Reader}
	seen := map[string]bool{}
	for i := 1; i <= 10_000; i++ {
		b, err := k.seal(source, nil, nil, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if source.n != i*(SaltSize+NonceSize) {
			t.Fatalf("%d messages drew %d bytes, want %d each", i, source.n, SaltSize+NonceSize)
		}
		salt, nonce := string(b[:SaltSize]), string(b[SaltSize+CommitmentSize:][:NonceSize])
		if seen[salt] || seen[nonce] {
			t.Fatal("a salt or a nonce is used twice")
		}
		seen[salt], seen[nonce] = true, true
	}
}

type countingReader struct {
	r io.Reader
	n int
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

func TestNoRandomnessNoCiphertext(t *testing.T) {
	k := testKey(t, key.AES256)
	broken := errors.New("no entropy")
	for name, source := range map[string]io.Reader{
		"immediately": iotest.ErrReader(broken),
		"half-way":    io.MultiReader(bytes.NewReader(make([]byte, SaltSize)), iotest.ErrReader(broken)),
		"too short":   bytes.NewReader(make([]byte, SaltSize+NonceSize-1)),
	} {
		if got, err := k.seal(source, nil, []byte("prefix"), nil, []byte("plaintext")); err == nil || got != nil {
			t.Errorf("%s: %x, %v; want nil and an error", name, got, err)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	k := testKey(t, key.AES256)
	var wg sync.WaitGroup
	for g := range 64 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			plaintext := bytes.Repeat([]byte{byte(g)}, 1+g)
			for range 50 {
				b, err := k.Seal(nil, []byte("p"), plaintext, plaintext)
				if err != nil {
					t.Error(err)
					return
				}
				got, err := k.Open(nil, b[:1+SaltSize], b[1+SaltSize:], plaintext)
				if err != nil || !bytes.Equal(got, plaintext) {
					t.Errorf("%d: %x, %v", g, got, err)
					return
				}
			}
		}()
	}
	wg.Wait()
}

// TestDirtyState guards that a state is reset before use: a panic in
// the middle of a message leaves a dirty one.
func TestDirtyState(t *testing.T) {
	k := testKey(t, key.AES256)
	header, rest := sealed(t, k, "p", "", "plaintext")
	for range 100 { // a pool may drop some
		s := k.state()
		s.mac.Write([]byte("left by a panic"))
		k.release(s)
		if _, err := k.Open(nil, header, rest, nil); err != nil {
			t.Fatal("a dirty state spoils the next message")
		}
	}
}
