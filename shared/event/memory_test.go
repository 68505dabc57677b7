package event_test

import (
	"context"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/shared/event"
	"rekey/shared/identity"
)

const maxEvent = 1 << 20 // docs/api.md

// fill is an event of almost size bytes: a beginning, parts, and an end.
func fill(size int, begin string, part func(i int) string, end string) string {
	var b strings.Builder
	b.WriteString(begin)
	for i := 0; ; i++ {
		p := part(i)
		if b.Len()+len(p)+len(end) > size {
			return b.String() + end
		}
		b.WriteString(p)
	}
}

// short is the i-th name of as few bytes as can be.
func short(i int) string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'()*+,-./:;<=>?@[]^_`{|}~ "
	name := ""
	for n := i + 1; n > 0; n /= len(digits) {
		n--
		name += digits[n%len(digits) : n%len(digits)+1]
	}
	return name
}

const http = `{"httpMethod":"POST","headers":{"X-Request-Id":"mine"},`

// greedy are events that are made to take memory, of size bytes each.
func greedy(size int) map[string]string {
	is := func(s string) func(int) string { return func(int) string { return s } }
	name := func(i int) string { return `"` + short(i) + `":0,` }
	escaped := func(i int) string { return `"\u0061` + short(i) + `":0,` }
	once := func(s string, n int) func(int) string {
		return is(strings.Repeat(s, min(n, size/len(s)/2)))
	}
	deep := once(`{"":`, 9000)(0)
	return map[string]string{
		"names":               fill(size, `{`, name, `"plaintext":""}`),
		"names of HTTP":       fill(size, http, name, `"httpMethods":0}`),
		"names within":        fill(size, http+`"x":{`, name, `"httpMethods":0}}`),
		"escaped names":       fill(size, http+`"x":{`, escaped, `"httpMethods":0}}`),
		"escaped names, flat": fill(size, http, escaped, `"httpMethods":0}`),
		"long names": fill(size, http, func(i int) string {
			return `"` + strings.Repeat("n", 1000) + short(i) + `":0,`
		}, `"z":0}`),
		"long escaped names": fill(size, http, func(i int) string {
			return `"\n` + strings.Repeat("n", 1000) + short(i) + `":0,`
		}, `"z":0}`),
		"one long name": fill(size, http+`"\n`, is("n"), `":0}`),
		"names that grow": fill(size, http, func(i int) string { return `"\n` + strings.Repeat("n", i) + `":0,` },
			`"z":0}`),
		"objects":             fill(size, http+`"x":[`, is(`{},`), `0]}`),
		"objects of one name": fill(size, http+`"x":[`, is(`{"":0},`), `0]}`),
		"objects of two":      fill(size, http+`"x":[`, is(`{"":0,"a":0},`), `0]}`),
		"objects of many":     fill(size, http+`"x":[`, is(`{"":0,"a":0,"b":0,"c":0,"d":0,"e":0,"f":0},`), `0]}`),
		"depth":               fill(size, http+`"x":[`, is(deep+`0`+strings.Repeat(`}`, len(deep)/4)+`,`), `0]}`),
		"depth of arrays": fill(size, http+`"x":[`, is(strings.Repeat(`[`, 9000)+strings.Repeat(`]`, 9000)+`,`),
			`0]}`),
		"headers": fill(size, `{"httpMethod":"POST","headers":{"X-Request-Id":"mine",`, name, `"z":0}}`),
		"headers, strings": fill(size, `{"httpMethod":"POST","headers":{"X-Request-Id":"mine",`,
			func(i int) string { return `"` + short(i) + `":"\n\n",` }, `"z":""}}`),
		"key ids": fill(size, http+`"multiValueQueryStringParameters":{"keyId":[`,
			func(i int) string { return `"` + short(i) + `",` }, `"z"]}}`),
		"key ids, escaped": fill(size, http+`"multiValueQueryStringParameters":{"keyId":[`, is(`"\n",`), `"z"]}}`),
		"key ids, empty":   fill(size, http+`"queryStringParameters":{`, is(`"keyId":"",`), `"keyId":"\n"}}`),
		"body":             fill(size, http+`"body":"`, is(`\u0041`), `"}`),
		"body, base64":     fill(size, http+`"isBase64Encoded":true,"body":"\u0041AAA`, is(`AAAA`), `"}`),
		"a long string":    fill(size, http+`"x":"`, is("\\n"), `"}`),
		"numbers":          fill(size, http+`"x":[`, is("1e9,"), `0]}`),
		"path":             fill(size, http+`"path":"\u002f`, is("p"), `"}`),
		"the same twice":   fill(size, http, is(`"":0,`), `"z":0}`),
		"bad bodies":       fill(size, http, is(`"body":1,`), `"z":0}`),
		"bad flags":        fill(size, http, is(`"isBase64Encoded":1,`), `"z":0}`),
		"bad headers":      fill(size, http, is(`"headers":1,`), `"z":0}`),
		"bad ids":          fill(size, http+`"requestContext":{`, is(`"requestId":1,`), `"z":0}}`),
		"bad subjects":     fill(size, http+`"requestContext":{"authorizer":{"claims":{`, is(`"sub":1,`), `"z":0}}}}`),
		"empty subjects": fill(size, http+`"requestContext":{"authorizer":{"claims":{`, is(`"sub":"\n",`),
			`"z":0}}}}`),
		"claims": fill(size, http+`"requestContext":{"authorizer":{"jwt":{"claims":{`, escaped, `"sub":"z"}}}}}`),
	}
}

