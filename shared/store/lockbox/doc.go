// Package lockbox answers for keys that are kept in Yandex Lockbox, where a
// secret is a key and its versions are the key's (docs/lockbox.md). It reads
// payloads, with PayloadService.Get and the role lockbox.payloadViewer, and
// can do nothing else: what changes secrets is in package lockbox/admin.
// Start at Store.
package lockbox
