package ciphertext

import (
	"bytes"
	"fmt"
	"strings"

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

// Report is what is known of a message without a key. Of a damaged
// ciphertext it has what could be read before the damage. All strings can be
// shown: ids have passed Check, and nothing else of the message is in them.
type Report struct {
	Verdict   Verdict
	Layers    []string // what was taken off to find it, the outermost first
	Algorithm key.Algorithm
	KeyID     key.ID
	VersionID key.VersionID
	Header    int // bytes; 0 if it is not whole
	Body      int // bytes, as many as the plaintext has; with Blob only
	Total     int // bytes, without the layers; Inspect may have been given less than there is
	Damage    Damage
	Foreign   Foreign
	Note      string // what is likely of an intact one, and no more
	Blob      []byte // the ciphertext, if it is intact or could be made so again
}

// Damage is the first thing that is wrong with a ciphertext.
type Damage struct {
	Field   string // "salt"
	Offset  int    // of the byte where it shows, from 0, without the layers outside Field
	Missing int    // at least so many bytes; 0 if it is not cut short
	Problem string
}

// String is the whole sentence.
func (d Damage) String() string { return fmt.Sprintf("%s (%s, byte %d)", d.Problem, d.Field, d.Offset) }

// Reason says why a message is not the ciphertext that it should be, and what
// to do; empty if it is.
func (r Report) Reason() string {
	outside := ""
	for _, layer := range r.Layers {
		of := strings.HasSuffix(layer, " text") && layer != otherText
		outside += layer + map[bool]string{true: " of ", false: " with "}[of]
	}
	switch {
	case r.Verdict == Intact && outside != "":
		twice := map[bool]string{true: " (encoded twice?)"}[r.Layers[0] == base64Text]
		return "it is " + outside + "a ciphertext" + twice + ": send the ciphertext itself, in base64 once"
	case r.Verdict == Damaged && outside != "":
		return "it is " + outside + "a ciphertext, and that is wrong: " + r.Damage.Problem
	case r.Verdict == Alien:
		return "it is " + outside + r.Foreign.Name + ": " + r.Foreign.Advice
	}
	return r.Damage.Problem
}

// Inspect says what a message is: an RKY1 ciphertext, in whatever it may be
// wrapped, or a foreign format. It checks what Split checks.
func Inspect(message []byte) Report {
	w := walk{left: 8 * MaxInspect}
	if len(message) <= MaxInspect {
		return w.unwrap(message, maxLayers)
	}
	r := look(message)
	if r.Verdict == Unknown {
		r.Damage.Problem = fmt.Sprintf("it is over %d bytes, more than any encoding of a ciphertext has", MaxInspect)
	}
	return r
}

// look takes nothing off.
func look(b []byte) Report {
	if Begins(b) {
		return read(b)
	}
	f, ok := FindForeign(b)
	if !ok {
		f, ok = FindForeign(bytes.Trim(b, " \t\r\n\"'`"))
	}
	if ok {
		return Report{Verdict: Alien, Total: len(b), Foreign: f}
	}
	return unknown(len(b), "not an RKY1 ciphertext")
}

func unknown(total int, why string) Report {
	return Report{Verdict: Unknown, Total: total, Damage: Damage{Problem: why}}
}
