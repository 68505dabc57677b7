package lockboxtest

import "sync"

// counters count calls as they arrive, whatever becomes of them.
type counters struct {
	mu       sync.Mutex
	calls    map[call]int
	inFlight map[string]int // by method; "" is all
	most     map[string]int
}

// call is a method, and a secret or "" for all.
type call struct{ method, secret string }

func newCounters() *counters {
	return &counters{calls: map[call]int{}, inFlight: map[string]int{}, most: map[string]int{}}
}

// arrive counts a call; what it returns is to be called at its end.
func (c *counters) arrive(method, secret string) (leave func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[call{method, ""}]++
	if secret != "" {
		c.calls[call{method, secret}]++
	}
	for _, m := range []string{method, ""} {
		c.inFlight[m]++
		c.most[m] = max(c.most[m], c.inFlight[m])
	}
	return func() { c.leave(method) }
}

func (c *counters) leave(method string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight[method]--
	c.inFlight[""]--
}

func (c *counters) count(method, secret string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls[call{method, secret}]
}
