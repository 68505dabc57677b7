// Command loader opens a function's plugin and calls its Handler as Yandex
// Cloud Functions do, by reflection and with encoding/json. It serves the
// tests alone. It must be built by the same version of Go as the plugin:
// otherwise it dies while it opens the plugin.
//
// Each JSON array of payloads on standard input is called at once; the array
// of their outcomes goes to file descriptor 3, since standard output is the
// function's log. The first thing there is the time that opening took.
package main

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"
	"time"
)

func main() {
	out := json.NewEncoder(os.NewFile(3, "outcomes"))
	begin := time.Now()
	h, err := open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if err := out.Encode(time.Since(begin)); err != nil {
		log.Fatal(err)
	}
	in := json.NewDecoder(os.Stdin)
	for {
		var payloads []string
		if err := in.Decode(&payloads); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		if err := out.Encode(h.callAll(payloads)); err != nil {
			log.Fatal(err)
		}
	}
}
