package strictjson

import (
	"bytes"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// reader is a decoder kept for the next document.
type reader struct {
	document bytes.Buffer
	json     jsontext.Decoder
}

var readers = sync.Pool{New: func() any { return new(reader) }}

// decoder returns the decoder at the beginning of a document. A *bytes.Buffer
// is read in place, without a copy of it.
func (r *reader) decoder(document []byte, twice bool) *jsontext.Decoder {
	r.document = *bytes.NewBuffer(document)
	r.json.Reset(&r.document, jsontext.AllowDuplicateNames(twice))
	return &r.json
}

// release lets go of the document, which may hold a secret, before the reader
// is kept.
func (r *reader) release() {
	r.decoder(nil, true)
	readers.Put(r)
}
