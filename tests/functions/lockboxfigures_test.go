package functions_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rekey/deploy/local/lockboxtest"
	"rekey/deploy/local/platform"
	"rekey/shared/api"
)

// setting is a program whose cold start is measured, and where its keys are.
type setting struct {
	name, program, payload string
	env                    []string
}

// settings are the least program, and encrypt with a keyring file and with
// Lockbox: over plain TCP and over TLS, with a given token, with one of the
// metadata service and with one that a key of AWS Secrets Manager was exchanged
// for.
func settings(t *testing.T) []setting {
	t.Helper()
	r, encrypt := mustRing(t), mustBuild(t, "encrypt")
	payload := variant(t, r, "aws-http-v2-encrypt.json", api.Encrypt).payload
	all := []setting{
		{"trivial", mustTrivial(t), payload, nil},
		{"encrypt, keyring file", encrypt, payload, []string{r.setting(), "REKEY_AUTH=platform"}},
	}
	for _, tls := range []bool{false, true} {
		lb, id, _, env := mustLockboxAs(t, lockboxtest.Options{TLS: tls})
		if tls { // among the certificates that this machine trusts, as in a cloud
			machine, _ := os.ReadFile("/etc/ssl/certs/ca-certificates.crt")
			env = append(env, "SSL_CERT_FILE="+mustFile(t, append(machine, lb.CA()...)))
		}
		name := map[bool]string{false: "encrypt, Lockbox", true: "encrypt, Lockbox by TLS"}[tls]
		mine := strings.ReplaceAll(payload, first, id)
		all = append(all,
			setting{name + ", token given", encrypt, mine, append([]string{"REKEY_IAM_TOKEN=" +
				lb.Token(lockboxtest.DefaultServiceAccount)}, env...)},
			setting{name + ", token of the metadata service", encrypt, mine, env})
		_, onLambda := mustKeySecret(t, lb, env)
		all = append(all, setting{name + ", key of AWS Secrets Manager", encrypt, mine, onLambda})
	}
	time.Sleep(2100 * time.Millisecond) // a keyring that was just made is read at every call
	return all
}

// TestFiguresLockbox measures cold starts with a key in Lockbox, on loopback,
// against that of the least program there is, in turns.
func TestFiguresLockbox(t *testing.T) {
	needLong(t)
	all := settings(t)
	took := make([]start, len(all))
	for range runs {
		for n, s := range all {
			took[n].measure(t, s.program, s.payload, s.env...)
		}
	}
	for n, s := range all {
		t.Logf("FIGURE cold start, %s: %v; to the first answer %.2f times trivial", s.name, &took[n],
			float64(median(took[n].first))/float64(median(took[0].first)))
	}
}

// TestFiguresLockboxMemory measures what a process holds in memory after its
// first answer, and after 1000.
func TestFiguresLockboxMemory(t *testing.T) {
	needLong(t)
	all := settings(t)
	least, most := make([][]int, len(all)), make([][]int, len(all))
	for range runs {
		for n, s := range all {
			l := mustStart(t, s.program, platform.Config{Env: s.env})
			for call := 1; call <= 1000; call++ {
				l.call(t, s.payload)
				if call == 1 {
					least[n] = append(least[n], resident(t, l.report.PID))
				}
			}
			most[n] = append(most[n], resident(t, l.report.PID))
			l.end()
		}
	}
	middle := func(all []int) string {
		return fmt.Sprintf("%.1f MiB", float64(slices.Sorted(slices.Values(all))[len(all)/2])/1024)
	}
	for n, s := range all {
		t.Logf("FIGURE resident memory, %s: %s after the first answer, %s after 1000", s.name, middle(least[n]),
			middle(most[n]))
	}
}

var residentLine = regexp.MustCompile(`(?m)^VmRSS:\s+(\d+) kB$`)

// resident is a process's resident memory in KiB.
func resident(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skipf("SKIPPED: it takes a Linux to tell the memory of a process: %v", err)
	}
	found := residentLine.FindSubmatch(status)
	if found == nil {
		t.Fatalf("process %d: no VmRSS in %s", pid, status)
	}
	kib, err := strconv.Atoi(string(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	return kib
}
