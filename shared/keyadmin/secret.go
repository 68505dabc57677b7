package keyadmin

import (
	"fmt"
	"log/slog"
)

// secret is the text of material, in a seed. It prints only as its kind, in
// a panic too, which asks String.
type secret string

func (secret) String() string               { return "keyadmin.secret" }
func (s secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }
func (s secret) LogValue() slog.Value       { return slog.StringValue(s.String()) }
func (s secret) MarshalJSON() ([]byte, error) {
	return []byte(`"` + s.String() + `"`), nil
}
