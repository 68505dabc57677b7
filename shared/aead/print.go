package aead

import (
	"fmt"
	"log/slog"
)

// Material is 32 bytes of material on their way between a store and a Key. It
// prints only as its kind, whatever struct it is an exported field of.
type Material []byte

const materialText = "aead.Material"

// Format answers every verb without the material.
func (Material) Format(f fmt.State, _ rune) { fmt.Fprint(f, materialText) }

// LogValue is Format for log/slog.
func (Material) LogValue() slog.Value { return slog.StringValue(materialText) }

// MarshalJSON is Format as JSON: a store that writes material says so by
// taking the bytes out of the type.
func (Material) MarshalJSON() ([]byte, error) { return []byte(`"` + materialText + `"`), nil }

var (
	_ fmt.Formatter  = Material(nil)
	_ slog.LogValuer = Material(nil)
)
