package keyring

import "rekey/shared/key"

// maxEntries bounds the entries of a Keyring: about 1 KiB each. They are
// versions that exist, so only a store can be that large, not a flood.
const maxEntries = 10_000

// holding is what a Keyring holds of one key. It exists while it has an entry
// or a load.
type holding struct {
	entries map[key.VersionID]*entry // by version; the primary one under ""
	current map[key.VersionID]*load  // to join, by what was asked for
	running map[*load]struct{}       // all of them, also those not to be joined
	doubted stamp                    // when all of it was last put to the question
}

// holding returns what is held of k, a new holding if nothing is.
func (r *Keyring) holding(k key.ID) *holding {
	h := r.holdings[k]
	if h == nil {
		h = &holding{
			entries: make(map[key.VersionID]*entry),
			current: make(map[key.VersionID]*load),
			running: make(map[*load]struct{}),
		}
		r.holdings[k] = h
	}
	return h
}

// tidy forgets a holding with nothing in it.
func (r *Keyring) tidy(k key.ID) {
	if h := r.holdings[k]; h != nil && len(h.entries) == 0 && len(h.running) == 0 {
		delete(r.holdings, k)
	}
}

// entry returns the entry of a version, or nil. A nil holding has none.
func (h *holding) entry(v key.VersionID) *entry {
	if h == nil {
		return nil
	}
	return h.entries[v]
}

// confirm makes answer the entry of v, unless a later load has confirmed it.
func (h *holding) confirm(v key.VersionID, l *load, answer *Version) {
	if e := h.entries[v]; e == nil || e.load < l.number {
		h.entries[v] = &entry{version: answer, load: l.number, confirmed: l.begun, holds: l.holds}
	}
}

// remove drops the entry of v, and the primary one if it is the same version.
// It reports whether there was anything.
func (h *holding) remove(v key.VersionID) bool {
	before := len(h.entries)
	delete(h.entries, v)
	if p := h.entries[""]; p != nil && p.version.ID == v {
		delete(h.entries, "")
	}
	return len(h.entries) < before
}

// end drops what a negative answer about v puts an end to. It reports whether
// v was held.
func (h *holding) end(v key.VersionID, err error) (held bool) {
	held = h.remove(v)
	if aboutKey(err) {
		clear(h.entries)
	}
	return held
}

// doubt puts all that is held to the question after a no: at once, or if that
// was done within the last second and is not urgent, once it is a second old.
// A load that is doubted goes on for those who wait for it the second time, and
// what it brings is not kept. (It is not thrown away: whoever asks for what is
// refused, often enough, could keep any load from ever ending.)
func (h *holding) doubt(now stamp, urgent bool) {
	holds := doubtEvery
	if urgent || h.doubted.age(now) >= doubtEvery {
		holds, h.doubted = never, now
	}
	for v, e := range h.entries {
		h.entries[v] = e.doubted(holds)
	}
	for l := range h.running {
		l.holds = min(l.holds, holds)
		if holds == never {
			l.doubted = true
			h.leaveAlone(l)
		}
	}
}

// discard begins a new epoch for the loads that match: they are cancelled,
// nobody joins them, and what they bring is thrown away.
func (h *holding) discard(match func(*load) bool) {
	for l := range h.running {
		if match(l) {
			l.discarded = true
			h.forsake(l)
		}
	}
}

// bar keeps the loads of the primary version from bringing v, which has been
// denied.
func (h *holding) bar(v key.VersionID) {
	for l := range h.running {
		if l.asked.version == "" {
			if l.denied == nil {
				l.denied = make(map[key.VersionID]bool)
			}
			l.denied[v] = true
		}
	}
}

// forsake cancels l, and nobody joins it any more.
func (h *holding) forsake(l *load) {
	l.cancel()
	h.leaveAlone(l)
}

// leaveAlone has nobody join l any more.
func (h *holding) leaveAlone(l *load) {
	if h.current[l.asked.version] == l {
		delete(h.current, l.asked.version)
	}
}

// makeRoom makes room for n entries.
func (r *Keyring) makeRoom(n int) {
	for r.size > maxEntries-n {
		r.evict()
	}
}

// evict drops the entry confirmed longest ago of a few at random, as maps go.
func (r *Keyring) evict() {
	var oldest *entry
	var at question
	r.sample(8, func(q question, e *entry) {
		if oldest == nil || e.load < oldest.load {
			oldest, at = e, q
		}
	})
	delete(r.holdings[at.key].entries, at.version)
	r.size--
	r.tidy(at.key)
}

// sample calls f for n entries.
func (r *Keyring) sample(n int, f func(question, *entry)) {
	for k, h := range r.holdings {
		for v, e := range h.entries {
			if f(question{k, v}, e); n == 1 {
				return
			}
			n--
		}
	}
}
