package keyring

import "rekey/shared/key"

// maxEntries bounds the entries of a Keyring: about 1 KiB each. They are
// versions that exist, so only a store can be that large, not a flood.
const maxEntries = 10_000

// keyCache is what a Keyring freshFor of one key. It exists while it has an entry
// or a load.
type keyCache struct {
	entries     map[key.VersionID]*entry // by version; the primary one under ""
	current     map[key.VersionID]*load  // to join, by what was asked for
	running     map[*load]struct{}       // all of them, also those not to be joined
	invalidated stamp                    // when all of it was last invalidated
}

// keyCache returns that of k, a new one if there is none.
func (r *Keyring) keyCache(k key.ID) *keyCache {
	c := r.cached[k]
	if c == nil {
		c = &keyCache{
			entries: make(map[key.VersionID]*entry),
			current: make(map[key.VersionID]*load),
			running: make(map[*load]struct{}),
		}
		r.cached[k] = c
	}
	return c
}

// dropEmpty forgets what is cached of a key if that is nothing.
func (r *Keyring) dropEmpty(k key.ID) {
	if c := r.cached[k]; c != nil && len(c.entries) == 0 && len(c.running) == 0 {
		delete(r.cached, k)
	}
}

// entry returns the entry of a version, or nil. A nil keyCache has none.
func (c *keyCache) entry(v key.VersionID) *entry {
	if c == nil {
		return nil
	}
	return c.entries[v]
}

// confirm makes answer the entry of v, unless a later load has confirmed it.
func (c *keyCache) confirm(v key.VersionID, l *load, answer *Version) {
	if e := c.entries[v]; e == nil || e.load < l.number {
		c.entries[v] = &entry{version: answer, load: l.number, confirmed: l.begun, freshFor: l.freshFor}
	}
}

// remove drops the entry of v, and the primary one if it is the same version.
// It reports whether there was anything.
func (c *keyCache) remove(v key.VersionID) bool {
	before := len(c.entries)
	delete(c.entries, v)
	if p := c.entries[""]; p != nil && p.version.ID == v {
		delete(c.entries, "")
	}
	return len(c.entries) < before
}

// expire drops what a negative answer about v makes wrong. It reports whether v
// was cached.
func (c *keyCache) expire(v key.VersionID, err error) (cached bool) {
	cached = c.remove(v)
	if aboutKey(err) {
		clear(c.entries)
	}
	return cached
}

// invalidate makes every cached entry be read again after a negative answer:
// immediately, or if that was done within the last second and is not urgent,
// once it is a second old. A load that is under way goes on, and who waits for
// it loads once more; what either brings is not kept. (It is not discarded:
// anyone who asks for what is refused, often enough, could keep any load from ever
// ending.)
func (c *keyCache) invalidate(now stamp, urgent bool) {
	freshFor := invalidateEvery
	if urgent || c.invalidated.age(now) >= invalidateEvery {
		freshFor, c.invalidated = never, now
	}
	for v, e := range c.entries {
		c.entries[v] = e.invalidated(freshFor)
	}
	for l := range c.running {
		l.freshFor = min(l.freshFor, freshFor)
		if freshFor == never {
			l.invalidated = true
			c.detach(l)
		}
	}
}

// discard begins a new epoch for the loads that match: they are cancelled,
// nobody joins them, and what they bring is thrown away.
func (c *keyCache) discard(match func(*load) bool) {
	for l := range c.running {
		if match(l) {
			l.discarded = true
			c.cancel(l)
		}
	}
}

// exclude keeps the loads of the primary version from bringing v, which has been
// denied.
func (c *keyCache) exclude(v key.VersionID) {
	for l := range c.running {
		if l.asked.version == "" {
			if l.denied == nil {
				l.denied = make(map[key.VersionID]bool)
			}
			l.denied[v] = true
		}
	}
}

// cancel ends l, and no caller joins it afterwards.
func (c *keyCache) cancel(l *load) {
	l.cancel()
	c.detach(l)
}

// detach keeps callers from joining l.
func (c *keyCache) detach(l *load) {
	if c.current[l.asked.version] == l {
		delete(c.current, l.asked.version)
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
	delete(r.cached[at.key].entries, at.version)
	r.size--
	r.dropEmpty(at.key)
}

// sample calls f for n entries.
func (r *Keyring) sample(n int, f func(question, *entry)) {
	for k, c := range r.cached {
		for v, e := range c.entries {
			if f(question{k, v}, e); n == 1 {
				return
			}
			n--
		}
	}
}
