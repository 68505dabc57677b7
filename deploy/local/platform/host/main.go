// Command host opens a function's plugin and calls its Handler as Yandex Cloud
// Functions do: by reflection, with encoding/json, each call in a goroutine of
// its own. Package platform starts it with the plugin's path as its argument,
// and asks it by net/rpc on descriptor 3: standard output and standard error
// are the function's own.
//
// It must be built by the same version of Go, with the same flags, as the
// plugin, and imports only the standard library, so that the two can
// differ in no package. It is the only program here that can open plugins, and
// it ships nowhere.
package main

import (
	"log"
	"net/rpc"
	"os"
	"time"
)

// Host is what package platform asks.
type Host struct {
	handler handler
	took    time.Duration // opening the plugin
	err     error         // why it does not open
}

// Call is one call of the function.
type Call struct {
	RequestID, Function string
	Payload             []byte
}

// Answer is what the function answers.
type Answer struct {
	Text []byte
	Took time.Duration // from the payload to the answer's bytes
}

// Opened says how long opening the plugin took, or why it does not open.
func (h *Host) Opened(_ struct{}, took *time.Duration) error {
	*took = h.took
	return h.err
}

// Call calls the function. Its error is the handler's or the platform's own.
func (h *Host) Call(c Call, a *Answer) (err error) {
	begin := time.Now()
	a.Text, err = h.handler.call(c)
	a.Took = time.Since(begin)
	return err
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: host PLUGIN; package deploy/local/platform starts it")
	}
	h, begin := new(Host), time.Now()
	h.handler, h.err = open(os.Args[1])
	h.took = time.Since(begin)
	if err := rpc.Register(h); err != nil {
		log.Fatal(err)
	}
	rpc.ServeConn(os.NewFile(3, "platform")) // until the platform is gone
}
