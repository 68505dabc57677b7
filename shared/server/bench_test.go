package server_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkServe is requests over loopback, on connections that are kept
// alive, from clients that do next to nothing.
func BenchmarkServe(b *testing.B) {
	f := mustServe(b, new(ring))
	for _, n := range []int{32, 1 << 10, 32 << 10} {
		text := base64.StdEncoding.EncodeToString(make([]byte, n))
		blob, err := f.ring.version.Key.Seal(nil, []byte("RKY\x01\x03\x03one\x02v1"), nil, make([]byte, n))
		if err != nil {
			b.Fatal(err)
		}
		sealed := base64.StdEncoding.EncodeToString(blob)
		f.bench(b, "encrypt", n, `{"plaintext":"`+text+`"}`)
		f.bench(b, "decrypt", n, `{"ciphertext":"`+sealed+`"}`)
		f.bench(b, "reEncrypt", n, `{"sourceKeyId":"one","ciphertext":"`+sealed+`"}`)
	}
	f.bench(b, "generateDataKey", 32, `{"dataKeySpec":"AES_256"}`)
}

func (f *face) bench(b *testing.B, operation string, n int, body string) {
	request := fmt.Sprintf("POST /kms/v1/keys/one:%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: "+
		"application/json\r\nContent-Length: %d\r\n\r\n%s",
		operation, len(body), body)
	b.Run(fmt.Sprintf("%s/%d", operation, n), func(b *testing.B) {
		b.ReportAllocs()
		b.SetParallelism(8) // connections for each processor
		b.RunParallel(func(pb *testing.PB) {
			c, err := net.Dial("tcp", f.addr)
			if err != nil {
				b.Error(err)
				return
			}
			defer c.Close()
			answer := make([]byte, firstAnswer(b, c, request))
			for pb.Next() {
				io.WriteString(c, request)
				if _, err := io.ReadFull(c, answer); err != nil ||
					!strings.HasPrefix(string(answer[:16]), "HTTP/1.1 200 OK") {
					b.Errorf("%v, %.100q", err, answer)
					return
				}
			}
		})
	})
}

// firstAnswer makes one request and returns the length of its answer, which
// is that of every later one.
func firstAnswer(b *testing.B, c net.Conn, request string) int {
	b.Helper()
	io.WriteString(c, request)
	counter := &counting{Reader: c}
	response, err := http.ReadResponse(bufio.NewReader(counter), nil)
	if err != nil {
		b.Error(err)
		return 0
	}
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		b.Error(err)
	}
	return counter.n
}

type counting struct {
	io.Reader
	n int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}
