// Package server is the local face of rekey: the API over plain HTTP/1.1,
// /healthz and /readyz. It owns what only a server has to care about: addresses, time
// limits, the size of a body, and an orderly end.
//
// Nobody is authenticated by it: it listens on loopback, and beyond that only
// for someone who has said so.
package server
