package resttest

import (
	"sync"
	"testing"
)

// record is what was noticed about the form of the answers, while tests looked
// at what they say.
type record struct {
	mu     sync.Mutex
	noted  int
	broken map[string][]string // by the rule
}

// note judges an answer by each rule.
func (s *suite) note(a answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noted++
	for _, r := range rules {
		if fault := r.fault(s, a); fault != "" {
			if s.broken == nil {
				s.broken = map[string][]string{}
			}
			s.broken[r.name] = append(s.broken[r.name], a.request+": "+fault)
		}
	}
}

// everyAnswer tells which rules were broken, with the first answer that did.
func (s *suite) everyAnswer(t *testing.T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			if all := s.broken[r.name]; len(all) > 0 {
				t.Errorf("%d of %d answers; the first is that to %s", len(all), s.noted, all[0])
			}
		})
	}
}
