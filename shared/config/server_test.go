package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/shared/config"
)

// TestServer: a server to ask is refused where none is asked, as in functions,
// and a token is said once and never repeated.
func TestServer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"REKEY_ENDPOINT": "https://kms.example", "REKEY_TOKEN": "t1.SECRET",
		"REKEY_TOKEN_FILE": file} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			if _, err := config.Load(); err == nil || !strings.Contains(err.Error(), name+
				" is set, and means nothing here") || strings.Contains(err.Error(), "SECRET") {
				t.Errorf("Load: %v", err)
			}
			if _, err := config.LoadWith(config.Flags{Asks: true}); err != nil {
				t.Error(err)
			}
		})
	}
	t.Setenv("REKEY_TOKEN", "t1.SECRET")
	t.Setenv("REKEY_TOKEN_FILE", file)
	if _, err := config.LoadWith(config.Flags{Asks: true}); err == nil ||
		!strings.Contains(err.Error(), "set one of them") || strings.Contains(err.Error(), "SECRET") {
		t.Error(err)
	}
}
