// Command reference is the floor that docs/performance.md sets rekey serve
// against: net/http without limits, base64 of the standard library, and RKY1's
// cryptography, without reading JSON, checking anything or having a keyring. It
// uses the memory of a request again, as rekey does; .ci/figures gives both the
// same GOGC.
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
	pool := sync.Pool{New: func() any { return new(room) }}
	http.Serve(ln, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m := pool.Get().(*room)
		defer pool.Put(m)
		m.body.Reset()
		m.body.Grow(int(r.ContentLength) + bytes.MinRead)
		if _, err := m.body.ReadFrom(r.Body); err != nil {
			return
		}
		_, operation, _ := strings.Cut(r.URL.Path, ":")
		answer := m.work(operation)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		w.Write(answer)
	}))
}
