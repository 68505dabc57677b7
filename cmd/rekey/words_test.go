package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// status N PROGRAM ARGS...: the program ends with exit status N.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := exitOf(ts, args[1:]); got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func exitOf(ts *testscript.TestScript, command []string) int {
	err := ts.Exec(command[0], command[1:]...)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Fatalf("%v", err)
	}
	if exit != nil {
		return exit.ExitCode()
	}
	return 0
}

// json VARIABLE a.0.b FILE: the variable is what the JSON file has there.
func jsonField(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: json VARIABLE PATH FILE")
	}
	var at any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[2])), &at))
	for _, step := range strings.Split(args[1], ".") {
		switch v := at.(type) {
		case map[string]any:
			at = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			ts.Check(err)
			at = v[i]
		}
		if at == nil {
			ts.Fatalf("nothing at %s", args[1])
		}
	}
	ts.Setenv(args[0], fmt.Sprint(at))
}

// within DURATION PATTERN PROGRAM ARGS...: the program is run again and again
// until what it prints, on either stream, matches.
func within(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: within DURATION PATTERN PROGRAM ARGS...")
	}
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	pattern := regexp.MustCompile(args[1])
	for start := time.Now(); time.Since(start) < limit; time.Sleep(10 * time.Millisecond) {
		exitOf(ts, args[2:])
		if pattern.MatchString(ts.ReadFile("stdout") + ts.ReadFile("stderr")) {
			return
		}
	}
	ts.Fatalf("nothing matched %s within %v", args[1], limit)
}

// vector: seed.json, sealed, plaintext and aad are those of the first AES_256
// case of the known answers of RKY1; KEY and VERSION its ids, MATERIAL its
// material in base64.
func vector(ts *testscript.TestScript, neg bool, args []string) {
	v := knownAnswer(ts)
	material := base64.StdEncoding.EncodeToString(unhex(ts, v["material"]))
	ts.Setenv("KEY", v["keyId"])
	ts.Setenv("VERSION", v["versionId"])
	ts.Setenv("MATERIAL", material)
	write(ts, "seed.json", fmt.Appendf(nil, `{"keys": [{"id": %q, "name": "known", "versions": [{"id": %q, `+
		`"algorithm": "AES_256", "material": %q}]}]}`,
		v["keyId"], v["versionId"], material))
	write(ts, "sealed", unhex(ts, v["ciphertext"]))
	write(ts, "plaintext", unhex(ts, v["plaintext"]))
	write(ts, "aad", unhex(ts, v["aadContext"]))
	write(ts, "material", unhex(ts, v["material"]))
	write(ts, "material.hex", []byte(v["material"]+"\n"))
	write(ts, "material.base64", []byte(material+"\n"))
}

func knownAnswer(ts *testscript.TestScript) map[string]string {
	data, err := os.ReadFile("../../tests/testdata/rky1.json")
	ts.Check(err)
	var doc struct {
		Cases []map[string]string `json:"cases"`
	}
	ts.Check(json.Unmarshal(data, &doc))
	for _, c := range doc.Cases {
		if c["algorithm"] == "AES_256" {
			return c
		}
	}
	ts.Fatalf("no AES_256 case")
	return nil
}

func unhex(ts *testscript.TestScript, s string) []byte {
	b, err := hex.DecodeString(s)
	ts.Check(err)
	return b
}

// fill FILE N [TEXT]: the file is N bytes of TEXT over and over, or of zero.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fill FILE N [TEXT]")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	unit := []byte{0}
	if len(args) == 3 {
		unit = []byte(args[2])
	}
	write(ts, args[0], bytes.Repeat(unit, n/len(unit)+1)[:n])
}

// empty FILE: the file, or stdout, has nothing in it.
func empty(ts *testscript.TestScript, neg bool, args []string) {
	if got := ts.ReadFile(args[0]) == ""; got == neg {
		ts.Fatalf("%s is empty: %v", args[0], got)
	}
}

// hidden: the last command has shown no secret, those of the files given.
func hidden(ts *testscript.TestScript, neg bool, args []string) {
	shown := ts.ReadFile("stdout") + ts.ReadFile("stderr")
	for _, name := range args {
		if secret := strings.TrimSpace(ts.ReadFile(name)); strings.Contains(shown, secret) {
			ts.Fatalf("the secret of %s was shown", name)
		}
	}
}

func write(ts *testscript.TestScript, name string, b []byte) {
	ts.Check(os.WriteFile(ts.MkAbs(name), b, 0o600))
}
