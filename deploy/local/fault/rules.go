package fault

import (
	"math/rand/v2"
	"sync"
)

// Rules decide. Which of the calls of a rule are struck depends on the seed and
// the rule's place alone, not on what else is called. A nil *Rules has none; it
// is safe for concurrent use.
type Rules struct {
	rules []Rule

	mu    sync.Mutex
	draws []*rand.Rand // one a rule
}

// New makes Rules of rules.
func New(seed uint64, rules ...Rule) *Rules {
	rs := &Rules{rules: rules}
	for i := range rules {
		rs.draws = append(rs.draws, rand.New(rand.NewPCG(seed, uint64(i))))
	}
	return rs
}

// Next is what happens to the next call of a method: the latencies of all rules
// that strike it together, and otherwise the first of them.
func (rs *Rules) Next(method string) Fault {
	var f Fault
	if rs == nil {
		return f
	}
	rs.mu.Lock()
	defer rs.mu.Unlock()
	for i := range rs.rules {
		r := &rs.rules[i]
		if !r.matches(method) || rs.draws[i].Float64() >= r.share {
			continue
		}
		latency := f.Latency + r.Latency
		if !f.ends() {
			f = r.Fault
		}
		f.Latency = latency
	}
	return f
}

// ends: the call's own answer is not given.
func (f Fault) ends() bool { return f.Hang || f.Reset || f.Code != 0 }
