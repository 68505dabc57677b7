// Package keyadmin is the administrator's interface to keys: create, rotate,
// enable, schedule for destruction, and so on, with the names of Yandex KMS's
// SymmetricKeyService. Drivers implement Admin; rules that hold for every
// store stand here, in rules.go. No function links it.
package keyadmin