// TestMemory: anyone who may invoke a function cannot make it take more than four
// times the memory of what they send, in an instance that serves 16 calls at
// once with 128 MB. The event itself is one of the four.
func TestMemory(t *testing.T) {
	skipRaced(t)
	for _, size := range []int{maxEvent, 2 * maxEvent} {
		for name, payload := range greedy(size) {
			w := newWorld(t, identity.Platform)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			response, err := event.Encrypt(context.Background(), event.New([]byte(payload)), w.open)
			runtime.ReadMemStats(&after)
			if err != nil {
				t.Fatal(err)
			}
			// with the event's own copy
			if took := after.TotalAlloc - before.TotalAlloc; took > 4*uint64(len(payload)) {
				t.Errorf("%s: %d bytes were allocated for an event of %d", name, took, len(payload))
			}
			raw, err := response.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			a := understand(t, raw)
			if a.http != (name != "names") || a.http && a.headers["X-Request-Id"] != "mine" &&
				!strings.HasPrefix(name, "bad ids") {
				t.Errorf("%s: got %s", name, raw)
			}
			if size > maxEvent && a.status != 413 && name != "path" &&
				!strings.Contains(string(raw), "the event has a member") {
				t.Errorf("%s: got %s, want 413", name, raw)
			}
		}
	}
}

// TestStack: what nests deep takes no stack for it.
func TestStack(t *testing.T) {
	w := newWorld(t, identity.Platform)
	const begin, end = http + `"x":[`, `0]}`
	deep := strings.Repeat(`{"":`, 9000) + `0` + strings.Repeat(`}`, 9000) + `,`
	payload := begin + strings.Repeat(deep, (maxEvent-len(begin)-len(end))/len(deep)) + end
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var all sync.WaitGroup
	for range 16 {
		all.Add(1)
		go func() {
			defer all.Done()
			if _, err := event.Encrypt(context.Background(), event.New([]byte(payload)), w.open); err != nil {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	runtime.ReadMemStats(&after)
	if grown := int64(after.StackSys) - int64(before.StackSys); grown > 4<<20 {
		t.Errorf("the stacks grew by %d bytes", grown)
	}
}

// TestLinear: a large event takes its share of the time of small ones, within
// a wide bound: a hundred thousand names that are compared with each other take
// much longer.
func TestLinear(t *testing.T) {
	skipRaced(t)
	large, small := greedy(maxEvent), greedy(maxEvent/16)
	w := newWorld(t, identity.Platform)
	for name := range large {
		least := func(payload string) time.Duration {
			best := time.Hour
			for range 2 { // others have the machine, too
				begun := time.Now()
				if _, err := event.Encrypt(context.Background(), event.New([]byte(payload)), w.open); err != nil {
					t.Fatal(err)
				}
				best = min(best, time.Since(begun))
			}
			return best
		}
		if one, all := least(small[name]), least(large[name]); all > 100*one && all > 2*time.Second {
			t.Errorf("%s: %v for %d bytes, %v for %d", name, one, len(small[name]), all, len(large[name]))
		}
	}
}

// skipRaced leaves a test out in a program with the race detector, which takes
// its own memory and time.
func skipRaced(t *testing.T) {
	t.Helper()
	if info, _ := debug.ReadBuildInfo(); info != nil && slices.Contains(info.Settings,
		debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("go test without -race does it")
	}
}
