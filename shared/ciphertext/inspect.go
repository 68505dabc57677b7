package ciphertext

import (
	"bytes"
	"fmt"

	"rekey/shared/key"
)

// MaxInspect is the most that Inspect looks at, in bytes: four times the size
// of the largest ciphertext in hexadecimal, so that any spelling fits.
const MaxInspect = 4 * 2 * MaxSize

// Verdict is what Inspect takes a message for. The zero value is invalid.
type Verdict uint8

// An intact RKY1 ciphertext may still not open: that takes its key.
const (
	Intact  Verdict = 1 // a well-formed RKY1 ciphertext
	Damaged Verdict = 2 // an RKY1 ciphertext once
	Alien   Verdict = 3 // made by another system
	Unknown Verdict = 4
)

// String is a word for scripts, such as "intact".
func (v Verdict) String() string {
	if v < Intact || v > Unknown {
		return fmt.Sprintf("Verdict(%d)", uint8(v))
	}
	return [...]string{Intact: "intact", Damaged: "damaged", Alien: "foreign", Unknown: "unknown"}[v]
}

// Report is what can be told of a message without a key. Of a damaged
// ciphertext it has what could be read before the damage. All strings can be
// shown: ids have passed Check, and nothing else of the message is in them.
type Report struct {
	Verdict   Verdict
	Layers    []string // what was taken off to find it, the outermost first
	Algorithm key.Algorithm
	KeyID     key.ID
	VersionID key.VersionID
	Header    int // bytes; 0 if it is not whole
	Body      int // bytes, as many as the plaintext has; of an intact one only
	Total     int // bytes, without the layers; Inspect may have been given less than there is
	Damage    Damage
	Foreign   Foreign
}

// Damage is the first thing that is wrong with a ciphertext.
type Damage struct {
	Field   string // "salt"
	Offset  int    // of the byte where it shows, from 0, without the layers outside Field
	Missing int    // at least so many bytes; 0 if it is not cut short
	Problem string
}

// String is the whole sentence.
func (d Damage) String() string {
	s := fmt.Sprintf("%s: %s, at byte %d", d.Field, d.Problem, d.Offset)
	if d.Missing > 0 {
		s += fmt.Sprintf("; at least %d bytes are missing", d.Missing)
	}
	return s
}

// Inspect tells what a message is: an RKY1 ciphertext or its text in base64,
// in hexadecimal or in a JSON answer of the API, or a foreign format. It
// checks what Split checks.
func Inspect(message []byte) Report {
	if len(message) <= MaxInspect {
		return unwrap(message, maxLayers)
	}
	r := inspectBytes(message)
	if r.Verdict == Unknown {
		r.Damage.Problem = fmt.Sprintf("it is over %d bytes, more than any ciphertext has in any spelling", MaxInspect)
	}
	return r
}

// inspectBytes takes nothing off.
func inspectBytes(b []byte) Report {
	if len(b) > 0 && (bytes.HasPrefix(b, []byte(magic[:3])) || bytes.HasPrefix([]byte(magic), b)) {
		return dissect(b)
	}
	f, ok := FindForeign(b)
	if !ok {
		f, ok = FindForeign(bytes.TrimSpace(b))
	}
	if ok {
		return Report{Verdict: Alien, Total: len(b), Foreign: f}
	}
	return unknown(len(b), "it is neither an RKY1 ciphertext nor anything else that is known here")
}

func unknown(total int, why string) Report {
	return Report{Verdict: Unknown, Total: total, Damage: Damage{Problem: why}}
}
