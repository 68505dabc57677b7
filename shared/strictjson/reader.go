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
// is read in place, without a copy of it. Duplicates are not looked for:
// the library keeps all names for that, at twenty times their size.
func (r *reader) decoder(document []byte) *jsontext.Decoder {
	r.document = *bytes.NewBuffer(document)
	r.json.Reset(&r.document, jsontext.AllowDuplicateNames(true))
	return &r.json
}

// release lets go of the document, which may hold a secret, before the reader
// is kept.
func (r *reader) release() {
	r.decoder(nil)
	readers.Put(r)
}
