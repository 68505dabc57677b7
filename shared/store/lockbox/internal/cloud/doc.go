// Package cloud is how rekey calls the services of Yandex Cloud: their
// endpoints, connections that survive a freeze, tokens, and attempts. It knows
// nothing of keys. Start at Link.
package cloud
