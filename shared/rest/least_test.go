//go:build unix

package rest_test

import (
	"encoding/base64"
	"fmt"
	"syscall"
	"testing"
	"time"

	"rekey/shared/aead"
)

// BenchmarkLeast is the part of BenchmarkServe that nobody can leave out: one
// base64 decode, the cryptography, one encode. It reports CPU time as well,
// which is what .ci/figures needs: other programs on the machine lengthen only
// the time on the wall.
func BenchmarkLeast(b *testing.B) {
	v := benchVersion(b)
	prefix := prefixOf(v)
	open := func(blob []byte) []byte {
		n := len(prefix) + aead.SaltSize
		plaintext, err := v.Key.Open(blob[:n], blob[n:], nil)
		if err != nil {
			b.Fatal(err)
		}
		return plaintext
	}
	seal := func(plaintext []byte) []byte {
		blob, err := v.Key.Seal(nil, prefix, nil, plaintext)
		if err != nil {
			b.Fatal(err)
		}
		return blob
	}
	run := func(operation string, n int, text string, f func([]byte) []byte) {
		b.Run(fmt.Sprintf("%s/%d", operation, n), func(b *testing.B) {
			b.ReportAllocs()
			before := cpuTime(b)
			for range b.N {
				in, err := base64.StdEncoding.DecodeString(text)
				if err != nil {
					b.Fatal(err)
				}
				base64.StdEncoding.EncodeToString(f(in))
			}
			b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N), "cpu-ns/op")
		})
	}
	for _, n := range benchSizes {
		text, sealed := benchTexts(b, v, n)
		run("encrypt", n, text, seal)
		run("decrypt", n, sealed, open)
		run("reEncrypt", n, sealed, func(blob []byte) []byte { return seal(open(blob)) })
	}
	run("generateDataKey", 32, "", func([]byte) []byte {
		dataKey, err := aead.RandomBytes(32)
		if err != nil {
			b.Fatal(err)
		}
		base64.StdEncoding.EncodeToString(dataKey)
		return seal(dataKey)
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
