// Package boot puts the parts together, once per instance: the configuration,
// the store it names, the cache, the core. Functions start at Data; the
// command uses Service, and package boot/admin for what changes keys, which no
// function links.
package boot
