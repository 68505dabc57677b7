package deploy_test

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"rekey/shared/server"
)

// TestUnitHasFiles: half of the files of the unit are enough for the
// connections that rekey serve takes by default.
func TestUnitHasFiles(t *testing.T) {
	text, err := os.ReadFile("../../deploy/own/rekey.service")
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

// TestUnitKeeps: what keeps keys off the disk, and the service in its bounds,
// stands in the unit, once and with no other value. This needs no systemd.
func TestUnitKeeps(t *testing.T) {
	text, err := os.ReadFile("../../deploy/own/rekey.service")
	if err != nil {
		t.Fatal(err)
	}
	set := map[string][]string{}
	for _, line := range regexp.MustCompile(`(?m)^(\w+)=(.*)$`).FindAllStringSubmatch(string(text), -1) {
		set[line[1]] = append(set[line[1]], line[2])
	}
	for name, want := range map[string]string{
		"LimitCORE": "0", "MemorySwapMax": "0", "MemoryMax": "384M", "TasksMax": "64",
		"UMask": "0077", "StateDirectoryMode": "0700", "User": "rekey", "Group": "rekey", "TimeoutStopSec": "15s",
		"IPAddressDeny": "any", "IPAddressAllow": "localhost", "NoNewPrivileges": "yes", "CapabilityBoundingSet": "",
		"AmbientCapabilities": "",
		"ProtectSystem":       "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "ProtectProc": "invisible",
	} {
		if !slices.Equal(set[name], []string{want}) {
			t.Errorf("%s is %q, want %q", name, set[name], want)
		}
	}
}
