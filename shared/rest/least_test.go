//go:build unix

package rest_test

import (
	"encoding/base64"
	"fmt"
	"syscall"
	"testing"
	"time"

	"rekey/shared/aead"
	"rekey/shared/keyring"
)

// BenchmarkLeast is the part of BenchmarkServe that nobody can leave out: one
// base64 decode, the cryptography, one encode, with its memory used again as
// there. It reports CPU time as well, which is what .ci/figures needs: other
// programs on the machine lengthen only the time on the wall.
func BenchmarkLeast(b *testing.B) {
	l := &least{B: b, v: benchVersion(b)}
	l.prefix = prefixOf(l.v)
	for _, n := range benchSizes {
		text, sealed := benchTexts(b, l.v, n)
		l.run("encrypt", n, text, l.seal)
		l.run("decrypt", n, sealed, l.open)
		l.run("reEncrypt", n, sealed, func(blob []byte) []byte { return l.seal(l.open(blob)) })
	}
	l.run("generateDataKey", 32, "", func([]byte) []byte {
		dataKey, err := aead.RandomBytes(32)
		if err != nil {
			b.Fatal(err)
		}
		l.out = base64.StdEncoding.AppendEncode(l.out[:0], dataKey)
		return l.seal(dataKey)
	})
}

// least is a version and the memory of a request.
type least struct {
	*testing.B
	v             *keyring.Version
	prefix        []byte
	in, blob, out []byte
}

func (l *least) seal(plaintext []byte) []byte {
	var err error
	if l.blob, err = l.v.Key.Seal(l.blob[:0], l.prefix, nil, plaintext); err != nil {
		l.Fatal(err)
	}
	return l.blob
}

func (l *least) open(blob []byte) []byte {
	n := len(l.prefix) + aead.SaltSize
	plaintext, err := l.v.Key.Open(nil, blob[:n], blob[n:], nil)
	if err != nil {
		l.Fatal(err)
	}
	return plaintext
}

func (l *least) run(operation string, n int, text string, f func([]byte) []byte) {
	body := []byte(text)
	l.Run(fmt.Sprintf("%s/%d", operation, n), func(b *testing.B) {
		b.ReportAllocs()
		before := cpuTime(b)
		for range b.N {
			var err error
			if l.in, err = base64.StdEncoding.AppendDecode(l.in[:0], body); err != nil {
				b.Fatal(err)
			}
			l.out = base64.StdEncoding.AppendEncode(l.out[:0], f(l.in))
		}
		b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N), "cpu-ns/op")
	})
}

// cpuTime is what this process has used of all processors.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
