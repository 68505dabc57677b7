package rest

// Memory is where the bytes of one request lie: its body, what is decoded
// from it, and its answer. It is wiped when the request is over, and used
// again for the next, which spares both a collection of garbage and plaintexts
// that wait for one. A nil *Memory allocates. Not safe for concurrent use.
type Memory struct {
	free   []byte   // of the last block
	blocks [][]byte // one, but for a request that is larger than those before
	taken  int      // bytes
}

// Take returns n bytes, all zero, that are valid until Wipe.
func (m *Memory) Take(n int) []byte {
	if m == nil {
		return make([]byte, n)
	}
	if n > len(m.free) {
		m.free = make([]byte, max(n, m.size())) // the sum is at least doubled
		m.blocks = append(m.blocks, m.free)
	}
	out := m.free[:n:n]
	m.free, m.taken = m.free[n:], m.taken+n
	return out
}

// mostKept is how much memory, in bytes, waits for the next request: that of
// one with the largest plaintext or ciphertext. A flood of larger ones leaves
// nothing behind.
const mostKept = 320 << 10

// Wipe clears all that was taken, and takes it back.
func (m *Memory) Wipe() {
	for i, block := range m.blocks {
		if i == len(m.blocks)-1 {
			block = block[:len(block)-len(m.free)]
		}
		clear(block)
	}
	switch {
	case m.taken > mostKept:
		m.blocks = nil
	case len(m.blocks) > 1:
		m.blocks = [][]byte{make([]byte, m.taken)} // one block that would have done
	}
	m.free, m.taken = nil, 0
	if len(m.blocks) > 0 {
		m.free = m.blocks[0]
	}
}

func (m *Memory) size() int {
	size := 0
	for _, block := range m.blocks {
		size += len(block)
	}
	return size
}
