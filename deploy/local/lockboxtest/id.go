package lockboxtest

import "crypto/rand"

// newID is an id as Yandex Cloud gives them: a prefix of three that tells the
// service, and 17 of [a-v0-9].
func newID(prefix string) string {
	const letters = "abcdefghijklmnopqrstuv0123456789" // 32: one random byte, no bias
	b := random(17)
	for i := range b {
		b[i] = letters[b[i]%32]
	}
	return prefix + string(b)
}

// random panics without randomness: no test means anything then.
func random(n int) []byte {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return b
}
