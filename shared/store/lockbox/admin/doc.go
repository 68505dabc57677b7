// Package admin manages keys that are kept in Yandex Lockbox: a secret is a
// key (docs/lockbox.md). It changes secrets with SecretService, waits for the
// operations, and reads payloads back to know what Lockbox does not say. Start
// at Admin. No function links it.
package admin
