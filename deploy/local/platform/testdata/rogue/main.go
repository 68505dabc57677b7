// Command rogue is a runtime of AWS Lambda that does what its event says, by
// the Runtime API or against it. With ROGUE=init it cannot start.
package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
)

var runtime = "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/"

func main() {
	if os.Getenv("ROGUE") == "init" {
		post("init/error", []byte(`{"errorMessage":"no such file"}`))
		select {} // what ends it is the platform
	}
	for {
		r, err := http.Get(runtime + "invocation/next")
		if err != nil {
			log.Fatal(err)
		}
		payload, err := io.ReadAll(r.Body)
		if err != nil {
			log.Fatal(err)
		}
		r.Body.Close()
		act(string(payload), r.Header)
	}
}

func act(do string, h http.Header) {
	answer, err := json.Marshal(h)
	if err != nil {
		log.Fatal(err)
	}
	mine := "invocation/" + h.Get("Lambda-Runtime-Aws-Request-Id")
	switch do {
	case "skip": // it asks for the next event and answers none
		return
	case "stranger":
		post("invocation/00000000-0000-4000-8000-000000000000/response", answer)
	case "other":
		post("invocation/other", answer)
	case "large":
		post(mine+"/response", bytes.Repeat([]byte("x"), 6<<20+1))
		return
	case "largest":
		answer = bytes.Repeat([]byte("x"), 6<<20)
	case "error":
		post(mine+"/error", []byte(`{"errorMessage":"no luck"}`))
		return
	case "last": // it answers and ends
		post(mine+"/response", answer)
		os.Exit(0)
	case "twice":
		post(mine+"/response", answer)
	}
	post(mine+"/response", answer)
}

// post reports something; what is said to that is not looked at.
func post(path string, body []byte) {
	if r, err := http.Post(runtime+path, "application/json", bytes.NewReader(body)); err == nil {
		io.Copy(io.Discard, r.Body)
		r.Body.Close()
	}
}
