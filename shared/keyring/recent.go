package keyring

// recent is a map of at most 2 x limit entries: once the young ones are
// limit, they become the old ones, and the old ones are gone. Eviction takes
// the oldest, at a constant price. Its zero value with a limit is ready.
type recent[K comparable, V any] struct {
	limit      int
	young, old map[K]V
}

func (m *recent[K, V]) get(k K) (V, bool) {
	if v, ok := m.young[k]; ok {
		return v, true
	}
	v, ok := m.old[k]
	return v, ok
}

// put sets the value of k, which is young again.
func (m *recent[K, V]) put(k K, v V) {
	if _, ok := m.young[k]; !ok && len(m.young) >= m.limit {
		m.young, m.old = nil, m.young
	}
	if m.young == nil {
		m.young = make(map[K]V)
	}
	m.young[k] = v
	delete(m.old, k)
}

func (m *recent[K, V]) remove(k K) {
	delete(m.young, k)
	delete(m.old, k)
}

func (m *recent[K, V]) clear() { m.young, m.old = nil, nil }
