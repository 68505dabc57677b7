// Command host opens a function's plugin and calls its Handler as Yandex Cloud
// Functions do: by reflection, with encoding/json, each call in a goroutine of
// its own. Package platform starts it with the plugin's path as its argument.
//
// It must be built by the same version of Go, with the same flags, as the
// plugin, and imports nothing but the standard library, so that the two can
// differ in no package. It is the only program here that can open plugins, and
// it ships nowhere.
package main

import (
	"bufio"
	"encoding/gob"
	"log"
	"os"
	"sync"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: host PLUGIN, with calls on descriptor 3 and a place for outcomes on 4; package " +
			"deploy/local/platform starts it")
	}
	to := gob.NewEncoder(os.NewFile(4, "outcomes"))
	begin := time.Now()
	h, err := open(os.Args[1])
	if err != nil {
		to.Encode(hello{Error: err.Error()})
		os.Exit(1)
	}
	if err := to.Encode(hello{Opened: time.Since(begin)}); err != nil {
		log.Fatal(err)
	}
	h.serve(gob.NewDecoder(bufio.NewReader(os.NewFile(3, "calls"))), to)
}

// serve answers calls until there are no more: its platform is gone.
func (h handler) serve(from *gob.Decoder, to *gob.Encoder) {
	var writing sync.Mutex
	for {
		var c call
		if from.Decode(&c) != nil {
			return
		}
		go func() {
			o := h.call(c)
			writing.Lock()
			defer writing.Unlock()
			if to.Encode(o) != nil {
				os.Exit(1)
			}
		}()
	}
}
