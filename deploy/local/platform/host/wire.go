package main

import "time"

// The protocol: encoding/gob over pipes, so that payloads are bytes and say
// where they end. Calls come on descriptor 3; hello, then an outcome for each
// call, in any order, go to descriptor 4. Standard output and standard error
// are the function's own.

// call is one call of the function.
type call struct {
	RequestID, Function string
	Payload             []byte
}

// hello says how long opening the plugin took, or why it does not open.
type hello struct {
	Opened time.Duration
	Error  string
}

// outcome is what became of a call: an answer, or an error of the handler's or
// of the platform's own.
type outcome struct {
	RequestID string
	Answer    []byte
	Error     string
	Took      time.Duration // from the payload to the answer's bytes
}
