package keyring

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"rekey/shared/key"
)

func TestVersionNeverShowsMaterial(t *testing.T) {
	material := []byte("0123456789-material-987654321-xy")
	v, err := NewVersion("k", "v1", key.AES256, material)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%d", "%x", "%X", "%s", "%q"} {
		shown[verb] = fmt.Sprintf(verb, v)
		if shown[verb] != "k/v1" {
			t.Errorf("%s: got %q, want k/v1", verb, shown[verb])
		}
		shown[verb+" of a copy"] = fmt.Sprintf(verb, *v)
		shown[verb+" within"] = fmt.Sprintf(verb, struct{ V *Version }{v})
		shown[verb+" of the entry"] = fmt.Sprintf(verb, []*Version{v})
	}
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var b bytes.Buffer
		slog.New(handler(&b)).Info("used", "version", v, "copy", *v, "list", []*Version{v})
		shown["slog "+name] = b.String()
	}
	for name, x := range map[string]any{"JSON": v, "JSON of a copy": *v, "JSON within": map[string]any{"v": v}} {
		b, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		shown[name] = string(b)
	}
	if want := `{"keyId":"k","versionId":"v1"}`; shown["JSON"] != want {
		t.Errorf("JSON: got %s, want %s", shown["JSON"], want)
	}
	for how, text := range shown {
		if leaks(text, material) {
			t.Errorf("%s shows material: %s", how, text)
		}
	}
}

// leaks looks for 6 bytes of the material in the forms that printing gives.
func leaks(text string, material []byte) bool {
	part := material[10:16]
	numbers := strings.Trim(fmt.Sprint(part), "[]")
	forms := []string{string(part), hex.EncodeToString(part), numbers, strings.ReplaceAll(numbers, " ", ", "),
		base64.StdEncoding.EncodeToString(material[9:18])}
	for _, form := range forms {
		if strings.Contains(strings.ToLower(text), strings.ToLower(form)) {
			return true
		}
	}
	return false
}

func TestNewVersionRefusesBadMaterial(t *testing.T) {
	secret := []byte("far-too-short-to-be-material")
	v, err := NewVersion("k", "v1", key.AES256, secret)
	if v != nil || err == nil || strings.Contains(err.Error(), string(secret)) {
		t.Errorf("got %v, %v, want an error without the material", v, err)
	}
}
