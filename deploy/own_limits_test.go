package deploy_test

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"rekey/shared/server"
)

// TestUnitHasFiles: half of the files of the unit are enough for the
// connections that rekey serve takes by default.
func TestUnitHasFiles(t *testing.T) {
	text, err := os.ReadFile("own/rekey.service")
	if err != nil {
		t.Fatal(err)
	}
	limit := regexp.MustCompile(`(?m)^LimitNOFILE=(\d+)$`).FindSubmatch(text)
	if limit == nil {
		t.Fatal("the unit has no LimitNOFILE")
	}
	if files, err := strconv.Atoi(string(limit[1])); err != nil || files/2 < server.Connections {
		t.Errorf("the unit has %s files, and serve wants half of them for %d connections", limit[1], server.Connections)
	}
}
