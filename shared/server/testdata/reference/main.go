// Command reference is the least that an HTTP server in Go can do with a
// request of the API: it reads the body whole and writes a ready answer, of as
// many bytes as the query says (/?512). The figures of docs/performance.md are
// set against it. Under /:encrypt and the like it also does what nobody can
// leave out, base64 and the cryptography, without any check. It uses the memory
// of a request again, as rekey does; .ci/figures gives both the same GOGC.
package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
)

func main() {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(ln.Addr())
	ready := bytes.Repeat([]byte("x"), 1<<20)
	pool := sync.Pool{New: func() any { return new(room) }}
	http.Serve(ln, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m := pool.Get().(*room)
		defer pool.Put(m)
		m.body.Reset()
		m.body.Grow(int(r.ContentLength) + bytes.MinRead)
		if _, err := m.body.ReadFrom(r.Body); err != nil {
			return
		}
		var answer []byte
		if _, operation, ok := strings.Cut(r.URL.Path, ":"); ok {
			answer = m.work(operation)
		} else {
			n, _ := strconv.Atoi(r.URL.RawQuery)
			answer = ready[:n]
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		w.Write(answer)
	}))
}
