package rest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rekey/shared/api"
	"rekey/shared/ciphertext"
	"rekey/shared/key"
	"rekey/shared/strictjson"
)

// field is one field of a request Q: its two spellings and how to read it; nil
// for a string that is passed over.
type field[Q any] struct {
	camel, snake string
	read         func(*Q, value) error
}

// value is what a field is read from, and where to.
type value struct {
	strictjson.Value
	memory *Memory
}

// decode reads the one JSON object that the body must be. It reads on after a
// fault in a field, so that q has all that could be read, and returns the
// first such fault, an INVALID_ARGUMENT that names the field, unless the body
// turns out not to be JSON.
func decode[Q any](fields []field[Q], r *Request, q *Q) error {
	if err := checkEncoding(r.Encodings); err != nil {
		return err
	}
	var fault error
	var seen uint
	err := strictjson.Members(r.Body, func(name []byte, v strictjson.Value) error {
		i := find(fields, name)
		if fault != nil && (i < 0 || seen&(1<<i) != 0) {
			return nil // one is enough: a body may have thousands
		}
		if err := readField(fields, i, q, &seen, name, value{v, r.Memory}); err != nil && fault == nil {
			fault = err
		}
		return nil
	})
	if err != nil {
		return api.Errorf(api.InvalidArgument, "the body %v", err)
	}
	return fault
}

func readField[Q any](fields []field[Q], i int, q *Q, seen *uint, name []byte, v value) error {
	if i < 0 {
		return unknown(fields, name)
	}
	if *seen&(1<<i) != 0 {
		return api.Errorf(api.InvalidArgument, "%s: duplicate field", fields[i].camel)
	}
	*seen |= 1 << i
	if v.IsNull() {
		return nil
	}
	read := fields[i].read
	if read == nil {
		read = func(_ *Q, v value) error { return readText(new(string), v) }
	}
	if err := read(q, v); err != nil {
		return api.Errorf(api.InvalidArgument, "%s: %v", fields[i].camel, err)
	}
	return nil
}

// decodeQuery reads the fields of a request that has no body.
func decodeQuery[Q any](fields []field[Q], r *Request, q *Q) error {
	var seen uint
	for _, name := range slices.Sorted(maps.Keys(r.Query)) {
		for _, text := range r.Query[name] {
			v := value{strictjson.AppendQuote(nil, text), r.Memory}
			if err := readField(fields, find(fields, []byte(name)), q, &seen, []byte(name), v); err != nil {
				return err
			}
		}
	}
	return nil
}

func find[Q any](fields []field[Q], name []byte) int {
	for i := range fields {
		if string(name) == fields[i].camel || string(name) == fields[i].snake {
			return i
		}
	}
	return -1
}

// checkEncoding refuses whatever has been done to a body on its way, such as
// compression (RFC 9110, 8.4). It is reported where a fault of the body is:
// strangers get the answer that they always get.
func checkEncoding(encodings []string) error {
	for _, header := range encodings {
		for _, e := range strings.Split(header, ",") {
			if e = strings.TrimSpace(e); e != "" && !strings.EqualFold(e, "identity") {
				return api.Errorf(api.InvalidArgument, "the body has the Content-Encoding %s: send it unencoded, "+
					"without that header", quoteName([]byte(e))).WithStatus(http.StatusUnsupportedMediaType)
			}
		}
	}
	return nil
}

// quoteName repeats a name that the caller made up, cut to a readable length.
func quoteName(name []byte) string {
	const most = 40 // bytes
	if len(name) > most {
		return strconv.QuoteToASCII(string(name[:most])) + "..."
	}
	return strconv.QuoteToASCII(string(name))
}

// readText reads a string field, such as an id, without judging its content.
func readText[S ~string](to *S, v value) error {
	text, err := v.Text()
	*to = S(text)
	return err
}

// readBytes reads a field of bytes; an empty string is an absent field.
func readBytes(to *[]byte, v value) error {
	text, err := v.Text()
	if err != nil || len(text) == 0 {
		return err
	}
	*to, err = decodeBase64(v.memory, text)
	return err
}

// readCiphertext is readBytes, and names what is held for a ciphertext.
func readCiphertext(to *[]byte, v value) error {
	err := readBytes(to, v)
	if err == nil && (len(*to) == 0 || ciphertext.Begins(*to)) {
		return nil
	}
	if text, notText := v.Text(); notText == nil {
		err = cmp.Or(nameCiphertext(text), err)
	}
	return err
}

// readBool reads true or false; an empty string is an absent field here too.
func readBool(to *bool, v value) error {
	switch string(v.Value) {
	case `""`:
	case "true":
		*to = true
	case "false":
		*to = false
	default:
		return fmt.Errorf("is %s, want true or false", v.Kind())
	}
	return nil
}

// readSpec reads an algorithm by its exact name or its number; 0 and the
// empty string are absent.
func readSpec(to *key.Algorithm, v value) error {
	if !v.IsString() {
		n, err := strconv.ParseUint(string(v.Value), 10, 8)
		if err != nil || (n != 0 && !key.Algorithm(n).Valid()) {
			return fmt.Errorf("is unknown: want %s", key.AlgorithmNames)
		}
		*to = key.Algorithm(n)
		return nil
	}
	text, err := v.Text()
	if err != nil || len(text) == 0 {
		return err
	}
	if *to, err = key.ParseAlgorithm(string(text)); err != nil {
		return fmt.Errorf("is unknown: want %s", key.AlgorithmNames)
	}
	return nil
}

// readInt reads a whole number, or as proto3's JSON has it, a string of one.
func readInt(to *int64, v value) error {
	text := []byte(v.Value)
	if v.IsString() {
		var err error
		if text, err = v.Text(); err != nil || len(text) == 0 {
			return err
		}
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return errors.New("is not a whole number")
	}
	*to = n
	return nil
}
