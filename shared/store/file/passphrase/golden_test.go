package passphrase

import (
	"os"
	"path/filepath"
	"testing"
)

// TestGolden: what was ever written opens forever: first as one age file, now
// as two.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.age")
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		checkOpens(t, Given([]byte(phrase)), data)
	}
}
