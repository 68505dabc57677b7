package functions_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"rekey/deploy/local/platform"
	"rekey/shared/api"
)

// runs is how many processes each figure is the median of.
const runs = 21

// needLong skips what measures.
func needLong(t *testing.T) {
	t.Helper()
	if !long {
		t.Skip("LONG=1 measures cold starts")
	}
}

// start is how long a function took for its first invocations.
type start struct{ first, second, later []time.Duration }

func (s *start) String() string {
	return fmt.Sprintf("process start to first answer %v (least %v), second exchange %v, later %v",
		median(s.first), slices.Min(s.first).Round(10*time.Microsecond), median(s.second), median(s.later))
}

func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2].Round(10 * time.Microsecond)
}

// measure starts a program in AWS Lambda's loop and times its exchanges.
func (s *start) measure(t *testing.T, program, payload string, env ...string) {
	t.Helper()
	begin := time.Now()
	l := mustStart(t, program, platform.Config{Env: env})
	took := func() time.Duration {
		defer func() { begin = time.Now() }()
		l.call(t, payload)
		return time.Since(begin)
	}
	s.first = append(s.first, took())
	s.second = append(s.second, took())
	for range 20 {
		s.later = append(s.later, took())
	}
	l.end()
}

// TestFiguresLambda measures a cold start against that of the least program
// there is, in turns, so that what else the machine does falls on both.
func TestFiguresLambda(t *testing.T) {
	needLong(t)
	r := mustRing(t)
	payload := variant(t, r, "aws-http-v2-encrypt.json", api.Encrypt).payload
	encrypt, trivial := mustBuild(t, "encrypt"), mustTrivial(t)
	time.Sleep(2100 * time.Millisecond) // a keyring that was just made is read at every call
	var ours, least start
	for range runs {
		least.measure(t, trivial, payload)
		ours.measure(t, encrypt, payload, r.setting(), "REKEY_AUTH=platform")
	}
	t.Logf("FIGURE Lambda, trivial: %v; %s", &least, size(t, trivial))
	t.Logf("FIGURE Lambda, encrypt: %v; %s", &ours, size(t, encrypt))
	t.Logf("FIGURE Lambda, encrypt / trivial to the first answer: %.2f",
		float64(median(ours.first))/float64(median(least.first)))
}

func mustTrivial(t *testing.T) (program string) {
	t.Helper()
	dir := t.TempDir()
	if err := buildForLambda(dir, nil, "./tests/functions/testdata/trivial"); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "trivial")
}

// TestFiguresPlugin measures, in the process of the plugin, opening it and
// its calls.
func TestFiguresPlugin(t *testing.T) {
	needLong(t)
	dir := mustBuildPlugins(t)
	r := mustRing(t)
	payload := variant(t, r, "yandex-gateway-1.0-encrypt.json", api.Encrypt).payload
	time.Sleep(2100 * time.Millisecond)
	var opened []time.Duration
	var s start
	for range runs {
		l := mustLoad(t, "encrypt", r.setting(), "REKEY_AUTH=platform")
		took := func() time.Duration {
			l.call(t, payload)
			return l.report.Duration
		}
		s.first = append(s.first, took())
		opened = append(opened, l.report.Init)
		s.second = append(s.second, took())
		for range 20 {
			s.later = append(s.later, took())
		}
		l.end()
	}
	t.Logf("FIGURE plugin: opening the plugin %v, first call %v, second %v, later %v; %s",
		median(opened), median(s.first), median(s.second), median(s.later), size(t, filepath.Join(dir, "encrypt.so")))
}

// size is a program's, with and without its symbols.
func size(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	stripped := "no strip here"
	to := filepath.Join(t.TempDir(), "stripped")
	if exec.Command("strip", "-o", to, path).Run() == nil {
		if s, err := os.Stat(to); err == nil {
			stripped = fmt.Sprintf("%.1f MB stripped", float64(s.Size())/1e6)
		}
	}
	return fmt.Sprintf("%.1f MB, %s", float64(info.Size())/1e6, stripped)
}
