package keyring

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"rekey/shared/key"
)

// panics are values that a program might die with while it holds a version.
var panics = map[string]func(*Version) any{
	"a version":      func(v *Version) any { return v },
	"a copy":         func(v *Version) any { return *v },
	"its key":        func(v *Version) any { return v.Key },
	"an error":       func(v *Version) any { return fmt.Errorf("with %v and %+v", v, []*Version{v}) },
	"a struct of it": func(v *Version) any { return struct{ v *Version }{v} },
}

// TestPanicShowsNoMaterial lets its own programs die, with the traces of
// all goroutines, which print the arguments of every function.
func TestPanicShowsNoMaterial(t *testing.T) {
	material := []byte("0123456789-material-987654321-xy")
	if what := os.Getenv("TEST_PANIC"); what != "" {
		v, err := NewVersion("the-key", "the-version", key.AES256, material)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := v.Key.Seal(nil, []byte("p"), nil, []byte("x")) // fills the pool
		if err != nil {
			t.Fatal(err)
		}
		die(v, sealed, panics[what])
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for what := range panics {
		child := exec.Command(self, "-test.run=^TestPanicShowsNoMaterial$")
		child.Env = append(os.Environ(), "TEST_PANIC="+what, "GOTRACEBACK=system")
		out, err := child.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "goroutine ") {
			t.Fatalf("%s: it did not panic: %v\n%s", what, err, out)
		}
		if leaks(string(out), material) || traced(string(out), material) {
			t.Errorf("%s: the panic shows material:\n%s", what, out)
		}
		if what == "a version" && !strings.Contains(string(out), "the-key/the-version") {
			t.Errorf("the panic does not say which version:\n%s", out)
		}
	}
}

// traced looks for the material as a trace prints an array: its first bytes,
// or words.
func traced(text string, material []byte) bool {
	if strings.Contains(text, "0x30, 0x31, 0x32") {
		return true
	}
	for word := range slices.Chunk(material, 8) {
		if strings.Contains(text, fmt.Sprintf("%#x", binary.LittleEndian.Uint64(word))) {
			return true
		}
	}
	return false
}

//go:noinline
func die(v *Version, sealed []byte, with func(*Version) any) {
	defer func() { // as a function of the program would, on its way
		if _, err := v.Key.Open(nil, sealed[:25], sealed[25:], nil); err != nil {
			panic(err)
		}
	}()
	done := make(chan struct{})
	go func() { <-done; _, _ = v.Key.Open(nil, sealed, sealed, nil) }()
	panic(with(v))
}
