package keyadmin_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// TestMaterialDoesNotPrint prints what an administrator hands in, in every
// way, and looks for the material.
func TestMaterialDoesNotPrint(t *testing.T) {
	material := []byte("0123456789-material-987654321-xy")
	seed, err := keyadmin.ReadSeed(
		[]byte(`{"keys":[{"id":"k","versions":[{"id":"v","algorithm":"AES_256","material":"` +
			base64.StdEncoding.EncodeToString(material) + `"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	imported := keyadmin.Import{KeyID: "k", VersionID: "v", Algorithm: key.AES256, Material: material}
	for what, x := range map[string]any{"import": imported, "its address": &imported, "within": []any{imported},
		"seed": seed, "a copy of it": *seed} {
		var out strings.Builder
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			fmt.Fprintf(&out, verb+"\n", x)
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("m", "x", x)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "x", x)
		doc, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(doc)
		part := material[9:18]
		numbers := strings.Trim(fmt.Sprint(part), "[]")
		text := base64.StdEncoding.EncodeToString(part)
		for _, form := range []string{string(part), hex.EncodeToString(part), numbers,
			strings.ReplaceAll(numbers, " ", ", "), text, hex.EncodeToString([]byte(text)), "0x2d, 0x6d"} {
			if strings.Contains(strings.ToLower(out.String()), strings.ToLower(form)) {
				t.Errorf("%s shows material as %s", what, form)
			}
		}
	}
}
